import { randomInt } from "node:crypto";
import { guardLine, printable } from "../core/text.js";

/**
 * Stands in every colour code of this process until it is written, so that one that came with a name or a path is told from
 * our own. It takes no columns: to whoever measures a line it is one more number of the code.
 */
const OWN = String(randomInt(100_000_000, 999_999_999));
const OWN_PAINT = new RegExp(`\\u001b\\[(\\d+);${OWN}m`);

/** A function that paints text for a terminal with codes of its own; what it returns goes through {@link shown}. */
export function paintWith(open: number, close: number): (text: string) => string {
  return (text) => `\u001b[${open};${OWN}m${text}\u001b[${close};${OWN}m`;
}

/** A text as it is written to a terminal or a pipe: control characters that are not our own paint are shown, not sent. */
export function shown(text: string): string {
  return text
    .split(OWN_PAINT)
    .map((part, index) => (index % 2 === 0 ? printable(part) : `\u001b[${part}m`))
    .join("");
}

/** Lines as they are written where a CI runner reads along: none that came with a text is taken for a command. */
function guarded(lines: string): string {
  return shown(lines).split("\n").map(guardLine).join("\n");
}

/**
 * JSON in which no character moves a terminal, and no text is a CI runner's command: those that `JSON.stringify` leaves as
 * they are, are escaped too.
 */
export function shownJson(value: unknown, space?: number): string {
  return JSON.stringify(value, null, space).replace(
    /[\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]|(?<=#)#(?=\[|vso\[)/gi,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** What lines that are drawn need of the process; passed in for tests. */
export interface ProgressStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** Writes a line of a result to stdout. */
export function writeResult(line: string): void {
  process.stdout.write(`${guarded(line)}\n`);
}

/** Writes a document to stdout. */
export function writeDocument(value: unknown): void {
  process.stdout.write(`${shownJson(value, 2)}\n`);
}

/** Writes a line of anything else to stderr. */
export function writeNote(line: string): void {
  process.stderr.write(`${guarded(line)}\n`);
}

/** Writes a command of our own to the CI runner that reads stderr along. */
export function writeCommand(line: string): void {
  process.stderr.write(`${shown(line)}\n`);
}

/** Whether a terminal understands what moves its cursor. */
const isLiveTerminal = () => process.stderr.isTTY === true && process.env.TERM !== "dumb";

/** The terminal behind stderr, as wide as it is at the moment; for lines whose parts went through {@link shown}. */
export const standardError: ProgressStream = {
  get isTTY() {
    return isLiveTerminal();
  },
  get columns() {
    return process.stderr.columns;
  },
  write: (text) => process.stderr.write(text),
};
