import { countOf } from "../../core/count-of.js";
import type { Interval } from "../../core/interval.js";
import { isOnScale, type LimitTails, type ValueScale } from "../bounded-mean.js";
import { DEFAULT_LEVEL, upperShare } from "../intervals.js";
import { type ClusterSums, type JudgedThing, Moments, sumClusters } from "./cluster-moments.js";
import { boundedVotes, type Fit, fitOf, isTrusted, logitT } from "./trusted-fit.js";

/** How a mean is corrected. */
export interface CorrectionOptions {
  /** Of verdicts and votes alike. */
  readonly scale: ValueScale;
  /** Percent; default 95. */
  readonly level?: number;
  /**
   * Weight of the judge's verdicts. Left out: the best one, for each question by the votes on the others (cross-fitted,
   * PPI++); `1`: plain PPI, with the verdicts without a vote standing for all.
   */
  readonly lambda?: 1;
}

/** A judge's mean, corrected by people's votes on some of what it judged. */
export interface CorrectedMean {
  /** Null without votes. */
  readonly estimate: number | null;
  readonly standardError: number | null;
  readonly interval: Interval | null;
  /** One-sided p-values by the interval's method; null without an interval. */
  readonly tailsAt: (limit: number) => LimitTails | null;
  /** Mean weight of the judge's verdicts: 0 says that the votes alone make the figure. */
  readonly lambda: number;
  /** How many votes more would have narrowed the votes' own figure as much as the verdicts do; null where not known. */
  readonly worth: number | null;
  /** Each cluster's part of the error, so that two corrected means can be subtracted; null where votes alone make it. */
  readonly parts: ReadonlyMap<string, number> | null;
  /** Things with a vote, and clusters that have one. */
  readonly voted: number;
  readonly clusters: number;
  readonly degreesOfFreedom: number;
  /** Why the first of estimate and interval that is null is so. */
  readonly reason: string | null;
}

/** A weight outside would let the verdicts count against themselves, or for more than they are. */
function kept(weight: number | null): number {
  return weight === null ? 0 : Math.min(1, Math.max(0, weight));
}

function fitMean(clusters: readonly ClusterSums[], lambda: number | undefined, isWeighted: boolean): Fit {
  const moments = new Moments(clusters);
  const { people, judge } = moments.means;
  // Without verdicts that stand for all there is nothing to correct by.
  const isCorrected = moments.things > 0;
  const voted = clusters
    .filter((one) => one.votedWeight > 0)
    .map((one) => {
      const size = one.votedWeight;
      const weight = isCorrected ? (lambda ?? kept(moments.without(one).bestWeight())) : 0;
      const surplus = isCorrected ? weight * (one.judgedVoted / size - judge) : 0;
      return { cluster: one.cluster, value: one.votes / size - surplus, size, weight };
    });
  const mean = voted.reduce((sum, { size, weight }) => sum + (size * weight) / moments.votedWeight, 0);
  const judged = clusters
    .filter((one) => one.things > 0)
    .map(({ cluster, judged: sum, things }) => ({
      cluster,
      part: (mean * (sum - judge * things)) / moments.things,
    }));
  return fitOf({ voted, judged, lambda: mean, judge: isCorrected ? judge : people, isWeighted });
}

/** The figure of nobody's votes. */
export const NOTHING: CorrectedMean = {
  estimate: null,
  standardError: null,
  interval: null,
  tailsAt: () => null,
  lambda: 0,
  worth: null,
  parts: null,
  voted: 0,
  clusters: 0,
  degreesOfFreedom: 0,
  reason: "nobody voted on what was judged",
};

/** What of the votes decides an interval. */
interface VoteSample {
  readonly voted: number;
  readonly isWeighted: boolean;
  /** Largest weight that a vote can have. */
  readonly heaviest: number;
}

/** Counts and weights of the votes on some things. */
export function sampleOf(things: readonly JudgedThing[]): VoteSample {
  return {
    voted: things.reduce((count, { voted }) => count + (voted === undefined ? 0 : 1), 0),
    isWeighted: things.some((one) => one.probability !== undefined),
    heaviest: things.reduce((most, { probability = 1 }) => Math.max(most, 1 / probability), 0),
  };
}

/** A fit as a figure: with the t interval where it is trusted, else with none and the reason. */
export function figureOf(fitted: Fit, sample: VoteSample, options: CorrectionOptions): CorrectedMean {
  const { scale, level = DEFAULT_LEVEL } = options;
  const { standardError, lambda, parts, degreesOfFreedom } = fitted;
  const estimate = Math.min(scale.high, Math.max(scale.low, fitted.estimate));
  const clusters = fitted.values.length;
  const { voted } = sample;
  const figure = { estimate, standardError, lambda, worth: null, parts, voted, clusters, degreesOfFreedom };
  if (isTrusted(fitted, scale, sample.heaviest))
    return { ...figure, ...logitT({ ...fitted, clusters }, scale, level), reason: null };
  const reason = `${countOf(sample.voted, "vote")} on ${countOf(clusters, "question is", "questions are")} too few, or too much alike, for an interval of this estimator`;
  return { ...figure, interval: null, tailsAt: () => null, reason };
}

/**
 * Corrects a judge's mean by people's votes on some of what it judged, as PPI++ does (Angelopoulos, Duchi & Zrnic 2023,
 * arXiv 2311.01453): θ = mean(vote − λ·verdict) + λ·mean(verdict of all), with errors by question as in
 * `clusteredMean` instead of by verdict, λ for each question from the votes on all others (so that no vote helps to
 * choose the weight of its own verdict), kept within 0–1, votes weighed by 1/probability where some were likelier to be
 * asked for, and a t interval on the log-odds with C − 1 degrees of freedom, C the questions with a vote (with weights: of
 * Kish's effective number). Where t is not to be trusted (`isTrusted`) the votes alone make the figure, λ = 0.
 *
 * @param things everything judged; the votes must be on a random choice of it.
 * @throws RangeError for values off the scale or not finite, a probability outside 0–1 or an impossible level.
 */
export function correctedMean(things: readonly JudgedThing[], options: CorrectionOptions): CorrectedMean {
  const { scale, level = DEFAULT_LEVEL } = options;
  upperShare(level);
  const voted = things.filter((one) => one.voted !== undefined);
  if (voted.length === 0) return NOTHING;
  const said = Float64Array.from(voted, (one) => one.voted ?? scale.low);
  if (!isOnScale(said, scale))
    throw new RangeError(`a vote is not on the scale of ${scale.low} to ${scale.high}`);
  const sample = sampleOf(things);
  const { isWeighted } = sample;
  const plain = options.lambda === 1;
  const clusters = sumClusters(things, plain && !isWeighted ? "rest" : "all");
  const fitted = fitMean(clusters, options.lambda, isWeighted);
  const found = figureOf(fitted, sample, options);
  if (plain) return found;
  const alone = fitMean(clusters, 0, isWeighted);
  if (found.interval !== null) {
    const narrowed = (alone.standardError / fitted.standardError) ** 2 - 1;
    return { ...found, worth: Math.max(0, narrowed) * sample.voted };
  }
  const { estimate, standardError, degreesOfFreedom } = alone;
  const bounded = boundedVotes(alone, scale, { level, heaviest: sample.heaviest });
  const error = alone.values.length > 1 ? standardError : null;
  return {
    ...found,
    estimate,
    standardError: error,
    ...bounded,
    lambda: 0,
    parts: null,
    degreesOfFreedom,
    reason: null,
  };
}
