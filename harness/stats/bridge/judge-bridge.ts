import { countOf } from "../../core/count-of.js";
import type { ValueScale } from "../bounded-mean.js";
import { studentTQuantile } from "../distributions.js";
import { DEFAULT_LEVEL, upperShare } from "../intervals.js";
import {
  errorsInVariablesLine,
  type FittedLine,
  knownVarianceOf,
  type Line,
  leastSquaresLine,
  lineWithPointAt,
  type MeasuredPoint,
  type NoLine,
  spearman,
} from "./logit-line.js";

/** A score with its standard error, both in units of its scale; null where none is known. */
export interface JudgedScore {
  readonly value: number;
  readonly standardError: number | null;
}

/** A model that both judges graded. */
export interface BridgeAnchor {
  readonly from: JudgedScore;
  readonly to: JudgedScore;
  /** Of the two scores' sampling errors, in units squared; 0 where it is not known. */
  readonly covariance?: number;
}

/** How a bridge is made. */
export interface BridgeOptions {
  /** Of both judges' scores. */
  readonly scale: ValueScale;
  /** Percent; default 95. */
  readonly level?: number;
}

/** What one judge's score says of the other's. */
export type BridgePrediction =
  | { readonly value: number; readonly low: number; readonly high: number; readonly reason: null }
  | { readonly value: null; readonly reason: string };

/** What a score under one judge says of the score under the other. */
export interface JudgeBridge {
  /** Anchors that the line goes through. */
  readonly n: number;
  readonly line: FittedLine;
  /** The interval holds a score that the other judge would give to the same answers to the same number of questions. */
  readonly predict: (from: JudgedScore) => BridgePrediction;
  /**
   * Half the width of the interval for each of `targets`, in logits, on average, with anchors added at the scores
   * `added`; null where no target can be placed.
   */
  readonly halfWidthWith: (added: readonly number[], targets: readonly JudgedScore[]) => number | null;
}

/** Fewest anchors of a bridge: with three, one degree of freedom is left and an interval says nothing. */
const FEWEST_ANCHORS = 4;
/** From here on an interval is of a width that helps. */
export const ENOUGH_ANCHORS = 6;
/** Farthest that a prediction may lie beyond the anchors, in logits. */
const FARTHEST = 1;

/** log of the distance from the scale's low end over that to its high end; infinite at the ends. */
export function logitOn({ low, high }: ValueScale, value: number): number {
  return Math.log((value - low) / (high - value));
}

/** The value with this logit on the scale. */
export function valueAtLogit({ low, high }: ValueScale, logit: number): number {
  return low + (high - low) / (1 + Math.exp(-logit));
}

/** d logit/d value. */
function logitSlope({ low, high }: ValueScale, value: number): number {
  return (high - low) / ((value - low) * (high - value));
}

function logitVariance(scale: ValueScale, { value, standardError }: JudgedScore): number {
  return standardError === null ? 0 : (standardError * logitSlope(scale, value)) ** 2;
}

/** Whether a score has a place on the logit scale: it lies between the ends. */
export function hasLogit({ low, high }: ValueScale, value: number): boolean {
  return value > low && value < high;
}

function pointOf(scale: ValueScale, { from, to, covariance = 0 }: BridgeAnchor): MeasuredPoint {
  return {
    x: logitOn(scale, from.value),
    y: logitOn(scale, to.value),
    xVariance: logitVariance(scale, from),
    yVariance: logitVariance(scale, to),
    covariance: covariance * logitSlope(scale, from.value) * logitSlope(scale, to.value),
  };
}

/** Sampling errors of the anchors' target side, as they carry over to a score that was never measured. */
interface TargetErrors {
  /** Mean of variance·p(1 − p) on the logit scale: one over the number of questions that would make it. */
  readonly perQuestion: number;
  readonly correlation: number;
}

function targetErrors(points: readonly MeasuredPoint[]): TargetErrors {
  const spreadAt = (y: number) => 1 / logitSlope({ low: 0, high: 1 }, valueAtLogit({ low: 0, high: 1 }, y));
  const sum = (of: (point: MeasuredPoint) => number) => points.reduce((total, one) => total + of(one), 0);
  const both = sum(({ xVariance, yVariance }) => Math.sqrt(xVariance * yVariance));
  return {
    perQuestion: sum(({ y, yVariance }) => yVariance * spreadAt(y)) / points.length,
    correlation: both > 0 ? sum(({ covariance }) => covariance) / both : 0,
  };
}

