import { solvePositiveDefinite } from "./cholesky.js";

const MAX_SWEEPS = 1000;

/**
 * Minimises gᵀ(v − w) + ½ (v − w)ᵀ H (v − w) + λ‖v‖₁ over v: the step of a proximal Newton method, for few features.
 * Coordinate descent finds the signs and the zeros; one linear solve on the support then makes it exact.
 *
 * @param start w, n entries
 * @param gradient g at w, n entries
 * @param hessian H at w, symmetric positive semidefinite, row by row, n² entries
 * @param penalty λ, at least 0
 * @returns the minimising v; where several minimise (collinear features), one of them
 */
export function minimiseL1Quadratic(
  start: Float64Array,
  gradient: Float64Array,
  hessian: Float64Array,
  penalty: number,
): Float64Array {
  const quadratic = { start, gradient, hessian, penalty };
  // Most often the signs and zeros of the start are the right ones already.
  const direct = solveOnSupport(quadratic, start);
  if (direct !== undefined && isOptimal(quadratic, direct)) return direct;
  const point = start.slice();
  const slope = gradient.slice();
  for (let sweep = 0; sweep < MAX_SWEEPS; sweep++) {
    if (sweepCoordinates(point, slope, hessian, penalty) <= 1e-12) break;
  }
  return solveOnSupport(quadratic, point) ?? point;
}

interface Quadratic {
  readonly start: Float64Array;
  readonly gradient: Float64Array;
  readonly hessian: Float64Array;
  readonly penalty: number;
}

/** One pass over the coordinates; keeps `slope` = g + H (v − w). Returns the largest change relative to |v| + 1. */
function sweepCoordinates(
  point: Float64Array,
  slope: Float64Array,
  hessian: Float64Array,
  penalty: number,
): number {
  const order = point.length;
  let largest = 0;
  for (let index = 0; index < order; index++) {
    const curvature = hessian[index * order + index] ?? 0;
    const current = point[index] ?? 0;
    const target =
      curvature > 0 ? softThreshold(current - (slope[index] ?? 0) / curvature, penalty / curvature) : 0;
    const change = target - current;
    if (change === 0) continue;
    point[index] = target;
    for (let other = 0; other < order; other++) {
      slope[other] = (slope[other] ?? 0) + (hessian[index * order + other] ?? 0) * change;
    }
    largest = Math.max(largest, Math.abs(change) / (1 + Math.abs(target)));
  }
  return largest;
}

function softThreshold(value: number, threshold: number): number {
  if (value > threshold) return value - threshold;
  return value < -threshold ? value + threshold : 0;
}

/** The exact minimiser with the zeros and signs of `point`, or undefined when those turn out not to be the right ones. */
function solveOnSupport(quadratic: Quadratic, point: Float64Array): Float64Array | undefined {
  const { start, gradient, hessian, penalty } = quadratic;
  const order = point.length;
  const support: number[] = [];
  for (let index = 0; index < order; index++) if (point[index] !== 0) support.push(index);
  const size = support.length;
  const matrix = new Float64Array(size * size);
  const right = new Float64Array(size);
  for (let row = 0; row < size; row++) {
    const index = support[row] ?? 0;
    let sum = -(gradient[index] ?? 0) - penalty * Math.sign(point[index] ?? 0);
    for (let other = 0; other < order; other++)
      sum += (hessian[index * order + other] ?? 0) * (start[other] ?? 0);
    right[row] = sum;
    for (let column = 0; column <= row; column++) {
      matrix[row * size + column] = hessian[index * order + (support[column] ?? 0)] ?? 0;
    }
  }
  const solution = solvePositiveDefinite(matrix, right);
  if (solution === undefined) return undefined;
  const solved = new Float64Array(order);
  for (let row = 0; row < size; row++) {
    const index = support[row] ?? 0;
    const value = solution[row] ?? 0;
    if (Math.sign(value) !== Math.sign(point[index] ?? 0)) return undefined;
    solved[index] = value;
  }
  return solved;
}

/** Whether the zeros of a point that is exact on its support may stay zero. */
function isOptimal(quadratic: Quadratic, point: Float64Array): boolean {
  const { start, gradient, hessian, penalty } = quadratic;
  const order = point.length;
  for (let index = 0; index < order; index++) {
    if (point[index] !== 0) continue;
    let slope = gradient[index] ?? 0;
    for (let other = 0; other < order; other++) {
      slope += (hessian[index * order + other] ?? 0) * ((point[other] ?? 0) - (start[other] ?? 0));
    }
    if (Math.abs(slope) > penalty) return false;
  }
  return true;
}
