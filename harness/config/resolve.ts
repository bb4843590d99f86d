import { ConfigError } from "../core/errors.js";
import type { JudgingMode } from "../core/records.js";
import { showPath } from "./read-config.js";
import type { GateEntry, JudgeEntry, ModelEntry, UserConfig } from "./schema.js";

/** Configuration after flags, environment, file and defaults. Plain data; holds names of variables, never keys. */
export interface RunConfig {
  readonly suites: readonly string[];
  readonly models: readonly ModelEntry[];
  readonly judges: readonly JudgeEntry[];
  readonly baseUrl?: string;
  readonly apiKeyEnv: string;
  readonly judgeBaseUrl?: string;
  readonly judgeApiKeyEnv?: string;
  readonly judgeProtocol?: string;
  readonly judgeAttempts: number;
  readonly judgeSamples?: number;
  readonly orders?: "seeded" | "both";
  readonly mode?: JudgingMode;
  readonly baseline?: string;
  readonly out?: string;
  readonly limit?: number;
  readonly limitPerCategory?: number;
  readonly questions?: readonly string[];
  readonly trials: number;
  readonly concurrency: number | "auto";
  readonly rpm?: number;
  readonly tpm?: number;
  /** Seconds. */
  readonly timeout: number;
  readonly maxRetries: number;
  readonly budget?: number;
  readonly maxMissing: number;
  readonly seed: number;
  readonly retryFailed: boolean;
  readonly cache: boolean;
  readonly batch?: boolean;
  /** Seconds. */
  readonly batchPoll: number;
  /** Address of a Redis, possibly with a password: never to be written down. */
  readonly queue?: string;
  /** `i/n`. */
  readonly shard?: string;
  readonly prices?: string;
  readonly gates: readonly GateEntry[];
  readonly inconclusive: "pass" | "fail" | "exit-4";
  readonly report: {
    readonly formats: readonly string[];
    readonly title?: string;
    readonly redact?: boolean;
  };
}

/** What holds where nothing is said. */
export const configDefaults = {
  apiKeyEnv: "OPENAI_API_KEY",
  judgeAttempts: 2,
  trials: 1,
  concurrency: "auto",
  timeout: 600,
  maxRetries: 8,
  maxMissing: 0,
  seed: 1,
  retryFailed: false,
  cache: true,
  batchPoll: 30,
  inconclusive: "pass",
} as const;

/** Formats of a report where none are asked for. */
export const defaultFormats = ["html", "markdown", "png"] as const;

type Kind = "text" | "list" | "number" | "flag" | "concurrency";

/** Keys that `ASSAY_…` variables can set, with how their text is read. */
const ENVIRONMENT_KEYS = {
  suites: ["ASSAY_SUITE", "list"],
  models: ["ASSAY_MODEL", "list"],
  judges: ["ASSAY_JUDGE", "list"],
  baseUrl: ["ASSAY_BASE_URL", "text"],
  apiKeyEnv: ["ASSAY_API_KEY_ENV", "text"],
  judgeBaseUrl: ["ASSAY_JUDGE_BASE_URL", "text"],
  judgeApiKeyEnv: ["ASSAY_JUDGE_API_KEY_ENV", "text"],
  judgeProtocol: ["ASSAY_JUDGE_PROTOCOL", "text"],
  judgeAttempts: ["ASSAY_JUDGE_ATTEMPTS", "number"],
  judgeSamples: ["ASSAY_JUDGE_SAMPLES", "number"],
  orders: ["ASSAY_ORDERS", "text"],
  mode: ["ASSAY_MODE", "text"],
  baseline: ["ASSAY_BASELINE", "text"],
  out: ["ASSAY_OUT", "text"],
  limit: ["ASSAY_LIMIT", "number"],
  limitPerCategory: ["ASSAY_LIMIT_PER_CATEGORY", "number"],
  questions: ["ASSAY_QUESTION", "list"],
  trials: ["ASSAY_TRIALS", "number"],
  concurrency: ["ASSAY_CONCURRENCY", "concurrency"],
  rpm: ["ASSAY_RPM", "number"],
  tpm: ["ASSAY_TPM", "number"],
  timeout: ["ASSAY_TIMEOUT", "number"],
  maxRetries: ["ASSAY_MAX_RETRIES", "number"],
  budget: ["ASSAY_BUDGET", "number"],
  maxMissing: ["ASSAY_MAX_MISSING", "number"],
  seed: ["ASSAY_SEED", "number"],
  retryFailed: ["ASSAY_RETRY_FAILED", "flag"],
  cache: ["ASSAY_CACHE", "flag"],
  batch: ["ASSAY_BATCH", "flag"],
  batchPoll: ["ASSAY_BATCH_POLL", "number"],
  queue: ["ASSAY_QUEUE", "text"],
  shard: ["ASSAY_SHARD", "text"],
  prices: ["ASSAY_PRICES", "text"],
  inconclusive: ["ASSAY_INCONCLUSIVE", "text"],
} as const satisfies Partial<Record<keyof UserConfig, readonly [string, Kind]>>;

