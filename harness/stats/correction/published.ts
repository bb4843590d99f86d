import type { Interval } from "../../core/interval.js";
import { normalQuantile } from "../distributions.js";
import { meanOf, requireSameLength, squaresAround, toFiniteNumbers } from "../estimate.js";
import { DEFAULT_LEVEL, upperShare } from "../intervals.js";

/** Shares of a point, 0–1 (a tie is ½), each taken as independent of all others. */
export interface VotedSample {
  /** What people said of the things they voted on, and the judge of the same things. */
  readonly voted: ArrayLike<number>;
  readonly judged: ArrayLike<number>;
  /** What the judge said of everything else. */
  readonly rest: ArrayLike<number>;
}

/** A corrected share by a published formula. */
export interface PublishedEstimate {
  /** 0–1. */
  readonly estimate: number;
  readonly variance: number;
  /** Weight of the judge's verdicts; null for an estimator without one. */
  readonly lambda: number | null;
  /** Null where the votes show no variation, which would make a width of nothing. */
  readonly interval: Interval | null;
  readonly reason: string | null;
}

/** An estimate that could not be made, and why. */
export interface NoEstimate {
  readonly estimate: null;
  readonly reason: string;
}

/** The same, or the reason why there is none. */
export type PublishedResult = PublishedEstimate | NoEstimate;

/** Shares nearer to 0 or 1 have no log-odds; as in the published code. */
const NEAREST_TO_END = 1e-6;
/** Least variance of the judge's verdicts by which a weight is estimated; as in the published code. */
const LEAST_VARIANCE = 1e-10;

interface Numbers {
  readonly voted: Float64Array;
  readonly judged: Float64Array;
  readonly rest: Float64Array;
}

function numbersOf({ voted, judged, rest }: VotedSample): Numbers {
  requireSameLength("votes and the judge's verdicts on the same things", voted, judged);
  return {
    voted: toFiniteNumbers(voted, "votes"),
    judged: toFiniteNumbers(judged, "verdicts with a vote"),
    rest: toFiniteNumbers(rest, "verdicts without a vote"),
  };
}

/** Why two-sample formulas have nothing to work with; undefined where they have. */
function lacking({ voted, rest }: Numbers): NoEstimate | undefined {
  if (voted.length < 2) return { estimate: null, reason: "fewer than two things have a vote" };
  if (rest.length < 2) return { estimate: null, reason: "fewer than two judged things have no vote" };
  return undefined;
}

function varianceOf(values: Float64Array): number {
  return squaresAround(values, meanOf(values)) / (values.length - 1);
}

function covarianceOf(left: Float64Array, right: Float64Array): number {
  const [meanLeft, meanRight] = [meanOf(left), meanOf(right)];
  const sum = left.reduce(
    (total, value, at) => total + (value - meanLeft) * ((right[at] as number) - meanRight),
    0,
  );
  return sum / (left.length - 1);
}

/** Interval on the log-odds by the delta method: logit θ ± z·√var/(θ(1 − θ)). */
function logitInterval(estimate: number, variance: number, level: number): Interval {
  const share = Math.min(1 - NEAREST_TO_END, Math.max(NEAREST_TO_END, estimate));
  const centre = Math.log(share / (1 - share));
  const half = (normalQuantile(upperShare(level)) * Math.sqrt(variance)) / (share * (1 - share));
  const back = (logit: number) => 1 / (1 + Math.exp(-logit));
  return {
    low: back(centre - half),
    high: back(centre + half),
    level,
    method: "normal interval on the log-odds, every vote and verdict taken as independent",
  };
}

function withInterval(
  estimate: number,
  variance: number,
  lambda: number | null,
  level: number,
): PublishedEstimate {
  const share = Math.min(1, Math.max(0, estimate));
  if (!(variance > 0))
    return {
      estimate: share,
      variance,
      lambda,
      interval: null,
      reason: "the votes show no variation, from which these formulas would make an interval of no width",
    };
  return {
    estimate: share,
    variance,
    lambda,
    interval: logitInterval(share, variance, level),
    reason: null,
  };
}

