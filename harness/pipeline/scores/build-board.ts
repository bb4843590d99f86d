import type { Board, Figure } from "../../core/board.js";
import type { AssetUse, JudgingMode } from "../../core/records.js";
import type { AnswerFacts } from "./answer-facts.js";
import { pairwiseRows } from "./pairwise-rows.js";
import { ratingRows } from "./rating-rows.js";
import type { BoardFrame, VerdictRow } from "./verdict-row.js";

/** What a board says of itself. */
export interface BoardHead {
  readonly suite: string;
  readonly mode: JudgingMode;
  readonly judge: string;
  readonly protocol: string;
  readonly baseline?: string;
  readonly notice?: string;
  readonly assets?: readonly AssetUse[];
}

/** Everything a board is computed from. */
export interface BoardInput {
  readonly head: BoardHead;
  readonly metric: "rating" | "win-rate";
  /** Models, or pairs with the candidate (or earlier model) first. */
  readonly subjects: readonly (readonly string[])[];
  readonly frame: BoardFrame;
  readonly rows: Iterable<VerdictRow>;
  /** By model. */
  readonly facts?: ReadonlyMap<string, AnswerFacts>;
}

/** Best first; rows without the figure last, else in the order given. */
export function sortRows<Row>(rows: readonly Row[], headline: (row: Row) => Figure): Row[] {
  return [...rows].sort(
    (x, y) => (headline(y) ?? Number.NEGATIVE_INFINITY) - (headline(x) ?? Number.NEGATIVE_INFINITY) || 0,
  );
}

function withFacts<Row extends { readonly model: string }>(row: Row, input: BoardInput): Row {
  const facts = input.facts?.get(row.model);
  if (facts === undefined) return row;
  const { failedAnswers, truncatedAnswers, emptyAnswers, averageLength } = facts;
  return { ...row, failedAnswers, truncatedAnswers, emptyAnswers, averageLength };
}

/** Computes one board; pure. */
export function buildBoard(input: BoardInput): Board {
  const { head, subjects, rows, frame } = input;
  if (input.metric === "rating") {
    const models = ratingRows(
      subjects.map(([model = ""]) => model),
      rows,
      frame,
    );
    return {
      ...head,
      metric: "rating",
      models: sortRows(models, (row) => row.score).map((row) => withFacts(row, input)),
    };
  }
  const pairs = subjects.map(([first = "", second = ""]) => [first, second] as const);
  const part = pairwiseRows(pairs, rows, frame);
  const models = sortRows(part.models, (row) => row.winRateAdjusted).map((row) => withFacts(row, input));
  return { ...head, metric: "win-rate", models, pairs: part.pairs };
}
