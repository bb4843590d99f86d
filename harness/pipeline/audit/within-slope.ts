import type { Interval } from "../../core/board.js";
import { compositeKey } from "../../core/composite-key.js";
import { tInterval } from "../../stats/intervals.js";

/** One observation of a regression with fixed effects. */
export interface GroupedPoint {
  readonly x: number;
  readonly y: number;
  /** Names of the groups that get an intercept of their own, one per kind of group. */
  readonly groups: readonly string[];
  /** Points of one cluster (a question) depend on each other. */
  readonly cluster: string;
}

/** Slope of y on x within groups. */
export interface WithinSlope {
  readonly slope: number | null;
  readonly standardError: number | null;
  readonly interval: Interval | null;
  readonly reason: string | null;
}

const MOST_ROUNDS = 2000;
const TOLERANCE = 1e-11;

/** Sums of doubles depend on their order, and records stand in another one in a merged run than in an undivided one. */
function inOneOrder(points: readonly GroupedPoint[]): readonly GroupedPoint[] {
  const keyed = points.map((point) => ({ point, key: compositeKey(point.cluster, ...point.groups) }));
  keyed.sort((a, b) =>
    a.key < b.key ? -1 : a.key > b.key ? 1 : a.point.x - b.point.x || a.point.y - b.point.y,
  );
  return keyed.map(({ point }) => point);
}

/** Numbers of the groups, 0…, per kind of group. */
function groupNumbers(points: readonly GroupedPoint[], kind: number): { of: Int32Array; count: number } {
  const numbers = new Map<string, number>();
  const of = Int32Array.from(points, ({ groups }) => {
    const name = groups[kind] ?? "";
    const number = numbers.get(name) ?? numbers.size;
    numbers.set(name, number);
    return number;
  });
  return { of, count: numbers.size };
}

/** Takes the groups' means away, kind after kind, until nothing changes any more. */
function demean(values: Float64Array, kinds: readonly { of: Int32Array; count: number }[]): void {
  const scale = values.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
  for (let round = 0; round < MOST_ROUNDS; round++) {
    let largest = 0;
    for (const { of, count } of kinds) {
      const sums = new Float64Array(count);
      const sizes = new Float64Array(count);
      for (let i = 0; i < values.length; i++) {
        const group = of[i] ?? 0;
        sums[group] = (sums[group] ?? 0) + (values[i] ?? 0);
        sizes[group] = (sizes[group] ?? 0) + 1;
      }
      for (let group = 0; group < count; group++) {
        const mean = (sums[group] ?? 0) / (sizes[group] ?? 1);
        sums[group] = mean;
        largest = Math.max(largest, Math.abs(mean));
      }
      for (let i = 0; i < values.length; i++) values[i] = (values[i] ?? 0) - (sums[of[i] ?? 0] ?? 0);
    }
    if (kinds.length < 2 || largest < TOLERANCE * scale) return;
  }
}

/**
 * Least-squares slope with an intercept for every group of every kind (question and model, say), so that it says how y
 * moves with x among answers to the same question, the models' overall differences left out. Found by taking group
 * means away alternately (Frisch & Waugh 1933; Gaure 2013). Its standard error is clustered,
 * √(C/(C−1) · Σ_c (Σ_{i∈c} x̃ᵢeᵢ)²) / Σ x̃ᵢ² (Liang & Zeger 1986), the interval from t with C − 1 degrees of freedom.
 */
export function withinSlope(given: readonly GroupedPoint[], level = 95): WithinSlope {
  const points = inOneOrder(given);
  const none = (reason: string): WithinSlope => ({
    slope: null,
    standardError: null,
    interval: null,
    reason,
  });
  const kinds = (points[0]?.groups ?? []).map((_, kind) => groupNumbers(points, kind));
  const x = Float64Array.from(points, (point) => point.x);
  const y = Float64Array.from(points, (point) => point.y);
  const spreadBefore = x.reduce((sum, value) => sum + value * value, 0);
  demean(x, kinds);
  demean(y, kinds);
  const spread = x.reduce((sum, value) => sum + value * value, 0);
  if (points.length === 0) return none("there are no points");
  if (spread <= 1e-12 * Math.max(1, spreadBefore)) return none("within the groups nothing varies in length");
  const slope = x.reduce((sum, value, i) => sum + value * (y[i] ?? 0), 0) / spread;
  const byCluster = new Map<string, number>();
  points.forEach(({ cluster }, i) => {
    const residual = (y[i] ?? 0) - slope * (x[i] ?? 0);
    byCluster.set(cluster, (byCluster.get(cluster) ?? 0) + (x[i] ?? 0) * residual);
  });
  const clusters = byCluster.size;
  if (clusters < 3) return { ...none("fewer than three questions"), slope };
  const meat = [...byCluster.values()].reduce((sum, value) => sum + value * value, 0);
  const standardError = Math.sqrt((clusters / (clusters - 1)) * meat) / spread;
  const interval = tInterval({ estimate: slope, standardError, clusters, level });
  return { slope, standardError, interval, reason: null };
}
