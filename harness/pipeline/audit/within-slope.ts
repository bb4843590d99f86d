import type { Interval } from "../../core/board.js";
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
  /** Points. */
  readonly n: number;
}

const MOST_ROUNDS = 2000;
const TOLERANCE = 1e-11;

/** Points as columns: a million of them in some thirty megabytes. */
interface Columns {
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly clusters: Numbered;
  /** By kind of group. */
  readonly kinds: readonly Numbered[];
}

/** Which of several names each point has, by its place in the alphabet. */
interface Numbered {
  readonly of: Int32Array;
  readonly count: number;
}

/** Numbers names as they come, and by the alphabet in the end. */
class Names {
  private readonly numbers = new Map<string, number>();
  private readonly of: number[] = [];

  add(name: string): void {
    let number = this.numbers.get(name);
    if (number === undefined) {
      number = this.numbers.size;
      this.numbers.set(name, number);
    }
    this.of.push(number);
  }

  numbered(): Numbered {
    const places = new Int32Array(this.numbers.size);
    const sorted = [...this.numbers].sort(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0));
    for (const [place, [, number]] of sorted.entries()) places[number] = place;
    return { of: Int32Array.from(this.of, (number) => places[number] ?? 0), count: places.length };
  }
}

/** Sums of doubles depend on their order, and records stand in another one in a merged run than in an undivided one. */
function inOneOrder(points: Iterable<GroupedPoint>): Columns {
  const [xs, ys]: [number[], number[]] = [[], []];
  const clusterNames = new Names();
  const groupNames: Names[] = [];
  for (const { x, y, groups, cluster } of points) {
    xs.push(x);
    ys.push(y);
    clusterNames.add(cluster);
    for (const [kind, group] of groups.entries()) {
      groupNames[kind] ??= new Names();
      groupNames[kind].add(group);
    }
  }
  const clusters = clusterNames.numbered();
  const kinds = groupNames.map((names) => names.numbered());
  const buckets = new Map<number, number[]>();
  for (let point = 0; point < xs.length; point++) {
    const key = kinds.reduce((sum, { of, count }) => sum * count + (of[point] ?? 0), clusters.of[point] ?? 0);
    const bucket = buckets.get(key);
    if (bucket === undefined) buckets.set(key, [point]);
    else bucket.push(point);
  }
  const keys = Float64Array.from(buckets.keys()).sort();
  const order = new Int32Array(xs.length);
  let filled = 0;
  for (const key of keys) {
    const bucket = buckets.get(key) ?? [];
    bucket.sort((a, b) => (xs[a] ?? 0) - (xs[b] ?? 0) || (ys[a] ?? 0) - (ys[b] ?? 0));
    order.set(bucket, filled);
    filled += bucket.length;
  }
  const ordered = ({ of, count }: Numbered) => ({ of: order.map((point) => of[point] ?? 0), count });
  return {
    x: Float64Array.from(order, (point) => xs[point] ?? 0),
    y: Float64Array.from(order, (point) => ys[point] ?? 0),
    clusters: ordered(clusters),
    kinds: kinds.map(ordered),
  };
}

/** Takes the groups' means away, kind after kind, until nothing changes any more. */
function demean(values: Float64Array, kinds: readonly Numbered[]): void {
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
export function withinSlope(points: Iterable<GroupedPoint>, level = 95): WithinSlope {
  const { x, y, clusters: clustered, kinds } = inOneOrder(points);
  const n = x.length;
  const none = (reason: string): WithinSlope => ({
    slope: null,
    standardError: null,
    interval: null,
    reason,
    n,
  });
  const spreadBefore = x.reduce((sum, value) => sum + value * value, 0);
  demean(x, kinds);
  demean(y, kinds);
  const spread = x.reduce((sum, value) => sum + value * value, 0);
  if (n === 0) return none("there are no points");
  if (spread <= 1e-12 * Math.max(1, spreadBefore)) return none("within the groups nothing varies in length");
  const slope = x.reduce((sum, value, i) => sum + value * (y[i] ?? 0), 0) / spread;
  const byCluster = new Float64Array(clustered.count);
  for (let i = 0; i < n; i++) {
    const residual = (y[i] ?? 0) - slope * (x[i] ?? 0);
    const cluster = clustered.of[i] ?? 0;
    byCluster[cluster] = (byCluster[cluster] ?? 0) + (x[i] ?? 0) * residual;
  }
  const clusters = clustered.count;
  if (clusters < 3) return { ...none("fewer than three questions"), slope };
  const meat = byCluster.reduce((sum, value) => sum + value * value, 0);
  const standardError = Math.sqrt((clusters / (clusters - 1)) * meat) / spread;
  const interval = tInterval({ estimate: slope, standardError, clusters, level });
  return { slope, standardError, interval, reason: null, n };
}
