import { checkProblem, type RegressionProblem, scoreRows } from "./regression-problem.js";

/**
 * The loss Σ sᵢ·(log(1 + exp(zᵢ)) − tᵢzᵢ), z = Xw, of a logistic regression with soft targets at one point w, with its
 * first two derivatives there. Moving to another point costs one exponential per row; the value itself, which needs
 * logarithms, is worked out only when asked for.
 */
export class LogisticLoss {
  readonly problem: RegressionProblem;
  /** The largest Σ sᵢ|xᵢⱼ| over the features: what the gradient's entries cannot exceed. */
  readonly scale: number;
  /** Derivative at {@link point}, one entry per feature. Overwritten by {@link moveTo}. */
  readonly gradient: Float64Array;
  /** Second derivative at {@link point}, row by row. Overwritten by {@link moveTo}. */
  readonly hessian: Float64Array;
  /** Fitted chance of the positive outcome in each row at {@link point}. Overwritten by {@link moveTo}. */
  readonly chances: Float64Array;
  private readonly scores: Float64Array;
  private readonly slopes: Float64Array;
  private readonly curvatures: Float64Array;
  private readonly weighted: Float64Array;
  private at: Float64Array;

  /** Starts at zero. @throws RangeError for a problem that {@link checkProblem} refuses */
  constructor(problem: RegressionProblem) {
    checkProblem(problem);
    const rows = problem.targets.length;
    const features = problem.columns.length;
    this.problem = problem;
    this.scale = Math.max(
      Number.MIN_VALUE,
      ...problem.columns.map((column) => absoluteDot(column, problem.weights)),
    );
    this.gradient = new Float64Array(features);
    this.hessian = new Float64Array(features * features);
    this.chances = new Float64Array(rows);
    this.scores = new Float64Array(rows);
    this.slopes = new Float64Array(rows);
    this.curvatures = new Float64Array(rows);
    this.weighted = new Float64Array(rows);
    this.at = new Float64Array(features);
    this.moveTo(this.at);
  }

  /** Where the derivatives hold. */
  get point(): Float64Array {
    return this.at;
  }

  /** Evaluates the derivatives at another point. */
  moveTo(point: Float64Array): void {
    const [first, second, third, ...others] = this.problem.columns;
    this.at = point;
    if (first && second && third && others.length === 0) this.moveWithThree(first, second, third);
    else this.moveWithAny();
  }

  private moveWithAny(): void {
    const { targets, weights, columns } = this.problem;
    const { at, scores, chances, slopes, curvatures, weighted } = this;
    scoreRows(this.problem, at, scores);
    for (let row = 0; row < scores.length; row++) {
      const chance = 1 / (1 + Math.exp(-(scores[row] ?? 0)));
      const weight = weights[row] ?? 0;
      chances[row] = chance;
      slopes[row] = weight * (chance - (targets[row] ?? 0));
      curvatures[row] = weight * chance * (1 - chance);
    }
    const order = columns.length;
    for (let index = 0; index < order; index++) {
      const column = columns[index] ?? scores;
      this.gradient[index] = dotProduct(column, slopes);
      for (let row = 0; row < weighted.length; row++)
        weighted[row] = (column[row] ?? 0) * (curvatures[row] ?? 0);
      for (let other = 0; other <= index; other++) {
        const entry = dotProduct(columns[other] ?? scores, weighted);
        this.hessian[index * order + other] = entry;
        this.hessian[other * order + index] = entry;
      }
    }
  }

  /** As {@link moveWithAny}, in one pass: three features are what a length-controlled fit has. */
  private moveWithThree(first: Float64Array, second: Float64Array, third: Float64Array): void {
    const { targets, weights } = this.problem;
    const { at, scores, chances, gradient, hessian } = this;
    const a = at[0] ?? 0;
    const b = at[1] ?? 0;
    const c = at[2] ?? 0;
    let gradientX = 0;
    let gradientY = 0;
    let gradientZ = 0;
    let entryXX = 0;
    let entryXY = 0;
    let entryXZ = 0;
    let entryYY = 0;
    let entryYZ = 0;
    let entryZZ = 0;
    for (let row = 0; row < scores.length; row++) {
      const x = first[row] ?? 0;
      const y = second[row] ?? 0;
      const z = third[row] ?? 0;
      const score = a * x + b * y + c * z;
      const chance = 1 / (1 + Math.exp(-score));
      const weight = weights[row] ?? 0;
      scores[row] = score;
      chances[row] = chance;
      const slope = weight * (chance - (targets[row] ?? 0));
      gradientX += slope * x;
      gradientY += slope * y;
      gradientZ += slope * z;
      const curvature = weight * chance * (1 - chance);
      const curvedX = curvature * x;
      const curvedY = curvature * y;
      entryXX += curvedX * x;
      entryXY += curvedX * y;
      entryXZ += curvedX * z;
      entryYY += curvedY * y;
      entryYZ += curvedY * z;
      entryZZ += curvature * z * z;
    }
    gradient.set([gradientX, gradientY, gradientZ]);
    hessian.set([entryXX, entryXY, entryXZ, entryXY, entryYY, entryYZ, entryXZ, entryYZ, entryZZ]);
  }

  /** The loss at the current point. */
  value(): number {
    const { targets, weights } = this.problem;
    let sum = 0;
    for (let row = 0; row < this.scores.length; row++) {
      const score = this.scores[row] ?? 0;
      const softplus = Math.max(score, 0) + Math.log1p(Math.exp(-Math.abs(score)));
      sum += (weights[row] ?? 0) * (softplus - (targets[row] ?? 0) * score);
    }
    return sum;
  }

  /**
   * The Fenchel dual at the residuals of the current point shrunk by `share`: −Σ sᵢ·[q log q + (1 − q) log(1 − q)] with
   * qᵢ = tᵢ + share·(pᵢ − tᵢ). Where share makes every feature's correlation at most λ, it bounds the optimum of
   * loss + λ‖w‖₁ from below.
   */
  dualValue(share: number): number {
    const { targets, weights } = this.problem;
    let sum = 0;
    for (let row = 0; row < this.chances.length; row++) {
      const target = targets[row] ?? 0;
      const chance = target + share * ((this.chances[row] ?? 0) - target);
      sum += (weights[row] ?? 0) * (negativeEntropy(chance) + negativeEntropy(1 - chance));
    }
    return -sum;
  }
}

function negativeEntropy(chance: number): number {
  return chance > 0 ? chance * Math.log(chance) : 0;
}

/** Σ leftᵢ·rightᵢ. Four sums side by side, because each addition to one sum has to wait for the one before. */
export function dotProduct(left: Float64Array, right: Float64Array): number {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  const whole = left.length - (left.length % 4);
  let index = 0;
  for (; index < whole; index += 4) {
    a += (left[index] ?? 0) * (right[index] ?? 0);
    b += (left[index + 1] ?? 0) * (right[index + 1] ?? 0);
    c += (left[index + 2] ?? 0) * (right[index + 2] ?? 0);
    d += (left[index + 3] ?? 0) * (right[index + 3] ?? 0);
  }
  for (; index < left.length; index++) a += (left[index] ?? 0) * (right[index] ?? 0);
  return a + b + (c + d);
}

function absoluteDot(values: Float64Array, weights: Float64Array): number {
  let sum = 0;
  for (let index = 0; index < values.length; index++)
    sum += Math.abs(values[index] ?? 0) * (weights[index] ?? 0);
  return sum;
}
