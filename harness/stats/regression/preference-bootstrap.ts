import { type BootstrapEstimate, type BootstrapOptions, bootstrapStatistic } from "../bootstrap.js";
import { minimiseL1Quadratic } from "./l1-quadratic.js";
import { LogisticLoss } from "./logistic-loss.js";
import {
  type PreferenceModel,
  type PreferenceRows,
  preferenceProblem,
  rowsWithVerdict,
} from "./preference-model.js";
import type { RegressionProblem } from "./regression-problem.js";

const DEFAULT_REPLICATES = 500;

/**
 * Bootstrap of the controlled win rate (percent: 100 · mean of the controlled chances) over the model's rows, one per
 * question. Anchor rows, C and the features' scale stay as they are; the coefficients are refitted in every resample by
 * one proximal Newton step from the fit (Davidson and MacKinnon 1999, "Bootstrap testing in nonlinear models",
 * International Economic Review 40), which differs from a refit to the end by far less than the interval's own
 * resampling noise and needs no pass over the anchors. 500 resamples of 805 rows take some 15 ms; `method: "bca"` costs
 * one more refit per row.
 *
 * @param options as for every bootstrap, but 500 resamples and the percentile interval where not said otherwise
 * @throws RangeError for impossible options
 */
export function bootstrapControlledWinRate(
  rows: PreferenceRows,
  model: PreferenceModel,
  options: BootstrapOptions,
): BootstrapEstimate {
  const moments = rowMoments(rows, model.coefficients);
  const scores = uncontrolledColumns(rows);
  const statistic = (counts: Float64Array): number | null => {
    const totals = moments.sum(counts);
    if (totals === null) return null;
    const coefficients = minimiseL1Quadratic(
      model.coefficients,
      totals.gradient,
      totals.hessian,
      1 / model.c,
    );
    return meanChance(scores, coefficients, counts);
  };
  return bootstrapStatistic(rows.preferences.length, statistic, {
    ...options,
    method: options.method ?? "percentile",
    replicates: options.replicates ?? DEFAULT_REPLICATES,
  });
}

/** Gradient and Hessian of the loss at the fit, as sums that reweighting the rows leaves linear. */
interface RowMoments {
  /**
   * The sums with each row counted so often, in arrays that the next call overwrites; null when no row with a verdict
   * is left.
   */
  sum(counts: Float64Array): { readonly gradient: Float64Array; readonly hessian: Float64Array } | null;
}

function rowMoments(rows: PreferenceRows, coefficients: Float64Array): RowMoments {
  const problem = preferenceProblem(rows);
  const loss = new LogisticLoss(problem);
  loss.moveTo(coefficients);
  const order = coefficients.length;
  const width = order + (order * (order + 1)) / 2;
  const used = rowsWithVerdict(rows.preferences);
  const anchors = problem.targets.length - used.length;
  // Row by row, all sums side by side: none of them waits for its own last addition.
  const terms = new Float64Array(rows.preferences.length * width);
  const fixed = new Float64Array(width);
  const hasVerdict = new Uint8Array(rows.preferences.length);
  for (let row = 0; row < problem.targets.length; row++) {
    const at = row < anchors ? -1 : (used[row - anchors] ?? -1);
    if (at >= 0) hasVerdict[at] = 1;
    addMoments(problem, row, loss.chances[row] ?? 0, at < 0 ? fixed : terms.subarray(at * width));
  }
  const sums = new Float64Array(width);
  const gradient = sums.subarray(0, order);
  const hessian = new Float64Array(order * order);
  return {
    sum: (counts) => {
      if (used.length < counts.length && !counts.some((count, row) => count > 0 && hasVerdict[row] === 1))
        return null;
      sums.set(fixed);
      addWeighted(terms, counts, sums);
      unpack(sums, order, hessian);
      return { gradient, hessian };
    },
  };
}

/** Adds a row's share of the gradient, then of the lower triangle of the Hessian, row by row. */
function addMoments(problem: RegressionProblem, row: number, chance: number, into: Float64Array): void {
  const weight = problem.weights[row] ?? 0;
  const slope = weight * (chance - (problem.targets[row] ?? 0));
  const curvature = weight * chance * (1 - chance);
  const { columns } = problem;
  let at = 0;
  for (const column of columns) {
    into[at] = (into[at] ?? 0) + slope * (column[row] ?? 0);
    at++;
  }
  for (let index = 0; index < columns.length; index++) {
    const scaled = curvature * (columns[index]?.[row] ?? 0);
    for (let other = 0; other <= index; other++) {
      into[at] = (into[at] ?? 0) + scaled * (columns[other]?.[row] ?? 0);
      at++;
    }
  }
}

/** Adds each row of a table, as often as it counts, to its sums. */
function addWeighted(table: Float64Array, counts: Float64Array, sums: Float64Array): void {
  const width = sums.length;
  let at = 0;
  for (let row = 0; row < counts.length; row++) {
    const count = counts[row] ?? 0;
    for (let column = 0; column < width; column++) {
      sums[column] = (sums[column] ?? 0) + count * (table[at++] ?? 0);
    }
  }
}

function unpack(sums: Float64Array, order: number, hessian: Float64Array): void {
  let at = order;
  for (let index = 0; index < order; index++) {
    for (let other = 0; other <= index; other++) {
      const entry = sums[at++] ?? 0;
      hessian[index * order + other] = entry;
      hessian[other * order + index] = entry;
    }
  }
}

function uncontrolledColumns(rows: PreferenceRows): readonly (Float64Array | null)[] {
  return rows.features.map((feature) =>
    feature.controlled ? null : (feature.predictionValues ?? feature.values),
  );
}

/** 100 · mean chance over the drawn rows, with the controlled features at 0. */
function meanChance(
  columns: readonly (Float64Array | null)[],
  coefficients: Float64Array,
  counts: Float64Array,
): number {
  let sum = 0;
  let drawn = 0;
  for (let row = 0; row < counts.length; row++) {
    const times = counts[row] ?? 0;
    if (times === 0) continue;
    let score = 0;
    for (let index = 0; index < columns.length; index++) {
      const column = columns[index];
      if (column) score += (coefficients[index] ?? 0) * (column[row] ?? 0);
    }
    sum += times / (1 + Math.exp(-score));
    drawn += times;
  }
  return (100 * sum) / drawn;
}
