import { z } from "zod";

const name = z.string().min(1).max(300);
const positiveInteger = z.number().int().min(1);
const parameters = z.strictObject({
  temperature: z.number().min(0).max(5).optional(),
  maxTokens: positiveInteger.optional(),
  topP: z.number().min(0).max(1).optional(),
  seed: z.number().int().optional(),
  stop: z.array(z.string().min(1)).optional(),
  topLogprobs: z.number().int().min(0).max(20).optional(),
  extra: z.record(z.string(), z.json()).optional(),
});

/** How a model is reached; the same for judged models and judge models. */
const endpoint = {
  adapter: name.optional(),
  model: name.optional(),
  baseUrl: z.url({ protocol: /^https?$/ }).optional(),
  /** Several endpoints that serve the same model. */
  baseUrls: z
    .array(z.url({ protocol: /^https?$/ }))
    .min(1)
    .optional(),
  apiKeyEnv: z
    .string()
    .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "must be the NAME of an environment variable, not a key")
    .optional(),
  parameters: parameters.optional(),
  /** Chat template of the `completions` adapter. */
  template: name.optional(),
  /** Recordings of the `replay` adapter. */
  path: name.optional(),
  paths: z.array(name).optional(),
  /** Program of the `command` adapter. */
  command: name.optional(),
  args: z.array(z.string()).optional(),
  system: z.string().optional(),
  family: name.optional(),
  /** Key into the price table; the model's name by default. */
  priceKey: name.optional(),
  /** Whether it is asked in batches; the run's `batch` by default. */
  batch: z.boolean().optional(),
  options: z.record(z.string(), z.json()).optional(),
};

const modelEntry = z.strictObject({ id: name.optional(), ...endpoint });

const judgeEntry = z.strictObject({
  id: name.optional(),
  /** How it judges: a name from `assay list judges`, an annotator folder of alpaca_eval, or a module. Default: the suite's. */
  protocol: name.optional(),
  /** What this judge judges; the run's mode by default. */
  mode: z.enum(["single", "pairwise-baseline", "pairwise-all"]).optional(),
  /** Ask for a verdict as JSON, where the endpoint supports it (protocol `assay`). */
  structured: z.boolean().optional(),
  /** Accept what the original tool accepts. */
  compat: z.boolean().optional(),
  ...endpoint,
});

const gate = z.strictObject({
  metric: z.enum([
    "score",
    "winRate",
    "lengthControlledWinRate",
    "coverage",
    "missing",
    "positionConsistency",
    "cost",
  ]),
  min: z.number().optional(),
  max: z.number().optional(),
  /** Run folder or baseline file to compare with. */
  against: name.optional(),
  maxRegression: z.number().min(0).optional(),
  confidence: z.number().gt(0).lt(1).optional(),
  category: name.optional(),
  model: name.optional(),
  suite: name.optional(),
});

/** The config file, as a user may write it; every flag of `assay run` has its key here. */
export const configSchema = z.strictObject({
  suites: z.array(name).min(1).optional(),
  models: z.array(z.union([name, modelEntry])).optional(),
  judges: z.array(z.union([name, judgeEntry])).optional(),
  baseUrl: z.url({ protocol: /^https?$/ }).optional(),
  apiKeyEnv: endpoint.apiKeyEnv,
  judgeBaseUrl: z.url({ protocol: /^https?$/ }).optional(),
  judgeApiKeyEnv: endpoint.apiKeyEnv,
  judgeProtocol: name.optional(),
  judgeAttempts: positiveInteger.optional(),
  judgeSamples: positiveInteger.optional(),
  orders: z.enum(["seeded", "both"]).optional(),
  mode: z.enum(["single", "pairwise-baseline", "pairwise-all"]).optional(),
  baseline: name.optional(),
  out: name.optional(),
  limit: positiveInteger.optional(),
  limitPerCategory: positiveInteger.optional(),
  questions: z.array(z.union([name, z.number()])).optional(),
  trials: positiveInteger.optional(),
  concurrency: z.union([positiveInteger, z.literal("auto")]).optional(),
  rpm: z.number().positive().optional(),
  tpm: z.number().positive().optional(),
  /** Seconds for one attempt, headers and body. */
  timeout: z.number().positive().optional(),
  maxRetries: z.number().int().min(0).optional(),
  /** US dollars. */
  budget: z.number().positive().optional(),
  /** Percent. */
  maxMissing: z.number().min(0).max(100).optional(),
  seed: z.number().int().optional(),
  retryFailed: z.boolean().optional(),
  cache: z.boolean().optional(),
  /** Ask models and judges through their endpoints' Batch APIs. */
  batch: z.boolean().optional(),
  /** Seconds between two looks at the batches. */
  batchPoll: z.number().positive().optional(),
  /** Redis through which `assay worker`s make the calls. */
  queue: z.url({ protocol: /^rediss?$/ }).optional(),
  /** The part `i/n` of the questions that this machine asks. */
  shard: z
    .string()
    .regex(/^\d{1,6}\/\d{1,6}$/, "must be I/N, such as 2/8")
    .optional(),
  /** Price file that overrides the bundled one. */
  prices: name.optional(),
  gates: z.array(gate).optional(),
  /** What an inconclusive gate does to the exit code. */
  inconclusive: z.enum(["pass", "fail", "exit-4"]).optional(),
  report: z
    .strictObject({
      formats: z.array(name).optional(),
      title: name.optional(),
      redact: z.boolean().optional(),
    })
    .optional(),
});

/** Configuration as written by a user: everything optional. */
export type UserConfig = z.infer<typeof configSchema>;
/** One model as written in a config file. */
export type ModelEntry = z.infer<typeof modelEntry>;
/** One judge as written in a config file. */
export type JudgeEntry = z.infer<typeof judgeEntry>;
/** One gate as written in a config file. */
export type GateEntry = z.infer<typeof gate>;

/** Keys that are valid at the place of a config error, for spelling suggestions; undefined where any key is. */
export function validKeysAt(path: readonly PropertyKey[]): readonly string[] | undefined {
  const [top, index, third] = path;
  if (top === undefined) return Object.keys(configSchema.shape);
  if (top === "models" && typeof index === "number") {
    return third === "parameters" ? Object.keys(parameters.shape) : Object.keys(modelEntry.shape);
  }
  if (top === "judges" && typeof index === "number") {
    return third === "parameters" ? Object.keys(parameters.shape) : Object.keys(judgeEntry.shape);
  }
  if (top === "gates") return Object.keys(gate.shape);
  if (top === "report") return ["formats", "title", "redact"];
  return undefined;
}
