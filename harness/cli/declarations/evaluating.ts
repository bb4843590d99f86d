import type { optionGroups } from "../../config/option.js";
import {
  MOST_CALLS,
  number,
  oneOf,
  text,
  texts,
  toggle,
  variableNameOf,
  webAddressOf,
  wholeFrom,
} from "../../config/option-kinds.js";
import { type OptionKey, options } from "../../config/options.js";
import type { Declaration } from "./declaration.js";
import { configFile, halfWidth, manyTexts, runFolder, whichJudge } from "./kinds.js";

/** Keys of all options of some groups. */
function keysOf(...groups: readonly (keyof typeof optionGroups)[]): OptionKey[] {
  return (Object.keys(options) as OptionKey[]).filter((key) => {
    const option: { readonly group: keyof typeof optionGroups; readonly flagOnly?: true } = options[key];
    return !option.flagOnly && groups.includes(option.group);
  });
}

const dollars = number((z) => z.number().gt(0), "DOLLARS");
const dollarsOrNone = number((z) => z.number().min(0), "DOLLARS");
const everything = keysOf("asked", "answering", "judging", "calls", "output");
/** How a run ends: its report and its gates. */
const ending = [
  "gates",
  "inconclusive",
  "report.formats",
  "report.title",
  "report.redact",
  "report.fonts",
] as const satisfies readonly OptionKey[];
const { dryRun, logFile } = options;
const runOptions = { dryRun, logFile } as const;

