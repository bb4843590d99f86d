import { requireFinite, requireSameLength } from "../estimate.js";

/**
 * A weighted logistic regression with soft targets and no intercept (add a column of ones for one). Columns, not
 * rows: every array of one problem has one entry per row.
 */
export interface RegressionProblem {
  /** Name of each feature, in the order of {@link columns}. */
  readonly featureNames: readonly string[];
  /** One array per feature. Finite. */
  readonly columns: readonly Float64Array[];
  /** Probability of the positive outcome in each row, 0 to 1. */
  readonly targets: Float64Array;
  /** How much each row counts; at least 0. */
  readonly weights: Float64Array;
}

/** A fitted regression. */
export interface RegressionFit {
  /** One coefficient per feature, in the order of the problem's columns. */
  readonly coefficients: Float64Array;
  /** The penalty parameter C: the weight of the data against ‖w‖₁. */
  readonly c: number;
}

/** How a problem is fitted along an increasing path of C; what a cross-validation needs of a solver. */
export type PathSolver = (problem: RegressionProblem, cs: readonly number[]) => readonly RegressionFit[];

/**
 * Refuses a problem that no solver can fit.
 *
 * @throws RangeError on unequal lengths, no rows, values that are not finite, targets outside
 * 0 to 1 or negative weights; the message names the column.
 */
export function checkProblem(problem: RegressionProblem): void {
  const { columns, featureNames, targets, weights } = problem;
  const rows = targets.length;
  if (rows === 0) throw new RangeError("regression: there are no rows");
  if (columns.length === 0 || columns.length !== featureNames.length) {
    throw new RangeError(`regression: ${columns.length} columns and ${featureNames.length} feature names`);
  }
  requireSameLength("regression weights and targets", weights, targets);
  for (const [index, column] of columns.entries()) {
    const name = featureNames[index] ?? String(index);
    requireSameLength(`regression feature "${name}" and targets`, column, targets);
    requireFinite(column, `regression feature "${name}"`);
  }
  if (!targets.every((value) => value >= 0 && value <= 1)) {
    throw new RangeError("regression: a target lies outside 0 to 1");
  }
  if (!weights.every((value) => value >= 0 && Number.isFinite(value))) {
    throw new RangeError("regression: a row weight is negative or not finite");
  }
}

/** The rows of a problem at these positions, in this order. */
export function selectRows(problem: RegressionProblem, rows: Int32Array): RegressionProblem {
  const take = (values: Float64Array): Float64Array => {
    const taken = new Float64Array(rows.length);
    for (let index = 0; index < rows.length; index++) taken[index] = values[rows[index] ?? 0] ?? 0;
    return taken;
  };
  return {
    featureNames: problem.featureNames,
    columns: problem.columns.map(take),
    targets: take(problem.targets),
    weights: take(problem.weights),
  };
}

/** Writes wᵀx of every row into `scores`. */
export function scoreRows(
  problem: RegressionProblem,
  coefficients: Float64Array,
  scores: Float64Array,
): void {
  scores.fill(0);
  for (const [index, column] of problem.columns.entries()) {
    const coefficient = coefficients[index] ?? 0;
    if (coefficient === 0) continue;
    for (let row = 0; row < scores.length; row++) {
      scores[row] = (scores[row] ?? 0) + coefficient * (column[row] ?? 0);
    }
  }
}
