/** What a measured value is counted in: rating points, percent, a share from 0 to 1, or something else. */
export type MeasuredUnit = "points" | "percent" | "share" | "other";

/**
 * What a change rests on. `paired`: both sides' records, question by question. `independent`: two stated figures with
 * errors. `figures`: stated figures without errors, which decide nothing. `none`: there is nothing to compare.
 */
export type ChangeBasis = "paired" | "independent" | "figures" | "none";

/** Questions that changed sides between two models whose answers are right or wrong. */
export interface Flips {
  /** Answered by both. */
  readonly questions: number;
  /** Ids that went from right to wrong. */
  readonly broken: readonly string[];
  /** Ids that went from wrong to right. */
  readonly repaired: readonly string[];
  /** McNemar's exact test, two-sided. */
  readonly pValue: number;
}
