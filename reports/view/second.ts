import type { Board } from "../../harness/core/board.js";
import type { BoardSecond } from "../../harness/core/board-second.js";
import { countOf } from "../../harness/core/count-of.js";
import { formatFixed } from "../../harness/core/shown-number.js";
import { type FigureFormat, formatFigure, formatUsd, NO_FIGURE, showFigure, showInterval } from "./format.js";
import type { BoardRow } from "./records.js";

/** Models that a board says this of; scores.json has all. */
const MOST_MODELS = 20;

function costSentence({ cost, judge }: BoardSecond): string[] {
  const { first, second, full, saved } = cost;
  if (first === null || second === null || full === null || saved === null) return [];
  const paid = `Both judges cost ${formatUsd(first + second)}; ${judge} on everything would have cost ${formatUsd(full)}`;
  if (saved <= 0) return [`${paid}: nothing was saved.`];
  return [`${paid}: ${formatUsd(saved)} saved (${formatFixed((100 * saved) / full, 0)}%).`];
}

/** A row whose headline is the figure that the second judge corrects, with the first judge's own beside it. */
export function correctedRow(row: BoardRow, { second }: Board, format: FigureFormat, from: string): BoardRow {
  const at = second?.models.findIndex(({ model }) => model === row.model) ?? -1;
  const found = second?.models[at];
  if (found === undefined) return row;
  const place = `${from}/second/models/${at}/corrected`;
  const { estimate, interval, reason } = found.corrected;
  return {
    ...row,
    headline: showFigure(estimate, format, `${place}/estimate`, reason),
    interval: showInterval(interval, format, `${place}/interval`),
    second: { figure: row.headline, interval: row.interval },
  };
}

/**
 * What a second judge makes of a board, in sentences: where it was asked, what that saved, and each model's figure as
 * it corrects it, which heads the board and decides, beside the first judge's own.
 */
export function secondSentences(board: Board): string[] {
  const { second } = board;
  if (second === undefined) return [];
  const { judge, judged, unclear, asked, askedShare, share, missing } = second;
  const noun = board.mode === "single" ? "answer" : "comparison";
  const format = board.metric === "rating" ? "points" : "percent";
  const shown = (value: number | null) => (value === null ? NO_FIGURE : formatFigure(value, format));
  const head = `Second judge ${judge}, asked on ${asked} of ${countOf(judged, noun)}${askedShare === null ? "" : ` (${formatFixed(askedShare, 0)}%)`}: ${unclear} unclear to ${board.judge}, and each of the others with a chance of ${formatFixed(share, share < 1 ? 1 : 0)}%.`;
  const lacking =
    missing === 0
      ? []
      : [`${countOf(missing, "verdict")} of ${judge} ${missing === 1 ? "is" : "are"} missing or unreadable.`];
  const rows = second.models.slice(0, MOST_MODELS).map(({ model, first, corrected }) => {
    const { estimate, interval, lambda, reason } = corrected;
    if (estimate === null) return `${model}: no corrected figure, since ${reason ?? "nothing was judged"}.`;
    const between =
      interval === null
        ? `no interval${reason === undefined ? "" : `: ${reason}`}`
        : `${interval.level}% interval ${shown(interval.low)} to ${shown(interval.high)}`;
    return `${model}: ${shown(first)} by ${board.judge}, ${shown(estimate)} corrected to ${judge} (${between}; λ ${formatFixed(lambda, 2)}).`;
  });
  return [head, ...lacking, ...rows, ...costSentence(second)];
}
