import { stat } from "node:fs/promises";
import { extname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { ConfigError, messageOf } from "../harness/core/errors.js";
import type { Suite } from "../harness/core/records.js";
import { createRegistry, type Registry } from "../harness/core/registry.js";
import { suggestName } from "../harness/core/spelling.js";
import type { SuiteContext, SuiteEntry } from "./suite-context.js";

/** The suites that can be named. Loaders are imported when they are used, so that naming costs nothing. */
export const suiteRegistry: Registry<SuiteEntry> = createRegistry<SuiteEntry>("suite", {
  "mt-bench": {
    summary: "MT-Bench: 80 two-turn questions, graded by a judge model (fetched)",
    load: async (context) => (await import("./mt-bench.js")).loadMtBench(context),
  },
  "vicuna-bench": {
    summary: "Vicuna bench: 80 single-turn questions, MT-Bench's predecessor (fetched)",
    load: async (context) => (await import("./mt-bench.js")).loadVicunaBench(context),
  },
  "assay-80": {
    summary: "80 original two-turn questions that ship with assay",
    load: async () => (await import("./assay-80.js")).loadAssay80(),
  },
  quickstart: {
    summary: "24 questions of assay-80 with recorded answers and verdicts, for a first look",
    load: async () => (await import("./assay-80.js")).loadQuickstart(),
  },
  agieval: {
    summary:
      "AGIEval v1: six tasks with right answers (2,561 questions), zero-shot, no judge needed (fetched)",
    hasKey: true,
    load: async (context) => (await import("./known-answers/agieval.js")).loadAgieval(context),
  },
  "assay-refusals": {
    summary:
      "harmless requests that look harmful and harmful ones without detail: over-refusal and under-refusal",
    load: async () => (await import("./refusals/assay-refusals.js")).loadAssayRefusals(),
  },
  "alpaca-eval": {
    summary: "AlpacaEval 1: 805 instructions against text_davinci_003 (fetched)",
    load: async (context) => (await import("./alpaca-eval.js")).loadAlpacaEval(context),
  },
  "alpaca-eval-2": {
    summary: "AlpacaEval 2: 805 instructions against gpt4_1106_preview, length-controlled (fetched)",
    load: async (context) => (await import("./alpaca-eval.js")).loadAlpacaEval2(context),
  },
  "arena-hard-v0.1": {
    summary: "Arena-Hard v0.1: 500 hard prompts against gpt-4-0314, two games each (fetched)",
    load: async (context) => (await import("./arena-hard.js")).loadArenaHardV01(context),
  },
  "arena-hard-v2": arenaHardV2("hard", "500 hard prompts against o3-mini-2025-01-31"),
  "arena-hard-v2-hard": arenaHardV2("hard", "the same under its longer name"),
  "arena-hard-v2-coding": arenaHardV2("coding", "its 253 prompts of coding"),
  "arena-hard-v2-math": arenaHardV2("math", "its 247 prompts of math"),
  "arena-hard-v2-creative": arenaHardV2(
    "creative",
    "250 creative prompts; bring the baseline's answers (--baseline FILE)",
  ),
});

function arenaHardV2(part: "hard" | "coding" | "math" | "creative", what: string): SuiteEntry {
  return {
    summary: `Arena-Hard v2.0: ${what} (fetched)`,
    load: async (context) => (await import("./arena-hard.js")).loadArenaHardV2(context, part),
  };
}

const MODULE_EXTENSIONS = [".js", ".mjs", ".cjs", ".ts", ".mts"];

function looksLikePath(name: string): boolean {
  return /[\\/]/.test(name) || /\.(ya?ml|jsonl?|ndjson|csv|[mc]?[jt]s)$/i.test(name);
}

/**
 * Loads a suite by name, from a file of questions, or from a JavaScript or TypeScript module whose default export is a
 * Suite or a function that gives one.
 * @throws ConfigError `unknown-suite` (with the nearest name), `suite-file-missing`, `bad-suite-module`; DataError for
 * a file or an asset that is not right.
 */
export async function loadSuite(nameOrPath: string, context: SuiteContext): Promise<Suite> {
  if (suiteRegistry.has(nameOrPath)) return suiteRegistry.get(nameOrPath).load(context);
  const facts = await stat(nameOrPath).catch(() => undefined);
  if (facts?.isDirectory() && looksLikePath(nameOrPath)) {
    const { questionFileIn } = await import("./arena-hard.js");
    return (await import("./user-suite.js")).loadUserSuite(questionFileIn(nameOrPath));
  }
  if (facts?.isFile() !== true) {
    if (!looksLikePath(nameOrPath)) suiteRegistry.get(nameOrPath);
    throw new ConfigError(`there is no suite file ${nameOrPath}`, {
      code: "suite-file-missing",
      remedy: `Fix the path, or name a suite. ${suggestName(nameOrPath, suiteRegistry.names)}`,
    });
  }
  if (MODULE_EXTENSIONS.includes(extname(nameOrPath).toLowerCase())) return loadModule(nameOrPath, context);
  return (await import("./user-suite.js")).loadUserSuite(nameOrPath);
}

function badModule(file: string, reason: string, cause?: unknown): ConfigError {
  return new ConfigError(`${file} is not a suite module: ${reason}`, {
    code: "bad-suite-module",
    remedy: "Its default export is a Suite, or a function that gives one; see docs/suites.md.",
    cause,
  });
}

async function loadModule(file: string, context: SuiteContext): Promise<Suite> {
  let exported: unknown;
  try {
    const module: { readonly default?: unknown } = await import(pathToFileURL(resolve(file)).href);
    exported = typeof module.default === "function" ? await module.default(context) : module.default;
  } catch (cause) {
    throw badModule(file, messageOf(cause).slice(0, 300), cause);
  }
  const missing = missingSuitePart(exported);
  if (missing !== undefined) throw badModule(file, missing);
  return exported as Suite;
}

/** What a user's object lacks to be a suite, of the parts that the rest of assay relies on; undefined where it lacks nothing. */
export function missingSuitePart(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null) return "it has no default export that is an object";
  const parts = value as Readonly<Record<string, unknown>>;
  for (const key of ["id", "title", "hash", "defaultJudge", "defaultMode"]) {
    if (typeof parts[key] !== "string" || parts[key] === "") return `"${key}" is not text`;
  }
  for (const key of ["questions", "categories", "assets"]) {
    if (!Array.isArray(parts[key])) return `"${key}" is not a list`;
  }
  const questions: readonly unknown[] = Array.isArray(parts.questions) ? parts.questions : [];
  if (questions.length === 0) return `"questions" is empty`;
  const { sampling } = parts;
  if (typeof sampling !== "object" || sampling === null || !("maxTokens" in sampling))
    return `"sampling" is missing`;
  const bad = questions.findIndex((question) => !isQuestion(question));
  return bad < 0 ? undefined : `questions[${bad}] lacks id, category or turns`;
}

function isQuestion(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const { id, category, turns } = value as Readonly<Record<string, unknown>>;
  const texts: readonly unknown[] = Array.isArray(turns) ? turns : [];
  return (
    typeof id === "string" &&
    typeof category === "string" &&
    texts.length > 0 &&
    texts.every((turn) => typeof turn === "string")
  );
}
