import { judgeEntryOf, judgingModes, modelEntryOf } from "./entries.js";
import { judgeRepeatsOptions } from "./judge-repeats-options.js";
import { juryOptions } from "./jury-options.js";
import type { ConfigOption, OptionTable, optionGroups } from "./option.js";
import { judgeExamples, modelExamples } from "./option-examples.js";
import {
  nameOf,
  number,
  oneOf,
  positive,
  seconds,
  text,
  texts,
  toggle,
  variableNameOf,
  webAddressOf,
  wholeFrom,
  wholeOrAuto,
} from "./option-kinds.js";
import { outputOptions } from "./output-options.js";
import { rankingOptions } from "./ranking-options.js";
import { secondJudgeOptions } from "./second-judge-options.js";

type Group = keyof typeof optionGroups;

/** Options of one group, in the order of help, template and docs. */
function inGroup<
  const Name extends Group,
  const Table extends Readonly<Record<string, Omit<ConfigOption, "group">>>,
>(group: Name, table: Table): { readonly [Key in keyof Table]: Table[Key] & { readonly group: Name } } {
  const entries = Object.entries(table).map(([key, option]) => [key, { ...option, group }]);
  return Object.fromEntries(entries);
}

/**
 * Every option of a run, once. Flags, `ASSAY_…` variables, the config schema, the template of `assay init`, help and
 * the tables of docs/configuration.md are made from it.
 */
