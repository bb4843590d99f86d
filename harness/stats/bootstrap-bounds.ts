import { normalCdf, normalQuantile } from "./distributions.js";
import { upperShare } from "./intervals.js";

/** Replicates closer to the estimate than this share of their range equal it up to rounding. */
const ROUNDING = 1e-12;

/** Ends of an interval, before it is described. */
export interface Bounds {
  readonly low: number;
  readonly high: number;
}

/**
 * Quantile of sorted numbers with linear interpolation between order statistics (type 7 of Hyndman & Fan 1996, the
 * default of NumPy and R).
 * @throws RangeError for an empty array or a share outside [0, 1].
 */
export function quantileOfSorted(sorted: Float64Array, share: number): number {
  if (sorted.length === 0 || !(share >= 0 && share <= 1)) {
    throw new RangeError(`quantile ${share} of ${sorted.length} numbers does not exist`);
  }
  const position = share * (sorted.length - 1);
  const below = Math.floor(position);
  const low = sorted[below] as number;
  const high = sorted[Math.min(below + 1, sorted.length - 1)] as number;
  return low + (position - below) * (high - low);
}

/**
 * Percentile interval of sorted bootstrap replicates (Efron & Tibshirani 1993, An Introduction to the Bootstrap,
 * chapter 13).
 * @param level percent.
 */
export function percentileBounds(sorted: Float64Array, level: number): Bounds {
  const upper = upperShare(level);
  return { low: quantileOfSorted(sorted, 1 - upper), high: quantileOfSorted(sorted, upper) };
}

/**
 * Bias-corrected and accelerated interval (Efron 1987; Efron & Tibshirani 1993, equations 14.9–14.15):
 * z₀ = Φ⁻¹(share of replicates below the estimate, ties half), a = Σ(θ̄ − θᵢ)³ / 6(Σ(θ̄ − θᵢ)²)^{3/2} over the
 * leave-one-cluster-out values, ends at the quantiles Φ(z₀ + (z₀ ± z)/(1 − a(z₀ ± z))).
 *
 * @param sorted replicates, ascending.
 * @param jackknife the statistic without each cluster in turn.
 * @param level percent.
 * @returns null where BCa is not defined: every replicate on one side of the estimate, or too strong an acceleration.
 */
export function bcaBounds(
  sorted: Float64Array,
  estimate: number,
  jackknife: Float64Array,
  level: number,
): Bounds | null {
  const z = normalQuantile(upperShare(level));
  const first = sorted[0] as number;
  const last = sorted[sorted.length - 1] as number;
  const noise = ROUNDING * Math.max(last - first, Math.abs(estimate));
  if (last - first <= noise) return { low: estimate, high: estimate };
  const share = shareBelow(sorted, estimate, noise);
  if (share <= 0 || share >= 1) return null;
  const bias = normalQuantile(share);
  const acceleration = accelerationOf(jackknife);
  const ends: number[] = [];
  for (const signed of [bias - z, bias + z]) {
    const divisor = 1 - acceleration * signed;
    if (divisor <= 0) return null;
    ends.push(quantileOfSorted(sorted, normalCdf(bias + signed / divisor)));
  }
  return { low: ends[0] as number, high: ends[1] as number };
}

function shareBelow(sorted: Float64Array, estimate: number, noise: number): number {
  let below = 0;
  let equal = 0;
  for (const replicate of sorted) {
    if (replicate < estimate - noise) below++;
    else if (replicate <= estimate + noise) equal++;
    else break;
  }
  return (below + equal / 2) / sorted.length;
}

function accelerationOf(jackknife: Float64Array): number {
  let sum = 0;
  for (const value of jackknife) sum += value;
  const mean = sum / jackknife.length;
  let squares = 0;
  let cubes = 0;
  for (const value of jackknife) {
    const deviation = mean - value;
    squares += deviation * deviation;
    cubes += deviation * deviation * deviation;
  }
  return squares === 0 ? 0 : cubes / (6 * squares ** 1.5);
}
