import type { Paint } from "../../reports/console/terminal-text.js";
import { printable } from "../core/text.js";
import { paintWith, writeCommand, writeDocument, writeNote, writeResult } from "./output.js";

/** Options that every command understands. */
export interface CommonArguments {
  readonly json?: boolean | undefined;
  readonly quiet?: boolean | undefined;
  readonly verbose?: boolean | undefined;
  readonly color?: boolean | undefined;
}

/** Where a command writes: results on stdout, everything else on stderr. The only place that prints. */
export interface Terminal {
  /** One line of a human result; nothing with `--json`. */
  say(line: string): void;
  /** One JSON document on stdout, only with `--json`. */
  document(value: unknown): void;
  /** A note on stderr; nothing with `--quiet`. */
  note(line: string): void;
  /** A note on stderr only with `--verbose`. */
  detail(line: string): void;
  /** Always on stderr. */
  complain(line: string): void;
  /** A command to the CI runner that reads along, on stderr. */
  command(line: string): void;
  /** Registers what is to be done before anything is written, such as clearing live lines; the latest one counts. */
  beforeWriting(prepare: () => void): void;
  readonly json: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
  readonly colors: Paint;
  /** Columns of stdout. */
  readonly width: number;
}

const same = (text: string) => text;

function paint(enabled: boolean, open: number, close: number): (text: string) => string {
  return enabled ? paintWith(open, close) : same;
}

/** Columns of stdout: the terminal's, else those of COLUMNS, else 100; at least 40. */
export function stdoutWidth(): number {
  return Math.max(40, process.stdout.columns ?? (Number(process.env.COLUMNS) || 100));
}

/** Whether to paint: `--no-color` and `NO_COLOR` forbid it, `FORCE_COLOR` forces it, else terminals only. */
function wantsColor(argument: boolean | undefined, stream: NodeJS.WriteStream): boolean {
  if (argument === false || (process.env.NO_COLOR ?? "") !== "") return false;
  if ((process.env.FORCE_COLOR ?? "0") !== "0") return true;
  return stream.isTTY === true && process.env.TERM !== "dumb";
}

/**
 * The terminal of one command. Whatever is said is made printable where it is written; callers that measure untrusted parts
 * pass them through `printable` before.
 */
export function openTerminal(argumentsGiven: CommonArguments): Terminal {
  const json = argumentsGiven.json === true;
  const quiet = argumentsGiven.quiet === true;
  const verbose = argumentsGiven.verbose === true;
  const enabled = wantsColor(argumentsGiven.color, json ? process.stderr : process.stdout);
  let prepare: () => void = () => undefined;
  const note = (line: string) => {
    prepare();
    writeNote(line);
  };
  return {
    json,
    quiet,
    verbose,
    width: stdoutWidth(),
    colors: {
      bold: paint(enabled, 1, 22),
      dim: paint(enabled, 2, 22),
      red: paint(enabled, 31, 39),
      green: paint(enabled, 32, 39),
      yellow: paint(enabled, 33, 39),
    },
    say: (line) => {
      if (json) return;
      prepare();
      writeResult(line);
    },
    document: (value) => {
      if (!json) return;
      prepare();
      writeDocument(value);
    },
    note: (line) => {
      if (!quiet) note(line);
    },
    detail: (line) => {
      if (verbose && !quiet) note(line);
    },
    complain: note,
    command: (line) => {
      prepare();
      writeCommand(line);
    },
    beforeWriting: (given) => {
      prepare = given;
    },
  };
}

/** An untrusted text for a table cell or a sentence: printable, on one line, at most `limit` characters. */
export function cell(text: string, limit = 60): string {
  const shown = printable(text, { oneLine: true });
  return shown.length > limit ? `${shown.slice(0, limit - 1)}…` : shown;
}
