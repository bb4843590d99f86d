import type { RatingRow } from "../../core/board.js";
import { clusteredMean } from "../../stats/clustered-mean.js";
import { ScoreColumns } from "./score-columns.js";
import type { BoardFrame, VerdictRow } from "./verdict-row.js";

const WORST_RATING = 1;
const BEST_RATING = 10;

/** Limits of the scale, for bounds under lost verdicts. */
export const ratingScale = { worst: WORST_RATING, best: BEST_RATING } as const;

/**
 * Ratings of each model at every expected place. Several verdicts of one place (judge repeats) all count.
 * @param rows Verdicts of any model; those of models that are not named are passed over.
 */
export function ratingColumns(
  models: readonly string[],
  rows: Iterable<VerdictRow>,
  frame: BoardFrame,
): Map<string, ScoreColumns> {
  const byModel = new Map<string, Map<string, VerdictRow[]>>(models.map((model) => [model, new Map()]));
  for (const row of rows) {
    const places = byModel.get(row.a);
    if (places === undefined) continue;
    const place = placeOf(row.questionId, row.turn, row.trial);
    const there = places.get(place);
    if (there === undefined) places.set(place, [row]);
    else there.push(row);
  }
  return new Map([...byModel].map(([model, places]) => [model, columnsOf(places, frame)]));
}

/**
 * Rows of a board under single grading. The score is the mean over all usable verdicts, turns pooled, as FastChat's
 * `show_result.py` has it; its standard error is clustered by question.
 */
export function ratingRows(
  models: readonly string[],
  rows: Iterable<VerdictRow>,
  frame: BoardFrame,
): RatingRow[] {
  return [...ratingColumns(models, rows, frame)].map(([model, columns]) => ratingRow(model, columns, frame));
}

function placeOf(questionId: string, turn: number, trial: number): string {
  return `${questionId}\u0000${turn}\u0000${trial}`;
}

function columnsOf(places: ReadonlyMap<string, readonly VerdictRow[]>, frame: BoardFrame): ScoreColumns {
  const columns = new ScoreColumns();
  for (let trial = 1; trial <= frame.trials; trial++) {
    for (const slot of frame.slots) {
      const found = places.get(placeOf(slot.questionId, slot.turn, trial)) ?? [];
      if (found.length === 0) columns.addLost(slot, "missing");
      for (const { verdict } of found) {
        if (verdict === undefined) columns.addLost(slot, "missing");
        else if (verdict.kind === "rating") columns.add(slot, verdict.rating);
        else columns.addLost(slot, "invalid");
      }
    }
  }
  return columns;
}

function ratingRow(model: string, columns: ScoreColumns, frame: BoardFrame): RatingRow {
  const mean = clusteredMean(columns.values, columns.questions);
  return {
    model,
    score: mean.mean,
    standardError: mean.standardError,
    interval: mean.interval,
    n: mean.n,
    invalid: columns.invalid,
    missing: columns.missing,
    questions: columns.questionCount,
    bounds: { low: columns.boundWith(WORST_RATING), high: columns.boundWith(BEST_RATING) },
    turns: columns.byTurn(),
    categories: columns.byCategory(frame),
    ...(mean.reason === null ? {} : { reasons: reasonsFor(mean.mean, mean.reason) }),
  };
}

function reasonsFor(mean: number | null, reason: string): Record<string, string> {
  const spread = { standardError: reason, interval: reason };
  return mean === null ? { score: reason, ...spread } : spread;
}
