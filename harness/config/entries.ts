import type { z as Zod } from "zod";
import { confidenceOf, nameOf, type SchemaBuilder, variableNameOf, webAddressOf } from "./option-kinds.js";

/** What is judged. */
export const judgingModes = ["single", "pairwise-baseline", "pairwise-all", "ranking"] as const;

/** Parameters of generation, as an entry may set them. */
export const parametersOf = (z: SchemaBuilder) =>
  z.strictObject({
    temperature: z.number().min(0).max(5).optional(),
    maxTokens: z.number().int().min(1).optional(),
    topP: z.number().min(0).max(1).optional(),
    seed: z.number().int().optional(),
    stop: z.array(z.string().min(1)).optional(),
    topLogprobs: z.number().int().min(0).max(20).optional(),
    extra: z.record(z.string(), z.json()).optional(),
  });

/** How a model is reached; the same for judged models and judge models. */
const endpointOf = (z: SchemaBuilder) => ({
  adapter: nameOf(z).optional(),
  model: nameOf(z).optional(),
  baseUrl: webAddressOf(z).optional(),
  /** Several endpoints that serve the same model. */
  baseUrls: z.array(webAddressOf(z)).min(1).optional(),
  apiKeyEnv: variableNameOf(z).optional(),
  parameters: parametersOf(z).optional(),
  /** Chat template of the `completions` adapter. */
  template: nameOf(z).optional(),
  /** Recordings of the `replay` adapter. */
  path: nameOf(z).optional(),
  paths: z.array(nameOf(z)).optional(),
  /** Program of the `command` adapter. */
  command: nameOf(z).optional(),
  args: z.array(z.string()).optional(),
  system: z.string().optional(),
  family: nameOf(z).optional(),
  /** Key into the price table; the model's name by default. */
  priceKey: nameOf(z).optional(),
  /** Whether it is asked in batches; the run's `batch` by default. */
  batch: z.boolean().optional(),
  options: z.record(z.string(), z.json()).optional(),
});

/** The reward model of a judge, and how its rewards are compared. */
export const rewardOf = (z: SchemaBuilder) =>
  z.strictObject({
    endpoint: webAddressOf(z),
    shape: z.enum(["vllm-classify", "vllm-pooling", "sglang", "tei", "infinity", "rerank"]),
    /** Who writes the conversation in the model's chat template; a file is a tokenizer_config.json or `.jinja`. */
    template: z.union([z.literal("server"), z.strictObject({ file: nameOf(z) })]).optional(),
    activation: z.enum(["raw", "as-served"]).optional(),
    /** Which output is the reward, where the model has several. */
    label: z.union([z.number().int().min(0), nameOf(z)]).optional(),
    /** Rewards that differ by no more are a draw. */
    epsilon: z.number().min(0).optional(),
    /** `soft`: the logistic function of the difference instead of win, draw or loss. */
    preference: z.enum(["hard", "soft"]).optional(),
    /** Most conversations of one call. */
    batch: z.number().int().min(1).max(1024).optional(),
  });

/** An entry of `models`. */
export const modelEntryOf = (z: SchemaBuilder) =>
  z.strictObject({ id: nameOf(z).optional(), ...endpointOf(z) });

/** Who judges what a judge of a jury fails on. */
export const replacementOf = (z: SchemaBuilder) =>
  z.strictObject({
    id: nameOf(z).optional(),
    reward: rewardOf(z).optional(),
    ...endpointOf(z),
  });

/** An entry of `judges`. */
export const judgeEntryOf = (z: SchemaBuilder) =>
  z.strictObject({
    id: nameOf(z).optional(),
    /** How it judges: a name from `assay list judges`, an annotator folder of alpaca_eval, or a module. Default: the suite's. */
    protocol: nameOf(z).optional(),
    /** What this judge judges; the run's mode by default. */
    mode: z.enum(judgingModes).optional(),
    /** Ask for a verdict as JSON, where the endpoint supports it (protocol `assay`). */
    structured: z.boolean().optional(),
    /** Protocol `rubric`: all criteria in one call, or a call for each. */
    calls: z.enum(["all", "each"]).optional(),
    /** Protocol `assay`: the judge model may say that it cannot decide. */
    abstain: z.boolean().optional(),
    /** Accept what the original tool accepts. */
    compat: z.boolean().optional(),
    /** A reward model in the place of a judge model. */
    reward: rewardOf(z).optional(),
    /** Judges by the same protocol what this judge fails on, for a jury: a model's name, or an entry. */
    replacement: z.union([nameOf(z), replacementOf(z)]).optional(),
    ...endpointOf(z),
  });

/** An entry of `gates`. */
export const gateEntryOf = (z: SchemaBuilder) =>
  z.strictObject({
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
    against: nameOf(z).optional(),
    maxRegression: z.number().min(0).optional(),
    confidence: confidenceOf(z).optional(),
    category: nameOf(z).optional(),
    model: nameOf(z).optional(),
    suite: nameOf(z).optional(),
    /** Hold the win rate (score) corrected by people's votes (ratings) to the limit. */
    corrected: z.boolean().optional(),
  });

/** One model as written in a config file. */
export type ModelEntry = Zod.infer<ReturnType<typeof modelEntryOf>>;
/** One judge as written in a config file. */
export type JudgeEntry = Zod.infer<ReturnType<typeof judgeEntryOf>>;
/** One gate as written in a config file. */
export type GateEntry = Zod.infer<ReturnType<typeof gateEntryOf>>;
