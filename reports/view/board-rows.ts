import type {
  Board,
  OutcomeRow,
  PairwiseRow,
  PreferenceRow,
  RatingRow,
  RatingScale,
} from "../../harness/core/board.js";
import { ACCURACY_NORMS } from "../../harness/core/likelihood.js";
import type { FigureFormat } from "./format.js";
import { reasonFor, showFigure, showInterval } from "./format.js";
import type { BoardRow, Phrase } from "./records.js";

/** A row of any kind of board. */
export type AnyRow = RatingRow | PairwiseRow | PreferenceRow | OutcomeRow;

/** A row with where it stands and what it shows; rows are sorted before the board is put together. */
export interface PlacedRow<Row extends AnyRow> {
  readonly row: Row;
  readonly from: string;
}

function doubtsOf(row: AnyRow, from: string): readonly Phrase[] {
  const counts: readonly (readonly [number | undefined, string, string])[] = [
    [row.missing, "missing", "missing"],
    [row.invalid, "invalid", "unreadable"],
    [row.abstained, "abstained", "abstained"],
    [
      "unreadableAnswers" in row ? row.unreadableAnswers : 0,
      "unreadableAnswers",
      "unreadable answers, counted as wrong",
    ],
    [row.failedAnswers, "failedAnswers", "failed answers"],
    [row.emptyAnswers, "emptyAnswers", "empty answers"],
    [row.truncatedAnswers, "truncatedAnswers", "truncated answers"],
    [row.filteredAnswers, "filteredAnswers", "filtered answers"],
  ];
  return counts.flatMap(([count, field, label]): Phrase[] =>
    count === undefined || count === 0 ? [] : [[showFigure(count, "count", `${from}/${field}`), ` ${label}`]],
  );
}

function boundsOf(row: AnyRow, format: FigureFormat, from: string): BoardRow["bounds"] {
  return {
    low: showFigure(row.bounds.low, format, `${from}/bounds/low`),
    high: showFigure(row.bounds.high, format, `${from}/bounds/high`),
  };
}

/** How often the judge abstained, where it did. */
function abstainedFigure({ abstained }: AnyRow, from: string): BoardRow["figures"] {
  return abstained === undefined ? {} : { abstained: showFigure(abstained, "count", `${from}/abstained`) };
}

/** Ends of the values that a board can hold. */
export function limitsOf(board: Board): RatingScale {
  return board.metric === "rating" ? (board.scale ?? { low: 1, high: 10 }) : { low: 0, high: 100 };
}

/** How a board's figures are written: ratings in points, shares in percent. */
export function figureFormatOf(
  board: Pick<Board, "metric"> & { readonly figure?: "accuracy" },
): FigureFormat {
  return board.metric === "rating" && board.figure === undefined ? "points" : "percent";
}

function normFigures({ norms = {} }: RatingRow, from: string): BoardRow["figures"] {
  const shown = ACCURACY_NORMS.flatMap((norm) => {
    const figure = norms[norm];
    return figure === undefined
      ? []
      : [[norm, showFigure(figure.score, "percent", `${from}/norms/${norm}/score`)] as const];
  });
  return Object.fromEntries(shown);
}

function refusalFigures({ refusals }: RatingRow, from: string): BoardRow["figures"] {
  if (refusals === undefined) return {};
  const rate = (kind: "over" | "under") =>
    showFigure(refusals[kind]?.rate, "percent", `${from}/refusals/${kind}/rate`);
  return { overRefusal: rate("over"), underRefusal: rate("under") };
}

/** A row of ratings, or of accuracies, as it is shown. */
export function ratingRow({ row, from }: PlacedRow<RatingRow>, format: FigureFormat): BoardRow {
  const count = (field: "n" | "questions" | "invalid" | "missing" | "unreadableAnswers") =>
    showFigure(row[field], "count", `${from}/${field}`);
  const turn = (name: string) => showFigure(row.turns[name]?.score, format, `${from}/turns/${name}/score`);
  return {
    model: row.model,
    published: row.origin === "published",
    headline: showFigure(row.score, format, `${from}/score`, reasonFor(row.reasons, "score")),
    interval: showInterval(row.interval, format, `${from}/interval`),
    bounds: boundsOf(row, format, from),
    figures: {
      adjustedScore: showFigure(row.adjustedScore, "points", `${from}/adjustedScore`),
      macroScore: showFigure(row.macroScore, "points", `${from}/macroScore`),
      turn1: turn("1"),
      turn2: turn("2"),
      n: count("n"),
      questions: count("questions"),
      invalid: count("invalid"),
      missing: count("missing"),
      ...abstainedFigure(row, from),
      ...normFigures(row, from),
      ...refusalFigures(row, from),
      ...(row.unreadableAnswers === undefined ? {} : { unreadableAnswers: count("unreadableAnswers") }),
      averageLength: showFigure(row.averageLength, "count", `${from}/averageLength`),
      standardError: showFigure(row.standardError, format, `${from}/standardError`),
    },
    doubts: doubtsOf(row, from),
  };
}

