/**
 * assay as a library, on two levels. One call does a whole job over plain data: {@link run}, {@link score},
 * {@link compare}, {@link report}; models, judges, suites and formats of reports may be objects that satisfy the types
 * exported here. Beneath it stand the stages that those calls are made of. Nothing is written to the console.
 */

import type { ReportFormat } from "../reports/registry.js";
import { comparablePairs, readSource } from "./assemble/compare-sources.js";
import { type EvaluateOptions, evaluate } from "./assemble/evaluate.js";
import { prepareEvaluation } from "./assemble/evaluation.js";
import { type RunInput, readInput } from "./assemble/objects.js";
import { reportInput, writeReport } from "./assemble/report.js";
import { runScoring, type ScoreSourcesOptions, scoreSources } from "./assemble/score-sources.js";
import { unfinishedByManifest, whyUnfinished } from "./assemble/unfinished.js";
import { defaultFormats, type RunConfig } from "./config/resolve.js";
import type { Scores } from "./core/board.js";
import { systemClock } from "./core/clock.js";
import type { Comparison } from "./core/comparison.js";
import type { GateResult } from "./core/gate.js";
import { namedPath } from "./core/named-path.js";
import { presentFields } from "./core/present-fields.js";
import type { Services } from "./core/services.js";
import { assetFinder } from "./data/asset-finder.js";
import { type CompareOptions, compareModels } from "./pipeline/compare/compare-models.js";
import type { RunResult } from "./pipeline/run.js";
import type { ScoringOptions } from "./pipeline/scores/score-run.js";
import { type CountingRecords, countingRecords } from "./store/counting-records.js";
import { isRunFolder, runPaths } from "./store/run-folder.js";

