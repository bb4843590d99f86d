import type { BoardRow, BoardView, PartFigure, PartView } from "./records.js";

/** A row of a board with its figures in some parts, in the order of the parts. */
export interface RowParts {
  readonly row: BoardRow;
  readonly figures: readonly (PartFigure | null)[];
}

/** The rows that have a figure in any of these parts, in board order; published rows have none. */
export function rowsWithParts(board: BoardView, parts: readonly PartView[]): readonly RowParts[] {
  return board.rows
    .map((row, index) => ({ row, figures: parts.map((part) => part.models[index] ?? null) }))
    .filter(({ figures }) => figures.some((entry) => entry !== null));
}

/** Whether a row's name must be followed by a word that its figures are published ones: a twin's name says so itself. */
export function needsPublishedTag(row: Pick<BoardRow, "model" | "published">): boolean {
  return row.published && !row.model.endsWith("(published)");
}

/** Models that a chart of a board can show: those with a figure, and in its categories where it has such. */
export function drawableModels(board: BoardView): readonly string[] {
  const withParts = new Set(rowsWithParts(board, board.categories).map(({ row }) => row.model));
  return board.rows
    .filter((row) => row.headline.value !== null && (withParts.size === 0 || withParts.has(row.model)))
    .map((row) => row.model);
}
