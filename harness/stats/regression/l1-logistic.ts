import { minimiseL1Quadratic } from "./l1-quadratic.js";
import { LogisticLoss } from "./logistic-loss.js";
import type { RegressionFit, RegressionProblem } from "./regression-problem.js";

/** Settings of {@link fitL1Logistic}. */
export interface L1LogisticOptions {
  /** Stop when the KKT residual, divided by C and by the largest Σ sᵢ|xᵢⱼ|, is at most this. Default 1e-12. */
  readonly tolerance?: number;
  /** Newton steps at most. Default 100. */
  readonly maxSteps?: number;
  /** Where to start; default zero. */
  readonly start?: Float64Array;
}

/** A fit with the proof that it is one. */
export interface CertifiedFit extends RegressionFit {
  /** ‖w‖₁ + C·Σ sᵢ·(log(1 + exp(zᵢ)) − tᵢzᵢ). */
  readonly objective: number;
  /** Objective minus the value of a feasible dual point: no w whatever lies lower by more than this. */
  readonly dualityGap: number;
  /** Largest violation of the optimality conditions, in units of the penalty (which is 1). */
  readonly kktResidual: number;
  /** Newton steps taken. */
  readonly steps: number;
}

/** Enough to compare held-out scores: they are flat near the optimum, and differ between C's from the seventh digit. */
const PATH_TOLERANCE = 1e-9;

/**
 * L1-regularised logistic regression with soft targets: minimises liblinear's objective
 * ‖w‖₁ + C·Σ sᵢ·[tᵢ·log(1 + exp(−wᵀxᵢ)) + (1 − tᵢ)·log(1 + exp(wᵀxᵢ))] by proximal Newton steps with the exact
 * Hessian, for few features (up to some thirty) and any number of rows. Liblinear's two copies of each row, weighted
 * t and 1 − t, are one row here. By default the optimum is reached to the last digits, and the duality gap says so.
 *
 * @param c the penalty parameter, above 0; larger means less shrinkage
 * @throws RangeError for a problem that cannot be fitted, see `checkProblem`
 */
export function fitL1Logistic(
  problem: RegressionProblem,
  c: number,
  options: L1LogisticOptions = {},
): CertifiedFit {
  const loss = new LogisticLoss(problem);
  if (options.start !== undefined) loss.moveTo(options.start);
  const steps = descend(loss, 1 / c, options);
  const slope = loss.gradient.reduce(
    (largest, value) => Math.max(largest, Math.abs(value)),
    Number.MIN_VALUE,
  );
  const objective = absoluteNorm(loss.point) + c * loss.value();
  return {
    coefficients: loss.point.slice(),
    c,
    objective,
    dualityGap: Math.max(0, objective - c * loss.dualValue(Math.min(1, 1 / (c * slope)))),
    kktResidual: c * residualOf(loss, 1 / c),
    steps,
  };
}

/**
 * Fits along an increasing path of C, each started from the one before, whose curvature is still at hand: most cost
 * two or three passes over the data. Converged to a relative KKT residual of 1e-9.
 *
 * @throws RangeError for a problem that cannot be fitted, see `checkProblem`
 */
export function fitL1LogisticPath(
  problem: RegressionProblem,
  cs: readonly number[],
): readonly RegressionFit[] {
  const loss = new LogisticLoss(problem);
  return cs.map((c) => {
    descend(loss, 1 / c, { tolerance: PATH_TOLERANCE });
    return { coefficients: loss.point.slice(), c };
  });
}

/** Moves to the minimum of loss + λ‖w‖₁ from where the loss stands; returns the number of Newton steps. */
function descend(loss: LogisticLoss, penalty: number, options: L1LogisticOptions): number {
  const tolerance = (options.tolerance ?? 1e-12) * loss.scale;
  const maxSteps = options.maxSteps ?? 100;
  let steps = 0;
  while (steps < maxSteps && residualOf(loss, penalty) > tolerance) {
    steps++;
    if (!takeStep(loss, penalty)) break;
  }
  return steps;
}

/** One Newton step; false, and no move, when none lowers the objective any more. */
function takeStep(loss: LogisticLoss, penalty: number): boolean {
  const from = loss.point;
  const residual = residualOf(loss, penalty);
  const slope = loss.gradient.slice();
  const to = minimiseL1Quadratic(from, slope, loss.hessian, penalty);
  loss.moveTo(to);
  // Near the optimum the full step is right: its residual says so without the logarithms of an objective.
  if (residualOf(loss, penalty) <= 0.5 * residual) return true;
  const objective = () => loss.value() + penalty * absoluteNorm(loss.point);
  const fullStep = objective();
  loss.moveTo(from);
  const before = objective();
  const promised =
    slope.reduce((sum, value, index) => sum + value * ((to[index] ?? 0) - (from[index] ?? 0)), 0) +
    penalty * (absoluteNorm(to) - absoluteNorm(from));
  for (let share = 1; share > 1e-10; share /= 2) {
    const target = from.map((value, index) => value + share * ((to[index] ?? 0) - value));
    if (share === 1 && fullStep > before + 0.01 * promised) continue;
    loss.moveTo(target);
    if (share === 1 || objective() <= before + 0.01 * share * promised) return true;
  }
  loss.moveTo(from);
  return false;
}

/** Largest violation of the optimality conditions of loss + λ‖w‖₁. */
function residualOf(loss: LogisticLoss, penalty: number): number {
  let largest = 0;
  for (let index = 0; index < loss.gradient.length; index++) {
    const slope = loss.gradient[index] ?? 0;
    const coefficient = loss.point[index] ?? 0;
    const violation =
      coefficient === 0 ? Math.abs(slope) - penalty : Math.abs(slope + penalty * Math.sign(coefficient));
    if (violation > largest) largest = violation;
  }
  return largest;
}

function absoluteNorm(values: Float64Array): number {
  return values.reduce((sum, value) => sum + Math.abs(value), 0);
}
