import { normalCdf, normalQuantile } from "../distributions.js";

/** How a group-sequential design spends its error over the looks. */
export type Spending = "obrien-fleming" | "pocock";

/**
 * Error spent when a share of the planned questions is in (Lan & DeMets 1983), both sides together, each spending half of
 * alpha: O'Brien–Fleming's kind 2 − 2Φ(z/√t) per side, which keeps nearly all for the end, or Pocock's kind
 * ln(1 + (e − 1)t), which spends it evenly.
 * @param share 0 to 1.
 * @param alpha Two-sided error at the end.
 */
export function spentError(spending: Spending, share: number, alpha: number): number {
  if (share <= 0) return 0;
  const t = Math.min(1, share);
  if (spending === "pocock") return alpha * Math.log(1 + (Math.E - 1) * t);
  return 4 * normalCdf(-normalQuantile(1 - alpha / 4) / Math.sqrt(t));
}
