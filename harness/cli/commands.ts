import type { Options, PositionalOptions } from "yargs";
import { runOptions } from "./run-options.js";
import type { Terminal } from "./terminal.js";

/** Runs a command; resolves to the exit code. Throws AssayErrors for what the user must mend. */
export type CommandHandler = (
  given: Readonly<Record<string, unknown>>,
  terminal: Terminal,
) => Promise<number>;

/** One command as `--help` shows it; its code is loaded only when it runs. */
export interface CommandDefinition {
  readonly name: string;
  /** yargs' form: name and positionals. */
  readonly usage: string;
  readonly summary: string;
  readonly options: Readonly<Record<string, Options>>;
  readonly positionals?: Readonly<Record<string, PositionalOptions>>;
  /** Command line without `assay`, and what it does. */
  readonly examples: readonly (readonly [string, string])[];
  load(): Promise<CommandHandler>;
}

const configPositional = {
  config: { type: "string", describe: "config file: YAML, JSON or a module" },
} as const;
const runPositional = { run: { type: "string", describe: "run folder", demandOption: true } } as const;

/** All commands, in the order of `assay --help`. */
export const commands: readonly CommandDefinition[] = [
  {
    name: "quickstart",
    usage: "quickstart",
    summary: "the whole job on the bundled suite with recorded models and judge: no key, no network",
    options: {
      out: { type: "string", describe: "run folder (default: runs/quickstart)" },
    },
    examples: [["quickstart", "24 questions, two recorded models, single and pairwise verdicts, a report"]],
    load: async () => (await import("./commands/quickstart.js")).quickstart,
  },
  {
    name: "run",
    usage: "run [config]",
    summary: "answers, judgments, scores and report; resumes whatever the run folder holds",
    positionals: configPositional,
    options: runOptions,
    examples: [
      ["run assay.yaml", "what the config file says"],
      [
        "run --suite mt-bench --model a --model b --judge gpt-4.1 --base-url http://localhost:8000/v1",
        "two checkpoints on one endpoint",
      ],
      ["run assay.yaml --dry-run", "calls, tokens and cost; nothing is called"],
    ],
    load: async () => (await import("./commands/run.js")).run,
  },
  {
    name: "answer",
    usage: "answer [config]",
    summary: "as run, but stops when the answers are there",
    positionals: configPositional,
    options: runOptions,
    examples: [["answer assay.yaml --out runs/ckpt-1200", "answers now, judge later with `assay judge`"]],
    load: async () => (await import("./commands/run.js")).answer,
  },
  {
    name: "judge",
    usage: "judge <run>",
    summary: "judges the answers of a run folder; models are not called",
    positionals: runPositional,
    options: Object.fromEntries(
      Object.entries(runOptions).filter(([flag]) =>
        /^(judge|orders|mode|baseline|concurrency|rpm|tpm|timeout|max|budget|prices|cache|seed|retry|format|title|log|dry)/.test(
          flag,
        ),
      ),
    ),
    examples: [["judge runs/ckpt-1200 --judge gpt-4.1", "adds another judge's verdicts"]],
    load: async () => (await import("./commands/judge.js")).judge,
  },
];