/** A line with what its predictions need besides. */
class Predictor {
  private readonly errors: TargetErrors;
  private readonly ends: readonly [low: number, high: number];
  private readonly quantiles = new Map<number, number>();

  constructor(
    readonly line: FittedLine,
    points: readonly MeasuredPoint[],
    private readonly scale: ValueScale,
    private readonly level: number,
  ) {
    this.errors = targetErrors(points);
    const xs = points.map(({ x }) => x);
    this.ends = [Math.min(...xs), Math.max(...xs)];
  }

  predict(from: JudgedScore): BridgePrediction {
    const { scale } = this;
    const beyond = this.reasonAgainst(from);
    if (beyond !== undefined) return { value: null, reason: beyond };
    const x = logitOn(scale, from.value);
    const y = this.line.intercept + this.line.slope * x;
    const half = this.halfWidth(this.line, from);
    return {
      value: valueAtLogit(scale, y),
      low: valueAtLogit(scale, y - half),
      high: valueAtLogit(scale, y + half),
      reason: null,
    };
  }

  reasonAgainst({ value }: JudgedScore): string | undefined {
    if (!hasLogit(this.scale, value)) return "a score at the end of its scale has no place on the line";
    const x = logitOn(this.scale, value);
    const distance = Math.max(this.ends[0] - x, x - this.ends[1]);
    if (distance <= FARTHEST) return undefined;
    return `it lies ${distance.toFixed(1)} logits beyond the anchors, where the line is not known to hold`;
  }

  /**
   * t(n − 2)·√(ω + s²/n + (x − x̄)²·var(slope)) on the logit scale. ω is the scatter around the line with the sampling
   * errors of this score in place of the anchors' mean ones: s²·(q + known)/(q + mean known), where q is what sampling
   * does not explain. So it stays a multiple of s² where sampling is all there is, and t keeps its level.
   */
  halfWidth(line: FittedLine, from: JudgedScore): number {
    const x = logitOn(this.scale, from.value);
    const y = line.intercept + line.slope * x;
    const xVariance = logitVariance(this.scale, from);
    const rate = valueAtLogit({ low: 0, high: 1 }, y);
    const yVariance = this.errors.perQuestion / (rate * (1 - rate));
    const covariance = this.errors.correlation * Math.sqrt(xVariance * yVariance);
    const known = knownVarianceOf(line.slope, { xVariance, yVariance, covariance });
    const unexplained = Math.max(0, line.residualVariance - line.knownVariance);
    const usual = unexplained + line.knownVariance;
    const scatter = usual > 0 ? (line.residualVariance * (unexplained + known)) / usual : known;
    const ofLine = line.residualVariance / line.n + (x - line.meanX) ** 2 * line.slopeVariance;
    return this.quantile(line.n - 2) * Math.sqrt(scatter + ofLine);
  }

  private quantile(degreesOfFreedom: number): number {
    const known = this.quantiles.get(degreesOfFreedom);
    if (known !== undefined) return known;
    const found = studentTQuantile(upperShare(this.level), degreesOfFreedom);
    this.quantiles.set(degreesOfFreedom, found);
    return found;
  }
}

function predictorOf(points: readonly MeasuredPoint[], options: BridgeOptions): Predictor | NoLine {
  const line = errorsInVariablesLine(points);
  if ("reason" in line) return line;
  return new Predictor(line, points, options.scale, options.level ?? DEFAULT_LEVEL);
}

function withoutEach<Item>(items: readonly Item[]): (readonly [left: Item, others: readonly Item[]])[] {
  return items.map((item, index) => [item, items.filter((_, other) => other !== index)] as const);
}

/** A bridge held against its own anchors, each predicted by the others. */
export interface HeldOut {
  /** Mean distance between an anchor's score and what the others predict, in units; null where they leave no line. */
  readonly leaveOneOutError: number | null;
  /** Anchors that lie in the interval predicted without them. */
  readonly covered: number;
}

