import type { MersenneTwister } from "../../core/python-random.js";
import { swap } from "./group-folds.js";
import type { RegressionProblem } from "./regression-problem.js";

const MAX_SWEEPS = 1000;
const MAX_HALVINGS = 20;
const SUFFICIENT_DECREASE = 0.01;
const HESSIAN_RIDGE = 1e-12;
const LARGEST_MOVE = 10;
const SMALLEST_MOVE = 1e-12;

/** Settings of `fitLiblinear`, with scikit-learn's defaults. */
export interface LiblinearOptions {
  /** `tol` of scikit-learn. Default 1e-4. */
  readonly tolerance?: number;
  /** Newton steps at most (`max_iter`). Default 100. */
  readonly maxSteps?: number;
}

/** scikit-learn's replacement of `rand() % range` in liblinear (`newrand.h`): Lemire's method over `std::mt19937`. */
function boundedInteger(generator: MersenneTwister, range: number): number {
  const threshold = 4294967296 % range;
  for (;;) {
    // Below 2^53, so exact: ranges are feature counts.
    const product = generator.nextUint32() * range;
    if (product % 4294967296 >= threshold) return Math.floor(product / 4294967296);
  }
}

/**
 * One run of newGLMNET (Yuan, Ho and Lin 2012, JMLR 13; liblinear's `solve_l1r_lr`), over rows that stand for a negative
 * and a positive copy each. Made for `fitLiblinear`, which says what is reproduced.
 */
export class NewGlmnetRun {
  private readonly columns: readonly Float64Array[];
  /** C·sᵢ: the cost of both copies of a row together. */
  private readonly costs: Float64Array;
  /** Copies with a cost, and those of the rarer label among them. */
  private readonly copies: number;
  private readonly rarer: number;
  private readonly generator: MersenneTwister;
  private readonly index: Int32Array;
  private readonly current: Float64Array;
  private readonly gradient: Float64Array;
  private readonly hessian: Float64Array;
  /** Σ of C·sᵢ·(1 − tᵢ)·xᵢ per feature: the slope of the negative copies' linear part. */
  private readonly negativeSums: Float64Array;
  private readonly odds: Float64Array;
  private readonly newOdds: Float64Array;
  private readonly curvature: Float64Array;
  private active: number;
  private largestViolation = Number.POSITIVE_INFINITY;
  private firstViolation = 0;

  constructor(problem: RegressionProblem, c: number, generator: MersenneTwister) {
    const { columns, targets, weights } = problem;
    const features = columns.length;
    const negativeCosts = targets.map((target, row) => (1 - target) * (weights[row] ?? 0) * c);
    const positiveCosts = targets.map((target, row) => target * (weights[row] ?? 0) * c);
    const negatives = countPositive(negativeCosts);
    const positives = countPositive(positiveCosts);
    this.columns = columns;
    this.costs = negativeCosts.map((cost, row) => cost + (positiveCosts[row] ?? 0));
    this.copies = negatives + positives;
    this.rarer = Math.min(negatives, positives);
    this.generator = generator;
    this.index = Int32Array.from({ length: features }, (_, feature) => feature);
    this.current = new Float64Array(features);
    this.gradient = new Float64Array(features);
    this.hessian = new Float64Array(features * features);
    this.negativeSums = Float64Array.from(columns, (column) => dot(column, negativeCosts));
    this.odds = new Float64Array(targets.length).fill(1);
    this.newOdds = new Float64Array(targets.length);
    this.curvature = new Float64Array(targets.length);
    this.active = features;
  }

  /** Goes from zero to where liblinear stops; returns the coefficients. To be called once. */
  solve(options: LiblinearOptions): Float64Array {
    const tolerance = ((options.tolerance ?? 1e-4) * Math.max(this.rarer, 1)) / this.copies;
    const maxSteps = options.maxSteps ?? 100;
    let innerTolerance = 1;
    for (let step = 0; step < maxSteps; step++) {
      this.differentiate();
      const { total, largest } = this.shrink();
      if (step === 0) this.firstViolation = total;
      if (total <= tolerance * this.firstViolation) break;
      const { proposed, sweeps } = this.solveQuadratic(innerTolerance);
      this.searchLine(proposed);
      if (sweeps === 1) innerTolerance *= 0.25;
      this.largestViolation = largest;
    }
    return this.current;
  }

  /** Gradient and Hessian of the loss at the current odds. */
  private differentiate(): void {
    const { columns, costs, odds, curvature, newOdds: shares } = this;
    for (let row = 0; row < odds.length; row++) {
      const share = 1 / (1 + (odds[row] ?? 0));
      shares[row] = (costs[row] ?? 0) * share;
      curvature[row] = (costs[row] ?? 0) * (odds[row] ?? 0) * share * share;
    }
    const order = columns.length;
    const weighted = new Float64Array(odds.length);
    for (const [feature, column] of columns.entries()) {
      this.gradient[feature] = (this.negativeSums[feature] ?? 0) - dot(column, shares);
      for (let row = 0; row < weighted.length; row++)
        weighted[row] = (column[row] ?? 0) * (curvature[row] ?? 0);
      for (let other = 0; other <= feature; other++) {
        const entry = dot(columns[other] ?? shares, weighted) + (other === feature ? HESSIAN_RIDGE : 0);
        this.hessian[feature * order + other] = entry;
        this.hessian[other * order + feature] = entry;
      }
    }
  }

