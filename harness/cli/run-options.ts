import type { Options } from "yargs";
import { showPath } from "../config/read-config.js";
import type { UserConfig } from "../config/schema.js";
import { presentFields } from "../core/present-fields.js";

/** Heading of a group of flags in `--help`. */
const groups = {
  what: "What to run:",
  how: "How to run it:",
  calls: "Calls and money:",
  out: "Output:",
} as const;

/** Flags of `assay run` and `assay answer`; each also stands in the config file under the key of `configKeys`. */
export const runOptions = {
  suite: {
    type: "string",
    array: true,
    group: groups.what,
    describe: "suite, or file of your own questions (repeatable)",
  },
  model: {
    type: "string",
    array: true,
    group: groups.what,
    describe: "model to measure: NAME, or ID=NAME with a display id (repeatable)",
  },
  "base-url": {
    type: "string",
    group: groups.what,
    describe: "OpenAI-compatible endpoint of the models (default: OPENAI_BASE_URL)",
  },
  "api-key-env": {
    type: "string",
    group: groups.what,
    describe: "environment variable with the key (default: OPENAI_API_KEY)",
  },
  judge: {
    type: "string",
    array: true,
    group: groups.what,
    describe: "judge model; or a judge of `assay list judges`, its file or folder (repeatable)",
  },
  "judge-protocol": {
    type: "string",
    group: groups.what,
    describe: "how it judges: a name of `assay list judges`, an alpaca_eval annotator folder, or a module",
  },
  "judge-base-url": {
    type: "string",
    group: groups.what,
    describe: "endpoint of the judge (default: OPENAI_BASE_URL)",
  },
  "judge-api-key-env": {
    type: "string",
    group: groups.what,
    describe: "environment variable with the judge's key",
  },
  mode: {
    type: "string",
    choices: ["single", "pairwise-baseline", "pairwise-all"],
    group: groups.what,
    describe: "what is judged",
  },
  baseline: {
    type: "string",
    group: groups.what,
    describe: "opponent: a model (of the run, recorded or live), or a file of answers (PATH, PATH#MODEL)",
  },
  limit: { type: "number", group: groups.how, describe: "only the first N questions of each suite" },
  "limit-per-category": {
    type: "number",
    group: groups.how,
    describe: "only the first N questions of each category",
  },
  question: {
    type: "string",
    array: true,
    group: groups.how,
    describe: "only these questions, by id (repeatable)",
  },
  shard: {
    type: "string",
    group: groups.how,
    describe: "only part I of N of the questions, such as 2/8; `assay merge` joins the parts",
  },
  trials: { type: "number", group: groups.how, describe: "answers per question and model" },
  seed: { type: "number", group: groups.how, describe: "seed of everything random in assay" },
  "judge-attempts": {
    type: "number",
    group: groups.how,
    describe: "how often an unreadable verdict is sought",
  },
  "judge-samples": {
    type: "number",
    group: groups.how,
    describe: "estimate weighted preferences from K samples",
  },
  orders: {
    type: "string",
    choices: ["seeded", "both"],
    group: groups.how,
    describe: "orders in which a pair is shown",
  },
  "retry-failed": { type: "boolean", group: groups.how, describe: "ask again also for what failed for good" },
  concurrency: { type: "string", group: groups.calls, describe: "calls in flight per endpoint: N, or auto" },
  rpm: { type: "number", group: groups.calls, describe: "most requests per minute and endpoint" },
  tpm: { type: "number", group: groups.calls, describe: "most tokens per minute and endpoint" },
  timeout: { type: "number", group: groups.calls, describe: "seconds for one attempt, headers and body" },
  "max-retries": { type: "number", group: groups.calls, describe: "retries after a limit or a fault" },
  budget: { type: "number", group: groups.calls, describe: "hard cap in US dollars over everything" },
  prices: { type: "string", group: groups.calls, describe: "price file that overrides the bundled prices" },
  cache: {
    type: "boolean",
    group: groups.calls,
    describe: "share replies between runs (--no-cache turns it off)",
  },
  batch: {
    type: "boolean",
    group: groups.calls,
    describe: "ask through the endpoint's Batch API: half the price, up to a day (--no-batch turns it off)",
  },
  queue: {
    type: "string",
    group: groups.calls,
    describe: "redis://…: calls are made by `assay worker`s, on any number of machines",
  },
  "batch-poll": {
    type: "number",
    group: groups.calls,
    describe: "seconds between two looks at the batches (default 30)",
  },
  "max-missing": {
    type: "number",
    group: groups.calls,
    describe: "percent of answers or verdicts that may be missing",
  },
  gate: {
    type: "string",
    array: true,
    group: groups.out,
    describe: "limit that decides the exit code: METRIC,KEY=VALUE,… such as score,min=6.5 (repeatable)",
  },
  inconclusive: {
    type: "string",
    choices: ["pass", "fail", "exit-4"],
    group: groups.out,
    describe: "what a gate does that the data cannot decide (default: pass)",
  },
  "dry-run": { type: "boolean", group: groups.calls, describe: "show calls, tokens and cost; call nothing" },
  out: { type: "string", group: groups.out, describe: "run folder; one that exists is resumed" },
  format: {
    type: "string",
    array: true,
    group: groups.out,
    describe: "report formats: html, markdown, png, svg, csv, json, junit, metrics",
  },
  title: { type: "string", group: groups.out, describe: "title of the report" },
  "log-file": { type: "string", group: groups.out, describe: "write every event as JSONL" },
} as const satisfies Record<string, Options>;

