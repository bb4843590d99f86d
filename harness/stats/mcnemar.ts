import { incompleteBeta } from "./special-functions.js";

/** Two raters on the same items, each right or not right on every one. */
export interface McNemar {
  /** Items that the first alone got right. */
  readonly onlyFirst: number;
  /** Items that the second alone got right. */
  readonly onlySecond: number;
  /** Two-sided and exact; 1 where the two never differ. */
  readonly pValue: number;
}

/**
 * McNemar's exact test (McNemar 1947): of the items on which two raters differ, each is as likely to be right where they
 * are equally good, so that p = min(1, 2·P(X ≤ min(b, c))) with X binomial over b + c items and ½.
 *
 * @throws RangeError for counts that are not whole numbers from 0.
 */
export function mcNemar(onlyFirst: number, onlySecond: number): McNemar {
  for (const count of [onlyFirst, onlySecond]) {
    if (!Number.isSafeInteger(count) || count < 0) throw new RangeError(`McNemar: ${count} is not a count`);
  }
  const [least, n] = [Math.min(onlyFirst, onlySecond), onlyFirst + onlySecond];
  // P(X ≤ k) = I_½(n − k, k + 1)
  const below = n === least ? 1 : incompleteBeta(n - least, least + 1, 0.5).lower;
  return { onlyFirst, onlySecond, pValue: Math.min(1, 2 * below) };
}
