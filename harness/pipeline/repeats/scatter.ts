import { compositeKey } from "../../core/composite-key.js";
import { type BootstrapEstimate, bootstrapStatistic, FEWEST_RESAMPLED } from "../../stats/bootstrap.js";
import { meanOf } from "../../stats/estimate.js";
import { comparisonsOn } from "../agreement/comparisons.js";
import type { BoardInput } from "../scores/build-board.js";

/** What is judged again and again, with what was said of it each time. */
export interface RepeatedValues {
  readonly questionId: string;
  readonly values: readonly number[];
}

/** Sums of squares around the mean of each unit, and their degrees of freedom, by question. */
function squaresByQuestion(units: Iterable<RepeatedValues>): { squares: number; freedom: number }[] {
  const questions = new Map<string, { squares: number; freedom: number }>();
  for (const { questionId, values } of units) {
    const mean = meanOf(values);
    let squares = 0;
    for (const value of values) squares += (value - mean) ** 2;
    const entry = questions.get(questionId) ?? { squares: 0, freedom: 0 };
    questions.set(questionId, entry);
    entry.squares += squares;
    entry.freedom += values.length - 1;
  }
  return [...questions.values()];
}

/**
 * Standard deviation within units, with a bootstrap interval over questions.
 * @returns undefined where no unit has several values.
 */
export function spreadWithin(units: Iterable<RepeatedValues>, seed: string): BootstrapEstimate | undefined {
  const questions = squaresByQuestion(units);
  if (questions.every(({ freedom }) => freedom === 0)) return undefined;
  const deviation = (counts: Float64Array): number | null => {
    let [squares, freedom] = [0, 0];
    for (let index = 0; index < counts.length; index++) {
      const entry = questions[index];
      if (entry === undefined) continue;
      squares += (counts[index] ?? 0) * entry.squares;
      freedom += (counts[index] ?? 0) * entry.freedom;
    }
    return freedom === 0 ? null : Math.sqrt(squares / freedom);
  };
  const options = { seed, replicates: 2000, fewest: FEWEST_RESAMPLED };
  return bootstrapStatistic(questions.length, deviation, options);
}

/** What a board's judge gave each answer or comparison, one value for each time that it was asked. */
export function repeatedVerdicts(board: BoardInput): RepeatedValues[] {
  if (board.metric !== "rating")
    return comparisonsOn(board).flatMap(({ questionId, shares }) =>
      shares.length === 0 ? [] : [{ questionId, values: shares.map((share) => 100 * share) }],
    );
  const models = new Set(board.subjects.flat());
  const units = new Map<string, { readonly questionId: string; readonly values: number[] }>();
  for (const { questionId, turn, trial, a, verdict } of board.rows) {
    if (verdict?.kind !== "rating" || !models.has(a)) continue;
    const key = compositeKey(questionId, turn, trial, a);
    const unit = units.get(key) ?? { questionId, values: [] };
    units.set(key, unit);
    unit.values.push(verdict.rating);
  }
  return [...units.values()];
}