/** Values of the flags as yargs gives them. */
export interface RunArguments {
  readonly config?: string;
  readonly [flag: string]: unknown;
}

/** Config key of each flag that has one. */
const configKeys = {
  suite: "suites",
  model: "models",
  "base-url": "baseUrl",
  "api-key-env": "apiKeyEnv",
  judge: "judges",
  "judge-protocol": "judgeProtocol",
  "judge-base-url": "judgeBaseUrl",
  "judge-api-key-env": "judgeApiKeyEnv",
  mode: "mode",
  baseline: "baseline",
  limit: "limit",
  "limit-per-category": "limitPerCategory",
  question: "questions",
  shard: "shard",
  trials: "trials",
  seed: "seed",
  "judge-attempts": "judgeAttempts",
  "judge-samples": "judgeSamples",
  orders: "orders",
  "retry-failed": "retryFailed",
  concurrency: "concurrency",
  rpm: "rpm",
  tpm: "tpm",
  timeout: "timeout",
  "max-retries": "maxRetries",
  budget: "budget",
  prices: "prices",
  cache: "cache",
  batch: "batch",
  "batch-poll": "batchPoll",
  queue: "queue",
  "max-missing": "maxMissing",
  inconclusive: "inconclusive",
  out: "out",
} as const satisfies Partial<Record<keyof typeof runOptions, keyof UserConfig>>;

/** A key path by the flag that set it: `--limit`, `--gate[0].min`. */
export function flagOf(path: readonly PropertyKey[]): string {
  const [key, ...rest] = path;
  if (key === "report")
    return `${rest[0] === "title" ? "--title" : "--format"}${showPath(["", ...rest.slice(1)])}`;
  const [flag] = Object.entries(configKeys).find(([, one]) => one === key) ?? [];
  const name = flag ?? (key === "gates" ? "gate" : String(key));
  return `--${name}${showPath(["", ...rest])}`;
}

/** `a,b` and repeated flags both make lists. */
export function splitLists(value: unknown): unknown {
  if (!Array.isArray(value)) return value;
  return value
    .flatMap((one) => String(one).split(","))
    .map((one) => one.trim())
    .filter((one) => one !== "");
}

const GATE_NUMBERS: ReadonlySet<string> = new Set(["min", "max", "maxRegression", "confidence"]);

/** `score,min=6.5,category=math` as the gate that a config file would hold, unchecked. */
function gateFromText(text: string): Record<string, unknown> {
  return Object.fromEntries(
    text.split(",").map((part) => {
      const at = part.indexOf("=");
      if (at < 0) return ["metric", part.trim()];
      const [key, value] = [part.slice(0, at).trim(), part.slice(at + 1).trim()];
      return [key, GATE_NUMBERS.has(key) && value !== "" ? Number(value) : value];
    }),
  );
}

/** The part of a configuration that flags set, unchecked. */
export function configFromFlags(given: RunArguments): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  for (const [flag, key] of Object.entries(configKeys)) {
    const value = given[flag];
    if (value === undefined) continue;
    found[key] = flag === "question" || flag === "suite" ? splitLists(value) : value;
  }
  if (found.concurrency !== undefined && found.concurrency !== "auto")
    found.concurrency = Number(found.concurrency);
  if (Array.isArray(given.gate)) found.gates = given.gate.map((one) => gateFromText(String(one)));
  const formats = splitLists(given.format);
  if (formats !== undefined || given.title !== undefined) {
    found.report = {
      ...presentFields({ formats, title: given.title }),
    };
  }
  return found;
}
