import { gateEntryOf, judgeEntryOf, judgingModes, modelEntryOf } from "./entries.js";
import { gateExamples, judgeExamples, modelExamples } from "./option-examples.js";
import {
  gates,
  type Kind,
  nameOf,
  number,
  oneOf,
  positive,
  text,
  texts,
  toggle,
  variableNameOf,
  webAddressOf,
  wholeFrom,
  wholeOrAuto,
} from "./option-kinds.js";

/** Groups of options: headings of help, of the config template and of docs/configuration.md. */
export const optionGroups = {
  asked: "What is asked",
  answering: "Who answers",
  judging: "Who judges",
  calls: "Calls and money",
  output: "What comes out",
} as const;

/** A flag of a command, or one that is an option of the configuration as well. */
export interface FlagOption<Value = unknown> {
  readonly kind: Kind<Value>;
  /** One line for `--help`, without what holds by default. */
  readonly help: string;
  /** Its flag where that is not the key in kebab case. */
  readonly flag?: string;
}

/** One option: everything that flags, variables, config schema, template, help and docs say of it. */
export interface ConfigOption<Value = unknown> extends FlagOption<Value> {
  readonly group: keyof typeof optionGroups;
  /** A fuller sentence for docs and template, in Markdown; `help` by default. */
  readonly docs?: string;
  /** What holds where nothing is said. */
  readonly default?: Value;
  /** What holds where there is no single default, in Markdown. */
  readonly otherwise?: string;
  /** Its value in the template, as YAML. */
  readonly example?: string;
  /** Whether the template sets it; others are shown switched off. */
  readonly isSet?: true;
  /** No `ASSAY_…` variable sets it. */
  readonly noVariable?: true;
  /** It stands on the command line alone: no key and no variable. */
  readonly flagOnly?: true;
}

/** A table of options by config key; `report.title` is the key `title` under `report`. */
export type OptionTable = Readonly<Record<string, ConfigOption>>;

/**
 * Every option of a run, once. Flags, `ASSAY_…` variables, the config schema, the template of `assay init`, help and
 * the tables of docs/configuration.md are made from it.
 */
