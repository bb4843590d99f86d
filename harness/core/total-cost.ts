import type { CallTotals } from "./manifest.js";

/** What calls cost together, in dollars; null where a price of one of them is not known, 0 where there were none. */
export function totalCostUsd(totals: readonly Pick<CallTotals, "costUsd">[]): number | null {
  let sum = 0;
  for (const { costUsd } of totals) {
    if (costUsd === null) return null;
    sum += costUsd;
  }
  return sum;
}
