import { showFigure } from "./format.js";
import type { BoardView, ComparisonView, PartFigure, PartView, ShownFigure } from "./records.js";

function plainDifference(board: BoardView, model: ShownFigure, base: ShownFigure): ShownFigure {
  const format = board.scale.unit === "points" ? "delta-points" : "delta-percent";
  const delta = model.value === null || base.value === null ? null : model.value - base.value;
  return showFigure(delta, format, `${model.from} - ${base.from}`);
}

/** Whether a comparison speaks of this board and these two models. */
function speaksOf(view: ComparisonView, board: BoardView, base: string, model: string): boolean {
  return (
    view.suite === board.suite &&
    view.protocol === board.protocol &&
    view.base === base &&
    view.candidate === model
  );
}

/**
 * A board's categories as differences against a base model. Where a paired comparison of the two models exists, its
 * difference and interval are taken; elsewhere the plain difference of the two figures, without an interval.
 */
export function differenceParts(
  board: BoardView,
  comparisons: readonly ComparisonView[],
  base: string,
): readonly PartView[] {
  const baseIndex = board.rows.findIndex((row) => row.model === base);
  return board.categories.map((part) => {
    const origin = part.models[baseIndex];
    const models = part.models.map((entry): PartFigure | null => {
      if (!entry || !origin || entry.model === base) return null;
      const paired = comparisons
        .find((view) => speaksOf(view, board, base, entry.model))
        ?.categories.find((category) => category.name === part.name);
      if (paired !== undefined && paired.delta.value !== null) {
        return { ...entry, figure: paired.delta, interval: paired.interval, n: paired.questions };
      }
      return { ...entry, figure: plainDifference(board, entry.figure, origin.figure), interval: null };
    });
    return { name: part.name, models };
  });
}