  /** Puts the features that are safely zero out of this step and measures how far the others are from optimal. */
  private shrink(): { readonly total: number; readonly largest: number } {
    let total = 0;
    let largest = 0;
    this.active = this.columns.length;
    for (let slot = 0; slot < this.active; slot++) {
      const feature = this.index[slot] ?? 0;
      const slope = this.gradient[feature] ?? 0;
      const violation = violationAt(this.current[feature] ?? 0, slope, this.largestViolation / this.copies);
      if (violation < 0) {
        this.active--;
        swap(this.index, slot--, this.active);
      } else {
        largest = Math.max(largest, violation);
        total += violation;
      }
    }
    return { total, largest };
  }

  /** Coordinate descent on the quadratic model, in a shuffled order for each sweep. */
  private solveQuadratic(innerTolerance: number): {
    readonly proposed: Float64Array;
    readonly sweeps: number;
  } {
    const proposed = this.current.slice();
    const slopes = this.gradient.slice();
    let active = this.active;
    let bound = Number.POSITIVE_INFINITY;
    let sweeps = 0;
    while (sweeps < MAX_SWEEPS) {
      for (let slot = 0; slot < active; slot++) {
        swap(this.index, slot + boundedInteger(this.generator, active - slot), slot);
      }
      let total = 0;
      let largest = 0;
      for (let slot = 0; slot < active; slot++) {
        const violation = this.moveOne(this.index[slot] ?? 0, proposed, slopes, bound / this.copies);
        if (violation < 0) {
          active--;
          swap(this.index, slot--, active);
        } else {
          largest = Math.max(largest, violation);
          total += violation;
        }
      }
      sweeps++;
      bound = largest;
      if (total > innerTolerance * this.firstViolation) continue;
      if (active === this.active) break;
      active = this.active;
      bound = Number.POSITIVE_INFINITY;
    }
    return { proposed, sweeps };
  }

  /** Minimises the quadratic model in one coordinate; returns its violation before, or −1 to shrink it away. */
  private moveOne(feature: number, proposed: Float64Array, slopes: Float64Array, bound: number): number {
    const order = proposed.length;
    const from = proposed[feature] ?? 0;
    const slope = slopes[feature] ?? 0;
    const violation = violationAt(from, slope, bound);
    if (violation < 0) return violation;
    const diagonal = this.hessian[feature * order + feature] ?? 1;
    let move = -from;
    if (slope + 1 < diagonal * from) move = -(slope + 1) / diagonal;
    else if (slope - 1 > diagonal * from) move = -(slope - 1) / diagonal;
    if (Math.abs(move) < SMALLEST_MOVE) return violation;
    move = Math.min(Math.max(move, -LARGEST_MOVE), LARGEST_MOVE);
    proposed[feature] = from + move;
    for (let other = 0; other < order; other++) {
      slopes[other] = (slopes[other] ?? 0) + (this.hessian[feature * order + other] ?? 0) * move;
    }
    return violation;
  }

  /** Halves the step until the objective falls enough; after too many halvings stays where it was. */
  private searchLine(target: Float64Array): void {
    const { current, columns } = this;
    const norm = absoluteNorm(current);
    const step = target.map((value, feature) => value - (current[feature] ?? 0));
    const moved = new Float64Array(this.odds.length);
    for (const [feature, column] of columns.entries()) {
      const size = step[feature] ?? 0;
      for (let row = 0; row < moved.length; row++) moved[row] = (moved[row] ?? 0) + (column[row] ?? 0) * size;
    }
    let negativeSum = dot(this.negativeSums, step);
    let decrease = dot(this.gradient, step) + absoluteNorm(target) - norm;
    for (let halving = 0; halving < MAX_HALVINGS; halving++) {
      const start = absoluteNorm(target) - norm + negativeSum - SUFFICIENT_DECREASE * decrease;
      if (this.lossChange(start, moved) <= 0) {
        current.set(target);
        this.odds.set(this.newOdds);
        return;
      }
      for (let feature = 0; feature < target.length; feature++) {
        target[feature] = ((current[feature] ?? 0) + (target[feature] ?? 0)) * 0.5;
      }
      decrease *= 0.5;
      negativeSum *= 0.5;
      for (let row = 0; row < moved.length; row++) moved[row] = (moved[row] ?? 0) * 0.5;
    }
  }

  /** Adds the change of the loss along the step to `start`, but for its linear part; keeps the odds at its end. */
  private lossChange(start: number, moved: Float64Array): number {
    let change = start;
    for (let row = 0; row < moved.length; row++) {
      const growth = Math.exp(moved[row] ?? 0);
      const odds = (this.odds[row] ?? 0) * growth;
      this.newOdds[row] = odds;
      change += (this.costs[row] ?? 0) * Math.log((1 + odds) / (growth + odds));
    }
    return change;
  }
}

/** How far a coordinate is from optimal; −1 when it is zero and will stay so by a margin of `bound`. */
function violationAt(coefficient: number, slope: number, bound: number): number {
  const up = slope + 1;
  const down = slope - 1;
  if (coefficient > 0) return Math.abs(up);
  if (coefficient < 0) return Math.abs(down);
  if (up < 0) return -up;
  if (down > 0) return down;
  return up > bound && down < -bound ? -1 : 0;
}

function absoluteNorm(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += Math.abs(value);
  return sum;
}

function dot(left: Float64Array, right: Float64Array): number {
  let sum = 0;
  for (let index = 0; index < left.length; index++) sum += (left[index] ?? 0) * (right[index] ?? 0);
  return sum;
}

function countPositive(values: Float64Array): number {
  let count = 0;
  for (const value of values) if (value > 0) count++;
  return count;
}
