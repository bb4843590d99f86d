import type { Interval } from "../../core/interval.js";
import { boundedMean, type LimitTails, type ValueScale } from "../bounded-mean.js";
import { studentTCdf, studentTQuantile } from "../distributions.js";
import { describeClusters, upperShare } from "../intervals.js";

/** An interval and the p-values that belong to it. */
export interface FittedInterval {
  readonly interval: Interval;
  readonly tailsAt: (limit: number) => LimitTails;
}

/**
 * When the t interval is trusted, found by simulation (test/stats/corrected-coverage.test.ts, table in
 * docs/statistics.md); elsewhere the votes alone make the figure, with the bounded-mean interval.
 */
const T_CONDITIONS = {
  /** Questions with a vote. */
  clusters: 12,
  /** Largest |skewness|/√C of what the votes deviate by, and what of it chance alone makes. */
  skewness: 0.2,
  skewnessByChance: 2.4,
  /** Least error, in units of what one vote not seen so far could move the figure by. */
  absorption: 1.25,
} as const;

/** A corrected mean with all that decides which interval it gets. */
export interface Fit {
  readonly estimate: number;
  readonly lambda: number;
  readonly standardError: number;
  readonly parts: ReadonlyMap<string, number>;
  /** One per cluster with votes: its votes, less what the weighted verdicts expected. */
  readonly values: Float64Array;
  readonly sizes: Float64Array;
  /** Kish's effective number of clusters with votes. */
  readonly effective: number;
  readonly degreesOfFreedom: number;
  /** Mean of the verdicts that stand for all. */
  readonly judge: number;
}

/** What a {@link Fit} is made from. */
export interface FitInput {
  /** One per cluster with votes: its value, and the weight of its votes. */
  readonly voted: readonly { readonly cluster: string; readonly value: number; readonly size: number }[];
  /** One per cluster with verdicts that stand for all: its part of their mean's error. */
  readonly judged: readonly { readonly cluster: string; readonly part: number }[];
  readonly lambda: number;
  readonly judge: number;
  /** Whether votes weigh differently because some were likelier to be asked for. */
  readonly isWeighted: boolean;
}

/** Smaller samples get a larger error, as a variance with n − 1 does. */
function smallSample(clusters: number): number {
  return clusters < 2 ? 1 : Math.sqrt(clusters / (clusters - 1));
}

/** The weighted mean of the clusters' values, with its error by cluster. */
export function fitOf({ voted, judged, lambda, judge, isWeighted }: FitInput): Fit {
  const weight = voted.reduce((sum, { size }) => sum + size, 0);
  const estimate = voted.reduce((sum, { value, size }) => sum + (size / weight) * value, 0);
  const [onVotes, onJudge] = [smallSample(voted.length), smallSample(judged.length)];
  const parts = new Map<string, number>();
  for (const { cluster, value, size } of voted)
    parts.set(cluster, (onVotes * size * (value - estimate)) / weight);
  for (const { cluster, part } of judged) parts.set(cluster, (parts.get(cluster) ?? 0) + onJudge * part);
  const variance = [...parts.values()].reduce((sum, part) => sum + part * part, 0);
  const effective = weight ** 2 / voted.reduce((sum, { size }) => sum + size * size, 0);
  return {
    estimate,
    lambda,
    standardError: Math.sqrt(variance),
    parts,
    values: Float64Array.from(voted, ({ value }) => value),
    sizes: Float64Array.from(voted, ({ size }) => size),
    effective,
    degreesOfFreedom: Math.max(0, (isWeighted ? effective : voted.length) - 1),
    judge,
  };
}

/** What the votes show beyond the weighted verdicts, held to {@link T_CONDITIONS}. */
export function isTrusted(fitted: Fit, scale: ValueScale, heaviest: number): boolean {
  const { estimate, lambda, standardError, values, sizes, effective, judge } = fitted;
  if (values.length < T_CONDITIONS.clusters || !(standardError > 0)) return false;
  const farther = Math.max(
    estimate - scale.low + lambda * (scale.high - judge),
    scale.high - estimate + lambda * (judge - scale.low),
  );
  const weight = sizes.reduce((sum, size) => sum + size, 0);
  const unseen = farther * Math.max(heaviest / weight, 1 / effective);
  if (standardError < T_CONDITIONS.absorption * unseen) return false;
  let [squares, cubes] = [0, 0];
  values.forEach((value, at) => {
    const influence = (sizes[at] as number) * (value - estimate);
    squares += influence ** 2;
    cubes += influence ** 3;
  });
  const most = T_CONDITIONS.skewness + T_CONDITIONS.skewnessByChance / values.length;
  const isInside = estimate > scale.low && estimate < scale.high;
  return isInside && squares > 0 && Math.abs(cubes) <= most * squares ** 1.5;
}

/** Interval and p-values of an estimate, with an error of these degrees of freedom, on the log-odds of its scale. */
export function logitT(
  input: {
    readonly estimate: number;
    readonly standardError: number;
    readonly degreesOfFreedom: number;
    readonly clusters: number;
  },
  scale: ValueScale,
  level: number,
): FittedInterval {
  const { estimate, standardError, degreesOfFreedom, clusters } = input;
  const width = scale.high - scale.low;
  const logit = (value: number) => Math.log((value - scale.low) / (scale.high - value));
  const back = (value: number) => scale.low + width / (1 + Math.exp(-value));
  const centre = logit(estimate);
  const error = (standardError * width) / ((estimate - scale.low) * (scale.high - estimate));
  const half = studentTQuantile(upperShare(level), degreesOfFreedom) * error;
  return {
    interval: {
      low: back(centre - half),
      high: back(centre + half),
      level,
      method: `t interval on the log-odds, votes on ${describeClusters(clusters, "question")}`,
    },
    tailsAt: (limit) => {
      if (limit <= scale.low) return { below: 1, above: 0 };
      if (limit >= scale.high) return { below: 0, above: 1 };
      const t = (centre - logit(limit)) / error;
      return { below: studentTCdf(t, degreesOfFreedom), above: studentTCdf(-t, degreesOfFreedom) };
    },
  };
}

/** The votes alone, with the interval that needs no assumption beyond the scale. */
export function boundedVotes(
  { values, sizes }: Fit,
  scale: ValueScale,
  options: { readonly level: number; readonly heaviest: number },
): FittedInterval {
  const { endsAt, tailsAt } = boundedMean({ values, sizes, largestSize: options.heaviest }, scale);
  const counted = describeClusters(values.length, "question");
  const method = `bounded-mean interval (Gaffke) of the votes alone, on ${counted}`;
  const { level } = options;
  return { interval: { ...endsAt(1 - upperShare(level)), level, method }, tailsAt };
}
