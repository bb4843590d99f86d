import { binomialLowerTail, chiSquaredUpperTail } from "./distributions.js";

/** From this many discordant pairs on, chi-squared is close enough to the exact test. */
const FEWEST_FOR_CHI_SQUARED = 25;

/** Outcome of McNemar's test on paired yes/no outcomes. */
export interface McNemarTest {
  /** Two-sided. */
  readonly pValue: number;
  readonly test: "McNemar exact binomial" | "McNemar chi-squared with continuity correction";
  /** Chi-squared with one degree of freedom; null for the exact test. */
  readonly statistic: number | null;
  /** b + c: the pairs that tell anything. */
  readonly discordant: number;
}

/**
 * McNemar's test (McNemar 1947) on the discordant pairs: b where only the base succeeds, c where only the candidate
 * does. Exact when b + c < 25: p = min(1, 2·P(X ≤ min(b, c))) with X binomial(b + c, ½), 1 without discordant pairs.
 * Otherwise χ² = (|b − c| − 1)²/(b + c), with Edwards's continuity correction (0 when b = c), one degree of freedom.
 *
 * @param options.exact forces one of the two.
 * @throws RangeError unless both counts are whole numbers ≥ 0.
 */
export function mcNemarTest(b: number, c: number, options: { readonly exact?: boolean } = {}): McNemarTest {
  if (!Number.isSafeInteger(b) || !Number.isSafeInteger(c) || b < 0 || c < 0) {
    throw new RangeError(`McNemar's test needs two counts, not ${b} and ${c}`);
  }
  const discordant = b + c;
  const exact = options.exact ?? discordant < FEWEST_FOR_CHI_SQUARED;
  if (exact || discordant === 0) {
    const pValue = Math.min(1, 2 * binomialLowerTail(Math.min(b, c), discordant, 0.5));
    return { pValue, test: "McNemar exact binomial", statistic: null, discordant };
  }
  const statistic = Math.max(0, Math.abs(b - c) - 1) ** 2 / discordant;
  return {
    pValue: chiSquaredUpperTail(statistic, 1),
    test: "McNemar chi-squared with continuity correction",
    statistic,
    discordant,
  };
}
