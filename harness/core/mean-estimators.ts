/** A figure of one estimator, in the unit of what it corrects; null with the reason where it cannot be had. */
export interface EstimatorFigure {
  readonly estimate: number | null;
  readonly low: number | null;
  readonly high: number | null;
  /** Weight of the judge's verdicts, where the estimator has one. */
  readonly lambda?: number;
  readonly reason?: string;
}

/** A judge's mean corrected by people in several ways: docs/statistics.md says how they differ. */
export type MeanEstimators = Readonly<Record<"ppi" | "ppi++" | "efficient", EstimatorFigure>>;
