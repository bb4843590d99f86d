import type { MersenneTwister } from "../../core/python-random.js";
import { swap } from "./group-folds.js";
import type { RegressionProblem } from "./regression-problem.js";

const MAX_SWEEPS = 1000;
const MAX_HALVINGS = 20;
const SUFFICIENT_DECREASE = 0.01;
const HESSIAN_RIDGE = 1e-12;
const LARGEST_MOVE = 10;
const SMALLEST_MOVE = 1e-12;

/** Rows whose logarithms are taken together, as that of their product. */
const ROWS_PER_LOGARITHM = 8;
const LARGEST_PRODUCT = 1e300;

/** Rows beside each other that cost the same, but for the last digit. */
interface CostRun {
  readonly start: number;
  readonly end: number;
  readonly cost: number;
}

function costRuns(weights: Float64Array, c: number): CostRun[] {
  const runs: CostRun[] = [];
  for (let start = 0; start < weights.length; ) {
    const weight = weights[start] ?? 0;
    let end = start + 1;
    while (end < weights.length && weights[end] === weight) end++;
    runs.push({ start, end, cost: weight * c });
    start = end;
  }
  return runs;
}

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
  private readonly runs: readonly CostRun[];
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
  /** Scratch: how far each row's score moves in a step. */
  private readonly moved: Float64Array;
  private active: number;
  private largestViolation = Number.POSITIVE_INFINITY;
  private firstViolation = 0;

  constructor(problem: RegressionProblem, c: number, generator: MersenneTwister) {
    const { columns, targets, weights } = problem;
    const features = columns.length;
    const negativeCosts = new Float64Array(targets.length);
    this.costs = new Float64Array(targets.length);
    let [negatives, positives] = [0, 0];
    for (let row = 0; row < targets.length; row++) {
      const target = targets[row] as number;
      const weight = weights[row] as number;
      const negative = (1 - target) * weight * c;
      const positive = target * weight * c;
      negativeCosts[row] = negative;
      this.costs[row] = negative + positive;
      if (negative > 0) negatives++;
      if (positive > 0) positives++;
    }
    this.columns = columns;
    this.runs = costRuns(weights, c);
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
    this.moved = new Float64Array(targets.length);
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
    const [first, second, third, ...others] = this.columns;
    if (first && second && third && others.length === 0) this.differentiateThree(first, second, third);
    else this.differentiateAny();
  }

  /**
   * As {@link differentiateAny}, to the last digit, in one pass: nine sums side by side take hardly longer than one, each
   * of whose additions waits for the one before.
   */
  private differentiateThree(first: Float64Array, second: Float64Array, third: Float64Array): void {
    const { costs, odds, gradient, hessian, negativeSums } = this;
    let [slopeX, slopeY, slopeZ] = [0, 0, 0];
    let [entryXX, entryXY, entryYY, entryXZ, entryYZ, entryZZ] = [0, 0, 0, 0, 0, 0];
    for (let row = 0; row < odds.length; row++) {
      const own = odds[row] as number;
      const cost = costs[row] as number;
      const share = 1 / (1 + own);
      const slope = cost * share;
      const curvature = cost * own * share * share;
      const x = first[row] as number;
      const y = second[row] as number;
      const z = third[row] as number;
      slopeX += x * slope;
      slopeY += y * slope;
      slopeZ += z * slope;
      const curvedY = y * curvature;
      const curvedZ = z * curvature;
      entryXX += x * (x * curvature);
      entryXY += x * curvedY;
      entryYY += y * curvedY;
      entryXZ += x * curvedZ;
      entryYZ += y * curvedZ;
      entryZZ += z * curvedZ;
    }
    gradient[0] = (negativeSums[0] ?? 0) - slopeX;
    gradient[1] = (negativeSums[1] ?? 0) - slopeY;
    gradient[2] = (negativeSums[2] ?? 0) - slopeZ;
    const ridge = HESSIAN_RIDGE;
    hessian.set([entryXX + ridge, entryXY, entryXZ, entryXY, entryYY + ridge, entryYZ]);
    hessian.set([entryXZ, entryYZ, entryZZ + ridge], 6);
  }

  private differentiateAny(): void {
    const { columns, costs, odds, curvature, newOdds: shares } = this;
    for (let row = 0; row < odds.length; row++) {
      const own = odds[row] as number;
      const cost = costs[row] as number;
      const share = 1 / (1 + own);
      shares[row] = cost * share;
      curvature[row] = cost * own * share * share;
    }
    const order = columns.length;
    const weighted = this.moved;
    for (const [feature, column] of columns.entries()) {
      this.gradient[feature] = (this.negativeSums[feature] ?? 0) - dot(column, shares);
      for (let row = 0; row < weighted.length; row++)
        weighted[row] = (column[row] as number) * (curvature[row] as number);
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

  /** How far each row's score moves in a step. */
  private moveBy(step: Float64Array): void {
    const { columns, moved } = this;
    const [first, second, third, ...others] = columns;
    if (first && second && third && others.length === 0) {
      const [a = 0, b = 0, c = 0] = step;
      for (let row = 0; row < moved.length; row++)
        moved[row] = (first[row] as number) * a + (second[row] as number) * b + (third[row] as number) * c;
      return;
    }
    moved.fill(0);
    for (const [feature, column] of columns.entries()) {
      const size = step[feature] ?? 0;
      for (let row = 0; row < moved.length; row++)
        moved[row] = (moved[row] as number) + (column[row] as number) * size;
    }
  }

  /** Halves the step until the objective falls enough; after too many halvings stays where it was. */
  private searchLine(target: Float64Array): void {
    const { current } = this;
    const norm = absoluteNorm(current);
    const step = target.map((value, feature) => value - (current[feature] ?? 0));
    const { moved } = this;
    this.moveBy(step);
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

  /**
   * Adds the change of the loss along the step to `start`, but for its linear part; keeps the odds at its end. A
   * logarithm costs as much as an exponential, so it is taken of the product of several rows: the sum decides over a
   * step and goes into no coefficient.
   */
  private lossChange(start: number, moved: Float64Array): number {
    const { odds, newOdds } = this;
    let change = start;
    for (const { start: first, end, cost } of this.runs) {
      let logarithms = 0;
      for (let from = first; from < end; from += ROWS_PER_LOGARITHM) {
        const to = Math.min(end, from + ROWS_PER_LOGARITHM);
        let [over, under] = [1, 1];
        for (let row = from; row < to; row++) {
          const growth = Math.exp(moved[row] as number);
          const own = (odds[row] as number) * growth;
          newOdds[row] = own;
          over *= 1 + own;
          under *= growth + own;
        }
        const isExact = over < LARGEST_PRODUCT && under < LARGEST_PRODUCT && under > 1 / LARGEST_PRODUCT;
        logarithms += isExact ? Math.log(over / under) : this.logarithmsOf(from, to, moved);
      }
      change += cost * logarithms;
    }
    return change;
  }

  /** The same sum row by row, where the products leave the range of doubles. */
  private logarithmsOf(from: number, to: number, moved: Float64Array): number {
    let sum = 0;
    for (let row = from; row < to; row++) {
      const odds = this.newOdds[row] ?? 0;
      sum += Math.log((1 + odds) / (Math.exp(moved[row] ?? 0) + odds));
    }
    return sum;
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
  for (let index = 0; index < left.length; index++) sum += (left[index] as number) * (right[index] as number);
  return sum;
}
