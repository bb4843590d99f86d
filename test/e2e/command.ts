import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "../..");

/** How a command ended. */
export interface CommandResult {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A running `assay`. */
export interface RunningCommand {
  readonly child: ChildProcess;
  readonly ended: Promise<CommandResult>;
  /** Resolves when it has said this on stderr. */
  saying(words: string): Promise<void>;
}

/** How to start a command. */
export interface CommandOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Options of node itself. */
  readonly node?: readonly string[];
  /** Checkout whose built command it is; this one by default. */
  readonly checkout?: string;
}

/** An empty folder for one test. */
export function workFolder(): string {
  return mkdtempSync(join(tmpdir(), "assay-e2e-"));
}

/** Entry of the built command of this checkout. */
export function cliPath(checkout = root): string {
  return join(checkout, "dist", "cli.js");
}

/** Starts the built command with a clean environment: no keys, no cache but the test's own. */
export function startAssay(args: readonly string[], options: CommandOptions = {}): RunningCommand {
  const cwd = options.cwd ?? workFolder();
  const cli = cliPath(options.checkout);
  const env = {
    PATH: process.env.PATH,
    HOME: cwd,
    ASSAY_HOME: join(cwd, ".assay"),
    NO_COLOR: "1",
    ...options.env,
  };
  const child = spawn(process.execPath, [...(options.node ?? []), cli, ...args], {
    cwd,
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text) => {
    stdout += text;
  });
  const listeners = new Set<() => void>();
  child.stderr.setEncoding("utf8").on("data", (text) => {
    stderr += text;
    for (const listener of listeners) listener();
  });
  const saying = (words: string) =>
    new Promise<void>((resolve) => {
      const look = () => {
        if (stderr.includes(words)) resolve();
      };
      listeners.add(look);
      look();
    });
  const ended = new Promise<CommandResult>((done) => {
    child.on("close", (code, signal) => done({ code, signal, stdout, stderr }));
  });
  return { child, ended, saying };
}

/** Runs the built command to its end. */
export function runAssay(args: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
  return startAssay(args, options).ended;
}
