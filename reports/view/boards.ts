import type { Board, PartialScore, Scores } from "../../harness/core/board.js";
import { presentFields } from "../../harness/core/present-fields.js";
import type { JudgingMode, Suite } from "../../harness/core/records.js";
import { namedPart } from "../../harness/core/suite-part.js";
import { contaminationSentences } from "../contamination/score-rows.js";
import { bestOfSentences } from "./best-of.js";
import { usefulColumns } from "./board-columns.js";
import type { AnyRow, PlacedRow } from "./board-rows.js";
import { figureFormatOf, limitsOf, outcomeRow, pairwiseRow, preferenceRow, ratingRow } from "./board-rows.js";
import { checkParts, criterionParts } from "./checks.js";
import { explainBoard } from "./explanations.js";
import type { FigureFormat } from "./format.js";
import { axisTicks, formatFigure, pointerSegment, showFigure, showInterval } from "./format.js";
import { juryView } from "./jury.js";
import { markedView } from "./marked.js";
import { pairwiseParts } from "./pairs.js";
import { peopleView } from "./people.js";
import { rankingsView } from "./rankings.js";
import type { BoardRow, BoardScale, BoardView, PartFigure, PartView } from "./records.js";
import { refusalParts } from "./refusals.js";
import { repeatsSentences } from "./repeats.js";
import { rewardsView } from "./rewards.js";
import { correctedRow, secondSentences } from "./second.js";
import { separabilitySentences } from "./separability.js";
import { styleView } from "./style.js";
import { distinctTitles, type TitleEntry } from "./titles.js";

const MODE_NAMES: Readonly<Record<JudgingMode, string>> = {
  single: "single grading",
  "pairwise-baseline": "pairs against a baseline",
  "pairwise-all": "all pairs",
  ranking: "rankings",
};

/** How a judging mode is called in a heading. */
export function modeName(mode: JudgingMode): string {
  return MODE_NAMES[mode];
}

/** Models best first; those without a figure keep their order at the end. */
function bestFirst<Entry extends { readonly shown: BoardRow }>(entries: readonly Entry[]): readonly Entry[] {
  const key = (entry: Entry) => entry.shown.headline.value ?? Number.NEGATIVE_INFINITY;
  return [...entries].sort((x, y) => key(y) - key(x) || 0);
}

/** What someone scores who is no better than the opponent. */
function evenOf(board: Board): number | undefined {
  return board.metric === "rating" ? undefined : 50;
}

/** Figures that are named; a table of subjects may have fifty more. */
const MOST_CHANCE_PARTS = 8;

/** What is known of a board's judge; beside an accuracy, what guessing scores. */
function qualityOf(board: Board): string | null {
  const { judgeQuality } = board;
  if (board.metric !== "rating" || board.chance === undefined) return judgeQuality?.sentence ?? null;
  const { score, categories } = board.chance;
  const percent = (value: number) => formatFigure(value, "percent");
  const named = Object.entries(categories);
  const differ = new Set(named.map(([, value]) => percent(value))).size > 1;
  const parts =
    differ && named.length <= MOST_CHANCE_PARTS
      ? named.map(([name, value]) => `${name} ${percent(value)}`)
      : [];
  const beside = parts.length === 0 ? "" : ` (${parts.join(", ")})`;
  return `${judgeQuality?.sentence ?? ""} Guessing scores ${percent(score)}${beside}.`.trim();
}

function scaleOf(board: Board, rows: readonly BoardRow[]): BoardScale {
  const isPoints = figureFormatOf(board) === "points";
  const even = evenOf(board);
  const { low, high } = limitsOf(board);
  const values = rows
    .flatMap((row) => [
      row.headline.value,
      row.interval?.low.value,
      row.interval?.high.value,
      row.second?.figure.value,
      row.second?.interval?.low.value,
      row.second?.interval?.high.value,
    ])
    .filter((value): value is number => value !== null && value !== undefined);
  if (even !== undefined) values.push(even);
  const least = values.length === 0 ? low : Math.min(...values);
  const most = values.length === 0 ? high : Math.max(...values);
  const margin = Math.max((most - least) * 0.06, isPoints ? (high - low) / 60 : 2);
  const ticks = axisTicks(Math.max(low, least - margin), Math.min(high, most + margin), 5).filter(
    (tick) => tick >= low && tick <= high,
  );
  return {
    unit: isPoints ? "points" : "percent",
    low,
    high,
    axisLow: Math.min(ticks[0] ?? low, least),
    axisHigh: Math.max(ticks.at(-1) ?? high, most),
    ticks,
    ...presentFields({ even }),
  };
}

function partFigure(
  model: string,
  part: PartialScore | undefined,
  format: FigureFormat,
  from: string,
): PartFigure | null {
  if (part === undefined) return null;
  return {
    model,
    figure: showFigure(part.score, format, `${from}/score`),
    standardError: showFigure(part.standardError, format, `${from}/standardError`),
    interval: showInterval(part.interval, format, `${from}/interval`),
    n: showFigure(part.n, "count", `${from}/n`),
    doubtful: (part.invalid ?? 0) + (part.missing ?? 0),
  };
}

function partsOf(
  rows: readonly PlacedRow<AnyRow>[],
  field: "categories" | "turns",
  order: readonly string[],
  format: FigureFormat,
): readonly PartView[] {
  const parts = (row: AnyRow): Readonly<Record<string, PartialScore>> =>
    field === "categories" ? row.categories : "turns" in row ? row.turns : {};
  const present = new Set(rows.flatMap(({ row }) => Object.keys(parts(row))));
  const names = [
    ...order.filter((name) => present.has(name)),
    ...[...present].filter((name) => !order.includes(name)),
  ];
  return names.map((name) => ({
    name,
    models: rows.map(({ row, from }) =>
      partFigure(row.model, parts(row)[name], format, `${from}/${field}/${pointerSegment(name)}`),
    ),
  }));
}

