import type { Board } from "../../harness/core/board.js";
import { figureFormatOf } from "./board-rows.js";
import { showFigure } from "./format.js";
import type { MarkedView, Phrase } from "./records.js";

/** More models than these are counted. */
const MOST_MODELS = 3;

const FIGURES: Readonly<Record<Board["metric"], string>> = {
  rating: "score",
  "win-rate": "adjusted win rate",
  preference: "win rate",
  outcomes: "score",
};

/** A row's figure that {@link Board.marked} is about, by its key. */
function figureOf(row: Board["models"][number]): readonly [string, number | null] {
  if ("score" in row) return ["score", row.score];
  if ("winRateAdjusted" in row) return ["winRateAdjusted", row.winRateAdjusted];
  return ["winRate", row.winRate];
}

/** Whether the figure without marked answers is another one, by its standard error or more, or there is none. */
function isMoved(row: Board["models"][number]): boolean {
  const [, value] = figureOf(row);
  const without = row.marked?.score ?? null;
  if (value === null || without === null) return value !== without;
  return value !== without && Math.abs(value - without) >= (row.standardError ?? 0);
}

/**
 * How many answers of a board hold marks that could have moved a verdict, and the figures without them, of the models
 * with most such answers; null where that is not known, or no answer can. `from` is the board's JSON Pointer.
 */
export function markedView(board: Board, from: string): MarkedView | null {
  const { marked } = board;
  if (marked === undefined || marked.of === 0) return null;
  const of = showFigure(marked.of, "count", `${from}/marked/of`);
  if (marked.answers === 0)
    return {
      level: "good",
      text: ["None of ", of, " answers holds text that could pass for a verdict."],
    };
  const format = figureFormatOf(board);
  const rows = board.models
    .flatMap((row, index) =>
      row.marked === undefined || row.reference ? [] : [{ row, marked: row.marked, index }],
    )
    .sort((x, y) => y.marked.answers - x.marked.answers);
  const shown = rows.slice(0, MOST_MODELS).flatMap(({ row, marked, index }, place): Phrase => {
    const at = `${from}/models/${index}`;
    const [key, value] = figureOf(row);
    const start: Phrase = [place === 0 ? " " : "; ", { name: row.model }, " "];
    if (marked.score === null) return [...start, "has no figure (", marked.reason ?? "none is left", ")"];
    return [
      ...start,
      showFigure(marked.score, format, `${at}/marked/score`),
      " instead of ",
      showFigure(value, format, `${at}/${key}`),
    ];
  });
  const more = rows.length - MOST_MODELS;
  return {
    level: rows.some(({ row }) => isMoved(row)) ? "doubt" : "note",
    text: [
      showFigure(marked.answers, "count", `${from}/marked/answers`),
      " of ",
      of,
      " answers ",
      marked.answers === 1 ? "holds" : "hold",
      " text that this judge's form could take for a verdict. Without the verdicts on them, ",
      FIGURES[board.metric],
      ":",
      ...shown,
      more > 0 ? `; and ${more} more.` : ".",
    ],
  };
}
