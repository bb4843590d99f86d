import { normalCdf, normalQuantile } from "../../harness/stats/distributions.js";

/**
 * Chance that a two-sided test at level alpha rejects when the true difference is `effect`:
 * Φ(|effect|/SE − z) + Φ(−|effect|/SE − z). Simulated gates are held against it.
 */
export function powerOfTest(effect: number, standardError: number, alpha = 0.05): number {
  const z = normalQuantile(1 - alpha / 2);
  const shift = Math.abs(effect) / standardError;
  return normalCdf(shift - z) + normalCdf(-shift - z);
}
