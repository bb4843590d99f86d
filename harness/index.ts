/**
 * assay as a library, on two levels. One call does a whole job over plain data: `run`, `score`,
 * `compare`, `report`; models, judges, suites and formats of reports may be objects that satisfy the types
 * exported here. Beneath it stand the stages that those calls are made of. Nothing is written to the console.
 */

export type { JudgeContext, JudgeOptions, JudgeVersion } from "../judges/judge-context.js";
export type { RankingOptions } from "../judges/ranking/ranking-judge.js";
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
export type * from "./core/answer-rating.js";
export { answerRatingRow, parseAnswerRating } from "./core/answer-rating.js";
export { addStyles, type CountTokens, type StyleCounts, styleOf } from "./core/answer-style.js";
export { AREAS, type Area, type AreaOverrides, areaOf } from "./core/area.js";
export type * from "./core/audit-finding.js";
export type * from "./core/best-of.js";
export type * from "./core/board.js";
export type * from "./core/board-people.js";
export type * from "./core/board-repeats.js";
export type * from "./core/board-second.js";
export type * from "./core/change.js";
export type * from "./core/check.js";
export { type Clock, systemClock } from "./core/clock.js";
export type * from "./core/comparison.js";
export type * from "./core/contamination.js";
export type * from "./core/corrected-figure.js";
export type { DataLocation, EndpointErrorDetails, ErrorDetails } from "./core/errors.js";
export { AssayError, ConfigError, DataError, EndpointError, ReportError } from "./core/errors.js";
export type { RowPlace } from "./core/fastchat-row.js";
export type * from "./core/gate.js";
export type { PartedJudging } from "./core/judge.js";
export type { CardEntry, CardSet, JudgeCard, JudgeQuality } from "./core/judge-card.js";
export type { JudgeRepeats } from "./core/judge-repeats.js";
export type * from "./core/jury.js";
export type * from "./core/likelihood.js";
export type * from "./core/manifest.js";
export type * from "./core/mean-estimators.js";
export type * from "./core/model.js";
export type * from "./core/policy.js";
export type { RankedAnswers, RankedPools } from "./core/ranking.js";
export type { PairDisagreement } from "./core/ranks.js";
export type * from "./core/records.js";
export type { Named, Registry } from "./core/registry.js";
export type * from "./core/rubric.js";
export type { DrawnForSecond, SecondJudging } from "./core/second-judging.js";
export type * from "./core/sentinel.js";
export type * from "./core/separability.js";
export type * from "./core/sequence.js";
export type { DownloadProgress, Services } from "./core/services.js";
export type {
  CutTexts,
  ShownAnswer,
  ShownJudgment,
  ShownReply,
  ShownTurn,
  WithShownReplies,
} from "./core/shown-judgment.js";
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
} from "./interop/nectar/rows.js";
export {
  type CompareCallOptions,
  compare,
  defaultServices,
  type ReportCallOptions,
  type RunOptions,
  type RunOutcome,
  readRecords,
  report,
  run,
  type ScoreOptions,
  score,
} from "./library.js";
export { type ChatTemplate, chatTemplates } from "./models/chat-templates.js";
export { type CommandModelOptions, commandModel } from "./models/command.js";
export type { CompletionsModel, CompletionsModelOptions } from "./models/completions.js";
export { completionsModel } from "./models/completions.js";
export { createModel } from "./models/create-model.js";
export type { EndpointModel, EndpointModelOptions, WireFormat } from "./models/endpoint-model.js";
export type { CommonModelOptions } from "./models/identity.js";
export type { ModelFactory, ModelFactoryOptions } from "./models/module.js";
export { openaiModel } from "./models/openai.js";
export type { EndpointAccess } from "./models/openai-connection.js";
export type { TokenLimitParameter } from "./models/parameter-support.js";
export { type ReplayModelOptions, replayModel } from "./models/replay.js";
export type { ModelServices, ModelSpecification } from "./models/specification.js";
export type { TemplateComparison } from "./models/template-comparison.js";
export type { NamedTemplate } from "./models/template-file.js";
export type { BatchEvent, BatchName } from "./pipeline/batch-events.js";
export type { CriterionMeans } from "./pipeline/compare/compare-criteria.js";
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
export type { PairLabel, PairPlace } from "./pipeline/people/pair-labels.js";
export type { PeopleLabel } from "./pipeline/people/people-labels.js";
export type { VotedModel } from "./pipeline/people/voted-model.js";
export {
  createPlan,
  type JudgeBinding,
  type Plan,
  type PlanInput,
  type PlannedProtocol,
} from "./pipeline/plan.js";
export { type Gaps, type RunOptions as RunPlanOptions, type RunResult, runPlan } from "./pipeline/run.js";
export type { AnswerMarks, MarkCount, MarksOf } from "./pipeline/scores/answer-marks.js";
export type { BoardStyles } from "./pipeline/scores/board-styles.js";
export type { BoardHead, BoardInput, BuiltBoard, SecondFigures } from "./pipeline/scores/build-board.js";
export type {
  LengthControl,
  PreferenceCalibration,
  PublishedRows,
} from "./pipeline/scores/controlled-win-rate.js";
export type { BoardCriteria, DecidedCriteria } from "./pipeline/scores/criterion-tracer.js";
export type { BoardNorms, TakenChoices } from "./pipeline/scores/norm-tracer.js";
export type { OutcomeScoring } from "./pipeline/scores/outcome-rows.js";
export type { PreferenceOptions } from "./pipeline/scores/preference-rows.js";
export type { BoardRankingRecords, PlacedRanking } from "./pipeline/scores/ranking-tracer.js";
export type { BoardRefusals, LabelledAnswer } from "./pipeline/scores/refusal-tracer.js";
export type { ReplacementRows } from "./pipeline/scores/replacement-tracer.js";
export type { BoardRewards } from "./pipeline/scores/reward-dots.js";
export type { SlotValue } from "./pipeline/scores/score-columns.js";
export {
  type ScoredRun,
  type ScoringOptions,
  scoreRun,
  type UnreadRun,
} from "./pipeline/scores/score-run.js";
export type { BoardFrame, ExpectedSlot, VerdictRow } from "./pipeline/scores/verdict-grid/row.js";
export type { Verdicts } from "./pipeline/scores/verdicts.js";
export type { SecondedModel } from "./pipeline/second/seconded-model.js";
export type { SentinelSettings } from "./pipeline/sentinel/rounds-due.js";
export type * from "./pipeline/sequence/pace.js";
export type * from "./pipeline/sequence/sequence-settings.js";
export type { PlannedShard, Shard } from "./pipeline/shard.js";
export type { Battle } from "./stats/battles.js";
export type { ValueScale } from "./stats/bounded-mean.js";
export type * from "./stats/contextual/arena-options.js";
export type * from "./stats/contextual/arena-ratings.js";
export { arenaRatings } from "./stats/contextual/arena-ratings.js";
export type { BattleDesign, ContextualRows, DesignOptions } from "./stats/contextual/battle-design.js";
export type { ContextualFit } from "./stats/contextual/contextual-fit.js";
export type { StyleResamples } from "./stats/contextual/mean-chances.js";
export type * from "./stats/contextual/style-control.js";
export { controlStyle } from "./stats/contextual/style-control.js";
export type { NormalisationOptions, StyleNormalisation } from "./stats/contextual/style-features.js";
export type * from "./stats/contextual/style-options.js";
export { STYLE_CONTROL_V2, STYLE_CONTROL_V01 } from "./stats/contextual/style-options.js";
export type { JudgedThing } from "./stats/correction/cluster-moments.js";
export type { KeyedThing } from "./stats/correction/corrected-difference.js";
export type { GamedRows } from "./stats/length-controlled-rows.js";
export type * from "./stats/rankings/plackett-luce.js";
export { plackettLuce } from "./stats/rankings/plackett-luce.js";
export type { RankedModels } from "./stats/rankings/ranking-stages.js";
export { type SlotRank, slotRanks } from "./stats/rankings/slot-ranks.js";
export type { RatingScale as PointsScale } from "./stats/rating-scale.js";
export type { FoldOrder } from "./stats/regression/group-folds.js";
export type * from "./stats/sequential/bets.js";
export { plugInBets } from "./stats/sequential/bets.js";
export type * from "./stats/sequential/betting-sequence.js";
export { BettingSequence } from "./stats/sequential/betting-sequence.js";
export type * from "./stats/sequential/capital.js";
export { horizonBets } from "./stats/sequential/horizon-bets.js";
export type * from "./stats/sequential/seen-values.js";
export type * from "./stats/sequential/sequential-plan.js";
export { sequentialTest } from "./stats/sequential/sequential-test.js";
export type * from "./stats/sequential/spending.js";
export type { AnswerFacts } from "./store/answer-facts.js";
export type { BaselineAnswers } from "./store/baseline-answers.js";
export type { CountingRecords as RunRecords, ReportedRecords } from "./store/counting-records.js";
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
export type * from "./store/sequence-file.js";
export { sequenceLooks } from "./store/sequence-file.js";
export { type RunVotes, readVotes, type SkippedVote } from "./store/votes.js";
