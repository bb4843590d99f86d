import { stat } from "node:fs/promises";
import { extname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { ConfigError, messageOf } from "../harness/core/errors.js";
import { presentFields } from "../harness/core/present-fields.js";
import type { Judge, JudgingMode, OutcomeRule } from "../harness/core/records.js";
import { createRegistry, type Registry } from "../harness/core/registry.js";
import { suggestName } from "../harness/core/spelling.js";
import { abstainUnknown, refuseUnknownOptions } from "./check-options.js";
import type { JudgeDefinition } from "./configured-judge.js";
import {
  type JudgeContext,
  type JudgeEntry,
  type JudgeOptions,
  type JudgeVersion,
  NEWEST_VERSION,
} from "./judge-context.js";
import {
  type FormatDefinition,
  JUDGE_FORMATS,
  type JudgeFormat,
  OWN_WORDING,
} from "./open-weight/formats.js";

/** A shipped definition of alpaca_eval. */
function shipped(name: string, summary: string): JudgeEntry {
  return {
    summary,
    kinds: ["pair"],
    async load(options, context) {
      const { completeDefinition } = await import("./shipped-definitions.js");
      const { definition, assets } = await completeDefinition(name, context);
      return configured(definition, options, assets);
    },
  };
}

/** A judge by scores: needs a reward model, which only an entry of the config file can describe. */
function scored(kind: "reward" | "reranker", summary: string): JudgeEntry {
  return {
    summary,
    kinds: ["pair"],
    async load({ options, orders, samples }) {
      if (options === undefined) {
        throw new ConfigError(`judge ${kind} needs a reward model`, {
          code: "reward-endpoint-missing",
          remedy:
            "Describe it in the config file: an entry of judges with `reward:` (docs/judges.md#reward-models).",
        });
      }
      if (samples !== undefined) {
        throw new ConfigError("--judge-samples does nothing for a reward: it is not sampled", {
          code: "judge-not-sampleable",
          remedy: "Leave it out.",
        });
      }
      const { createRewardJudge, rewardOptionsOf } = await import("./reward.js");
      return createRewardJudge({ kind, ...rewardOptionsOf(options), ...presentFields({ orders }) });
    },
  };
}

/** A judge in an open-weight judge's format, asked in our own words. */
function openWeight([format, { kind, summary }]: readonly [string, JudgeFormat]): readonly [
  string,
  JudgeEntry,
] {
  return [
    `${format}${OWN_WORDING}`,
    {
      summary: `${summary}; prompt in assay's own words`,
      kinds: [kind],
      async load(options) {
        const { ownWording } = await import("./open-weight/own-wording.js");
        return inFormat(ownWording(format), options);
      },
    },
  ];
}

async function inFormat(definition: FormatDefinition, options: JudgeOptions): Promise<Judge> {
  if (options.compat === true)
    throw new ConfigError(`judge ${definition.name} has no compat: its verdicts are read in one way only`, {
      code: "judge-compat-unknown",
      remedy: "Leave compat out of the judge's entry.",
    });
  if (definition.kind === "pair") return configured(definition, options);
  const { createRatingJudge } = await import("./open-weight/rating-judge.js");
  return createRatingJudge(definition);
}

async function configured(
  definition: JudgeDefinition,
  options: JudgeOptions,
  assets?: Judge["assets"],
): Promise<Judge> {
  const { createConfiguredJudge } = await import("./configured-judge.js");
  const { withoutLogprobs } = await import("./sampled-judge.js");
  return createConfiguredJudge(options.samples === undefined ? definition : withoutLogprobs(definition), {
    compat: options.compat ?? false,
    ...presentFields({ orders: options.orders, version: options.version, assets }),
  });
}

function arenaHard(version: OutcomeRule["original"], summary: string): JudgeEntry {
  return {
    summary,
    kinds: ["pair"],
    async load({ compat, version: protocolVersion }, context) {
      const { createArenaHardJudge } = await import("./arena-hard.js");
      return createArenaHardJudge(context, { version, ...presentFields({ compat, protocolVersion }) });
    },
  };
}

/** The judges that can be named. They are imported when they are used, so that naming costs nothing. */
export const judgeRegistry: Registry<JudgeEntry> = createRegistry<JudgeEntry>("judge", {
  "mt-bench": {
    summary:
      "MT-Bench's single grading and pairwise comparison, exactly as FastChat does it (prompts fetched)",
    kinds: ["single", "pair"],
    async load(options, context) {
      const judges = await import("./mt-bench.js");
      const own = presentFields({ compat: options.compat, version: options.version });
      return options.mode === "single"
        ? judges.createMtBenchSingleJudge(context, own)
        : judges.createMtBenchPairJudge(context, own);
    },
  },
  assay: {
    summary: "assay's own hardened protocol for any suite, single and pairwise, evidence before verdict",
    kinds: ["single", "pair"],
    async load(options) {
      const judges = await import("./assay.js");
      const { structured, version, abstain, orders } = options;
      return options.mode === "single"
        ? judges.createAssaySingleJudge(presentFields({ structured, version, abstain }))
        : judges.createAssayPairJudge(presentFields({ structured, version, abstain, orders }));
    },
  },
  ranking: {
    summary:
      "ranks two to nine answers at once, all pairs first in drawn order; hardened as assay is (--mode ranking)",
    kinds: ["ranking"],
    async load({ ties, together, samples }) {
      if (samples !== undefined) {
        throw new ConfigError(
          "--judge-samples is for pairwise judging; rankings are repeated with --trials",
          {
            code: "judge-not-sampleable",
            remedy: "Leave it out.",
          },
        );
      }
      const { createRankingJudge } = await import("./ranking/ranking-judge.js");
      return createRankingJudge(presentFields({ ties, together }));
    },
  },
  "arena-hard": arenaHard(
    "v2",
    "Arena-Hard v2: five labels, both orders, a double arrow counts three times (prompts fetched)",
  ),
  "arena-hard-v0.1": arenaHard(
    "v0.1",
    "Arena-Hard v0.1: one distinct label or a second turn, both orders (prompts fetched)",
  ),
  rubric: {
    summary:
      "decides a question's own criteria one by one, with evidence; the score follows from their points",
    kinds: ["single"],
    async load({ calls }) {
      const { createCriterionJudge, createRubricJudge } = await import("./rubric.js");
      return calls === "each" ? createCriterionJudge() : createRubricJudge();
    },
  },
  refusal: {
    summary: "labels each answer as refused, partly or answered; over-refusal and under-refusal follow",
    kinds: ["single"],
    async load() {
      return (await import("./refusal.js")).createRefusalJudge();
    },
  },
  "answer-key": {
    summary: "compares answers with the suite's right ones; asks no judge model",
    kinds: ["single"],
    callFree: true,
    async load() {
      return (await import("./answer-key/answer-key.js")).createAnswerKeyJudge();
    },
  },
  alpaca_eval_gpt4: shipped(
    "alpaca_eval_gpt4",
    "AlpacaEval 1: a ranking of the two answers (prompt fetched)",
  ),
  weighted_alpaca_eval_gpt4_turbo: shipped(
    "weighted_alpaca_eval_gpt4_turbo",
    "AlpacaEval 2: preference weighted by log-probabilities, gpt-4-1106-preview (prompt fetched)",
  ),
  "weighted_alpaca_eval_gpt4.1": shipped(
    "weighted_alpaca_eval_gpt4.1",
    "AlpacaEval 2's protocol with gpt-4.1 as judge model (prompt fetched)",
  ),
  reward: scored("reward", "a reward model scores each answer; described in the config file"),
  reranker: scored(
    "reranker",
    "a reranker scores each answer as a document for the prompt; described in the config file",
  ),
  ...Object.fromEntries(Object.entries(JUDGE_FORMATS).map(openWeight)),
});

const MODULE_EXTENSIONS = [".js", ".mjs", ".cjs", ".ts", ".mts"];

/** `assay@1` is version 1 of the judge `assay`; a version is named only with a judge that assay ships. */
function splitVersion(given: string): { readonly name: string; readonly version?: JudgeVersion } {
  const [, name = "", version] = /^(.+)@(\d{1,3})$/.exec(given) ?? [];
  if (version === undefined || !judgeRegistry.has(name)) return { name: given };
  if (version === "1" || version === "2") return { name, version: version === "1" ? 1 : 2 };
  throw new ConfigError(`judge ${name} has no version ${version}`, {
    code: "unknown-judge-version",
    remedy: `Use ${name} for the newest version (${NEWEST_VERSION}), or ${name}@1 for that of assay 0.1.0.`,
  });
}

/** Whether a name is that of a judge that assay ships, with or without a version. */
export function isJudgeName(given: string): boolean {
  return judgeRegistry.has(splitVersion(given).name);
}

/** Whether a name is that of a judge that assay ships and that only ranks. */
export function isRankingJudge(given: string): boolean {
  const { name } = splitVersion(given);
  return judgeRegistry.has(name) && judgeRegistry.get(name).kinds.every((kind) => kind === "ranking");
}

/** The judge of rankings that name no protocol: no suite's authors rank. */
export const RANKING_JUDGE = "ranking";

/** Whether a judge that assay ships gives its verdicts without asking a model. */
export function isCallFree(name: string): boolean {
  return judgeRegistry.has(name) && judgeRegistry.get(name).callFree === true;
}

/**
 * Loads a judge: one that is given; by name, with `@1` for an earlier version of its protocol; from a folder with
 * alpaca_eval's `configs.yaml`; from a YAML file, alpaca_eval's or assay's
 * own; or from a JavaScript or TypeScript module whose default export is a Judge or a function
 * `(options, context) => Judge`.
 * @throws ConfigError for an unknown name (with the nearest right one), a mode or option that the judge does not know,
 * and for files that are not right; DataError for an asset that cannot be had.
 */
export async function loadJudge(
  nameOrPath: string | Judge,
  options: JudgeOptions,
  context: JudgeContext,
): Promise<Judge> {
  const isGiven = typeof nameOrPath !== "string";
  const judge = isGiven ? nameOrPath : await loadNamed(nameOrPath, options, context);
  if (judge.kind !== kindOfMode(options.mode))
    throw wrongMode(isGiven ? judge.name : nameOrPath, judge.kind, options);
  checkOrders(judge, options);
  refuseUnknownOptions(judge, options);
  if (options.samples === undefined) return judge;
  return (await import("./sampled-judge.js")).sampleJudge(judge, options.samples);
}

function loadNamed(given: string, options: JudgeOptions, context: JudgeContext): Promise<Judge> {
  const { name, version } = splitVersion(given);
  if (version === 1 && options.abstain === true) throw abstainUnknown(given);
  return loadUnsampled(name, { ...options, ...presentFields({ version }) }, context);
}

function kindOfMode(mode: JudgingMode): Judge["kind"] {
  return mode === "single" || mode === "ranking" ? mode : "pair";
}

function wrongMode(name: string, kind: Judge["kind"], { mode }: JudgeOptions): ConfigError {
  const modes = kind === "pair" ? "pairwise-baseline or pairwise-all" : kind;
  const other =
    mode === "ranking" ? ", or the judge ranking (--judge-protocol ranking)" : ", or another judge";
  return new ConfigError(`judge ${name} cannot be used in mode ${mode}`, {
    code: "judge-mode-mismatch",
    remedy: `Use --mode ${modes}${kind === "single" && mode !== "ranking" ? "" : other}.`,
  });
}

function checkOrders(judge: Judge, { orders }: JudgeOptions): void {
  const own = judge.kind === "pair" ? (judge.orders ?? "both") : undefined;
  if (orders === undefined || own === orders) return;
  throw new ConfigError(
    judge.kind !== "pair"
      ? "--orders is for pairwise judging"
      : `judge ${judge.name} knows only --orders ${judge.orders ?? "both"}`,
    { code: "judge-orders-fixed", remedy: "Leave --orders out, or use another judge." },
  );
}

async function loadUnsampled(
  nameOrPath: string,
  options: JudgeOptions,
  context: JudgeContext,
): Promise<Judge> {
  if (judgeRegistry.has(nameOrPath)) {
    const entry = judgeRegistry.get(nameOrPath);
    const kind = kindOfMode(options.mode);
    const [only = "pair"] = entry.kinds;
    if (!entry.kinds.includes(kind)) throw wrongMode(nameOrPath, only, options);
    return entry.load(options, context);
  }
  const facts = await stat(nameOrPath).catch(() => undefined);
  if (facts === undefined) {
    refuseFormat(nameOrPath);
    if (!/[\\/]|\.(ya?ml|[mc]?[jt]s)$/i.test(nameOrPath)) judgeRegistry.get(nameOrPath);
    throw new ConfigError(`there is no judge file ${nameOrPath}`, {
      code: "judge-file-missing",
      remedy: `Fix the path, or name a judge. ${suggestName(nameOrPath, judgeRegistry.names)}`,
    });
  }
  if (!facts.isDirectory() && MODULE_EXTENSIONS.includes(extname(nameOrPath).toLowerCase())) {
    return loadModule(nameOrPath, options, context);
  }
  const definition = await loadDefinition(nameOrPath, facts.isDirectory());
  return "kind" in definition ? inFormat(definition, options) : configured(definition, options);
}

/**
 * Refuses the bare name of an open-weight judge's format: it has no prompt, for its authors' is theirs and does not ship.
 * @throws ConfigError `judge-prompt-missing`.
 */
export function refuseFormat(format: string): void {
  if (!Object.hasOwn(JUDGE_FORMATS, format)) return;
  const { source = "" } = JUDGE_FORMATS[format] ?? {};
  throw new ConfigError(`${format} is a format, whose authors' prompt does not ship with assay`, {
    code: "judge-prompt-missing",
    remedy: `Use ${format}${OWN_WORDING}, or a YAML file with "format: ${format}" and "prompt: FILE" (docs/judges.md; the prompt: ${source}).`,
  });
}

/** An own definition has `parser` at its top; alpaca_eval's file has the annotator's name there. */
async function loadDefinition(path: string, isFolder: boolean): Promise<JudgeDefinition | FormatDefinition> {
  const { readDefinitionFile } = await import("./definition-file.js");
  const { root } = await readDefinitionFile(isFolder ? join(path, "configs.yaml") : path);
  const isOwn = typeof root === "object" && root !== null && ("parser" in root || "name" in root);
  if (isOwn)
    return (await import("./judge-file.js")).loadJudgeFile(isFolder ? join(path, "configs.yaml") : path);
  return (await import("./alpaca-eval-configuration.js")).loadAlpacaEvalConfiguration(path);
}

function badModule(file: string, reason: string, cause?: unknown): ConfigError {
  return new ConfigError(`${file} is not a judge module: ${reason}`, {
    code: "bad-judge-module",
    remedy: "Its default export is a Judge, or a function that gives one; see docs/judges.md.",
    cause,
  });
}

async function loadModule(file: string, options: JudgeOptions, context: JudgeContext): Promise<Judge> {
  let exported: unknown;
  try {
    const module: { readonly default?: unknown } = await import(pathToFileURL(resolve(file)).href);
    exported = typeof module.default === "function" ? await module.default(options, context) : module.default;
  } catch (cause) {
    throw badModule(file, messageOf(cause).slice(0, 300), cause);
  }
  const missing = missingJudgePart(exported);
  if (missing !== undefined) throw badModule(file, missing);
  return exported as Judge;
}

/** What a user's object lacks to be a judge; undefined where it lacks nothing. */
export function missingJudgePart(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null) return "it has no default export that is an object";
  const parts = value as Readonly<Record<string, unknown>>;
  for (const key of ["name", "protocolPrefix"]) {
    if (typeof parts[key] !== "string" || parts[key] === "") return `"${key}" is not text`;
  }
  if (parts.kind !== "single" && parts.kind !== "pair" && parts.kind !== "ranking")
    return '"kind" is neither "single" nor "pair" nor "ranking"';
  if (parts.turns !== "each" && parts.turns !== "last") return '"turns" is neither "each" nor "last"';
  for (const key of ["identity", "parameters"]) {
    if (typeof parts[key] !== "object" || parts[key] === null) return `"${key}" is missing`;
  }
  for (const key of ["request", "read"]) {
    if (typeof parts[key] !== "function") return `"${key}" is not a function`;
  }
  if (parts.callFree === true && typeof parts.settle !== "function") return '"settle" is not a function';
  return undefined;
}
