import type { RatingRow, RatingScale } from "../../core/board.js";
import type { Verdict } from "../../core/records.js";
import type { SuiteScoring } from "../../core/rubric.js";
import { meanOf } from "../../stats/estimate.js";
import { ratingScale } from "./scale.js";
import { abstainedField, reasonsOf, ScoreColumns } from "./score-columns.js";
import { clipped, meanOfCategories } from "./suite-mean.js";
import type { VerdictColumn } from "./verdict-grid/column.js";
import { VerdictGrid } from "./verdict-grid/grid.js";
import type { BoardFrame, ExpectedSlot, VerdictRow } from "./verdict-grid/row.js";

const NONE: readonly Verdict[] = [];

/** What a place's records come to: a call that failed is not missed where a verdict stands beside it. */
function verdictsAt(found: readonly VerdictColumn[], trial: number, slot: number): readonly Verdict[] {
  const [only, ...others] = found;
  if (only === undefined) return NONE;
  const own = only.at(trial, slot);
  // By far the most places hold one verdict.
  if (others.length === 0 && own.length === 1 && own[0] !== undefined) return own as readonly Verdict[];
  return found.flatMap((column) => column.at(trial, slot)).filter((verdict) => verdict !== undefined);
}

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
    const values = verdictsAt(found, trial, gridSlot).flatMap((verdict) => {
      if (verdict.kind !== "rating") return [];
      return verdict.compared?.outcome === "unreadable" ? scale.low : verdict.rating;
    });
    if (values.length === 0) return;
    places.push({ slot, trial, value: values.reduce((sum, one) => sum + one, 0) / values.length });
  });
  return places;
}

/** What the repeats of a place come to: one rating, their mean, where any can be used. */
function averaged(verdicts: readonly Verdict[], scale: RatingScale): readonly Verdict[] {
  const ratings = verdicts.filter((verdict) => verdict.kind === "rating");
  const [first] = ratings;
  if (first === undefined || ratings.length === 1)
    return ratings.length === 1 ? ratings : verdicts.slice(0, 1);
  const values = ratings.map(({ rating, compared }) =>
    compared?.outcome === "unreadable" ? scale.low : rating,
  );
  return [{ kind: "rating", rating: meanOf(values) }];
}

/** Ratings of one model at every expected place. */
function columnsOf(model: string, grid: VerdictGrid, frame: BoardFrame, scale: RatingScale): ScoreColumns {
  const columns = new ScoreColumns(scale);
  const found = grid.columnsOf(model);
  grid.forEachPlace(frame, (slot, trial, gridSlot) => {
    const given = verdictsAt(found, trial, gridSlot);
    const verdicts = frame.isRepeated === true ? averaged(given, scale) : given;
    if (verdicts.length === 0) columns.addLost(slot, "missing");
    for (const verdict of verdicts) {
      if (verdict.kind === "abstained") columns.addLost(slot, "abstained");
      else if (verdict.kind !== "rating") columns.addLost(slot, "unreadable");
      else if (verdict.compared?.outcome === "unreadable") columns.addUnread(slot);
      else columns.add(slot, verdict.rating);
    }
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
