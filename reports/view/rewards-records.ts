import type { ShownFigure } from "./shown-figure.js";

/** Rewards of one model's answers, less the mean of each prompt. */
export interface RewardRow {
  readonly model: string;
  readonly n: ShownFigure;
  readonly lowest: ShownFigure;
  readonly median: ShownFigure;
  readonly mean: ShownFigure;
  readonly highest: ShownFigure;
  readonly dots: readonly number[];
}

/** Rewards of a board, on one axis. */
export interface RewardsView {
  readonly rows: readonly RewardRow[];
  readonly axisLow: number;
  readonly axisHigh: number;
  readonly ticks: readonly number[];
}