export type { JudgeContext, JudgeOptions, JudgeVersion } from "../judges/judge-context.js";
export {
  type RankingItem,
  type RankingProtocol,
  type RankingVerdict,
  rankingProtocol,
} from "../judges/ranking/ranking-protocol.js";
export { loadJudge } from "../judges/registry.js";
export type { ReportFormat } from "../reports/registry.js";
export type { RenderOptions } from "../reports/render-options.js";
export type { ReportFile } from "../reports/report-file.js";
export type { ReportInput, ReportRun } from "../reports/view/view.js";
export { createSuite, type SuiteParts } from "../suites/create-suite.js";
export { loadSuite } from "../suites/registry.js";
export type { SuiteContext } from "../suites/suite-context.js";
export type { KeptProtocols } from "./assemble/answer-source.js";
export { type EvaluateOptions, evaluate } from "./assemble/evaluate.js";
export { type Evaluation, prepareEvaluation, prepareJudging } from "./assemble/evaluation.js";
export {
  type GivenObjects,
  type JudgeObject,
  type ReportRequest,
  type RunInput,
  readInput,
} from "./assemble/objects.js";
export { type ReportOptions, reportInput, writeReport } from "./assemble/report.js";
export type { RunScoringRequest, ScoreSourcesOptions } from "./assemble/score-sources.js";
export { type RunConfig, resolveConfig } from "./config/resolve.js";
export type { GateEntry, JudgeEntry, ModelEntry, UserConfig } from "./config/schema.js";
export { addStyles, type CountTokens, type StyleCounts, styleOf } from "./core/answer-style.js";
export { AREAS, type Area, type AreaOverrides, areaOf } from "./core/area.js";
export type * from "./core/audit-finding.js";
export type * from "./core/best-of.js";
export type * from "./core/board.js";
export type * from "./core/board-people.js";
export type * from "./core/check.js";
export { type Clock, systemClock } from "./core/clock.js";
export type * from "./core/comparison.js";
export type * from "./core/corrected-figure.js";
export {
  AssayError,
  ConfigError,
  DataError,
  type DataLocation,
  EndpointError,
  type EndpointErrorDetails,
  type ErrorDetails,
  ReportError,
} from "./core/errors.js";
export type * from "./core/gate.js";
export type * from "./core/likelihood.js";
export type { CardEntry, CardSet, JudgeCard, JudgeQuality } from "./core/judge-card.js";
export type * from "./core/jury.js";
export type * from "./core/manifest.js";
export type * from "./core/model.js";
export type { PairDisagreement } from "./core/ranking.js";
export type * from "./core/records.js";
export type { Named, Registry } from "./core/registry.js";
export type * from "./core/rubric.js";
export type * from "./core/sentinel.js";
export type { DownloadProgress, Services } from "./core/services.js";
export type { ShownJudgment, WithoutRequest } from "./core/shown-judgment.js";
export type * from "./core/stated-figure.js";
export type * from "./core/style-control.js";
export type { FrozenBoardStyle, StyleReference } from "./core/style-reference.js";
export type { SuitePart } from "./core/suite-part.js";
export { estimateTokens, type TokenCounter, tokenCounter } from "./core/token-counter.js";
export type * from "./core/vote.js";
export { parseVote, voteFor, voteRow } from "./core/vote.js";
export { type AssetFinder, assetFinder } from "./data/asset-finder.js";
export type { CalibrationRequest } from "./interop/alpaca-eval/calibration.js";
export type { AlpacaFolds } from "./interop/alpaca-eval/folds.js";
export type { DifficultyOptions } from "./interop/alpaca-eval/instruction-difficulties.js";
export {
  type NectarAnswer,
  type NectarRow,
  nectarRow,
  parseNectarRow,
  rankedModels,
} from "./interop/nectar-rows.js";
export { type ChatTemplate, chatTemplates } from "./models/chat-templates.js";
export { type CommandModelOptions, commandModel } from "./models/command.js";
export type { CompletionsModel, CompletionsModelOptions } from "./models/completions.js";
export { completionsModel } from "./models/completions.js";
export { createModel } from "./models/create-model.js";
export type { EndpointModel, EndpointModelOptions, WireFormat } from "./models/endpoint-model.js";
export type { CommonModelOptions } from "./models/identity.js";
export type { ModelFactory, ModelFactoryOptions } from "./models/module.js";
export { openaiModel } from "./models/openai.js";
export type { TokenLimitParameter } from "./models/parameter-support.js";
export { type ReplayModelOptions, replayModel } from "./models/replay.js";
export type { ModelServices, ModelSpecification } from "./models/specification.js";
export type { TemplateComparison } from "./models/template-comparison.js";
export type { NamedTemplate } from "./models/template-file.js";
export type { BatchEvent, BatchName } from "./pipeline/batch-events.js";
export { type CompareOptions, compareModels } from "./pipeline/compare/compare-models.js";
export type { ComparedModel } from "./pipeline/compare/question-values.js";
export type { CallOutcome } from "./pipeline/dispatch/call.js";
export type { CircuitCause, CircuitState } from "./pipeline/dispatch/circuit-breaker.js";
export {
  createDispatcher,
  type Dispatcher,
  type DispatchLimits,
  type DispatchOptions,
} from "./pipeline/dispatch/dispatcher.js";
export type * from "./pipeline/dispatch/events.js";
export type { Price, PriceTable } from "./pipeline/dispatch/prices.js";
export type { CachedReply, ResponseCache } from "./pipeline/dispatch/response-cache.js";
export type { RunEvent, RunListener } from "./pipeline/events.js";
export type { ExecuteOptions } from "./pipeline/execute.js";
export type { Execution, ExecutionLimits, ExecutionMeans } from "./pipeline/execution.js";
export type { VotedModel } from "./pipeline/people/board-people.js";
export type { PairLabel, PairPlace } from "./pipeline/people/pair-labels.js";
export {
  createPlan,
  type JudgeBinding,
  type Plan,
  type PlanInput,
  type PlannedProtocol,
} from "./pipeline/plan.js";
export { type Gaps, type RunOptions as RunPlanOptions, type RunResult, runPlan } from "./pipeline/run.js";
export type { AnswerMarks, MarksOf, TracedAnswer } from "./pipeline/scores/answer-marks.js";
export type { BoardStyles } from "./pipeline/scores/board-styles.js";
export type { BoardHead, BoardInput, BuiltBoard } from "./pipeline/scores/build-board.js";
export type {
  LengthControl,
  PreferenceCalibration,
  PublishedRows,
} from "./pipeline/scores/controlled-win-rate.js";
export type { BoardCriteria, DecidedCriteria } from "./pipeline/scores/criterion-tracer.js";
export type { OutcomeScoring } from "./pipeline/scores/outcome-rows.js";
export type { PreferenceOptions } from "./pipeline/scores/preference-rows.js";
export type { SlotValue } from "./pipeline/scores/score-columns.js";
export {
  type ScoredRun,
  type ScoringOptions,
  scoreRun,
  type UnreadRun,
} from "./pipeline/scores/score-run.js";
export type { BoardFrame, ExpectedSlot, VerdictRow } from "./pipeline/scores/verdict-grid/row.js";
export type { Verdicts } from "./pipeline/scores/verdicts.js";
export type { SentinelSettings } from "./pipeline/sentinel/rounds-due.js";
export type { PlannedShard, Shard } from "./pipeline/shard.js";
export type { Battle } from "./stats/battles.js";
export type { ValueScale } from "./stats/bounded-mean.js";
export {
  type ArenaBattle,
  type ArenaOptions,
  type ArenaRanking,
  type ArenaRating,
  arenaRatings,
} from "./stats/contextual/arena-ratings.js";
export type { BattleDesign, ContextualRows, DesignOptions } from "./stats/contextual/battle-design.js";
export type { ContextualFit } from "./stats/contextual/contextual-fit.js";
export type { StyleResamples } from "./stats/contextual/mean-chances.js";
export {
  type ControlledScore,
  controlStyle,
  type StyleControl,
} from "./stats/contextual/style-control.js";
export type { NormalisationOptions, StyleNormalisation } from "./stats/contextual/style-features.js";
export {
  type FrozenStyle,
  STYLE_CONTROL_V2,
  STYLE_CONTROL_V01,
  type StyleControlOptions,
  type StyledBattle,
} from "./stats/contextual/style-options.js";
export type { JudgedThing } from "./stats/correction/cluster-moments.js";
export type { KeyedThing } from "./stats/correction/corrected-difference.js";
export type { GamedRows } from "./stats/length-controlled-rows.js";
export {
  type PlackettLuce,
  plackettLuce,
  type RankedRating,
} from "./stats/rankings/plackett-luce.js";
export type { RankedModels } from "./stats/rankings/ranking-stages.js";
export { type SlotRank, slotRanks } from "./stats/rankings/slot-ranks.js";
export type { RatingScale as PointsScale } from "./stats/rating-scale.js";
export type { FoldOrder } from "./stats/regression/group-folds.js";
export type { AnswerFacts } from "./store/answer-facts.js";
export type { BaselineAnswers } from "./store/baseline-answers.js";
export type { CountingRecords as RunRecords } from "./store/counting-records.js";
export type { RetryPolicy, Shown } from "./store/resume.js";
export {
  isRunFolder,
  readAnswers,
  readJudgments,
  readManifest,
  readSuites,
  runPaths,
} from "./store/run-folder.js";
export type { RunStore } from "./store/run-store.js";
export { type RunVotes, readVotes, type SkippedVote } from "./store/votes.js";

