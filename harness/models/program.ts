import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { StringDecoder } from "node:string_decoder";
import { type Clock, systemClock } from "../core/clock.js";
import { printable } from "../core/text.js";

/** A program to be kept running. */
export interface ProgramOptions {
  readonly command: string;
  readonly args: readonly string[];
  /** Working directory of the program. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly clock?: Clock;
  /** How long the program may take to end by itself, and again after SIGTERM. */
  readonly graceMs: number;
}

/** What a running program tells its owner. */
export interface ProgramEvents {
  /** One line of its standard output, without the line feed. */
  line(text: string): void;
  /** It has ended or could not be started; no further line follows. */
  end(why: string): void;
}

/** A running program. */
export interface Program {
  readonly isRunning: boolean;
  /** Writes one line to its standard input. */
  write(line: string): void;
  /** Its last lines on standard error, printable. */
  lastWords(): string;
  /** Ends it: end of input, then SIGTERM, then SIGKILL, a grace period apart. */
  close(): Promise<void>;
  /** Ends it at once. */
  kill(): void;
}

const MOST_STDERR_CHARACTERS = 4000;
const MOST_STDERR_LINES = 10;
const MOST_LINE_CHARACTERS = 64 * 1024 * 1024;

function splitLines(onLine: (line: string) => void, onOverlong: () => void): (chunk: Buffer) => void {
  const decoder = new StringDecoder("utf8");
  let parts: string[] = [];
  let length = 0;
  return (chunk) => {
    const pieces = decoder.write(chunk).split("\n");
    const last = pieces.pop() ?? "";
    for (const piece of pieces) {
      const line = parts.length === 0 ? piece : `${parts.join("")}${piece}`;
      parts = [];
      length = 0;
      onLine(line.endsWith("\r") ? line.slice(0, -1) : line);
    }
    if (last === "") return;
    parts.push(last);
    length += last.length;
    if (length > MOST_LINE_CHARACTERS) onOverlong();
  };
}

function describeExit(code: number | null, signal: NodeJS.Signals | null): string {
  return signal === null ? `ended with exit code ${String(code)}` : `was ended by ${signal}`;
}

/** Starts a program without a shell. What goes wrong comes through `events.end`; nothing is thrown. */
export function startProgram(options: ProgramOptions, events: ProgramEvents): Program {
  const clock = options.clock ?? systemClock;
  let isRunning = true;
  let stderr = "";
  let child: ChildProcessWithoutNullStreams | undefined;
  let settleExit: () => void = () => undefined;
  const exited = new Promise<void>((resolve) => {
    settleExit = resolve;
  });
  const timers = new AbortController();
  const grace = () => clock.sleep(options.graceMs, timers.signal).catch(() => undefined);
  const end = (why: string) => {
    if (!isRunning) return;
    isRunning = false;
    timers.abort();
    settleExit();
    events.end(why);
  };
  const kill = (signal: NodeJS.Signals = "SIGKILL") => child?.kill(signal);

  const start = () => {
    const started = spawn(options.command, options.args, {
      cwd: options.folder,
      env: { ...options.environment },
      stdio: ["pipe", "pipe", "pipe"],
      windowsHide: true,
    });
    child = started;
    started.on("error", (error) => end(`cannot be started: ${error.message}`));
    // `close` comes when all that it wrote has been read, but never while a child of its own holds its output open.
    started.on("close", (code, signal) => end(describeExit(code, signal)));
    started.on("exit", (code, signal) => {
      void grace().then(() => end(describeExit(code, signal)));
    });
    // A program that ends while it is written to shows itself through `close`.
    started.stdin.on("error", () => undefined);
    started.stdout.on(
      "data",
      splitLines(
        (line) => isRunning && events.line(line),
        () => {
          kill();
          end("wrote a line of more than 64 MB");
        },
      ),
    );
    started.stderr.on("data", (chunk: Buffer) => {
      stderr = (stderr + chunk.toString("utf8")).slice(-MOST_STDERR_CHARACTERS);
    });
  };
  try {
    start();
  } catch (error) {
    // After this call has returned, so that its owner already holds the program.
    queueMicrotask(() => end(`cannot be started: ${error instanceof Error ? error.message : String(error)}`));
  }

  return {
    get isRunning() {
      return isRunning;
    },
    write: (line) => void child?.stdin.write(`${line}\n`),
    lastWords: () => printable(stderr.trim().split("\n").slice(-MOST_STDERR_LINES).join("\n")),
    kill: () => {
      kill();
    },
    async close() {
      if (!isRunning) return;
      child?.stdin.end();
      const escalate = async () => {
        await grace();
        if (isRunning) kill("SIGTERM");
        await grace();
        if (isRunning) kill("SIGKILL");
      };
      await Promise.all([exited, escalate()]);
    },
  };
}
