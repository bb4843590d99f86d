import type { Options, PositionalOptions } from "yargs";
import { ConfigError } from "../core/errors.js";
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

/** `assay audit` asks a judge as a run does; the judge's flags are those of `assay run`. */
const auditOptions = {
  ...Object.fromEntries(
    Object.entries(runOptions).filter(([flag]) =>
      /^(judge|orders|concurrency|rpm|tpm|timeout|max-retries|budget|prices|seed|dry)/.test(flag),
    ),
  ),
  mode: {
    type: "string",
    choices: ["single", "pairwise"],
    describe: "how the judge is asked (default single)",
  },
  limit: { type: "number", describe: "questions of the attack battery, 1 to 24 (default 8)" },
} as const satisfies Readonly<Record<string, Options>>;

/** `--budget` at the end of a line is a slip: a run without the cap is not what was meant. */
function refuseMissingValues(
  options: Readonly<Record<string, Options>>,
  given: Readonly<Record<string, unknown>>,
): void {
  for (const [flag, { type }] of Object.entries(options)) {
    if (type === "boolean" || !Object.hasOwn(given, flag)) continue;
    const values = Array.isArray(given[flag]) ? given[flag] : [given[flag]];
    if (values.length > 0 && values.every((one) => one !== undefined && one !== "")) continue;
    throw new ConfigError(`--${flag} is given without a value`, {
      code: "value-missing",
      remedy: "Give it one, or leave the flag out.",
    });
  }
}

