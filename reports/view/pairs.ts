import type { Board, OutcomeRow, PairCell, PairwiseRow, PreferenceRow } from "../../harness/core/board.js";
import { reasonFor, showFigure, showInterval } from "./format.js";
import type { BoardView, OutcomesView, PairView, RatingView, SlotView } from "./records.js";

type PairParts = Pick<BoardView, "pairs" | "outcomes" | "ratings" | "slots">;

function pairView(cell: PairCell, from: string): PairView {
  const count = (field: "wins" | "losses" | "ties" | "errors" | "missing") =>
    showFigure(cell[field], "count", `${from}/${field}`);
  return {
    model: cell.model,
    opponent: cell.opponent,
    winRate: showFigure(cell.winRateAdjusted, "percent", `${from}/winRateAdjusted`),
    wins: count("wins"),
    losses: count("losses"),
    ties: count("ties"),
    errors: count("errors"),
    missing: count("missing"),
    positionConsistency: showFigure(cell.positionConsistency, "percent", `${from}/positionConsistency`),
  };
}

function outcomesView(
  row: PairwiseRow | PreferenceRow | OutcomeRow,
  baseline: string | null,
  from: string,
): OutcomesView {
  const draws = "draws" in row ? { count: row.draws, field: "draws" } : { count: row.ties, field: "ties" };
  return {
    model: row.model,
    opponent: baseline,
    wins: showFigure(row.wins, "count", `${from}/wins`),
    ties: showFigure(draws.count, "count", `${from}/${draws.field}`),
    losses: showFigure(row.losses, "count", `${from}/losses`),
    errors: "errors" in row ? showFigure(row.errors, "count", `${from}/errors`) : null,
  };
}

function ratingView(row: PairwiseRow, from: string): RatingView[] {
  if (row.rating === undefined) return [];
  return [
    {
      model: row.model,
      rank: showFigure(row.rating.rank, "count", `${from}/rating/rank`, reasonFor(row.reasons, "rating")),
      value: showFigure(row.rating.value, "count", `${from}/rating/value`, reasonFor(row.reasons, "rating")),
      interval: showInterval(row.rating.interval, "count", `${from}/rating/interval`),
    },
  ];
}

function slotView(row: PreferenceRow, from: string): SlotView[] {
  if (row.slots === undefined) return [];
  const { first, second, z } = row.slots;
  return [
    {
      model: row.model,
      first: showFigure(first.winRate, "percent", `${from}/slots/first/winRate`),
      firstN: showFigure(first.n, "count", `${from}/slots/first/n`),
      second: showFigure(second.winRate, "percent", `${from}/slots/second/winRate`),
      secondN: showFigure(second.n, "count", `${from}/slots/second/n`),
      z: showFigure(z, "plain", `${from}/slots/z`, reasonFor(row.reasons, "slots")),
    },
  ];
}

/** What a board shows of pairs, outcomes, ratings and slots, models in the given order; empty where it has none. */
export function pairwiseParts(board: Board, from: string, order: readonly string[]): PairParts {
  if (board.metric === "rating") return { pairs: [], outcomes: [], ratings: [], slots: [] };
  const place = (model: string) => {
    const index = order.indexOf(model);
    return index === -1 ? order.length : index;
  };
  const byOrder = <Row extends { readonly model: string }>(rows: readonly Row[]) =>
    [...rows].sort((x, y) => place(x.model) - place(y.model));
  const baseline = board.baseline ?? null;
  if (board.metric === "outcomes") {
    const rows = byOrder(
      board.models.flatMap((row, index) =>
        row.reference ? [] : [{ model: row.model, row, at: `${from}/models/${index}` }],
      ),
    );
    return {
      pairs: [],
      outcomes: rows.map(({ row, at }) => outcomesView(row, baseline, at)),
      ratings: [],
      slots: [],
    };
  }
  if (board.metric === "preference") {
    const rows = byOrder(
      board.models.map((row, index) => ({ model: row.model, row, at: `${from}/models/${index}` })),
    );
    return {
      pairs: [],
      outcomes: rows.map(({ row, at }) => outcomesView(row, baseline, at)),
      ratings: [],
      slots: rows.flatMap(({ row, at }) => slotView(row, at)),
    };
  }
  const rows = byOrder(
    board.models
      .map((row, index) => ({ model: row.model, row, at: `${from}/models/${index}` }))
      .filter(({ row }) => !row.reference),
  );
  return {
    pairs: board.pairs.map((cell, index) => pairView(cell, `${from}/pairs/${index}`)),
    outcomes: rows.map(({ row, at }) => outcomesView(row, baseline, at)),
    ratings: rows
      .flatMap(({ row, at }) => ratingView(row, at))
      .sort(
        (x, y) => (y.value.value ?? Number.NEGATIVE_INFINITY) - (x.value.value ?? Number.NEGATIVE_INFINITY),
      ),
    slots: [],
  };
}
