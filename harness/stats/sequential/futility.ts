import { normalCdf, normalQuantile } from "../distributions.js";
import type { RunningSpread } from "./running-spread.js";
import type { SequentialPlan } from "./sequential-plan.js";

/** Least share of the questions before futility is looked at: earlier a spread is hardly known. */
const FUTILITY_FROM = 0.2;

/** What is known of a mean held to a limit part of the way. */
export interface HalfwayMean {
  readonly estimate: number;
  readonly limit: number;
  /** Standard deviation of the values. */
  readonly spread: number;
  readonly count: number;
  /** Values at the end. */
  readonly horizon: number;
}

/**
 * Chance, by what was seen and nothing else, that even a fixed design would decide with all values: the predictive
 * distribution of its z at the end under a flat prior (Spiegelhalter, Freedman & Blackburn 1986), N(z√(n/t)…) beyond
 * ±z(1 − α/2). Where it is small, going on is futile: the outcome is "inconclusive" and never a pass.
 *
 * It only ever stops early without a decision, so that no error rate rises.
 */
export function chanceOfDecision(
  { estimate, limit, spread, count, horizon }: HalfwayMean,
  alpha: number,
): number {
  const share = count / horizon;
  const goal = normalQuantile(1 - alpha / 2);
  if (spread === 0) return estimate === limit ? 0 : 1;
  const expected = ((estimate - limit) / spread) * Math.sqrt(horizon);
  if (share >= 1) return Math.abs(expected) >= goal ? 1 : 0;
  // The sum now has variance t, the rest 1 − t; the drift is known to 1/t.
  const deviation = Math.sqrt((1 - share) / share);
  return normalCdf((expected - goal) / deviation) + normalCdf((-expected - goal) / deviation);
}

/**
 * Whether hardly any chance of a decision is left.
 * @param chance Below it going on is futile.
 */
export function isFutile(
  { horizon, limit, level }: Pick<SequentialPlan, "horizon" | "level"> & { readonly limit: number },
  chance: number,
  { count, mean, deviation }: RunningSpread,
): boolean {
  if (count < FUTILITY_FROM * horizon || count >= horizon) return false;
  const halfway = { estimate: mean, limit, spread: deviation, count, horizon };
  return chanceOfDecision(halfway, 1 - level / 100) < chance;
}