/** The process's own clock, network and environment. */
export function defaultServices(): Services {
  return { environment: process.env, clock: systemClock, random: Math.random, fetch: globalThis.fetch };
}

/** How {@link run} is carried out. */
export interface RunOptions extends Pick<EvaluateOptions, "stages" | "listener"> {
  /** Cuts off calls under way; what is recorded stays, and the same call resumes. */
  readonly signal?: AbortSignal;
  /** Default: {@link defaultServices}. */
  readonly services?: Services;
}

/** How a run ended, with what its gates decided and where its report is. */
export interface RunOutcome extends RunResult {
  readonly gates: readonly GateResult[];
  /** Files of the report, where `report.formats` asked for one. */
  readonly files: readonly string[];
}

/**
 * Runs an evaluation: answers → judgments → scores in the run folder `input.out`, resuming what it holds; then decides
 * the gates and writes the report, where there are gates and where `report.formats` names or holds formats. Models,
 * judges, suites and formats may be objects; the run folder keeps a mark of each. What the program made, it closes.
 * @throws ConfigError, DataError before the first call; AssayError `cannot-write`.
 */
export async function run(
  input: RunInput & { readonly out: string },
  options: RunOptions = {},
): Promise<RunOutcome> {
  const { signal, services: given, ...rest } = options;
  const own = given ?? defaultServices();
  const services = signal === undefined ? own : { ...own, stop: signal, abort: signal };
  const { config, objects } = await readInput(input);
  const evaluation = await prepareEvaluation(config, services, objects);
  try {
    for (const warning of evaluation.warnings) rest.listener?.({ type: "warning", warning });
    const isJudged = rest.stages?.judgments ?? true;
    const formats = isJudged ? (input.report?.formats ?? []) : [];
    const keepRecords = formats.length > 0;
    const result = await evaluate(evaluation, { ...rest, run: input.out, keepRecords }, services);
    const { scoring } = evaluation;
    const gates = isJudged ? await gatesOf(result, config.gates, scoring) : [];
    const { title, redact } = config.report;
    const about = { ...presentFields({ title, redact }), scoring, environment: services.environment };
    const files =
      formats.length === 0
        ? []
        : await writeReport(
            reportInput([result], services.clock, about),
            formats,
            runPaths.report(result.run),
            gates,
            {
              unfinished: whyUnfinished(result, config.maxMissing) ?? null,
              inconclusiveFails: config.inconclusive !== "pass",
              ...presentFields({ fonts: config.report.fonts }),
              warn: (message) =>
                rest.listener?.({ type: "warning", warning: { code: "font-missing", message } }),
            },
          );
    // Whoever wants the records reads them: a caller may hold many outcomes.
    const { records: _, ...outcome } = result;
    return { ...outcome, gates, files };
  } finally {
    await evaluation.close();
  }
}