/** A row of pairwise judging as it is shown. */
export function pairwiseRow({ row, from }: PlacedRow<PairwiseRow>): BoardRow {
  const count = (field: "n" | "questions" | "invalid" | "missing" | "wins" | "ties" | "losses") =>
    showFigure(row[field], "count", `${from}/${field}`);
  const rate = (field: "winRate" | "positionConsistency" | "firstPositionWinRate" | "standardError") =>
    showFigure(row[field], "percent", `${from}/${field}`, reasonFor(row.reasons, field));
  return {
    model: row.model,
    published: row.origin === "published",
    headline: showFigure(
      row.winRateAdjusted,
      "percent",
      `${from}/winRateAdjusted`,
      reasonFor(row.reasons, "winRateAdjusted"),
    ),
    interval: showInterval(row.interval, "percent", `${from}/interval`),
    bounds: boundsOf(row, "percent", from),
    figures: {
      winRate: rate("winRate"),
      wins: count("wins"),
      ties: count("ties"),
      losses: count("losses"),
      n: count("n"),
      questions: count("questions"),
      positionConsistency: rate("positionConsistency"),
      firstPositionWinRate: rate("firstPositionWinRate"),
      standardError: rate("standardError"),
      meanRank: showFigure(row.ranked?.meanRank, "plain", `${from}/ranked/meanRank`),
      plackettLuce: showFigure(
        row.ranked?.plackettLuce.value,
        "count",
        `${from}/ranked/plackettLuce/value`,
        row.ranked?.plackettLuce.reason,
      ),
      invalid: count("invalid"),
      missing: count("missing"),
      ...abstainedFigure(row, from),
    },
    doubts: doubtsOf(row, from),
  };
}

/** A row of weighted outcomes (Arena-Hard) as it is shown. */
export function outcomeRow({ row, from }: PlacedRow<OutcomeRow>): BoardRow {
  const count = (
    field:
      | "n"
      | "questions"
      | "invalid"
      | "missing"
      | "wins"
      | "ties"
      | "losses"
      | "rating"
      | "averageLength",
  ) => showFigure(row[field], "count", `${from}/${field}`, reasonFor(row.reasons, field));
  const rate = (field: "score" | "positionConsistency" | "firstPositionWinRate" | "standardError") =>
    showFigure(row[field], "percent", `${from}/${field}`, reasonFor(row.reasons, field));
  return {
    model: row.model,
    published: row.origin === "published",
    headline: rate("score"),
    interval: showInterval(row.interval, "percent", `${from}/interval`),
    bounds: boundsOf(row, "percent", from),
    figures: {
      rating: count("rating"),
      wins: count("wins"),
      ties: count("ties"),
      losses: count("losses"),
      n: count("n"),
      questions: count("questions"),
      positionConsistency: rate("positionConsistency"),
      firstPositionWinRate: rate("firstPositionWinRate"),
      standardError: rate("standardError"),
      averageLength: count("averageLength"),
      invalid: count("invalid"),
      missing: count("missing"),
      ...abstainedFigure(row, from),
    },
    doubts: doubtsOf(row, from),
  };
}

/** A row of weighted preferences as it is shown; its length-controlled rate first where the board has them. */
export function preferenceRow({ row, from }: PlacedRow<PreferenceRow>, lengthControlled: boolean): BoardRow {
  const count = (field: "n" | "questions" | "invalid" | "missing" | "wins" | "draws" | "losses") =>
    showFigure(row[field], "count", `${from}/${field}`);
  const rate = (field: "winRate" | "discreteWinRate" | "standardError" | "lengthControlledWinRate") =>
    showFigure(row[field], "percent", `${from}/${field}`, reasonFor(row.reasons, field));
  const raw = {
    figure: rate("winRate"),
    interval: showInterval(row.interval, "percent", `${from}/interval`),
  };
  const controlled = {
    figure: rate("lengthControlledWinRate"),
    interval: showInterval(row.lengthControlledInterval, "percent", `${from}/lengthControlledInterval`),
  };
  const head = lengthControlled ? controlled : raw;
  return {
    model: row.model,
    published: row.origin === "published",
    headline: head.figure,
    interval: head.interval,
    ...(lengthControlled ? { second: raw } : {}),
    bounds: boundsOf(row, "percent", from),
    figures: {
      winRate: raw.figure,
      lengthControlledWinRate: controlled.figure,
      reward: showFigure(row.reward, "reward", `${from}/reward`),
      macroReward: showFigure(row.macroReward, "reward", `${from}/macroReward`),
      discreteWinRate: rate("discreteWinRate"),
      standardError: rate("standardError"),
      wins: count("wins"),
      ties: count("draws"),
      losses: count("losses"),
      n: count("n"),
      questions: count("questions"),
      invalid: count("invalid"),
      missing: count("missing"),
      ...abstainedFigure(row, from),
      averageLength: showFigure(row.averageLength, "count", `${from}/averageLength`),
    },
    doubts: doubtsOf(row, from),
  };
}
