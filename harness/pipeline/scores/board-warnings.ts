import type { Board } from "../../core/board.js";
import { countOf } from "../../core/count-of.js";
import type { Warning } from "../../core/records.js";
import { formatFixed } from "../../core/shown-number.js";

interface Counted {
  readonly code: string;
  /** @param unit what is counted: a verdict, or a comparison of a ranking */
  readonly text: (count: number, where: string, unit: string) => string;
  readonly count: (row: Board["models"][number]) => number;
}

const COUNTED: readonly Counted[] = [
  {
    code: "missing-verdicts",
    // A verdict that the baseline lacks is one that the other model of the pair lacks.
    count: (row) => (row.reference ? 0 : row.missing),
    text: (count, where, unit) =>
      `${countOf(count, `${unit} is`, `${unit}s are`)} missing on ${where}; the bounds say how far the score could move`,
  },
  {
    code: "unreadable-verdicts",
    count: (row) => (row.reference ? 0 : row.invalid),
    text: (count, where, unit) =>
      `${countOf(count, unit)} could not be read on ${where}; the bounds say how far the score could move`,
  },
  {
    code: "abstained-verdicts",
    count: (row) => (row.reference ? 0 : (row.abstained ?? 0)),
    text: (count, where, unit) =>
      `the judge abstained from ${countOf(count, unit)} on ${where}; the bounds say how far the score could move`,
  },
  {
    code: "failed-answers",
    count: (row) => row.failedAnswers ?? 0,
    text: (count, where) => `${countOf(count, "answer", "answers")} failed on ${where}`,
  },
  {
    code: "truncated-answers",
    count: (row) => row.truncatedAnswers ?? 0,
    text: (count, where) =>
      `${countOf(count, "answer was", "answers were")} cut off at the token limit on ${where}; the judge saw them unfinished`,
  },
  {
    code: "filtered-answers",
    count: (row) => row.filteredAnswers ?? 0,
    text: (count, where) =>
      `${countOf(count, "answer was", "answers were")} broken off by a content filter on ${where}; the judge saw them unfinished`,
  },
  {
    code: "empty-answers",
    count: (row) => row.emptyAnswers ?? 0,
    text: (count, where) => `${countOf(count, "answer has", "answers have")} a turn without text on ${where}`,
  },
];

/** Slots that move ranks; slots are drawn, so that no model gains by it, but the judge is worth less. */
function positionWarnings(board: Board): Warning[] {
  const alarm = board.metric === "win-rate" ? board.rankings?.positionAlarm : undefined;
  if (alarm === undefined || alarm === null) return [];
  const { slot, z } = alarm;
  const side = z < 0 ? "better" : "worse";
  const message = `answers in slot ${slot} of the rankings on ${board.suite} rank ${side} than chance allows (z ${formatFixed(z, 1)}); slots are drawn, so no model gains by it, but intervals are wider than they need be`;
  return [{ code: "ranking-position", message }];
}

/** What is decided rests on the corrected figures; all else that a board tells stays the first judge's. */
function secondWarnings({ second, judge, suite }: Board): Warning[] {
  if (second === undefined) return [];
  const message = `headline, differences, gates and policies on ${suite} are corrected to ${second.judge}; categories, turns, ranks and figures at equal length or style rest on the verdicts of ${judge} alone`;
  return [{ code: "second-judge-beside", message }];
}

/** What a reader of a board must know about it, most serious first; one warning per kind with the count over all models. */
export function boardWarnings(board: Board): Warning[] {
  // Each model of a ranking that is lost lacks its comparison with every other one.
  const unit = board.mode === "ranking" ? "comparison" : "verdict";
  const counted = COUNTED.flatMap(({ code, count, text }) => {
    const affected = board.models.filter((row) => count(row) > 0);
    const total = affected.reduce((sum, row) => sum + count(row), 0);
    if (total === 0) return [];
    const where = `${board.suite} (${affected.map((row) => `${row.model}: ${count(row)}`).join(", ")})`;
    return [{ code, message: text(total, where, unit), count: total }];
  });
  return [...counted, ...secondWarnings(board), ...positionWarnings(board)];
}
