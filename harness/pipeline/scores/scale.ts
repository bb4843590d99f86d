import type { RatingScale } from "../../core/interval.js";
import type { ValueScale } from "../../stats/bounded-mean.js";

/** Ratings of every protocol that gives them. */
export const ratingScale: ValueScale = { low: 1, high: 10 };

/** Win rates, and the values of single comparisons. */
export const percentScale: ValueScale = { low: 0, high: 100 };

/** Worst and best value that a board's verdicts can have. */
export function boardScale(board: { readonly metric: string; readonly scale?: RatingScale }): ValueScale {
  return board.metric === "rating" ? (board.scale ?? ratingScale) : percentScale;
}
