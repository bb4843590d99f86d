import { countOf } from "../core/count-of.js";
import type { Interval } from "../core/interval.js";
import { DEFAULT_LEVEL } from "./intervals.js";

/** A mean and how far its interval reaches on either side. */
export interface MeanWithReach {
  readonly mean: number;
  /** At least 0. */
  readonly below: number;
  /** At least 0. */
  readonly above: number;
  /** Questions behind it. */
  readonly questions: number;
}

/** Questions below which squares of reaches are not summed: of skewed values such a sum is too short (docs/statistics.md). */
const FEWEST = 8;

/** Reach of an interval around its mean. */
export function reachOf(
  mean: number,
  { low, high }: Pick<Interval, "low" | "high">,
  questions: number,
): MeanWithReach {
  return { mean, below: Math.max(0, mean - low), above: Math.max(0, high - mean), questions };
}

/**
 * The mean of several means that share no cluster, each alike, with the interval that follows from their own:
 * m − √(Σ belowᵢ²)/k to m + √(Σ aboveᵢ²)/k (MOVER: Zou & Donner 2008). A part whose values are all equal adds what its
 * own interval leaves open, and not nothing, as its standard error would. Where a part rests on fewer than 8 questions the
 * reaches are averaged instead, which is wider.
 * @throws RangeError without means.
 */
export function meanOfSeparate(
  parts: readonly MeanWithReach[],
  level: number = DEFAULT_LEVEL,
): { readonly mean: number; readonly interval: Interval } {
  if (parts.length === 0) throw new RangeError("there is no mean to average");
  const average = (values: readonly number[]) => values.reduce((sum, one) => sum + one, 0) / parts.length;
  const mean = average(parts.map((part) => part.mean));
  const isFew = parts.some(({ questions }) => questions < FEWEST);
  const reach = (values: readonly number[]) =>
    isFew ? average(values) : Math.hypot(...values) / parts.length;
  const below = reach(parts.map((part) => part.below));
  const above = reach(parts.map((part) => part.above));
  const how = isFew ? "mean of the ends of" : "MOVER, from";
  const method = `${how} the intervals of ${countOf(parts.length, "mean")}`;
  return { mean, interval: { low: mean - below, high: mean + above, level, method } };
}