/** Predicts every anchor by the line through the others. */
export function bridgeHeldOut(anchors: readonly BridgeAnchor[], options: BridgeOptions): HeldOut {
  const { scale } = options;
  let [missed, held, covered] = [0, 0, 0];
  for (const [left, others] of withoutEach(anchors)) {
    const without = predictorOf(
      others.map((anchor) => pointOf(scale, anchor)),
      options,
    );
    if ("reason" in without) continue;
    held++;
    const { line } = without;
    const y = line.intercept + line.slope * logitOn(scale, left.from.value);
    missed += Math.abs(valueAtLogit(scale, y) - left.to.value);
    if (Math.abs(logitOn(scale, left.to.value) - y) <= without.halfWidth(line, left.from)) covered++;
  }
  return { leaveOneOutError: held < anchors.length ? null : missed / held, covered };
}

/**
 * The bridge from one judge's scores to another's: {@link errorsInVariablesLine} between the logits of the anchors'
 * scores, both ways of error known. Anchors at an end of the scale must have been left out ({@link hasLogit}).
 * @returns the reason where there is none.
 */
export function judgeBridge(anchors: readonly BridgeAnchor[], options: BridgeOptions): JudgeBridge | NoLine {
  const { scale } = options;
  if (anchors.length < FEWEST_ANCHORS) {
    const count = countOf(anchors.length, "anchor is", "anchors are");
    return { reason: `${count} too few for a line: it needs ${FEWEST_ANCHORS}, better ${ENOUGH_ANCHORS}` };
  }
  const points = anchors.map((anchor) => pointOf(scale, anchor));
  const predictor = predictorOf(points, options);
  if ("reason" in predictor) return predictor;
  return {
    n: anchors.length,
    line: predictor.line,
    predict: (from) => predictor.predict(from),
    halfWidthWith: (added, targets) => {
      const placed = targets.filter((target) => predictor.reasonAgainst(target) === undefined);
      if (placed.length === 0) return null;
      const line = added.reduce(
        (sofar, value) => lineWithPointAt(sofar, logitOn(scale, value)),
        predictor.line,
      );
      return placed.reduce((sum, one) => sum + predictor.halfWidth(line, one), 0) / placed.length;
    },
  };
}

/** Ordinary least squares between the logits, with what leaving each anchor out shows. */
export interface LeastSquaresBridge extends Line {
  /** Mean distance from each anchor to what the line through the others says, in units; null below three anchors. */
  readonly leaveOneOutError: number | null;
}

/** The least-squares line beside which a bridge stands; undefined where there is none. */
export function leastSquaresBridge(
  anchors: readonly BridgeAnchor[],
  scale: ValueScale,
): LeastSquaresBridge | undefined {
  const pointsOf = (some: readonly BridgeAnchor[]) =>
    some.map(({ from, to }) => ({ x: logitOn(scale, from.value), y: logitOn(scale, to.value) }));
  const line = leastSquaresLine(pointsOf(anchors));
  if (line === undefined) return undefined;
  let missed: number | null = 0;
  for (const [left, others] of withoutEach(anchors)) {
    const without = leastSquaresLine(pointsOf(others));
    if (without === undefined || missed === null) missed = null;
    else {
      const y = without.intercept + without.slope * logitOn(scale, left.from.value);
      missed += Math.abs(valueAtLogit(scale, y) - left.to.value);
    }
  }
  return { ...line, leaveOneOutError: missed === null ? null : missed / anchors.length };
}

/** How well the old scores do as they stand. */
export interface CarryOver {
  /** Mean distance between the two judges' scores, in units: the error of carrying a score over unchanged. */
  readonly naiveError: number | null;
  readonly spearman: number | null;
}

/** What carrying scores over unchanged costs, and how far the two orders agree. */
export function carryOver(anchors: readonly BridgeAnchor[]): CarryOver {
  const distances = anchors.map(({ from, to }) => Math.abs(to.value - from.value));
  return {
    naiveError:
      distances.length === 0 ? null : distances.reduce((sum, one) => sum + one, 0) / distances.length,
    spearman: spearman(
      anchors.map(({ from }) => from.value),
      anchors.map(({ to }) => to.value),
    ),
  };
}