/** Gates are loaded only where there are any. A part of the questions decides none. */
async function gatesOf(
  result: RunResult,
  entries: RunConfig["gates"],
  scoring: ScoringOptions,
): Promise<readonly GateResult[]> {
  if (entries.length === 0 || result.manifest.shard !== undefined) return [];
  return (await import("./assemble/gates.js")).evaluateGates(entries, result, scoring);
}

/**
 * Reads the records of a run that count: the last one of each place, for the models, questions and protocols that its
 * manifest names. {@link readAnswers} and {@link readJudgments} read every line that was ever appended.
 * @throws ConfigError when it is not a run folder; DataError for damaged files.
 */
export function readRecords(run: string): CountingRecords {
  return countingRecords(run);
}

/** How runs and files are scored. */
export interface ScoreOptions extends Partial<ScoreSourcesOptions> {
  readonly services?: Services;
}

/** Scores run folders and files of other tools. @throws ConfigError, DataError. */
export async function score(paths: string | readonly string[], options: ScoreOptions = {}): Promise<Scores> {
  const { services = defaultServices(), ...given } = options;
  const list = typeof paths === "string" ? [paths] : paths;
  const asked = { compat: false, seed: 1, ...given };
  return (await scoreSources(list, asked, assetFinder(services))).scores;
}

/** How {@link compare} compares. */
export interface CompareCallOptions
  extends Pick<ScoreOptions, "compat" | "seed" | "services" | "calibrationFolder">,
    Pick<CompareOptions, "acrossProtocols" | "movers"> {
  /** Largest loss that still passes, in the unit of the metric. Default 0. */
  readonly margin?: number;
  /** Of the interval, in percent. Default 95. */
  readonly level?: number;
}

/**
 * Compares two models: run folders or judgment files, `PATH#model-id` picks one model. One comparison per board that
 * both have.
 * @throws ConfigError when suites or protocols differ.
 */
export async function compare(
  base: string,
  candidate: string,
  options: CompareCallOptions = {},
): Promise<Comparison[]> {
  const { seed = 1, compat = false, margin = 0, level = 95 } = options;
  const { services = defaultServices(), calibrationFolder, acrossProtocols, movers } = options;
  const finder = assetFinder(services);
  const runs = [base, candidate].map((source) => namedPath(source).path).filter(isRunFolder);
  const { scoring } = await runScoring(runs, { compat, calibrationFolder }, finder);
  const sourceOptions = { compat, finder, seed, scoring };
  const sources = await Promise.all([readSource(base, sourceOptions), readSource(candidate, sourceOptions)]);
  const compareOptions = { margin, level, seed, ...presentFields({ acrossProtocols, movers }) };
  return comparablePairs(sources[0], sources[1]).map((pair) =>
    compareModels(pair.base, pair.candidate, compareOptions),
  );
}

/** What {@link report} writes, and where. */
export interface ReportCallOptions
  extends Pick<ScoreOptions, "compat" | "services" | "calibrationFolder" | "judgeCard"> {
  /** Names from `assay list reports`, and objects. Default: html, markdown and png. */
  readonly formats?: readonly (string | ReportFormat)[];
  /** Default: `report` in the run folder. */
  readonly out?: string;
  readonly title?: string;
  /** Leaves the texts of questions and answers out. */
  readonly redact?: boolean;
  readonly gates?: readonly GateResult[];
  /** Font files for charts, where names need letters that the bundled fonts lack. */
  readonly fonts?: readonly string[];
  /** Is told what could not be drawn as asked for. */
  readonly warn?: (warning: string) => void;
}

/**
 * Writes the report of a run folder; of several, the last one gives the figures, with what only earlier ones have beside
 * them, and all of them the trends.
 * @returns The files written.
 * @throws ConfigError, DataError; ReportError when a chart cannot be drawn.
 */
export async function report(
  runs: string | readonly string[],
  options: ReportCallOptions = {},
): Promise<string[]> {
  const list = typeof runs === "string" ? [runs] : runs;
  const { services = defaultServices(), formats = [...defaultFormats], compat = false } = options;
  const { title, redact, calibrationFolder, judgeCard, gates, fonts, warn } = options;
  const { scoring } = await runScoring(list, { compat, calibrationFolder, judgeCard }, assetFinder(services));
  const input = reportInput(list, services.clock, {
    ...presentFields({ title, redact }),
    scoring,
    environment: services.environment,
  });
  const last = input.manifests.at(-1);
  const ending = {
    ...(last === undefined ? {} : { unfinished: unfinishedByManifest(last) }),
    ...presentFields({ fonts, warn }),
  };
  return writeReport(input, formats, options.out ?? runPaths.report(list.at(-1) ?? ""), gates, ending);
}