function weighted({ voted, judged, rest }: Numbers, lambda: number, level: number): PublishedEstimate {
  const residuals = voted.map((vote, at) => vote - lambda * (judged[at] as number));
  const estimate = meanOf(residuals) + lambda * meanOf(rest);
  const variance = varianceOf(residuals) / voted.length + (lambda * lambda * varianceOf(rest)) / rest.length;
  return withInterval(estimate, variance, lambda, level);
}

/**
 * Prediction-powered inference (Angelopoulos et al. 2023, arXiv 2301.09633) for a share, in the form of arXiv 2601.05420:
 * θ = mean(rest) + mean(vote − verdict), variance = var(vote − verdict)/n + var(rest)/N, interval on the log-odds.
 *
 * @param level percent.
 * @throws RangeError for values that are not finite or arrays of different length.
 */
export function predictionPowered(sample: VotedSample, level = DEFAULT_LEVEL): PublishedResult {
  const numbers = numbersOf(sample);
  return lacking(numbers) ?? weighted(numbers, 1, level);
}

/**
 * PPI++ (Angelopoulos, Duchi & Zrnic 2023, arXiv 2311.01453) as arXiv 2601.05420 has it: the verdicts weigh
 * λ = cov(vote, verdict)/(var(verdict) + (n/N)·var(rest)), which makes the variance as small as it can be; 1 where they
 * do not vary. The weight comes from the votes that it is used on, and is not kept within 0–1.
 *
 * @param level percent.
 * @throws RangeError as {@link predictionPowered} does.
 */
export function predictionPoweredPlus(sample: VotedSample, level = DEFAULT_LEVEL): PublishedResult {
  const numbers = numbersOf(sample);
  const none = lacking(numbers);
  if (none !== undefined) return none;
  const { voted, judged, rest } = numbers;
  const spread = varianceOf(judged) + (voted.length / rest.length) * varianceOf(rest);
  const lambda = spread < LEAST_VARIANCE ? 1 : covarianceOf(voted, judged) / spread;
  return weighted(numbers, lambda, level);
}

/** Most different verdicts that the efficient estimator takes as kinds of their own: loss, tie and win. */
const MOST_KINDS = 3;

/**
 * The efficient estimator of arXiv 2601.05420: votes are averaged for each kind of verdict, and the kinds weighed by how
 * often the judge gives them: θ = Σ p_k·μ_k, variance = Σ p_k(μ_k − θ)²/N + Σ p_k²·var_k/n_k. For a binary judge it is the
 * published formula; a tie is a third kind.
 *
 * @param level percent.
 * @returns none where the judge gives more than three different verdicts, or where a kind it gives has no vote.
 * @throws RangeError as {@link predictionPowered} does.
 */
export function efficient(sample: VotedSample, level = DEFAULT_LEVEL): PublishedResult {
  const numbers = numbersOf(sample);
  const none = lacking(numbers);
  if (none !== undefined) return none;
  const { voted, judged, rest } = numbers;
  const kinds = [...new Set([...judged, ...rest])];
  if (kinds.length > MOST_KINDS)
    return { estimate: null, reason: "the judge gives more than three different verdicts" };
  const parts = kinds.map((kind) => {
    const votes = voted.filter((_, at) => judged[at] === kind);
    const share = rest.filter((verdict) => verdict === kind).length / rest.length;
    const mean = votes.length === 0 ? 0 : meanOf(votes);
    const noise = votes.length === 0 ? 0 : squaresAround(votes, mean) / votes.length ** 2;
    return { share, mean, noise, votes: votes.length };
  });
  if (parts.some(({ share, votes }) => share > 0 && votes === 0))
    return { estimate: null, reason: "one kind of the judge's verdicts has no vote" };
  const estimate = parts.reduce((sum, { share, mean }) => sum + share * mean, 0);
  const between = parts.reduce((sum, { share, mean }) => sum + share * (mean - estimate) ** 2, 0);
  const within = parts.reduce((sum, { share, noise }) => sum + share * share * noise, 0);
  return withInterval(estimate, between / rest.length + within, null, level);
}
