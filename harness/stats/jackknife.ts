import { countOf } from "../core/count-of.js";
import { FEWEST_RESAMPLED } from "./bootstrap.js";

/** Standard error from what leaving out each cluster changes: √((C−1)/C · Σ changes²) (Efron & Tibshirani 1993, chapter 11). */
export function jackknifeError(changes: readonly number[]): number {
  const squares = changes.reduce((sum, one) => sum + one * one, 0);
  return Math.sqrt(((changes.length - 1) / changes.length) * squares);
}

/** Why a jackknifed figure has no t interval: from so many questions on it holds its level (docs/statistics.md). */
export function tooFewQuestions(questions: number, fewest: number = FEWEST_RESAMPLED): string | null {
  if (questions >= fewest) return null;
  const few = `${countOf(questions, "question is", "questions are")} too few`;
  return `${few}: below ${fewest} the interval misses more often than it says`;
}
