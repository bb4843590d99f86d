import type { StyleCounts } from "../../core/answer-style.js";
import type { StyleFeature, StyleForm } from "../../core/style-control.js";

/** Mean and standard deviation by which each feature is normalised. */
export interface StyleNormalisation {
  readonly means: readonly number[];
  readonly deviations: readonly number[];
}

const MARK = { length: "tokens", headers: "headers", lists: "lists", bold: "bold" } as const;

function ratio(first: number, second: number, added: number): number {
  const sum = first + second + added;
  return sum === 0 ? 0 : (first - second) / sum;
}

/** A feature of one battle, seen from the first answer; it changes its sign with the sides. */
export function styleDifference(
  first: StyleCounts,
  second: StyleCounts,
  feature: StyleFeature,
  form: StyleForm,
): number {
  const mark = MARK[feature];
  if (form === "counts") return ratio(first[mark], second[mark], 1);
  if (feature === "length") return ratio(first.tokens, second.tokens, 0);
  return ratio(first[mark] / (first.tokens + 1), second[mark] / (second.tokens + 1), 1);
}

/** How a normalisation is computed. */
export interface NormalisationOptions {
  /** Subtracted from the number of rows: 1 as in v2, 0 as in v0.1. */
  readonly lost: 0 | 1;
  /** Whether means are subtracted; where not, they are 0 and deviations are about 0. */
  readonly centred: boolean;
}

/** Means and deviations of columns over rows that count `weights` times. */
export function normalisationOf(
  columns: readonly Float64Array[],
  weights: Float64Array,
  { lost, centred }: NormalisationOptions,
): StyleNormalisation {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const weighted = (of: (row: number) => number) =>
    weights.reduce((sum, weight, row) => sum + weight * of(row), 0);
  const means = columns.map((column) => (centred ? weighted((row) => column[row] ?? 0) / total : 0));
  const deviations = columns.map((column, index) => {
    const squares = weighted((row) => ((column[row] ?? 0) - (means[index] ?? 0)) ** 2);
    return total > lost ? Math.sqrt(squares / (total - lost)) : 0;
  });
  return { means, deviations };
}

/** (x − mean)/deviation; 0 where a column does not vary. */
export function normalised(column: Float64Array, mean: number, deviation: number): Float64Array {
  return column.map((value) => (deviation > 0 ? (value - mean) / deviation : 0));
}
