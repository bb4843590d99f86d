import type { Board } from "../../core/board.js";
import { separability } from "../../stats/separability.js";

/** Models from which a board is a ranking. */
const FEWEST_RANKED = 3;

/** A board with how many pairs of its models their intervals keep apart, the baseline being no model of it. */
export function boardWithSeparability(board: Board): Board {
  const placed = board.models.flatMap((row) => {
    const { model, interval } = row;
    if (interval === null || ("reference" in row && row.reference === true)) return [];
    // Only the ends decide.
    return [{ model, value: (interval.low + interval.high) / 2, low: interval.low, high: interval.high }];
  });
  return placed.length < FEWEST_RANKED ? board : { ...board, separability: separability(placed) };
}
