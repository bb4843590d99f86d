import type { Board } from "../../harness/core/board.js";
import type { RepeatedMean } from "../../harness/core/board-repeats.js";
import { countOf } from "../../harness/core/count-of.js";
import { repeatsText } from "../../harness/core/judge-repeats.js";
import { presentFields } from "../../harness/core/present-fields.js";
import { formatFixed } from "../../harness/core/shown-number.js";
import { formatFigure, NO_FIGURE } from "./format.js";

/** Models that a board says this of; scores.json has all. */
const MOST_MODELS = 20;

/**
 * What asking a judge several times came to, in sentences: by which rule, how far the same verdict comes out differently,
 * and each model's interval with and without the repeats.
 */
export function repeatsSentences(board: Board): string[] {
  const { repeats } = board;
  if (repeats === undefined) return [];
  const { rounds, categories, share, places, repeated, verdicts, planned, scatter } = repeats;
  const noun = board.mode === "single" ? "answer" : "comparison";
  const format = board.metric === "rating" ? "points" : "percent";
  const shown = (value: number | null) => (value === null ? NO_FIGURE : formatFigure(value, format));
  const meanText = ({ mean, interval }: RepeatedMean) =>
    `${shown(mean)}${interval === null ? "" : ` (${shown(interval.low)} to ${shown(interval.high)})`}`;
  const rule = repeatsText({ rounds, share: share / 100, ...presentFields({ categories }) });
  const usable =
    verdicts === planned
      ? countOf(verdicts, "verdict")
      : `${verdicts} of ${countOf(planned, "verdict")} can be used,`;
  const head = `${board.judge} was asked several times by a rule that was fixed beforehand (${rule}): ${usable} on ${countOf(places, noun)}, several on ${repeated} of them; the verdicts of each are averaged first.`;
  const { deviation, interval, equal } = scatter;
  const between =
    interval === null
      ? ""
      : ` (${interval.level}% interval ${shown(interval.low)} to ${shown(interval.high)})`;
  const own =
    deviation === null
      ? []
      : [
          `Asked again, one verdict varies by ${shown(deviation)}${between}, standard deviation${equal === null ? "" : `; ${formatFixed(equal, 0)}% of what was repeated came out the same each time`}.`,
        ];
  const rows = repeats.models.slice(0, MOST_MODELS).map(({ model, once, all, worth }) => {
    const gain =
      worth === null ? "" : `, as if ${formatFixed(worth, 2)} times as many questions were judged once`;
    return `${model}: ${meanText(once)} by the first verdict of each, ${meanText(all)} by all${gain}.`;
  });
  return [head, ...own, ...rows];
}
