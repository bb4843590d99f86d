import type { BestOfRow } from "../../harness/core/best-of.js";
import type { Board } from "../../harness/core/board.js";
import { countOf } from "../../harness/core/count-of.js";
import { formatSigned } from "../../harness/core/shown-number.js";
import { formatFigure } from "./format.js";

function sentencesOf({ model, picks, judges }: BestOfRow): readonly string[] {
  const shown = (value: number) => formatFigure(value, "points");
  return judges.flatMap(({ judge, picked, mean, gain, interval, questions }) => {
    if (gain === null || picks.length === 0) return [];
    const range =
      interval === null
        ? ""
        : `, ${interval.level}% interval ${shown(interval.low)} to ${shown(interval.high)}`;
    return [
      `Best of ${Math.max(...picks.map((pick) => pick.of))} for ${model}: ${judge} gives the trials that the reward model picks ${shown(picked)}, all trials ${shown(mean)} (${formatSigned(gain, 2)}${range}; ${countOf(questions, "question")}).`,
    ];
  });
}

/** What the other judges of a run think of the trials that a board's reward model would pick; a sentence per model and judge. */
export function bestOfSentences({ bestOf = [] }: Board): readonly string[] {
  return bestOf.flatMap(sentencesOf);
}
