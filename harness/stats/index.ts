/**
 * The statistics room: pure functions over numbers, each with its formula and source.
 *
 * Conventions: a figure that cannot be had is null beside a `reason`, never NaN or an infinity; mistakes of the
 * program throw RangeError; shares are 0–1 and levels in percent; every random step takes a seed.
 */

export {
  cohenKappa,
  crossTabulate,
  gwetAc1,
  type KappaWeights,
  type Label,
  type LabelTable,
  rawAgreement,
} from "./agreement.js";
export type { Battle } from "./battles.js";
export {
  type BootstrapEstimate,
  type BootstrapOptions,
  bootstrapClusteredMean,
  bootstrapMean,
  bootstrapMeans,
  bootstrapStatistic,
} from "./bootstrap.js";
export { type Bounds, bcaBounds, percentileBounds, quantileOfSorted } from "./bootstrap-bounds.js";
export { type BradleyTerryOptions, bootstrapBradleyTerry, bradleyTerry } from "./bradley-terry.js";
export { type ClusteredMean, type ClusterSums, clusteredMean, sumByCluster } from "./clustered-mean.js";
export { kendallTau, midRanks, pearsonCorrelation, spearmanCorrelation } from "./correlation.js";
export {
  binomialLowerTail,
  chiSquaredUpperTail,
  normalCdf,
  normalQuantile,
  normalTwoSidedTail,
  studentTCdf,
  studentTQuantile,
  studentTTwoSidedTail,
} from "./distributions.js";
export { bootstrapElo, type EloOptions, eloRatings } from "./elo.js";
export type { Estimate, IntervalEstimate } from "./estimate.js";
export {
  decideAgainstLimit,
  decideGate,
  decideGates,
  type GateDecision,
  type GateInput,
  type JointGateDecision,
} from "./gate.js";
export {
  DEFAULT_LEVEL,
  describeClusters,
  FEW_CLUSTERS,
  scaleInterval,
  type TIntervalInput,
  tInterval,
  upperShare,
} from "./intervals.js";
export {
  bootstrapKrippendorffAlpha,
  krippendorffAlpha,
  type MeasurementLevel,
  type RatedUnit,
} from "./krippendorff-alpha.js";
export {
  type DifficultyModelRows,
  type FittedDifficulties,
  fitDifficulties,
  type GamedRows,
  isExtremeChange,
  type LengthControlledCoefficients,
  type LengthControlledOptions,
  type LengthControlledRows,
  type LengthControlledWinRate,
  lengthControlledWinRate,
  predictWinRate,
  type RowDifficulties,
} from "./length-controlled.js";
export { type McNemarTest, mcNemarTest } from "./mcnemar.js";
export { adjustBenjaminiHochberg, adjustHolm, type PValues } from "./multiple-comparisons.js";
export {
  type PairedDifference,
  type PairedQuestions,
  pairedDifference,
  pairQuestions,
} from "./paired-difference.js";
export { type SignFlipTest, signFlipTest } from "./permutation.js";
export { minimumDetectableEffect, type PowerOptions, powerOfTest, questionsForEffect } from "./power.js";
export {
  averageLength,
  type PreferenceSummary,
  type PreferenceSummaryOptions,
  type PreferenceSummaryRows,
  type SlotWinRate,
  summarizePreferences,
} from "./preference-summary.js";
export {
  compareGroupMeans,
  compareProportions,
  type GroupDifference,
  wilsonInterval,
} from "./proportions.js";
export {
  type LabelPair,
  type RaterAgreement,
  type RaterAgreementOptions,
  raterAgreement,
} from "./rater-agreement.js";
export type { RankedRating, Rating, RatingBootstrapOptions } from "./rating-bootstrap.js";
export { expectedShare, pointsPerLogOdds, type RatingScale } from "./rating-scale.js";
export {
  type NestedValue,
  type VarianceComponent,
  type VarianceComponents,
  varianceComponents,
} from "./variance-components.js";
