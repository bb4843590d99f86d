import type { Board, OutcomeRow, PairwiseRow, Scores } from "../../harness/core/board.js";
import { MOST_COMPARED } from "../../harness/core/comparison.js";
import { countOf, nounFor } from "../../harness/core/count-of.js";
import { showFigure } from "./format.js";
import { healthItem } from "./health-item.js";
import { markedView } from "./marked.js";
import type { HealthItem, Phrase, ShownFigure } from "./records.js";

/** Below this share of equal verdicts in both orders, position decides too much. */
const LOW_CONSISTENCY_PERCENT = 65;
/** Farther from 50 than this, the judge prefers a place. */
const POSITION_TOLERANCE_PERCENT = 10;
/** Below this many questions, intervals by normal or t approximation are rough. */
const FEW_QUESTIONS = 30;

/** Rows with the least and the greatest value of a field, with where they stand. */
function extremes(
  rows: readonly (PairwiseRow | OutcomeRow)[],
  field: "positionConsistency" | "firstPositionWinRate",
  from: string,
) {
  const known = rows.flatMap((row, index) => {
    const value = row.reference ? null : row[field];
    return value === null
      ? []
      : [
          {
            model: row.model,
            value,
            figure: showFigure(value, "percent", `${from}/models/${index}/${field}`),
          },
        ];
  });
  const sorted = known.sort((x, y) => x.value - y.value);
  const [least] = sorted;
  const most = sorted.at(-1);
  return least === undefined || most === undefined ? null : { least, most };
}

function consistencyItem(rows: readonly (PairwiseRow | OutcomeRow)[], from: string): HealthItem[] {
  const found = extremes(rows, "positionConsistency", from);
  if (found === null) return [];
  const { least, most } = found;
  const low = least.value < LOW_CONSISTENCY_PERCENT;
  const range: Phrase =
    least.model === most.model || least.value === most.value
      ? [least.figure, " of the pairs"]
      : [
          least.figure,
          " (",
          { name: least.model },
          ") to ",
          most.figure,
          " (",
          { name: most.model },
          ") of the pairs",
        ];
  const advice = low ? " The judge often follows the place, not the answer." : "";
  return [
    healthItem(
      low ? "doubt" : "good",
      "Position consistency",
      "Both orders named the same winner in ",
      ...range,
      ".",
      advice,
    ),
  ];
}

function positionItem(rows: readonly (PairwiseRow | OutcomeRow)[], from: string): HealthItem[] {
  const found = extremes(rows, "firstPositionWinRate", from);
  if (found === null) return [];
  const far = [found.least, found.most].sort((x, y) => Math.abs(y.value - 50) - Math.abs(x.value - 50))[0];
  if (far === undefined || Math.abs(far.value - 50) <= POSITION_TOLERANCE_PERCENT) return [];
  return [
    healthItem(
      "doubt",
      "Position bias",
      "The answer shown first won ",
      far.figure,
      " of the decided games of ",
      { name: far.model },
      "; 50% would be fair. Merging both orders evens it out.",
    ),
  ];
}

function pairItems(board: Board, from: string): readonly HealthItem[] {
  if (board.metric !== "win-rate" && board.metric !== "outcomes") return [];
  return [...consistencyItem(board.models, from), ...positionItem(board.models, from)];
}

function slotItems(board: Board, from: string): readonly HealthItem[] {
  if (board.metric !== "preference") return [];
  const far = board.models
    .map((row, index) => ({ row, at: `${from}/models/${index}/slots`, z: Math.abs(row.slots?.z ?? 0) }))
    .filter(({ z }) => z >= 2)
    .sort((x, y) => y.z - x.z);
  const [worst] = far;
  if (worst?.row.slots === undefined) return [];
  const { row, at } = worst;
  const more = far.length - 1;
  const others = more === 0 ? "" : ` ${countOf(more, "more model shows", "more models show")} the same.`;
  return [
    healthItem(
      "doubt",
      "Slot effect",
      { name: row.model },
      " wins ",
      showFigure(worst.row.slots.first.winRate, "percent", `${at}/first/winRate`),
      " when shown first and ",
      showFigure(worst.row.slots.second.winRate, "percent", `${at}/second/winRate`),
      " when shown second (z ",
      showFigure(worst.row.slots.z, "plain", `${at}/z`),
      `): the judge prefers a place, and each instruction was judged in one order only.${others}`,
    ),
  ];
}

function markedItems(board: Board, from: string): readonly HealthItem[] {
  const marked = markedView(board, from);
  if (marked === null) return [];
  const { level, text } = marked;
  return [healthItem(level, "Answers with marks", { name: board.protocol }, ": ", ...text)];
}

function smallItems(scores: Scores): readonly HealthItem[] {
  const least = new Map<string, ShownFigure>();
  scores.boards.forEach((board, place) => {
    board.models.forEach((row, index) => {
      const known = least.get(board.suite)?.value ?? Number.POSITIVE_INFINITY;
      if (row.origin === "published" || row.questions >= Math.min(known, FEW_QUESTIONS)) return;
      least.set(
        board.suite,
        showFigure(row.questions, "count", `/scores/boards/${place}/models/${index}/questions`),
      );
    });
  });
  return [...least].map(([suite, figure]) =>
    healthItem(
      "doubt",
      "Few questions",
      "Figures on ",
      { name: suite },
      " rest on as few as ",
      figure,
      ` ${nounFor(figure.value ?? 0, "question")}: expect wide intervals, and read differences with care.`,
    ),
  );
}

/** Of many models a report compares only the best with the base. */
function manyItems(board: Board, from: string): HealthItem[] {
  const count = board.models.length;
  if (count <= MOST_COMPARED + 1) return [];
  return [
    healthItem(
      "note",
      "Many models",
      showFigure(count, "count", `${from}/models/length`),
      ` models stand on the board; its ${MOST_COMPARED} best are compared here, and \`assay compare\` compares any two.`,
    ),
  ];
}

/** What the boards themselves give reason to doubt: position, slots, few questions. */
export function boardItems(scores: Scores): readonly HealthItem[] {
  const boards = scores.boards.flatMap((board, index) => {
    const from = `/scores/boards/${index}`;
    return [
      ...pairItems(board, from),
      ...slotItems(board, from),
      ...markedItems(board, from),
      ...manyItems(board, from),
    ];
  });
  return [...boards, ...smallItems(scores)];
}
