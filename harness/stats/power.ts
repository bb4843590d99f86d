import { normalQuantile } from "./distributions.js";
import { available, type Estimate, unavailable } from "./estimate.js";

/** What a planned comparison asks for. Normal approximation: with few questions the truth is a little worse. */
export interface PowerOptions {
  /** Chance of detecting the effect, 0–1; default 0.8. */
  readonly power?: number;
  /** Two-sided level of the test, 0–1; default 0.05. */
  readonly alpha?: number;
}

/** z(1 − α/2) + z(power): 1.960 + 0.842 by default. */
function detectionFactor(options: PowerOptions): number {
  return normalQuantile(1 - (options.alpha ?? 0.05) / 2) + normalQuantile(options.power ?? 0.8);
}

/**
 * Smallest true difference that a paired comparison of this size detects with the wished power:
 * (z(1 − α/2) + z(power))·sd(d)/√n (Miller 2024, arXiv 2411.00640, section on power; Bloom 1995).
 *
 * @param standardDeviation sd of the per-question differences.
 * @param questions paired questions, n.
 * @returns the effect in the unit of the differences; unavailable where no question differs, because an estimated
 * spread of zero would promise to detect anything.
 * @throws RangeError for a power or alpha outside (0, 1), or a negative or infinite spread.
 */
export function minimumDetectableEffect(
  standardDeviation: number | null,
  questions: number,
  options: PowerOptions = {},
): Estimate {
  const factor = detectionFactor(options);
  if (standardDeviation === null || questions < 2) return unavailable("fewer than two paired questions");
  requireSpread(standardDeviation);
  if (standardDeviation === 0) return unavailable("no question differs, so the spread is not known");
  return available((factor * standardDeviation) / Math.sqrt(questions));
}

/**
 * Paired questions that detect a true difference with the wished power: ((z(1 − α/2) + z(power))·sd/effect)², rounded up;
 * null for no difference, which no number detects.
 * @throws RangeError for a power or alpha outside (0, 1), or a negative or infinite spread.
 */
export function questionsToDetect(
  effect: number,
  standardDeviation: number,
  options: PowerOptions = {},
): number | null {
  requireSpread(standardDeviation);
  if (effect === 0) return null;
  return Math.ceil(((detectionFactor(options) * standardDeviation) / Math.abs(effect)) ** 2);
}

function requireSpread(standardDeviation: number): void {
  if (!(standardDeviation >= 0 && Number.isFinite(standardDeviation))) {
    throw new RangeError(`the standard deviation must be a finite number ≥ 0, not ${standardDeviation}`);
  }
}
