import type { RatingRow, RatingScale } from "../../core/board.js";
import type { SuiteScoring } from "../../core/rubric.js";
import { meanOf } from "../../stats/estimate.js";
import { ratingScale } from "./scale.js";
import { abstainedField, reasonsOf, ScoreColumns } from "./score-columns.js";
import { clipped, meanOfCategories } from "./suite-mean.js";
import type { VerdictKind } from "./verdict-grid/cells.js";
import { VerdictGrid } from "./verdict-grid/grid.js";
import type { BoardFrame, ExpectedSlot, VerdictRow } from "./verdict-grid/row.js";

/** An answer to one turn, with what its judge gave it. */
export interface RatedPlace {
  readonly slot: ExpectedSlot;
  readonly trial: number;
  /** Mean of the judge's usable verdicts. */
  readonly value: number;
}

/** Every answer of a model with a usable verdict; one that could not be read has the worst rating, as on the board. */
export function ratedPlaces(
  model: string,
  rows: Iterable<VerdictRow>,
  frame: BoardFrame,
  scale: RatingScale,
): RatedPlace[] {
  const grid = VerdictGrid.of(rows);
  const found = grid.columnsOf(model);
  const places: RatedPlace[] = [];
  grid.forEachPlace(frame, (slot, trial, gridSlot) => {
    const values: number[] = [];
    for (const column of found)
      column.forEachIn(trial, gridSlot, (_, __, kind, value, isUnread) => {
        if (kind === "rating") values.push(isUnread ? scale.low : value);
      });
    if (values.length === 0) return;
    places.push({ slot, trial, value: values.reduce((sum, one) => sum + one, 0) / values.length });
  });
  return places;
}

/** What stands at a place, one verdict of several. */
interface Cell {
  readonly kind: VerdictKind;
  readonly value: number;
  readonly isUnread: boolean;
}

/** What the repeats of a place come to: one rating, their mean, where any can be used. */
function averaged(cells: readonly Cell[], scale: RatingScale): readonly Cell[] {
  const ratings = cells.filter(({ kind }) => kind === "rating");
  if (ratings.length === 0) return cells.slice(0, 1);
  if (ratings.length === 1) return ratings;
  const values = ratings.map(({ value, isUnread }) => (isUnread ? scale.low : value));
  return [{ kind: "rating", value: meanOf(values), isUnread: false }];
}

function addCell(columns: ScoreColumns, slot: ExpectedSlot, { kind, value, isUnread }: Cell): void {
  if (kind === "abstained") columns.addLost(slot, "abstained");
  else if (kind !== "rating") columns.addLost(slot, "unreadable");
  else if (isUnread) columns.addUnread(slot);
  else columns.add(slot, value);
}

/** Ratings of one model at every expected place. */
function columnsOf(model: string, grid: VerdictGrid, frame: BoardFrame, scale: RatingScale): ScoreColumns {
  const columns = new ScoreColumns(scale);
  const found = grid.columnsOf(model);
  grid.forEachPlace(frame, (slot, trial, gridSlot) => {
    const cells: Cell[] = [];
    for (const column of found)
      column.forEachIn(trial, gridSlot, (_, __, kind, value, isUnread) => {
        // A call that failed is not missed where a verdict stands beside it.
        if (kind !== undefined) cells.push({ kind, value, isUnread });
      });
    if (cells.length === 0) columns.addLost(slot, "missing");
    for (const cell of frame.isRepeated === true ? averaged(cells, scale) : cells)
      addCell(columns, slot, cell);
  });
  return columns;
}

/**
 * Ratings of each model at every expected place, one model after the other. Several verdicts of one place (judge
 * repeats) all count, except where a rule asked for them: there they are averaged first, so that a place weighs once.
 * @param rows Verdicts of any model; those of models that are not named are passed over.
 */
export function* ratingColumns(
  models: readonly string[],
  rows: Iterable<VerdictRow>,
  frame: BoardFrame,
  scale: RatingScale = ratingScale,
): Generator<readonly [string, ScoreColumns]> {
  const grid = VerdictGrid.of(rows);
  for (const model of new Set(models)) yield [model, columnsOf(model, grid, frame, scale)];
}

/**
 * Rows of a board under single grading. The score is the mean over all usable verdicts, turns pooled, as FastChat's
 * `show_result.py` has it; its standard error is clustered by question.
 * @param figure accuracy, where answers are compared with the right ones: then rows say how many could not be read
 */
export function ratingRows(
  models: readonly string[],
  rows: Iterable<VerdictRow>,
  frame: BoardFrame,
  scale: RatingScale = ratingScale,
  scoring: SuiteScoring = {},
  figure?: "accuracy",
): RatingRow[] {
  return Array.from(ratingColumns(models, rows, frame, scale), ([model, columns]) =>
    ratingRow(model, columns, frame, scale, scoring, figure),
  );
}

function ratingRow(
  model: string,
  columns: ScoreColumns,
  frame: BoardFrame,
  scale: RatingScale,
  scoring: SuiteScoring,
  figure: "accuracy" | undefined,
): RatingRow {
  const pooled = columns.mean();
  const categories = columns.byCategory(frame);
  const mean = clipped(
    scoring.mean === "categories"
      ? meanOfCategories(categories, Math.max(1, pooled.n / Math.max(1, columns.questionCount)))
      : pooled,
    scoring,
  );
  return {
    model,
    score: mean.mean,
    standardError: mean.standardError,
    interval: mean.interval,
    n: pooled.n,
    ...(figure === undefined ? {} : { unreadableAnswers: columns.unread }),
    invalid: columns.unreadable,
    missing: columns.missing,
    ...abstainedField(columns.abstained),
    questions: columns.questionCount,
    bounds: { low: columns.boundWith(scale.low), high: columns.boundWith(scale.high) },
    turns: columns.byTurn(),
    categories,
    ...reasonsOf(
      { score: mean.mean, standardError: mean.standardError, interval: mean.interval },
      mean.reason,
    ),
  };
}
