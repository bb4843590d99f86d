import type { Interval } from "../core/board.js";
import { countOf } from "../core/count-of.js";
import { studentTQuantile } from "./distributions.js";
import { type Estimate, meanOf, squaresAround } from "./estimate.js";
import { DEFAULT_LEVEL, describeClusters, upperShare } from "./intervals.js";

/**
 * Clusters from which an agreement coefficient has an interval; docs/statistics.md has the simulation. Where one distant
 * pair weighs as much as its distance squared (quadratic κ, interval α), few clusters seldom hold such a pair.
 */
export const FEWEST_CLUSTERS = { plain: 40, squaredDistances: 160 } as const;

/** Beyond this atanh of the coefficient would be infinite. */
const ALMOST_ONE = 1 - 1e-9;

/** How to compute a {@link CoefficientEstimate}. */
export interface CoefficientOptions {
  /** Percent; default 95. */
  readonly level?: number;
  /** Clusters below which there is no interval; default {@link FEWEST_CLUSTERS}'s `plain`. */
  readonly fewest?: number;
}

/** A coefficient with its interval; null, with the reason, where it cannot be had. */
export interface CoefficientEstimate {
  readonly estimate: number | null;
  readonly interval: Interval | null;
  readonly clusters: number;
  readonly reason: string | null;
}

/**
 * Interval of a coefficient that is 1 at best (κ, AC1, α): each cluster is left out once, and t with C − 1 degrees of
 * freedom stands on the variance of atanh of the coefficient (Tukey's jackknife on Fisher's scale, where a coefficient
 * near 1 is less skewed). It draws nothing, so it needs no seed.
 *
 * @param statistic of the clusters with weight 1 in `weights`, an array that is reused between calls; unavailable
 * where it is not defined.
 */
export function coefficientInterval(
  clusters: number,
  statistic: (weights: Float64Array) => Estimate,
  options: CoefficientOptions = {},
): CoefficientEstimate {
  const weights = new Float64Array(clusters).fill(1);
  const whole = statistic(weights);
  const without = (reason: string): CoefficientEstimate => ({
    estimate: whole.value,
    interval: null,
    clusters,
    reason,
  });
  if (whole.value === null) return without(whole.reason);
  const fewest = options.fewest ?? FEWEST_CLUSTERS.plain;
  if (clusters < fewest)
    return without(
      `${countOf(clusters, "question is", "questions are")} too few: below ${fewest} the interval misses more often than it says`,
    );
  const scaled = leaveEachOut(weights, statistic);
  if (scaled === null) return without("the figure is not defined without one of the questions");
  const level = options.level ?? DEFAULT_LEVEL;
  const spread = squaresAround(scaled, meanOf(scaled));
  if (spread === 0) return without("no question changes the figure by being left out");
  const error = Math.sqrt(((clusters - 1) / clusters) * spread);
  const reach = studentTQuantile(upperShare(level), clusters - 1) * error;
  const centre = onFishersScale(whole.value);
  const method = `jackknife on atanh, t, ${describeClusters(clusters)}`;
  const interval = { low: Math.tanh(centre - reach), high: Math.tanh(centre + reach), level, method };
  return { estimate: whole.value, interval, clusters, reason: null };
}

function onFishersScale(coefficient: number): number {
  return Math.atanh(Math.max(-ALMOST_ONE, Math.min(ALMOST_ONE, coefficient)));
}

/** The coefficient without each cluster, on Fisher's scale; null where it is not defined without one. */
function leaveEachOut(
  weights: Float64Array,
  statistic: (weights: Float64Array) => Estimate,
): Float64Array | null {
  const values = new Float64Array(weights.length);
  for (let left = 0; left < weights.length; left++) {
    weights[left] = 0;
    const { value } = statistic(weights);
    weights[left] = 1;
    if (value === null) return null;
    values[left] = onFishersScale(value);
  }
  return values;
}
