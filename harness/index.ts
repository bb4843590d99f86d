/**
 * assay as a library: the stages of the command as functions over plain data, with an AbortSignal, an event callback
 * for progress, and no writing to the console. Adapters, judges, suites and reports are plain objects that satisfy the
 * types exported here.
 */

import { comparablePairs, readSource, splitSource } from "./assemble/compare-sources.js";
import { type EvaluateOptions, evaluate, prepareEvaluation } from "./assemble/evaluation.js";
import { runScoring, type ScoreSourcesOptions, scoreSources } from "./assemble/score-sources.js";
import { validateConfig } from "./config/read-config.js";
import { resolveConfig } from "./config/resolve.js";
import type { UserConfig } from "./config/schema.js";
import type { Scores } from "./core/board.js";
import { systemClock } from "./core/clock.js";
import type { Comparison } from "./core/comparison.js";
import type { Services } from "./core/services.js";
import { assetFinder } from "./data/asset-finder.js";
import { compareModels } from "./pipeline/compare/compare-models.js";
import type { RunResult } from "./pipeline/run.js";
import { isRunFolder } from "./store/run-folder.js";

export { type Evaluation, evaluate, prepareEvaluation } from "./assemble/evaluation.js";
export { reportInput, writeReport } from "./assemble/report.js";
export { type RunConfig, resolveConfig } from "./config/resolve.js";
export type { GateEntry, JudgeEntry, ModelEntry, UserConfig } from "./config/schema.js";
export type * from "./core/board.js";
export { type Clock, systemClock } from "./core/clock.js";
export type * from "./core/comparison.js";
export { AssayError, ConfigError, DataError, EndpointError, ReportError } from "./core/errors.js";
export type * from "./core/gate.js";
export type * from "./core/manifest.js";
export type * from "./core/records.js";
export type { Services } from "./core/services.js";
export { chatTemplates } from "./models/chat-templates.js";
export { commandModel } from "./models/command.js";
export { completionsModel } from "./models/completions.js";
export { createModel } from "./models/create-model.js";
export type { ModelFactory, ModelFactoryOptions } from "./models/module.js";
export { openaiModel } from "./models/openai.js";
export { replayModel } from "./models/replay.js";
export type { ModelServices, ModelSpecification } from "./models/specification.js";
export { type CompareOptions, compareModels } from "./pipeline/compare/compare-models.js";
export type { RunEvent, RunListener } from "./pipeline/events.js";
export { createPlan, type Plan, type PlanInput } from "./pipeline/plan.js";
export { type RunResult, runPlan } from "./pipeline/run.js";
export { scoreRun } from "./pipeline/scores/score-run.js";
export { readAnswers, readJudgments, readManifest, readSuites } from "./store/run-folder.js";

/** The process's own clock, network and environment. */
export function defaultServices(): Services {
  return { environment: process.env, clock: systemClock, random: Math.random, fetch: globalThis.fetch };
}

/** How {@link run} is carried out. */
export interface RunOptions extends Omit<EvaluateOptions, "run"> {
  /** Cuts off calls under way; what is recorded stays, and the same call resumes. */
  readonly signal?: AbortSignal;
  /** Default: {@link defaultServices}. */
  readonly services?: Services;
}

/**
 * Runs an evaluation: answers → judgments → scores in the run folder `config.out`, resuming what it holds.
 * @throws ConfigError, DataError before the first call; AssayError `cannot-write`.
 */
export async function run(
  config: UserConfig & { readonly out: string },
  options: RunOptions = {},
): Promise<RunResult> {
  const { signal, services: given, ...rest } = options;
  const own = given ?? defaultServices();
  const services = signal === undefined ? own : { ...own, stop: signal, abort: signal };
  const resolved = resolveConfig([await validateConfig(config, "configuration")]);
  const evaluation = await prepareEvaluation(resolved, services);
  try {
    return await evaluate(evaluation, { ...rest, run: config.out }, services);
  } finally {
    await evaluation.close();
  }
}

/** How runs and files are scored. */
export interface ScoreOptions extends Partial<ScoreSourcesOptions> {
  readonly services?: Services;
}

/** Scores run folders and files of FastChat and AlpacaEval. @throws ConfigError, DataError. */
export async function score(paths: string | readonly string[], options: ScoreOptions = {}): Promise<Scores> {
  const { services = defaultServices(), ...given } = options;
  const list = typeof paths === "string" ? [paths] : paths;
  const asked = { compat: false, seed: 1, ...given };
  return (await scoreSources(list, asked, assetFinder(services))).scores;
}

/**
 * Compares two models: run folders or judgment files, `PATH#model-id` picks one model. One comparison per board that
 * both have.
 * @throws ConfigError when suites or protocols differ.
 */
export async function compare(
  base: string,
  candidate: string,
  options: Pick<ScoreOptions, "compat" | "seed" | "services"> & {
    readonly margin?: number;
    readonly level?: number;
  } = {},
): Promise<Comparison[]> {
  const seed = options.seed ?? 1;
  const compat = options.compat ?? false;
  const finder = assetFinder(options.services ?? defaultServices());
  const runs = [base, candidate].map((source) => splitSource(source).path).filter(isRunFolder);
  const { scoring } = await runScoring(runs, { compat }, finder);
  const sourceOptions = { compat, finder, seed, scoring };
  const sources = await Promise.all([readSource(base, sourceOptions), readSource(candidate, sourceOptions)]);
  const compareOptions = { margin: options.margin ?? 0, level: options.level ?? 95, seed };
  return comparablePairs(sources[0], sources[1]).map((pair) =>
    compareModels(pair.base, pair.candidate, compareOptions),
  );
}
