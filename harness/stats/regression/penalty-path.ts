import {
  type PathSolver,
  type RegressionFit,
  type RegressionProblem,
  scoreRows,
  selectRows,
} from "./regression-problem.js";

/**
 * scikit-learn's default `Cs=10`: ten values from 1e-4 to 1e4, evenly spaced in the logarithm, to the digit of
 * `np.logspace(-4, 4, 10)`, which `10 ** x` misses.
 */
export const DEFAULT_CS: readonly number[] = [
  0.0001, 0.000774263682681127, 0.005994842503189409, 0.046415888336127774, 0.3593813663804626,
  2.782559402207126, 21.54434690031882, 166.81005372000558, 1291.5496650148827, 10000,
];

/** What a cross-validation chose. */
export interface PenaltyChoice {
  readonly c: number;
  /** Mean over the folds of the held-out score at each C of the path; higher is better. */
  readonly scores: readonly number[];
}

/**
 * Chooses C by cross-validation: fits the path on the rows outside each fold and scores it inside by the mean weighted
 * log-likelihood Σ s·[t·log q + (1 − t)·log(1 − q)] / rows, q clipped to [1e-15, 1 − 1e-15] (alpaca_eval's
 * `logloss_continuous`). The first of several equally good values wins, the smallest C.
 *
 * @param cs increasing
 * @param folds the fold of each row, from 0
 */
export function choosePenalty(
  problem: RegressionProblem,
  cs: readonly number[],
  folds: Int32Array,
  solvePath: PathSolver,
): PenaltyChoice {
  const foldCount = folds.reduce((largest, fold) => Math.max(largest, fold), 0) + 1;
  const scores = cs.map(() => 0);
  for (let fold = 0; fold < foldCount; fold++) {
    const inside = selectRows(
      problem,
      rowsWhere(folds, (value) => value === fold),
    );
    const outside = selectRows(
      problem,
      rowsWhere(folds, (value) => value !== fold),
    );
    for (const [index, fit] of solvePath(outside, cs).entries()) {
      scores[index] = (scores[index] ?? 0) + heldOutScore(inside, fit) / foldCount;
    }
  }
  let best = 0;
  for (const [index, score] of scores.entries()) if (score > (scores[best] ?? 0)) best = index;
  return { c: cs[best] ?? 1, scores };
}

/** Mean weighted log-likelihood of the rows under a fit, see {@link choosePenalty}. */
function heldOutScore(problem: RegressionProblem, fit: RegressionFit): number {
  const { targets, weights } = problem;
  const scores = new Float64Array(targets.length);
  scoreRows(problem, fit.coefficients, scores);
  let sum = 0;
  for (let row = 0; row < targets.length; row++) {
    const chance = Math.min(Math.max(1 / (1 + Math.exp(-(scores[row] ?? 0))), 1e-15), 1 - 1e-15);
    const target = targets[row] ?? 0;
    sum += (weights[row] ?? 0) * (target * Math.log(chance) + (1 - target) * Math.log(1 - chance));
  }
  return sum / targets.length;
}

function rowsWhere(folds: Int32Array, holds: (fold: number) => boolean): Int32Array {
  const rows: number[] = [];
  for (let row = 0; row < folds.length; row++) if (holds(folds[row] ?? 0)) rows.push(row);
  return Int32Array.from(rows);
}
