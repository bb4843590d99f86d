import type { Interval } from "../core/board.js";
import { countOf } from "../core/count-of.js";
import { normalQuantile, normalTwoSidedTail } from "./distributions.js";
import { type IntervalEstimate, meanOf, squaresAround, toFiniteNumbers } from "./estimate.js";
import { DEFAULT_LEVEL, upperShare } from "./intervals.js";
import { incompleteBeta } from "./special-functions.js";

/**
 * Share of successes with Wilson's score interval (Wilson 1927), which stays inside 0–1 and has a width at 0 and n:
 * (p̂ + z²/2n ± z√(p̂(1−p̂)/n + z²/4n²)) / (1 + z²/n). For independent trials; rows of one question are not.
 *
 * @param successes 0…n; halves are allowed, for ties.
 * @returns share and interval in 0–1 (`scaleInterval(…, 100)` for percent); unavailable for n = 0.
 * @throws RangeError for successes outside 0…n or an impossible level.
 */
export function wilsonInterval(
  successes: number,
  n: number,
  options: { readonly level?: number } = {},
): IntervalEstimate {
  const level = options.level ?? DEFAULT_LEVEL;
  const z = normalQuantile(upperShare(level));
  if (!(Number.isSafeInteger(n) && successes >= 0 && successes <= n)) {
    throw new RangeError(
      `Wilson interval: ${countOf(successes, "success", "successes")} of ${countOf(n, "trial")} is impossible`,
    );
  }
  if (n === 0) return { value: null, interval: null, reason: "there are no trials" };
  const share = successes / n;
  const squared = (z * z) / n;
  const centre = (share + squared / 2) / (1 + squared);
  const half = (z * Math.sqrt((share * (1 - share)) / n + squared / (4 * n))) / (1 + squared);
  const interval: Interval = {
    low: successes === 0 ? 0 : Math.max(0, centre - half),
    high: successes === n ? 1 : Math.min(1, centre + half),
    level,
    method: `Wilson score interval, ${countOf(n, "trial")}`,
  };
  return { value: share, interval, reason: null };
}

/** Difference of two groups, second − first, with its z statistic. */
export interface GroupDifference {
  readonly difference: number | null;
  readonly standardError: number | null;
  readonly z: number | null;
  /** Two-sided, from the normal distribution. */
  readonly pValue: number | null;
  readonly reason: string | null;
}

/**
 * Unpaired difference of two means, second − first, with unpooled variances: z = (ȳ − x̄)/√(s²ₓ/nₓ + s²ᵧ/nᵧ),
 * variances with n − 1 (Welch 1947). This is the test for the slot effect: weighted preferences lie anywhere in 0–1,
 * so that p(1−p) of a plain two-proportion test would overstate their variance. For plain 0/1 outcomes the two agree
 * up to the factor n/(n − 1).
 *
 * @throws RangeError for values that are not finite.
 */
export function compareGroupMeans(first: ArrayLike<number>, second: ArrayLike<number>): GroupDifference {
  const x = toFiniteNumbers(first, "first group");
  const y = toFiniteNumbers(second, "second group");
  if (x.length === 0 || y.length === 0) return noDifference(null, "one of the groups is empty");
  const [meanX, meanY] = [meanOf(x), meanOf(y)];
  const difference = meanY - meanX;
  if (x.length < 2 || y.length < 2) return noDifference(difference, "one of the groups has a single value");
  const variance =
    squaresAround(x, meanX) / (x.length - 1) / x.length + squaresAround(y, meanY) / (y.length - 1) / y.length;
  return zStatistic(difference, Math.sqrt(variance));
}

function zStatistic(difference: number, standardError: number): GroupDifference {
  if (standardError === 0) return noDifference(difference, "no variation within the groups");
  const z = difference / standardError;
  return { difference, standardError, z, pValue: normalTwoSidedTail(z), reason: null };
}

function noDifference(difference: number | null, reason: string): GroupDifference {
  return { difference, standardError: null, z: null, pValue: null, reason };
}

/** How likely counts as low, as high and as far out would be. */
export interface BinomialTest {
  /** P(X ≤ successes). */
  readonly lower: number;
  /** P(X ≥ successes). */
  readonly upper: number;
  /** Twice the smaller of the two, at most 1. */
  readonly twoSided: number;
}

/**
 * Exact binomial test: tails of n trials with probability p, from the incomplete beta function
 * (P(X ≤ k) = I₁₋ₚ(n − k, k + 1)).
 * @throws RangeError for impossible counts, or p outside of (0, 1).
 */
export function binomialTest(successes: number, n: number, p: number): BinomialTest {
  if (!(Number.isSafeInteger(successes) && Number.isSafeInteger(n) && successes >= 0 && successes <= n)) {
    throw new RangeError(`binomial test: ${successes} of ${n} is impossible`);
  }
  if (!(p > 0 && p < 1)) throw new RangeError(`binomial test: ${p} is not a probability inside of 0–1`);
  const lower = successes === n ? 1 : incompleteBeta(n - successes, successes + 1, 1 - p, p).lower;
  const upper = successes === 0 ? 1 : incompleteBeta(successes, n - successes + 1, p, 1 - p).lower;
  return { lower, upper, twoSided: Math.min(1, 2 * Math.min(lower, upper)) };
}
