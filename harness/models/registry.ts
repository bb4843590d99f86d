import type { Model } from "../core/records.js";
import { createRegistry, type Named, type Registry } from "../core/registry.js";
import type { ModelServices, ModelSpecification } from "./specification.js";

/** A way of asking models. */
export interface ModelAdapter extends Named {
  /** Names of the adapter's own `options`. */
  readonly options: readonly string[];
  /** Makes a model from a checked specification. Throws ConfigErrors and DataErrors, calls nothing. */
  create(specification: ModelSpecification, services: ModelServices): Promise<Model>;
}

const CONNECTION_OPTIONS = [
  "apiKeyHeader",
  "followRedirects",
  "headers",
  "headersFromEnvironment",
  "maxReplyMb",
];

const ENDPOINT_OPTIONS = [...CONNECTION_OPTIONS, "reasoning", "tokenLimitParameter", "unsupported"];

/** The last two are the judge's: how rewards are compared. */
const REWARD_OPTIONS = ["shape", "activation", "label", "batch", "epsilon", "preference"];

/** Adapters by name, as `assay list adapters` shows them. What they need is loaded when one is used. */
export const modelAdapters: Registry<ModelAdapter> = createRegistry("adapter", {
  openai: {
    summary:
      "Chat Completions, or Responses, on any OpenAI-compatible endpoint: OpenAI, Azure, vLLM, SGLang, llama.cpp, Ollama, OpenRouter",
    options: ["api", ...ENDPOINT_OPTIONS],
    create: async (specification, services) =>
      (await import("./adapter-factories.js")).createOpenaiModel(specification, services),
  },
  completions: {
    summary: "raw text completions (/v1/completions) with a chat template by name or file",
    options: ENDPOINT_OPTIONS,
    create: async (specification, services) =>
      (await import("./adapter-factories.js")).createCompletionsModel(specification, services),
  },
  reward: {
    summary: "a reward model or reranker behind vLLM, SGLang, TEI, infinity or llama.cpp; scores answers",
    options: [...REWARD_OPTIONS, ...CONNECTION_OPTIONS],
    create: async (specification, services) =>
      (await import("./adapter-factories.js")).createRewardModel(specification, services),
  },
  replay: {
    summary: "recorded answers and verdicts from files of assay, FastChat or AlpacaEval",
    options: [],
    create: async (specification, services) =>
      (await import("./adapter-factories.js")).createReplayModel(specification, services),
  },
  command: {
    summary: "a program of yours that speaks JSON lines on standard input and output",
    options: ["graceMs", "maxRestarts", "version"],
    create: async (specification, services) =>
      (await import("./adapter-factories.js")).createCommandModel(specification, services),
  },
  module: {
    summary: "a JavaScript or TypeScript module of yours that makes a model",
    options: [],
    create: async (specification, services) =>
      (await import("./adapter-factories.js")).createModuleModel(specification, services),
  },
});