const definitions: readonly CommandDefinition[] = [
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
        /^(judge|orders|mode|baseline|concurrency|rpm|tpm|timeout|max|budget|prices|cache|batch|queue|seed|retry|format|title|log|dry)/.test(
          flag,
        ),
      ),
    ),
    examples: [["judge runs/ckpt-1200 --judge gpt-4.1", "adds another judge's verdicts"]],
    load: async () => (await import("./commands/judge.js")).judge,
  },
  {
    name: "score",
    usage: "score <paths..>",
    summary: "scores run folders, or files of FastChat and AlpacaEval; never calls a model",
    positionals: {
      paths: { type: "string", array: true, describe: "run folders or judgment files", demandOption: true },
    },
    options: {
      compat: { type: "boolean", describe: "compute exactly as the original tool does, defects included" },
      scale: {
        type: "string",
        describe: "scale of recorded ratings, such as 0..100 (default: found by looking)",
      },
      calibration: {
        type: "string",
        describe: "folder with AlpacaEval's df_gamed.csv and instruction_difficulty.csv",
      },
      leaderboard: {
        type: "string",
        describe: "published rows beside your own: minimal, verified, community, or a leaderboard.csv",
      },
      "predict-against": {
        type: "string",
        describe: "AlpacaEval 2: predict win rates against this model of the board or leaderboard",
      },
      "fit-difficulties": {
        type: "string",
        describe:
          "estimate the difficulties of your own instructions from these models, and keep them in this file",
      },
      difficulties: { type: "string", describe: "file of such difficulties, for length control" },
      seed: { type: "number", describe: "seed of bootstrap intervals" },
    },
    examples: [
      ["score runs/ckpt-1200 --json", "boards as one JSON document"],
      ["score data/mt_bench/model_judgment/gpt-4_single.jsonl", "published judgments"],
      ["score results/*/*/annotations.json --leaderboard minimal", "AlpacaEval, among known models"],
      ["score mine=results/x/annotations.json", "under a name of your own; PATH#model picks one of several"],
    ],
    load: async () => (await import("./commands/score.js")).score,
  },
  {
    name: "report",
    usage: "report <runs..>",
    summary: "renders the report of one or several runs; never calls a model",
    positionals: {
      runs: { type: "string", array: true, describe: "run folders, oldest first", demandOption: true },
    },
    options: {
      format: {
        type: "string",
        array: true,
        describe: "html, markdown, png, svg, csv, json, junit, metrics",
      },
      out: { type: "string", describe: "folder (default: RUN/report)" },
      title: { type: "string", describe: "title of the report" },
      redact: { type: "boolean", describe: "leave out all answer texts" },
      open: { type: "boolean", describe: "open the page in a browser" },
      site: { type: "string", describe: "add the run to a static site in this folder" },
      calibration: { type: "string", describe: "folder with AlpacaEval's calibration files" },
      leaderboard: {
        type: "string",
        describe:
          "published rows of AlpacaEval beside your own: minimal, verified, community, or a leaderboard.csv",
      },
    },
    examples: [
      ["report runs/ckpt-1200 --format html,png", "page and charts"],
      ["report runs/a runs/b runs/c", "checkpoints over time"],
    ],
    load: async () => (await import("./commands/report.js")).report,
  },
  {
    name: "compare",
    usage: "compare <sources..>",
    summary: "is the candidate better? Paired comparison, also the CI gate",
    positionals: {
      sources: {
        type: "string",
        array: true,
        describe: "BASE CANDIDATE…: run folders, judgment files or a baseline file; PATH#model picks one",
        demandOption: true,
      },
    },
    options: {
      margin: { type: "number", describe: "largest loss that still passes (default 0)" },
      confidence: { type: "number", describe: "level of the interval (default 0.95)" },
      inconclusive: {
        type: "string",
        choices: ["pass", "fail", "exit-4"],
        describe: "exit code of an inconclusive result",
      },
      "across-protocols": { type: "boolean", describe: "compare although suites or protocols differ" },
      "self-check": { type: "boolean", describe: "also say how often this gate would fail on nothing" },
      scale: {
        type: "string",
        describe: "scale of recorded ratings, such as 0..100 (default: found by looking)",
      },
      compat: { type: "boolean", describe: "read files exactly as the original tool does" },
      calibration: { type: "string", describe: "folder with AlpacaEval's calibration files" },
      seed: { type: "number", describe: "seed of the permutation test" },
    },
    examples: [
      [
        "compare runs/main runs/ckpt-1200 --margin 0.2",
        "exit 1 when the checkpoint is worse by more than 0.2",
      ],
      ["compare baseline.json runs/ckpt-1200 --margin 0.2 --self-check", "against a committed baseline"],
      ["compare judgments.jsonl#model-a judgments.jsonl#model-b", "two models of one file"],
      ["compare runs/1 runs/2 runs/3", "a trend over checkpoints"],
    ],
    load: async () => (await import("./commands/compare.js")).compare,
  },
  {
    name: "baseline",
    usage: "baseline <action> <run>",
    summary: "writes a model's figures to a small file that can be committed, for gates and comparisons",
    positionals: {
      action: { type: "string", choices: ["write"], describe: "what to do", demandOption: true },
      run: { type: "string", describe: "run folder; RUN#model picks a model", demandOption: true },
    },
    options: {
      out: { type: "string", describe: "file (default: baseline.json)" },
      model: { type: "string", describe: "model, where the run measures several" },
      calibration: { type: "string", describe: "folder with AlpacaEval's calibration files" },
    },
    examples: [
      ["baseline write runs/main --out baseline.json", "then gate on it: against: baseline.json"],
      ["baseline write runs/main --model ckpt-1200", "one of several models"],
    ],
    load: async () => (await import("./commands/baseline.js")).baseline,
  },
  {
    name: "agreement",
    usage: "agreement <first> <second>",
    summary: "do two judges agree? Two sets of verdicts: runs, RUN#protocol, judgment files, human votes",
    positionals: {
      first: { type: "string", describe: "run folder, RUN#protocol or file", demandOption: true },
      second: {
        type: "string",
        describe: "likewise; the same file twice compares its raters",
        demandOption: true,
      },
    },
    options: {
      seed: { type: "number", describe: "seed of the bootstrap intervals" },
      replicates: { type: "number", describe: "bootstrap resamples (default 2000)" },
      scale: {
        type: "string",
        describe: "scale of recorded ratings, such as 0..100 (default: found by looking)",
      },
      compat: { type: "boolean", describe: "read files exactly as the original tool does" },
    },
    examples: [
      ["agreement runs/gpt-4.1 runs/own-judge", "two judges over the same answers"],
      ["agreement runs/x#mt-bench-pair human-votes.json", "judge and people"],
    ],
    load: async () => (await import("./commands/agreement.js")).agreement,
  },
  {
    name: "audit",
    usage: "audit [run]",
    summary: "can the judge be trusted? Biases of a finished run, or attacks on a live judge",
    positionals: { run: { type: "string", describe: "run folder; left out with --judge" } },
    options: auditOptions,
    examples: [
      ["audit runs/ckpt-1200", "position, length, family, template collisions, retest variance"],
      ["audit --judge my-judge --judge-base-url http://localhost:8000/v1", "the attack battery"],
    ],
    load: async () => (await import("./commands/audit.js")).audit,
  },
  {
    name: "data",
    usage: "data <action> [names..]",
    summary: "benchmark assets: what there is, fetch, check, find",
    positionals: {
      action: {
        type: "string",
        choices: ["list", "fetch", "verify", "path"],
        describe: "what to do",
        demandOption: true,
      },
      names: { type: "string", array: true, describe: "assets, or groups such as mt-bench (default: all)" },
    },
    options: {},
    examples: [
      ["data list", "what there is, from where, under what licence"],
      ["data fetch mt-bench", "downloads, resumes and checks"],
      ["data path mt-bench/questions", "where the file is"],
    ],
    load: async () => (await import("./commands/data.js")).data,
  },
  {
    name: "list",
    usage: "list [what]",
    summary: "what can be named, one line each",
    positionals: {
      what: {
        type: "string",
        choices: ["suites", "judges", "adapters", "reports"],
        describe: "default: all four",
      },
    },
    options: {},
    examples: [["list suites", "names for --suite"]],
    load: async () => (await import("./commands/list.js")).list,
  },
  {
    name: "init",
    usage: "init",
    summary: "writes a commented config and, on request, a CI workflow",
    options: {
      out: { type: "string", describe: "config file (default: assay.yaml)" },
      ci: {
        type: "string",
        choices: ["github", "gitlab"],
        describe: "also write a workflow for this service",
      },
      force: { type: "boolean", describe: "replace a file that exists" },
    },
    examples: [
      ["init", "assay.yaml with every key explained"],
      ["init --ci github", "also .github/workflows/assay.yml"],
    ],
    load: async () => (await import("./commands/init.js")).init,
  },
  {
    name: "doctor",
    usage: "doctor [config]",
    summary: "checks config, keys, endpoints, assets; says what would fail and how to mend it",
    positionals: configPositional,
    options: runOptions,
    examples: [
      ["doctor assay.yaml", "one cheap call to each endpoint"],
      ["doctor assay.yaml --dry-run", "everything but the calls"],
    ],
    load: async () => (await import("./commands/doctor.js")).doctor,
  },
  {
    name: "cache",
    usage: "cache <action>",
    summary: "replies that runs share: how many, how old; remove old ones or all",
    positionals: {
      action: {
        type: "string",
        choices: ["stats", "prune", "clear"],
        describe: "what to do",
        demandOption: true,
      },
    },
    options: {
      "older-than": { type: "string", describe: "prune: age such as 12h, 30d or 8w" },
      "max-size": {
        type: "string",
        describe: "prune: size such as 500MB or 2GB; the oldest replies go first",
      },
    },
    examples: [
      ["cache stats", "replies, size, age"],
      ["cache prune --older-than 30d --max-size 2GB", "whatever is older or more"],
    ],
    load: async () => (await import("./commands/cache.js")).cache,
  },
  {
    name: "merge",
    usage: "merge <runs..>",
    summary: "joins run folders: the shards of a run, or models that were run on several machines",
    positionals: {
      runs: { type: "string", array: true, describe: "run folders", demandOption: true },
    },
    options: {
      out: { type: "string", describe: "run folder to write", demandOption: true },
      force: { type: "boolean", describe: "replace a run folder that exists" },
      calibration: { type: "string", describe: "folder with AlpacaEval's calibration files" },
      "max-missing": runOptions["max-missing"],
      gate: runOptions.gate,
      inconclusive: runOptions.inconclusive,
      format: runOptions.format,
      title: runOptions.title,
    },
    examples: [
      ["merge runs/shard-* --out runs/whole", "the parts of `assay run --shard I/N`"],
      ["merge node-a/runs/x node-b/runs/y --out runs/both", "two models, one board"],
    ],
    load: async () => (await import("./commands/merge.js")).merge,
  },
  {
    name: "worker",
    usage: "worker",
    summary: "makes the calls of runs that were started with --queue; as many workers as you like",
    options: {
      queue: { type: "string", describe: "the Redis that the runs name (default: ASSAY_QUEUE)" },
      concurrency: { type: "number", describe: "calls in flight at once (default: 16)" },
    },
    examples: [["worker --queue redis://head:6379", "keys come from this machine's own environment"]],
    load: async () => (await import("./commands/worker.js")).worker,
  },
  {
    name: "batch",
    usage: "batch <action> [target] [files..]",
    summary: "requests as files of the OpenAI Batch format, and their results back into the run",
    positionals: {
      action: { type: "string", choices: ["export", "import"], describe: "what to do", demandOption: true },
      target: { type: "string", describe: "run folder; for export also a config file" },
      files: { type: "string", array: true, describe: "import: output and error files of the batches" },
    },
    options: {
      ...runOptions,
      out: { type: "string", group: runOptions.out.group, describe: "export: folder for the request files" },
      run: {
        type: "string",
        group: runOptions.out.group,
        describe: "export: run folder, where a config file is given",
      },
    },
    examples: [
      ["batch export assay.yaml --run runs/x --out requests", "everything that can be asked now"],
      ["batch import runs/x results/*.jsonl", "records what came back; export again for the next round"],
    ],
    load: async () => (await import("./commands/batch.js")).batch,
  },
  {
    name: "export",
    usage: "export <run>",
    summary: "writes a run in the layout that FastChat or alpaca_eval reads",
    positionals: runPositional,
    options: {
      format: {
        type: "string",
        choices: ["fastchat", "alpaca-eval"],
        demandOption: true,
        describe: "layout",
      },
      out: { type: "string", describe: "folder to write" },
    },
    examples: [["export runs/ckpt-1200 --format fastchat --out exported", "exported/mt_bench/…"]],
    load: async () => (await import("./commands/exchange.js")).exportRun,
  },
  {
    name: "import",
    usage: "import <paths..>",
    summary: "makes a run folder of FastChat's or alpaca_eval's files",
    positionals: { paths: { type: "string", array: true, describe: "files or folders", demandOption: true } },
    options: {
      format: {
        type: "string",
        choices: ["fastchat", "alpaca-eval"],
        describe: "layout (default: found by looking at the files)",
      },
      out: { type: "string", describe: "run folder to write" },
      scale: {
        type: "string",
        describe: "scale of recorded ratings, such as 0..100 (default: found by looking)",
      },
    },
    examples: [
      ["import data/mt_bench --out runs/published", "answers and judgments of FastChat"],
      ["import gpt-4_single.jsonl --out runs/published", "one file of judgments"],
    ],
    load: async () => (await import("./commands/exchange.js")).importRun,
  },
];

/** All commands, in the order of `assay --help`. */
export const commands: readonly CommandDefinition[] = definitions.map((definition) => ({
  ...definition,
  load: async () => {
    const handle = await definition.load();
    return async (given, terminal) => {
      refuseMissingValues(definition.options, given);
      return handle(given, terminal);
    };
  },
}));
