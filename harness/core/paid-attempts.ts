import type { Attempt, Usage } from "./records.js";

/** What replies cost that could not be used. */
export interface PaidAttempts {
  /** Tokens of each such reply. */
  readonly usages: readonly Usage[];
  /** Dollars, as far as prices are known. */
  readonly costUsd: number;
  /** Replies without a known price. */
  readonly unpriced: number;
}

/** The sum over attempts whose replies came, could not be used and were paid for all the same. */
export function paidAttempts(attempts: readonly Attempt[] | undefined): PaidAttempts {
  const usages: Usage[] = [];
  let costUsd = 0;
  let unpriced = 0;
  for (const { usage, costUsd: cost } of attempts ?? []) {
    if (usage !== undefined) usages.push(usage);
    if (cost !== undefined) costUsd += cost;
    else if (usage !== undefined) unpriced++;
  }
  return { usages, costUsd, unpriced };
}
