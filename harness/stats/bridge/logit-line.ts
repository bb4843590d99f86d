import { requireFinite, requireSameLength } from "../estimate.js";

/** A straight line y = intercept + slope·x. */
export interface Line {
  readonly slope: number;
  readonly intercept: number;
}

/** One thing measured on two scales, each with the variance of its sampling error. */
export interface MeasuredPoint {
  readonly x: number;
  readonly y: number;
  /** Of x's and y's sampling errors; 0 where none is known. */
  readonly xVariance: number;
  readonly yVariance: number;
  /** Of the two errors; 0 where they are taken as independent. */
  readonly covariance: number;
}

/** A line through points whose both coordinates carry errors, with what a prediction needs. */
export interface FittedLine extends Line {
  /** Points. */
  readonly n: number;
  readonly meanX: number;
  /** Variance of x between the points, less that of its sampling errors. */
  readonly spread: number;
  /** Variance of y around the line, sampling errors of both coordinates included; n − 2 degrees of freedom. */
  readonly residualVariance: number;
  /** The mean part of {@link residualVariance} that the known sampling errors explain. */
  readonly knownVariance: number;
  readonly slopeVariance: number;
}

/** Why a line cannot be had. */
export interface NoLine {
  readonly reason: string;
}

/** Fewest points a line with a scatter is put through. */
const FEWEST_POINTS = 3;

/** Least share of x's variance that must be differences between the points and not sampling error. */
const LEAST_RELIABILITY = 0.5;

interface Moments {
  readonly meanX: number;
  readonly meanY: number;
  /** Divided by n − 1. */
  readonly xx: number;
  readonly xy: number;
}

function momentsOf(points: readonly Pick<MeasuredPoint, "x" | "y">[]): Moments {
  const n = points.length;
  const meanX = points.reduce((sum, { x }) => sum + x, 0) / n;
  const meanY = points.reduce((sum, { y }) => sum + y, 0) / n;
  let [xx, xy] = [0, 0];
  for (const { x, y } of points) {
    xx += (x - meanX) ** 2;
    xy += (x - meanX) * (y - meanY);
  }
  return { meanX, meanY, xx: xx / (n - 1), xy: xy / (n - 1) };
}

/**
 * Ordinary least squares of y on x.
 * @returns undefined where all x are equal or there is one point only.
 */
export function leastSquaresLine(points: readonly Pick<MeasuredPoint, "x" | "y">[]): Line | undefined {
  if (points.length < 2) return undefined;
  const { meanX, meanY, xx, xy } = momentsOf(points);
  if (!(xx > 0)) return undefined;
  return { slope: xy / xx, intercept: meanY - (xy / xx) * meanX };
}

/** Variance of y − intercept − slope·x that a point's sampling errors alone make. */
export function knownVarianceOf(slope: number, point: Omit<MeasuredPoint, "x" | "y">): number {
  return Math.max(0, point.yVariance + slope ** 2 * point.xVariance - 2 * slope * point.covariance);
}

/**
 * The moment estimator for errors in both variables with known error variances and an error of the equation itself
 * (Fuller 1987, Measurement Error Models, sections 2.2 and 3.1; with variances that differ between points the same as
 * BCES(Y|X) of Akritas and Bershady 1996, ApJ 470:706): slope = (m_xy − σ̄_uv)/(m_xx − σ̄_uu). Two judges differ in more
 * than sampling, so Deming's line, which knows no error of the equation, would be too sure of itself. The slope's
 * variance is Fuller's (n − 1)⁻¹ (m_xx − σ̄_uu)⁻² (m_xx·s² + σ̂²), σ̂ = σ̄_uv − slope·σ̄_uu. Without sampling errors it is
 * ordinary least squares.
 *
 * @returns the reason where the points are too few, or differ in x by little more than their errors.
 * @throws RangeError for values that are not finite.
 */
export function errorsInVariablesLine(points: readonly MeasuredPoint[]): FittedLine | NoLine {
  for (const key of ["x", "y", "xVariance", "yVariance", "covariance"] as const)
    requireFinite(
      points.map((point) => point[key]),
      `points' ${key}`,
    );
  const n = points.length;
  if (n < FEWEST_POINTS) return { reason: `${n} anchors are too few for a line` };
  const { meanX, meanY, xx, xy } = momentsOf(points);
  const meanOf = (key: "xVariance" | "covariance") => points.reduce((sum, one) => sum + one[key], 0) / n;
  const [errorX, errorXY] = [meanOf("xVariance"), meanOf("covariance")];
  const spread = xx - errorX;
  if (!(xx > 0) || spread < LEAST_RELIABILITY * xx)
    return { reason: "the anchors differ by little more than their sampling errors, so they place no line" };
  const slope = (xy - errorXY) / spread;
  const intercept = meanY - slope * meanX;
  const squares = points.reduce((sum, { x, y }) => sum + (y - intercept - slope * x) ** 2, 0);
  const residualVariance = squares / (n - 2);
  const knownVariance = points.reduce((sum, point) => sum + knownVarianceOf(slope, point), 0) / n;
  const cross = errorXY - slope * errorX;
  const slopeVariance = (xx * residualVariance + cross ** 2) / ((n - 1) * spread ** 2);
  return { n, slope, intercept, meanX, spread, residualVariance, knownVariance, slopeVariance };
}

/**
 * The line as it may be expected to stand with one more point at x: the scatter stays, the degrees of freedom and the
 * spread grow. For choosing what to measure next.
 */
export function lineWithPointAt(line: FittedLine, x: number): FittedLine {
  const { n, meanX, spread, slopeVariance } = line;
  const more = spread * (n - 1) + (n / (n + 1)) * (x - meanX) ** 2;
  return {
    ...line,
    n: n + 1,
    meanX: meanX + (x - meanX) / (n + 1),
    spread: more / n,
    slopeVariance: (slopeVariance * spread * (n - 1)) / more,
  };
}

/**
 * Spearman's rank correlation, with mean ranks for ties; null where one side is constant or there are fewer than two.
 * @throws RangeError for arrays of different length.
 */
export function spearman(first: readonly number[], second: readonly number[]): number | null {
  requireSameLength("ranked values", first, second);
  if (first.length < 2) return null;
  const [x, y] = [ranksOf(first), ranksOf(second)];
  const pairs = x.map((one, index) => ({ x: one, y: y[index] as number }));
  const { xx, xy } = momentsOf(pairs);
  const { xx: yy } = momentsOf(pairs.map((pair) => ({ x: pair.y, y: pair.x })));
  return xx > 0 && yy > 0 ? xy / Math.sqrt(xx * yy) : null;
}

function ranksOf(values: readonly number[]): number[] {
  const sorted = [...values].sort((one, other) => one - other);
  return values.map((value) => (sorted.indexOf(value) + sorted.lastIndexOf(value)) / 2 + 1);
}