export const options = {
  ...inGroup("asked", {
    suites: {
      kind: texts("NAME", (z) => z.array(nameOf(z)).min(1)),
      flag: "suite",
      help: "suite, or file of your own questions",
      docs: "list of suites: a name of `assay list suites`, or the path of [a file of your own](suites.md)",
      example: "[assay-80]",
      isSet: true,
    },
    limit: {
      kind: wholeFrom(1),
      help: "only N questions of each suite, drawn across its categories",
      otherwise: "all",
      example: "20",
    },
    limitPerCategory: {
      kind: wholeFrom(1),
      help: "only the first N questions of each category",
      otherwise: "all",
      example: "2",
    },
    questions: {
      kind: texts("ID", (z) => z.array(z.union([nameOf(z), z.number()]))),
      flag: "question",
      help: "only these questions, by id",
      otherwise: "all",
      example: '["1", "2"]',
    },
    shard: {
      kind: text("I/N", (z) => z.string().regex(/^\d{1,6}\/\d{1,6}$/, "must be I/N, such as 2/8")),
      help: "only part I of N of the questions, such as 2/8; `assay merge` joins the parts",
      docs: "only part `I/N` of the questions, such as `2/8`, for several machines; [`assay merge`](scaling.md#shards-one-run-on-many-machines) joins the parts",
      otherwise: "all",
      example: "2/8",
    },
    trials: {
      kind: wholeFrom(1, 1000),
      help: "answers per question and model",
      docs: "answers per question and model; several show how much a model varies",
      default: 1,
      example: "1",
    },
  }),
  ...inGroup("answering", {
    models: {
      kind: {
        ...texts("[ID=]NAME", (z) => z.array(z.union([nameOf(z), modelEntryOf(z)]))),
        isRepeated: true,
      },
      flag: "model",
      help: "model to measure: NAME, or ID=NAME with a display id",
      docs: "list of models to measure: a name, `ID=NAME` with a display id, or [an entry](#models-and-judges)",
      example: modelExamples,
      isSet: true,
    },
    baseUrl: {
      kind: text("URL", webAddressOf),
      help: "OpenAI-compatible endpoint of models that name none",
      otherwise: "`OPENAI_BASE_URL`, else OpenAI",
      example: "http://localhost:8000/v1",
    },
    apiKeyEnv: {
      kind: text("VARIABLE", variableNameOf),
      help: "environment variable that holds its key",
      docs: "variable that holds its key; one that is named must be set",
      otherwise: "`OPENAI_API_KEY`, where it is set",
      example: "OPENAI_API_KEY",
    },
  }),
  ...inGroup("judging", {
    judges: {
      kind: { ...texts("NAME", (z) => z.array(z.union([nameOf(z), judgeEntryOf(z)]))), isRepeated: true },
      flag: "judge",
      help: "judge model; or a judge of `assay list judges`, its file or folder",
      docs: "list of judge models: a name, or [an entry](#models-and-judges); a name of `assay list judges`, or a judge's file or folder, stands for that protocol with its own judge model",
      example: judgeExamples,
      isSet: true,
    },
    judgeProtocol: {
      kind: text("NAME"),
      help: "how it judges: a name of `assay list judges`, an alpaca_eval annotator folder, or a module",
      docs: "how judges judge that do not say: a name of `assay list judges`, a folder with alpaca_eval's `configs.yaml`, or [a file](judges.md)",
      otherwise: "the suite's",
      example: "assay",
    },
    judgeBaseUrl: {
      kind: text("URL", webAddressOf),
      help: "endpoint of judges that name none",
      otherwise: "the models'",
      example: "https://api.openai.com/v1",
    },
    judgeApiKeyEnv: {
      kind: text("VARIABLE", variableNameOf),
      help: "environment variable that holds its key",
      otherwise: "the models' at the models' endpoint, else `OPENAI_API_KEY`",
      example: "OPENAI_API_KEY",
    },
    mode: {
      kind: oneOf(...judgingModes),
      help: "what is judged",
      docs: "`single`: each answer is rated; `pairwise-baseline`: each against the baseline's; `pairwise-all`: every model against every other; `ranking`: [up to nine answers at once](judges.md#rankings)",
      otherwise: "the suite's",
      example: "single",
    },
    baseline: {
      kind: text("NAME"),
      help: "opponent: a model (of the run, recorded or live), or a file of answers (PATH, PATH#MODEL)",
      docs: "opponent of `pairwise-baseline`: a model of the run, published answers by model name, or a file of recorded answers",
      otherwise: "the suite's",
      example: "my-model",
    },
    ...rankingOptions,
    orders: {
      kind: oneOf("seeded", "both"),
      help: "orders in which a pair is shown",
      docs: "orders in which a pair is shown: `both`, or `seeded` (one, drawn)",
      otherwise: "the protocol's",
      example: "both",
    },
    judgeAttempts: {
      kind: wholeFrom(1, 100),
      help: "how often an unreadable verdict is asked for",
      docs: "how often an unreadable verdict is asked for, the first time included",
      default: 2,
      example: "2",
    },
    sentinel: {
      kind: wholeFrom(1),
      help: "watch the judge: N anchors are judged again first in every run",
      docs: "[watch the judge](change-of-judge.md#is-it-still-the-same-judge): so many anchors are frozen in the first run and judged again first in every later one, never from the cache",
      otherwise: "none",
      example: "40",
    },
    sentinelFile: {
      kind: text("FILE"),
      help: "file of the anchors and their verdicts, which runs share",
      docs: "file of the anchors and their verdicts, which runs share",
      otherwise: "`sentinel.jsonl` beside the run folder",
      example: "runs/sentinel.jsonl",
    },
    judgeSamples: {
      kind: wholeFrom(1),
      help: "estimate weighted preferences from N samples",
      docs: "estimate weighted preferences from so many samples, for endpoints without log-probabilities",
      example: "8",
    },
    ...judgeRepeatsOptions,
    ...secondJudgeOptions,
    ...juryOptions,
    judgeCard: {
      kind: text("FILE"),
      help: "judge card whose figures stand beside the boards",
      docs: "[judge card](judge-quality.md#judge-card) whose figures stand beside the boards",
      otherwise: "`judge-card.json`, where it is there",
      example: "judge-card.json",
    },
    styleReference: {
      kind: text("FILE"),
      help: "hold what style is worth fixed as in this file",
      docs: "hold what style is worth fixed as in this file of `score --write-style-reference` ([style control](style-control.md#a-frozen-reference))",
      otherwise: "fitted to each board",
      example: "style-reference.json",
    },
  }),
  ...inGroup("calls", {
    concurrency: {
      kind: wholeOrAuto,
      help: "calls in flight per endpoint",
      docs: "calls in flight per endpoint: a number, or `auto`, which finds out what the endpoint bears",
      default: "auto",
      example: "auto",
    },
    rpm: { kind: positive, help: "most requests per minute and endpoint", otherwise: "none", example: "500" },
    tpm: {
      kind: positive,
      help: "most tokens per minute and endpoint",
      otherwise: "none",
      example: "200000",
    },
    timeout: {
      kind: seconds,
      help: "seconds for one attempt, headers and body",
      default: 600,
      example: "600",
    },
    maxRetries: {
      kind: wholeFrom(0, 1000),
      help: "attempts after the first one, for limits and faults",
      default: 8,
      example: "8",
    },
    maxReplyMb: {
      kind: number((z) => z.number().positive().max(500), "MB"),
      help: "megabytes of one reply, decompressed, that are read; a longer one is cut off",
      docs: "megabytes of one reply, decompressed, that are read; a longer one is cut off and fails permanently",
      otherwise: "`16`",
      example: "16",
    },
    followRedirects: {
      kind: toggle,
      help: "follow redirections to another origin, without keys and headers",
      docs: "follow [redirections](adapters.md#openai-any-openai-compatible-endpoint) of endpoints to another origin, without keys and headers; they are refused otherwise",
      otherwise: "`false`",
      example: "false",
    },
    startupWait: {
      kind: number((z) => z.number().min(0).max(604_800)),
      help: "seconds to wait for an endpoint that is still starting; 0 does not wait",
      docs: "seconds to wait for an endpoint that is still starting: a 503 that says so, or a connection refused before its first answer; 0 does not wait",
      otherwise: "`300`; `0` with one retry or none",
      example: "600",
    },
    budget: {
      kind: positive,
      help: "hard cap in US dollars over everything",
      docs: "hard cap in US dollars over answers, judgments and retries; exit code 3 when it is reached",
      otherwise: "none",
      example: "20",
    },
    prices: {
      kind: text("FILE"),
      help: "price file that overrides the bundled prices",
      docs: "[price file](#price-file) that overrides the bundled prices",
      otherwise: "bundled prices",
      example: "prices.yaml",
    },
    cache: {
      kind: toggle,
      help: "share replies between runs",
      docs: "share replies between runs; switch it off where the model behind one name changes",
      default: true,
      example: "true",
    },
    batch: {
      kind: toggle,
      help: "ask through the endpoint's Batch API: half the price, up to a day",
      docs: "ask through the endpoints' [Batch APIs](scaling.md#batches-half-the-price-up-to-a-day): half the price, up to a day; an entry of models or judges may say so for itself",
      otherwise: "`false`",
      example: "true",
    },
    batchPoll: {
      kind: seconds,
      help: "seconds between two looks at the batches",
      default: 30,
      example: "30",
    },
    queue: {
      kind: text("URL", (z) => z.url({ protocol: /^rediss?$/ })),
      help: "redis://…: calls are made by `assay worker`s, on any number of machines",
      docs: "let [workers](scaling.md) make the calls over this Redis, such as `redis://localhost:6379`",
      otherwise: "none",
      example: "redis://localhost:6379",
    },
    maxMissing: {
      kind: number((z) => z.number().min(0).max(100)),
      help: "percent of answers or verdicts that may be missing",
      docs: "percent of answers or verdicts that may be missing before the exit code is 3",
      default: 0,
      example: "0",
    },
    retryFailed: {
      kind: toggle,
      help: "also ask again for what failed permanently",
      docs: "also ask again for what failed permanently in an earlier run",
      default: false,
      example: "false",
    },
    seed: {
      kind: number((z) => z.number().int()),
      help: "seed of everything random in assay",
      docs: "seed of everything random in assay: intervals, permutations. What a model samples is up to its `parameters.seed`",
      default: 1,
      example: "1",
    },
    dryRun: {
      kind: toggle,
      help: "show calls, tokens and cost; call nothing",
      docs: "calls, tokens and a range of cost; nothing is called",
      flagOnly: true,
    },
  }),
  ...inGroup("output", outputOptions),
} as const satisfies OptionTable;

/** The options of a run. */
export type Options = typeof options;
/** Key of an option, such as `limit` or `report.title`. */
export type OptionKey = keyof Options;
