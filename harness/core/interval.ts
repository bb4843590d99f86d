/** Ends of the scale that ratings are given on. */
export interface RatingScale {
  readonly low: number;
  readonly high: number;
}

/** A confidence interval; `level` in percent. */
export interface Interval {
  readonly low: number;
  readonly high: number;
  readonly level: number;
  /** How it was computed, in words a reader can check. */
  readonly method: string;
}