/** A key path by the variable that set it: `ASSAY_LIMIT`, `ASSAY_QUESTION[1]`. */
export function variableOf(path: readonly PropertyKey[]): string {
  const [key, ...rest] = path;
  const [, [variable] = []] = Object.entries(ENVIRONMENT_KEYS).find(([one]) => one === key) ?? [];
  return `${variable ?? String(key)}${showPath(["", ...rest])}`;
}

function fromText(variable: string, text: string, kind: Kind): unknown {
  if (kind === "text") return text;
  if (kind === "list")
    return text
      .split(",")
      .map((part) => part.trim())
      .filter((part) => part !== "");
  if (kind === "flag") {
    if (/^(1|true|yes|on)$/i.test(text)) return true;
    if (/^(0|false|no|off|)$/i.test(text)) return false;
  } else if (kind === "concurrency" && text === "auto") {
    return "auto";
  } else if (text.trim() !== "" && Number.isFinite(Number(text))) {
    return Number(text);
  }
  throw new ConfigError(
    `${variable}="${text.slice(0, 60)}" is not ${kind === "flag" ? "true or false" : "a number"}`,
    {
      code: "invalid-environment",
      remedy: `Correct or unset ${variable}.`,
    },
  );
}

/** The part of a configuration that `ASSAY_…` variables set, unchecked. */
export function configFromEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  for (const [key, [variable, kind]] of Object.entries(ENVIRONMENT_KEYS)) {
    const text = environment[variable];
    if (text !== undefined && text !== "") found[key] = fromText(variable, text, kind);
  }
  return found;
}

/** `ID=NAME` gives a model a display id; a plain name is its own. */
export function modelFromName(text: string): ModelEntry {
  if (/^=|^[^=/\s]+=$/.test(text)) {
    throw new ConfigError(`model "${text}" lacks its ${text.startsWith("=") ? "display id" : "name"}`, {
      code: "invalid-model",
      remedy: "Give NAME, or ID=NAME such as base=my-org/base.",
    });
  }
  const [, id, model] = /^([^=/\s]+)=(.+)$/.exec(text) ?? [];
  return id === undefined || model === undefined ? { model: text } : { id, model };
}

function defined<Value extends object>(value: Value): Partial<Value> {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as Partial<Value>;
}

/**
 * Merges checked layers, strongest first (flags, environment, file), over the defaults. Lists are replaced, not joined.
 */
export function resolveConfig(layers: readonly UserConfig[]): RunConfig {
  const weakestFirst = [...layers].reverse();
  const merged: UserConfig = Object.assign({}, ...weakestFirst.map(defined));
  // A title from the command line leaves the file's formats as they are.
  const report: UserConfig["report"] = Object.assign(
    {},
    ...weakestFirst.map(({ report }) => defined(report ?? {})),
  );
  const { models, judges, questions, report: _, suites, gates, ...rest } = merged;
  return {
    ...configDefaults,
    ...(defined(rest) as Omit<UserConfig, "models" | "judges" | "questions" | "report" | "suites" | "gates">),
    suites: suites ?? [],
    models: (models ?? []).map((entry) => (typeof entry === "string" ? modelFromName(entry) : entry)),
    judges: (judges ?? []).map((entry) => (typeof entry === "string" ? modelFromName(entry) : entry)),
    ...(questions === undefined ? {} : { questions: questions.map(String) }),
    gates: gates ?? [],
    report: { ...defined(report ?? {}), formats: report?.formats ?? [...defaultFormats] },
  } as RunConfig;
}