/** Commands that ask models and judges. */
export const evaluating = {
  run: {
    callsModels: true,
    summary: "answers, judgments, scores and report; resumes whatever the run folder holds",
    positionals: { config: configFile },
    settings: everything,
    options: runOptions,
    examples: [
      ["run assay.yaml", "what the config file says"],
      [
        "run --suite mt-bench --model a --model b --judge gpt-6-luna --base-url http://localhost:8000/v1",
        "two checkpoints on one endpoint",
      ],
      ["run assay.yaml --dry-run", "calls, tokens and cost; nothing is called"],
    ],
  },
  answer: {
    callsModels: true,
    summary: "as run, but stops when the answers are there",
    positionals: { config: configFile },
    settings: everything,
    options: runOptions,
    examples: [["answer assay.yaml --out runs/ckpt-1200", "answers now, judge later with `assay judge`"]],
  },
  judge: {
    callsModels: true,
    summary: "judges the answers of a run folder; models are not called",
    positionals: { run: runFolder },
    settings: [...keysOf("judging", "calls"), ...ending],
    options: runOptions,
    examples: [["judge runs/ckpt-1200 --judge gpt-6-luna", "adds another judge's verdicts"]],
  },
  plan: {
    summary:
      "what a decision will cost: questions, calls, money and power, simulated from earlier runs; calls nothing",
    positionals: { config: configFile },
    settings: everything,
    options: {
      from: { kind: manyTexts, help: "earlier run whose paired differences are simulated; may be repeated" },
      repetitions: { kind: wholeFrom(100, 100_000), help: "simulated runs of each design (default: 400)" },
      halfWidth,
      votePrice: { kind: dollars, help: "dollars of a person's vote" },
      answersPrice: {
        kind: dollarsOrNone,
        help: "dollars of both models' answers to a question (default: what the earlier runs paid)",
      },
      verdictsPrice: {
        kind: dollarsOrNone,
        help: "dollars of one round of verdicts on a question (default: what the earlier runs paid)",
      },
    },
    examples: [
      [
        "plan assay.yaml --from runs/main --from runs/ckpt-1200",
        "what each design takes, and where to spend next",
      ],
      [
        "plan --from runs/ckpts --budget 100 --vote-price 0.5",
        "how $100 are split best between questions, verdicts and votes",
      ],
      ["plan --from runs/ckpts --json", "earlier runs alone, as one JSON document"],
    ],
  },
  doctor: {
    summary: "checks config, keys, endpoints, assets; says what would fail and how to fix it",
    positionals: { config: configFile },
    settings: everything,
    options: runOptions,
    examples: [
      ["doctor assay.yaml", "one cheap call to each endpoint"],
      ["doctor assay.yaml --dry-run", "everything but the calls"],
    ],
  },
  audit: {
    callsModels: true,
    summary: "can the judge be trusted? Biases of a finished run, or attacks on a live judge",
    positionals: { run: { kind: text("RUN"), help: "run folder; left out with --judge" } },
    settings: [
      ...whichJudge,
      "orders",
      "concurrency",
      "rpm",
      "tpm",
      "timeout",
      "maxRetries",
      "maxReplyMb",
      "followRedirects",
      "startupWait",
      "budget",
      "prices",
    ],
    options: {
      dryRun,
      failOn: {
        kind: oneOf("flagged", "unclear"),
        help: "exit 1 when something is flagged, or also when something is unclear (default: exit 0)",
      },
      config: { kind: text("FILE"), help: "config file whose one judge is attacked, such as a reward model" },
      mode: {
        kind: oneOf("single", "pairwise", "ranking"),
        help: "how the judge is asked (default: single)",
      },
      limit: { kind: wholeFrom(1), help: "questions of the attack battery, 1 to 24 (default: 8)" },
    },
    examples: [
      ["audit runs/ckpt-1200", "position, length, family, template collisions, retest variance"],
      ["audit --judge my-judge --judge-base-url http://localhost:8000/v1", "the attack battery"],
    ],
  },
  batch: {
    callsModels: true,
    summary: "requests as files of the OpenAI Batch format, and their results back into the run",
    positionals: {
      action: { kind: oneOf("export", "import"), help: "what to do", required: true },
      target: { kind: text("RUN"), help: "run folder; for export also a config file" },
      files: { kind: manyTexts, help: "import: output and error files of the batches" },
    },
    settings: [
      ...keysOf("asked", "answering", "judging"),
      "cache",
      "prices",
      "maxRetries",
      "retryFailed",
      "seed",
      "maxMissing",
      "replace",
      ...ending,
    ],
    options: {
      out: { kind: text("FOLDER"), help: "folder for the request files", only: "export" },
      run: { kind: text("RUN"), help: "run folder, where a config file is given", only: "export" },
    },
    examples: [
      ["batch export assay.yaml --run runs/x --out requests", "everything that can be asked now"],
      ["batch import runs/x results/*.jsonl", "records what came back; export again for the next round"],
    ],
  },
  worker: {
    callsModels: true,
    summary: "makes the calls of runs that were started with --queue; as many workers as you like",
    settings: ["queue"],
    options: {
      concurrency: { kind: wholeFrom(1, MOST_CALLS), help: "calls in flight at once (default: 16)" },
      allowEndpoint: {
        kind: texts("URL", (z) => z.array(webAddressOf(z))),
        help: "base URL that calls from the queue may go to, with every path below it",
      },
      allowKeyEnv: {
        kind: texts("VARIABLE", (z) => z.array(variableNameOf(z))),
        help: "environment variable with a key that calls from the queue may use",
      },
    },
    examples: [
      [
        "worker --queue redis://head:6379 --allow-endpoint https://api.openai.com/v1 --allow-key-env OPENAI_API_KEY",
        "keys come from this machine's own environment",
      ],
    ],
  },
  merge: {
    summary: "joins run folders: the shards of a run, or models that were run on several machines",
    positionals: { runs: { kind: manyTexts, help: "run folders", required: true } },
    settings: ["maxMissing", ...ending],
    options: {
      out: { kind: text("FOLDER"), help: "run folder to write", required: true },
      force: { kind: toggle, help: "replace a run folder that exists" },
      calibration: { kind: text("FOLDER"), help: "folder with AlpacaEval's calibration files" },
    },
    examples: [
      ["merge runs/shard-* --out runs/whole", "the parts of `assay run --shard I/N`"],
      ["merge node-a/runs/x node-b/runs/y --out runs/both", "two models, one board"],
    ],
  },
} as const satisfies Record<string, Declaration>;
