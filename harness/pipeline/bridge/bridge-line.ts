import type { Interval } from "../../core/interval.js";
import type { BridgeFigure, BridgeLine, CurvePoint } from "../../core/judge-bridge.js";
import type { ValueScale } from "../../stats/bounded-mean.js";
import {
  type BridgeAnchor,
  type BridgeOptions,
  type BridgePrediction,
  bridgeHeldOut,
  type JudgeBridge,
  type JudgedScore,
  logitOn,
  valueAtLogit,
} from "../../stats/bridge/judge-bridge.js";
import { DEFAULT_LEVEL, tInterval } from "../../stats/intervals.js";
import type { SideScore } from "./bridge-side.js";

/** A model that both judges graded, with a place on the line. */
export interface NamedAnchor extends BridgeAnchor {
  readonly model: string;
}

const ESTIMATOR =
  "errors in both variables, moment estimator with known sampling variances and an error of the equation (Fuller 1987; Akritas and Bershady 1996)";

function predictionInterval(found: BridgePrediction, n: number): Interval | null {
  if (found.value === null) return null;
  const { low, high } = found;
  return {
    low,
    high,
    level: DEFAULT_LEVEL,
    method: `prediction interval, t with ${n - 2} degrees of freedom, ${n} anchors`,
  };
}

const CURVE_POINTS = 60;

/** For a new model with the anchors' mean sampling error. */
function curveOf(
  bridge: JudgeBridge,
  anchors: readonly NamedAnchor[],
  { scale }: BridgeOptions,
): CurvePoint[] {
  const logits = anchors.map(({ from }) => logitOn(scale, from.value));
  const [low, high] = [Math.min(...logits), Math.max(...logits)];
  const errors = anchors.flatMap(({ from }) => from.standardError ?? []);
  const standardError =
    errors.length === 0 ? null : errors.reduce((sum, one) => sum + one, 0) / errors.length;
  return Array.from({ length: CURVE_POINTS + 1 }, (_, index) => {
    const value = valueAtLogit(scale, low + ((high - low) * index) / CURVE_POINTS);
    const found = bridge.predict({ value, standardError });
    return found.value === null
      ? []
      : [{ from: value, predicted: found.value, low: found.low, high: found.high }];
  }).flat();
}

/** A line as it is reported. */
export function reportedLine(
  bridge: JudgeBridge,
  anchors: readonly NamedAnchor[],
  options: BridgeOptions,
): BridgeLine {
  const { line, n } = bridge;
  const values = anchors.map(({ from }) => from.value);
  return {
    estimator: ESTIMATOR,
    slope: line.slope,
    slopeStandardError: Math.sqrt(line.slopeVariance),
    intercept: line.intercept,
    residualDeviation: Math.sqrt(line.residualVariance),
    ...bridgeHeldOut(anchors, options),
    range: { low: Math.min(...values), high: Math.max(...values) },
    predictions: anchors.map(({ model, from, to }) => {
      const found = bridge.predict(from);
      const interval = predictionInterval(found, n);
      return { model, from: from.value, to: to.value, predicted: found.value, interval };
    }),
    curve: curveOf(bridge, anchors, options),
  };
}

/** A score that a judge gave, with its board's interval; that of a leaderboard ends where the scale does. */
export function judgedFigure(score: SideScore, questions: number, scale: ValueScale): BridgeFigure {
  const { value, standardError } = score;
  if (score.interval !== undefined) return { value, interval: score.interval, origin: "judged" };
  if (standardError === null || standardError === 0) return { value, interval: null, origin: "judged" };
  const whole = tInterval({ estimate: value, standardError, clusters: Math.max(2, questions) });
  const interval = {
    ...whole,
    low: Math.max(scale.low, whole.low),
    high: Math.min(scale.high, whole.high),
  };
  return { value, interval, origin: "judged" };
}

/** The other judge's score carried over the line; null with the reason without a line. */
export function predictedFigure(
  bridge: JudgeBridge | undefined,
  from: JudgedScore,
  noBridge: string,
): BridgeFigure {
  if (bridge === undefined) return { value: null, interval: null, origin: "predicted", reason: noBridge };
  const found = bridge.predict(from);
  const interval = predictionInterval(found, bridge.n);
  if (found.value === null) return { value: null, interval, origin: "predicted", reason: found.reason };
  return { value: found.value, interval, origin: "predicted" };
}
