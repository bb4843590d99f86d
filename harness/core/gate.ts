import type { Interval } from "./board.js";

/** How one gate of a run or comparison came out: a limit on one figure of one model. */
export interface GateResult {
  /** As it is shown, such as `score ≥ 6.5` or `score against runs/main`. */
  readonly name: string;
  readonly outcome: "pass" | "fail" | "inconclusive";
  /** What is limited, such as `score`, `winRate` or `missing`. */
  readonly metric: string;
  readonly model: string;
  /** Absent for gates on the whole suite. */
  readonly category?: string;
  /** The figure, in the metric's own unit; null where there is none. */
  readonly value: number | null;
  readonly limit: number;
  readonly interval: Interval | null;
  /** The second judge to whose verdicts the figure is corrected, and what the first judge alone says. */
  readonly decidedBy?: string;
  readonly firstJudge?: number | null;
  /** One plain sentence that says why it came out so. */
  readonly message: string;
  /** After adjustment over all gates, where there are several. */
  readonly pValue?: number | null;
}