const HEADLINES: Readonly<Record<Board["metric"], string>> = {
  rating: "Score",
  "win-rate": "Adjusted win rate",
  preference: "Win rate",
  outcomes: "Score",
};

function shownRows(board: Board, from: string, lengthControlled: boolean) {
  const place = (index: number) => `${from}/models/${index}`;
  const headed = (row: BoardRow) => correctedRow(row, board, figureFormatOf(board), from);
  switch (board.metric) {
    case "rating":
      return bestFirst(
        board.models.map((row, index) => ({
          row,
          from: place(index),
          shown: headed(ratingRow({ row, from: place(index) }, figureFormatOf(board))),
        })),
      );
    case "win-rate":
      // The baseline is what the others are compared with: the board's head names it, and it is none of the compared.
      return bestFirst(
        board.models.flatMap((row, index) => {
          const placed = { row, from: place(index) };
          return row.reference ? [] : [{ ...placed, shown: headed(pairwiseRow(placed)) }];
        }),
      );
    case "outcomes":
      return bestFirst(
        board.models.flatMap((row, index) => {
          const placed = { row, from: place(index) };
          return row.reference ? [] : [{ ...placed, shown: headed(outcomeRow(placed)) }];
        }),
      );
    case "preference":
      return bestFirst(
        board.models.map((row, index) => ({
          row,
          from: place(index),
          shown: headed(preferenceRow({ row, from: place(index) }, lengthControlled)),
        })),
      );
  }
}

const UNCHECKED =
  "The judged answers are not at hand, so they were not checked for equal texts and marks of a judge's template.";

/** What a report shows of one board; `from` is its JSON Pointer. */
function boardView(board: Board, index: number, from: string, suite: Suite | undefined): BoardView {
  const { second } = board;
  // What a second judge corrects is the win rate as it is.
  const lengthControlled =
    board.metric === "preference" &&
    second === undefined &&
    board.models.some((row) => row.lengthControlledWinRate !== null);
  const placed = shownRows(board, from, lengthControlled);
  const rows = placed.map(({ shown }) => shown);
  const format = figureFormatOf(board);
  const isAccuracy = board.metric === "rating" && board.figure === "accuracy";
  const norm = board.metric === "rating" && board.norm !== undefined ? ` (${board.norm})` : "";
  const headline = isAccuracy ? `Accuracy${norm}` : HEADLINES[board.metric];
  const suiteTitle = namedPart(suite?.title ?? board.suite, board.part);
  const baseline = board.baseline ?? null;
  return {
    id: `board-${index + 1}`,
    metric: board.metric,
    ...(isAccuracy ? { figure: "accuracy" as const } : {}),
    suite: board.suite,
    suiteTitle,
    mode: board.mode,
    judge: board.judge,
    protocol: board.protocol,
    baseline,
    notice: board.notice ?? null,
    unchecked: board.answersChecked === false ? UNCHECKED : null,
    judgeQuality: qualityOf(board),
    title: `${suiteTitle}, ${isAccuracy ? "right answers" : modeName(board.mode)}`,
    headlineLabel: lengthControlled
      ? "Length-controlled win rate"
      : second === undefined
        ? headline
        : `${headline}, corrected`,
    secondLabel:
      second === undefined ? (lengthControlled ? "Win rate" : null) : `${headline} by ${board.judge} alone`,
    ...(second === undefined ? {} : { correctedTo: second.judge }),
    partLabel: headline,
    scale: scaleOf(board, rows),
    columns: usefulColumns(board, rows),
    rows,
    categories: partsOf(placed, "categories", suite?.categories ?? [], format),
    turns: partsOf(placed, "turns", ["1", "2"], format),
    checks: checkParts(placed),
    criteria: criterionParts(placed),
    refusals: refusalParts(placed),
    jury: juryView(
      board,
      rows.map((row) => row.model),
      format,
      from,
    ),
    ...pairwiseParts(
      board,
      from,
      rows.map((row) => row.model),
    ),
    rankings: rankingsView(board, from),
    rewards: rewardsView(board, from),
    marked: markedView(board, from),
    style: styleView(
      board,
      from,
      rows.map((row) => row.model),
    ),
    people: peopleView(board, from),
    sentences: [
      ...secondSentences(board),
      ...repeatsSentences(board),
      ...separabilitySentences(board),
      ...bestOfSentences(board),
      ...contaminationSentences(board.contamination),
    ],
    computed: explainBoard(board),
  };
}

/** What tells boards of one suite and mode apart. */
export function titleEntry(
  board: Pick<BoardView, "title" | "suite" | "judge" | "baseline" | "protocol">,
): TitleEntry {
  const against = board.baseline === null ? "" : `against ${board.baseline}`;
  return {
    title: board.title,
    details: [`judge ${board.judge}`, against, `suite ${board.suite}`, `protocol ${board.protocol}`],
  };
}

/** All boards of scores; no two have one title. `from` is the JSON Pointer of the scores. */
export function boardViews(scores: Scores, from: string, suites: readonly Suite[]): readonly BoardView[] {
  const views = scores.boards.map((board, index) =>
    boardView(
      board,
      index,
      `${from}/boards/${index}`,
      suites.find((suite) => suite.id === board.suite),
    ),
  );
  const titles = distinctTitles(views.map(titleEntry));
  return views.map((view, index) => ({ ...view, title: titles[index] ?? view.title }));
}
