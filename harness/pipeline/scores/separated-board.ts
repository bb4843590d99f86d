import type { Board } from "../../core/board.js";
import { rankClusters, separability } from "../../stats/separability.js";

/** Models from which a board is a ranking. */
const FEWEST_RANKED = 3;
/** Models beyond which a ranking is told in clusters: nobody reads 5,000 pairs. */
const MOST_PAIRED = 100;

/** A board with how many pairs of its models their intervals keep apart, the baseline being no model of it; of many models with clusters of ranks. */
export function boardWithSeparability(board: Board): Board {
  const placed = board.models.flatMap((row) => {
    const { model, interval } = row;
    if (interval === null || ("reference" in row && row.reference === true)) return [];
    // Only the ends decide.
    return [{ model, value: (interval.low + interval.high) / 2, low: interval.low, high: interval.high }];
  });
  if (placed.length < FEWEST_RANKED) return board;
  const clusters = placed.length > MOST_PAIRED ? { rankClusters: rankClusters(placed) } : {};
  return { ...board, separability: separability(placed), ...clusters };
}