export const options = {
  suites: {
    kind: texts("NAME", (z) => z.array(nameOf(z)).min(1)),
    flag: "suite",
    group: "asked",
    help: "suite, or file of your own questions",
    docs: "list of suites: a name of `assay list suites`, or the path of [a file of your own](suites.md)",
    example: "[assay-80]",
    isSet: true,
  },
  limit: {
    kind: wholeFrom(1),
    group: "asked",
    help: "only the first N questions of each suite",
    otherwise: "all",
    example: "20",
  },
  limitPerCategory: {
    kind: wholeFrom(1),
    group: "asked",
    help: "only the first N questions of each category",
    otherwise: "all",
    example: "2",
  },
  questions: {
    kind: texts("ID", (z) => z.array(z.union([nameOf(z), z.number()]))),
    flag: "question",
    group: "asked",
    help: "only these questions, by id",
    otherwise: "all",
    example: '["1", "2"]',
  },
  shard: {
    kind: text("I/N", (z) => z.string().regex(/^\d{1,6}\/\d{1,6}$/, "must be I/N, such as 2/8")),
    group: "asked",
    help: "only part I of N of the questions, such as 2/8; `assay merge` joins the parts",
    docs: "only part `I/N` of the questions, such as `2/8`, for several machines; [`assay merge`](scaling.md#shards-one-run-on-many-machines) joins the parts",
    otherwise: "all",
    example: "2/8",
  },
  trials: {
    kind: wholeFrom(1),
    group: "asked",
    help: "answers per question and model",
    docs: "answers per question and model; several show how much a model varies",
    default: 1,
    example: "1",
  },
  models: {
    kind: {
      ...texts("[ID=]NAME", (z) => z.array(z.union([nameOf(z), modelEntryOf(z)]))),
      isRepeated: true,
    },
    flag: "model",
    group: "answering",
    help: "model to measure: NAME, or ID=NAME with a display id",
    docs: "list of models to measure: a name, `ID=NAME` with a display id, or [an entry](#models-and-judges)",
    example: modelExamples,
    isSet: true,
  },
  baseUrl: {
    kind: text("URL", webAddressOf),
    group: "answering",
    help: "OpenAI-compatible endpoint of models that name none",
    otherwise: "`OPENAI_BASE_URL`, else OpenAI",
    example: "http://localhost:8000/v1",
  },
  apiKeyEnv: {
    kind: text("VARIABLE", variableNameOf),
    group: "answering",
    help: "environment variable that holds its key",
    default: "OPENAI_API_KEY",
    example: "OPENAI_API_KEY",
  },
  judges: {
    kind: { ...texts("NAME", (z) => z.array(z.union([nameOf(z), judgeEntryOf(z)]))), isRepeated: true },
    flag: "judge",
    group: "judging",
    help: "judge model; or a judge of `assay list judges`, its file or folder",
    docs: "list of judge models: a name, or [an entry](#models-and-judges); a name of `assay list judges`, or a judge's file or folder, stands for that protocol with its own judge model",
    example: judgeExamples,
    isSet: true,
  },
  judgeProtocol: {
    kind: text("NAME"),
    group: "judging",
    help: "how it judges: a name of `assay list judges`, an alpaca_eval annotator folder, or a module",
    docs: "how judges judge that do not say: a name of `assay list judges`, a folder with alpaca_eval's `configs.yaml`, or [a file](judges.md)",
    otherwise: "the suite's",
    example: "assay",
  },
  judgeBaseUrl: {
    kind: text("URL", webAddressOf),
    group: "judging",
    help: "endpoint of judges that name none",
    otherwise: "the models'",
    example: "https://api.openai.com/v1",
  },
  judgeApiKeyEnv: {
    kind: text("VARIABLE", variableNameOf),
    group: "judging",
    help: "environment variable that holds its key",
    otherwise: "the models' at the models' endpoint, else `OPENAI_API_KEY`",
    example: "OPENAI_API_KEY",
  },
  mode: {
    kind: oneOf(...judgingModes),
    group: "judging",
    help: "what is judged",
    docs: "`single`: each answer is rated; `pairwise-baseline`: each against the baseline's; `pairwise-all`: every model against every other",
    otherwise: "the suite's",
    example: "single",
  },
  baseline: {
    kind: text("NAME"),
    group: "judging",
    help: "opponent: a model (of the run, recorded or live), or a file of answers (PATH, PATH#MODEL)",
    docs: "opponent of `pairwise-baseline`: a model of the run, published answers by model name, or a file of recorded answers",
    otherwise: "the suite's",
    example: "my-model",
  },
  orders: {
    kind: oneOf("seeded", "both"),
    group: "judging",
    help: "orders in which a pair is shown",
    docs: "orders in which a pair is shown: `both`, or `seeded` (one, drawn)",
    otherwise: "the protocol's",
    example: "both",
  },
  judgeAttempts: {
    kind: wholeFrom(1),
    group: "judging",
    help: "how often an unreadable verdict is sought",
    docs: "how often an unreadable verdict is sought, the first time included",
    default: 2,
    example: "2",
  },
  judgeSamples: {
    kind: wholeFrom(1),
    group: "judging",
    help: "estimate weighted preferences from N samples",
    docs: "estimate weighted preferences from so many samples, for endpoints without log-probabilities",
    example: "8",
  },
  concurrency: {
    kind: wholeOrAuto,
    group: "calls",
    help: "calls in flight per endpoint",
    docs: "calls in flight per endpoint: a number, or `auto`, which finds out what the endpoint bears",
    default: "auto",
    example: "auto",
  },
  rpm: {
    kind: positive,
    group: "calls",
    help: "most requests per minute and endpoint",
    otherwise: "none",
    example: "500",
  },
  tpm: {
    kind: positive,
    group: "calls",
    help: "most tokens per minute and endpoint",
    otherwise: "none",
    example: "200000",
  },
  timeout: {
    kind: positive,
    group: "calls",
    help: "seconds for one attempt, headers and body",
    default: 600,
    example: "600",
  },
  maxRetries: {
    kind: wholeFrom(0),
    group: "calls",
    help: "attempts after the first one, for limits and faults",
    default: 8,
    example: "8",
  },
  budget: {
    kind: positive,
    group: "calls",
    help: "hard cap in US dollars over everything",
    docs: "hard cap in US dollars over answers, judgments and retries; exit code 3 when it is reached",
    otherwise: "none",
    example: "20",
  },
  prices: {
    kind: text("FILE"),
    group: "calls",
    help: "price file that overrides the bundled prices",
    docs: "[price file](#price-file) that overrides the bundled prices",
    otherwise: "bundled prices",
    example: "prices.yaml",
  },
  cache: {
    kind: toggle,
    group: "calls",
    help: "share replies between runs",
    docs: "share replies between runs; switch it off where the model behind one name changes",
    default: true,
    example: "true",
  },
  batch: {
    kind: toggle,
    group: "calls",
    help: "ask through the endpoint's Batch API: half the price, up to a day",
    docs: "ask through the endpoints' [Batch APIs](scaling.md#batches-half-the-price-up-to-a-day): half the price, up to a day; an entry of models or judges may say so for itself",
    otherwise: "`false`",
    example: "true",
  },
  batchPoll: {
    kind: positive,
    group: "calls",
    help: "seconds between two looks at the batches",
    default: 30,
    example: "30",
  },
  queue: {
    kind: text("URL", (z) => z.url({ protocol: /^rediss?$/ })),
    group: "calls",
    help: "redis://…: calls are made by `assay worker`s, on any number of machines",
    docs: "let [workers](scaling.md) make the calls over this Redis, such as `redis://localhost:6379`",
    otherwise: "none",
    example: "redis://localhost:6379",
  },
  maxMissing: {
    kind: number((z) => z.number().min(0).max(100)),
    group: "calls",
    help: "percent of answers or verdicts that may be missing",
    docs: "percent of answers or verdicts that may be missing before the exit code is 3",
    default: 0,
    example: "0",
  },
  retryFailed: {
    kind: toggle,
    group: "calls",
    help: "ask again also for what failed for good",
    docs: "ask again also for what failed for good in an earlier run",
    default: false,
    example: "false",
  },
  seed: {
    kind: number((z) => z.number().int()),
    group: "calls",
    help: "seed of everything random in assay",
    docs: "seed of everything random in assay: intervals, permutations. What a model samples is up to its `parameters.seed`",
    default: 1,
    example: "1",
  },
  dryRun: {
    kind: toggle,
    group: "calls",
    help: "show calls, tokens and cost; call nothing",
    docs: "calls, tokens and a range of cost; nothing is called",
    flagOnly: true,
  },
  out: {
    kind: text("FOLDER"),
    group: "output",
    help: "run folder; one that exists is resumed",
    otherwise: "`runs/` and the names of suites and models",
    example: "runs/my-model",
  },
  "report.formats": {
    kind: texts("NAME", (z) => z.array(nameOf(z))),
    flag: "format",
    group: "output",
    help: "report formats: html, markdown, png, svg, csv, json, junit, metrics",
    docs: "list of `assay list reports`",
    otherwise: "`html`, `markdown`, `png`",
    example: "[html, markdown, png, junit]",
    isSet: true,
  },
  "report.title": {
    kind: text("TEXT"),
    flag: "title",
    group: "output",
    help: "title of the report",
    example: "My model",
  },
  "report.redact": {
    kind: toggle,
    flag: "redact",
    group: "output",
    help: "leave out all texts of questions and answers",
    otherwise: "`false`",
    example: "true",
  },
  gates: {
    kind: gates((z) => z.array(gateEntryOf(z))),
    flag: "gate",
    group: "output",
    help: "limit that decides the exit code, such as score,min=6.5",
    docs: "list of [limits](#gates) that decide the exit code: 1 when one is broken",
    otherwise: "none",
    example: gateExamples,
    noVariable: true,
  },
  inconclusive: {
    kind: oneOf("pass", "fail", "exit-4"),
    group: "output",
    help: "what a gate does that the data cannot decide",
    docs: "what a gate does that the data cannot decide: `pass`, `fail`, or `exit-4` (a code of its own)",
    default: "pass",
    example: "pass",
  },
  logFile: {
    kind: text("FILE"),
    group: "output",
    help: "write every event as one JSON line",
    flagOnly: true,
  },
} as const satisfies OptionTable;

/** The options of a run. */
export type Options = typeof options;
/** Key of an option, such as `limit` or `report.title`. */
export type OptionKey = keyof Options;
/** What an option holds. */
export type ValueOf<One> = One extends { readonly kind: Kind<infer Value> } ? Value : never;

function kebab(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** An option's flag without its dashes: `limit-per-category`. */
export function flagName(key: string, option: FlagOption): string {
  return option.flag ?? kebab(key);
}

/** The environment variable that sets an option, or undefined: `ASSAY_LIMIT_PER_CATEGORY`. */
export function variableName(key: string, option: ConfigOption): string | undefined {
  if (option.noVariable || option.flagOnly) return undefined;
  return `ASSAY_${flagName(key, option).replaceAll("-", "_").toUpperCase()}`;
}
