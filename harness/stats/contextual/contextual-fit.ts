import { solvePositiveDefinite } from "../regression/cholesky.js";
import type { BattleDesign } from "./battle-design.js";

/** Largest change of any row's log-odds in a Newton step after which only rounding is left. */
const LARGEST_LAST_STEP = 1e-10;
const MOST_STEPS = 200;
/** Log-odds that no battles give: beyond them the likelihood grows without end. */
const BEYOND = 60;

/** A contextual Bradley–Terry fit with the proof that it is one. */
export interface ContextualFit {
  readonly design: BattleDesign;
  /** At the optimum: free strengths, then coefficients. */
  readonly parameters: Float64Array;
  /** Log-strength of every model, the held one's 0. */
  readonly strengths: Float64Array;
  /** In the order of the features. */
  readonly coefficients: Float64Array;
  /** Lower triangle of the loss's Hessian at the optimum, ridge included, row by row. */
  readonly hessian: Float64Array;
  /** Largest entry of the loss's gradient, the loss being the sum over all rows: 0 at the optimum but for rounding. */
  readonly kktResidual: number;
  /** Newton steps taken. */
  readonly steps: number;
}

/**
 * Fits a design to convergence by Newton's method. The loss is convex and self-concordant in the sense of Sun & Tran-Dinh
 * (2019, case ν = 2): a step shortened by ln(1 + d)/d, d the largest change of any row's log-odds, always descends.
 *
 * @returns null where the loss has no finite optimum (features that separate wins from losses) or features that repeat
 * one another.
 */
export function fitContextual(design: BattleDesign): ContextualFit | null {
  const { order } = design;
  const parameters = new Float64Array(order);
  const gradient = new Float64Array(order);
  const hessian = new Float64Array(order * order);
  for (let steps = 1; steps <= MOST_STEPS; steps++) {
    design.derivatives(parameters, gradient, hessian);
    const step = solvePositiveDefinite(hessian, gradient);
    if (step === undefined) return null;
    const largest = largestChange(design, step);
    const damping = largest < 1e-8 ? 1 : Math.log1p(largest) / largest;
    for (let index = 0; index < order; index++)
      parameters[index] = (parameters[index] ?? 0) + damping * (step[index] ?? 0);
    if (parameters.some((value) => !(Math.abs(value) < BEYOND))) return null;
    if (largest <= LARGEST_LAST_STEP) return describe(design, parameters, steps);
  }
  return null;
}

function largestChange(design: BattleDesign, step: Float64Array): number {
  let largest = 0;
  for (let row = 0; row < design.rows.share.length; row++)
    largest = Math.max(largest, Math.abs(design.along(row, step)));
  return largest;
}

function describe(design: BattleDesign, parameters: Float64Array, steps: number): ContextualFit {
  const gradient = new Float64Array(design.order);
  const hessian = new Float64Array(design.order ** 2);
  design.derivatives(parameters, gradient, hessian);
  return {
    design,
    parameters,
    strengths: strengthsOf(design, parameters),
    coefficients: parameters.slice(design.firstFeature),
    hessian,
    kktResidual: gradient.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0),
    steps,
  };
}

/** Log-strength of every model under these parameters; the held one's is 0. */
export function strengthsOf(design: BattleDesign, parameters: Float64Array): Float64Array {
  return Float64Array.from(design.columnOf, (column) => (column < 0 ? 0 : (parameters[column] ?? 0)));
}
