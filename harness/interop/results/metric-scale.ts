import type { RatingScale } from "../../core/interval.js";
import type { ScoredMetric } from "./scored-set.js";

/** How the values of a metric become ratings of a board. */
export interface MetricScale {
  readonly scale: RatingScale;
  /** What a value is multiplied with. */
  readonly factor: number;
  /** Set where every value is 0 or 1: the mean is the share of right answers. */
  readonly isAccuracy: boolean;
}

/**
 * The scale of a metric: 0 and 1, and what lies between, become percent; others keep the ends that the tool states. Without
 * ends no interval could be trusted, so there is no scale.
 */
export function metricScale(
  { scale, lowerIsBetter }: Pick<ScoredMetric, "scale" | "lowerIsBetter">,
  values: Iterable<number>,
): MetricScale | undefined {
  let [least, most, isAccuracy, any] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, true, false];
  for (const value of values) {
    any = true;
    least = Math.min(least, value);
    most = Math.max(most, value);
    if (value !== 0 && value !== 1) isAccuracy = false;
  }
  if (!any || lowerIsBetter === true) return undefined;
  if (least >= 0 && most <= 1 && (scale === undefined || scale.most === 1))
    return { scale: { low: 0, high: 100 }, factor: 100, isAccuracy };
  if (scale === undefined || least < scale.least || most > scale.most) return undefined;
  return { scale: { low: scale.least, high: scale.most }, factor: 1, isAccuracy: false };
}
