import type { Board, Figure } from "../../core/board.js";

/** The figure that a board ranks by, of each model. */
export function headlines(board: Board): Record<string, Figure> {
  const figureOf = (row: Board["models"][number]) =>
    "score" in row ? row.score : "winRateAdjusted" in row ? row.winRateAdjusted : row.winRate;
  return Object.fromEntries(board.models.map((row) => [row.model, figureOf(row)]));
}
