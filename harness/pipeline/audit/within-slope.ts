import type { Interval } from "../../core/board.js";
import { tInterval } from "../../stats/intervals.js";
import { jackknifeError, tooFewQuestions } from "../../stats/jackknife.js";
import { grownTo } from "../../store/growing-array.js";

/** One observation of a regression with fixed effects. */
export interface GroupedPoint {
  readonly x: number;
  readonly y: number;
  /** Names of the groups that get an intercept of their own, one per kind of group. */
  readonly groups: readonly string[];
  /** Points of one cluster (a question) depend on each other. */
  readonly cluster: string;
}

/** Clusters from which the interval holds its level; with 40 it covers 92% of two-valued points. */
const FEWEST = 80;

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

/**
 * Points as columns, a million of them in some thirty megabytes: in the order of their clusters, groups, x and y, so that
 * sums do not depend on the order in which records were appended.
 */
export interface SlopeColumns {
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly clusters: Numbered;
  /** By kind of group. */
  readonly kinds: readonly Numbered[];
}

/** Which of several names each point has, by its place in the alphabet; every name has a point. */
export interface Numbered {
  readonly of: Int32Array;
  readonly count: number;
}

/** Doubles or whole numbers that more are added to. */
export class Growing<Numbers extends Float64Array | Int32Array> {
  length = 0;

  constructor(private numbers: Numbers) {}

  add(number: number): void {
    if (this.length === this.numbers.length) this.numbers = grownTo(this.numbers, this.length + 1);
    this.numbers[this.length++] = number;
  }

  /** Those that were added. */
  all(): Numbers {
    return this.numbers.subarray(0, this.length) as Numbers;
  }
}

/** Numbers names as they come, and by the alphabet in the end. */
class Names {
  private readonly numbers = new Map<string, number>();
  private readonly of = new Growing(new Int32Array(0));
  private latest = "";
  private latestNumber = -1;

  add(name: string): void {
    // Rows of one model, or one question, come together.
    if (this.latestNumber === -1 || name !== this.latest) {
      this.latest = name;
      this.latestNumber = this.numberOf(name);
    }
    this.of.add(this.latestNumber);
  }

  private numberOf(name: string): number {
    const known = this.numbers.get(name);
    if (known !== undefined) return known;
    this.numbers.set(name, this.numbers.size);
    return this.numbers.size - 1;
  }

  numbered(): Numbered {
    const places = new Int32Array(this.numbers.size);
    const sorted = [...this.numbers].sort(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0));
    for (const [place, [, number]] of sorted.entries()) places[number] = place;
    const of = this.of.all();
    for (let point = 0; point < of.length; point++) of[point] = places[of[point] ?? 0] ?? 0;
    return { of, count: places.length };
  }
}

/** Points by number in the order of their clusters, groups, x and y, in this order. */
function orderOf(x: Float64Array, y: Float64Array, names: readonly Numbered[]): Int32Array {
  const buckets = new Map<number, number[]>();
  for (let point = 0; point < x.length; point++) {
    let key = 0;
    for (const { of, count } of names) key = key * count + (of[point] ?? 0);
    const bucket = buckets.get(key);
    if (bucket === undefined) buckets.set(key, [point]);
    else bucket.push(point);
  }
  const order = new Int32Array(x.length);
  let filled = 0;
  for (const key of Float64Array.from(buckets.keys()).sort()) {
    const bucket = buckets.get(key) ?? [];
    bucket.sort((a, b) => (x[a] ?? 0) - (x[b] ?? 0) || (y[a] ?? 0) - (y[b] ?? 0));
    order.set(bucket, filled);
    filled += bucket.length;
  }
  return order;
}

/** The numbers in an order, in place of what they were. */
function reorder(numbers: Float64Array | Int32Array, order: Int32Array): void {
  const before = numbers.slice();
  for (let place = 0; place < order.length; place++) numbers[place] = before[order[place] ?? 0] ?? 0;
}

/** Sums of doubles depend on their order, and records stand in another one in a merged run than in an undivided one. */
function inOneOrder(points: Iterable<GroupedPoint>): SlopeColumns {
  const [xs, ys] = [new Growing(new Float64Array(0)), new Growing(new Float64Array(0))];
  const clusterNames = new Names();
  const groupNames: Names[] = [];
  for (const { x, y, groups, cluster } of points) {
    xs.add(x);
    ys.add(y);
    clusterNames.add(cluster);
    for (let kind = 0; kind < groups.length; kind++) {
      const names = groupNames[kind] ?? new Names();
      groupNames[kind] = names;
      names.add(groups[kind] ?? "");
    }
  }
  const clusters = clusterNames.numbered();
  const kinds = groupNames.map((names) => names.numbered());
  const [x, y] = [xs.all(), ys.all()];
  const order = orderOf(x, y, [clusters, ...kinds]);
  for (const numbers of [x, y, clusters.of, ...kinds.map(({ of }) => of)]) reorder(numbers, order);
  return { x, y, clusters, kinds };
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
 * means away alternately (Frisch & Waugh 1933; Gaure 2013). Its standard error is a
 * jackknife over clusters, leaving out cluster c changing the slope by Σ_{i∈c} x̃ᵢeᵢ / (Σ x̃ᵢ²·(1 − 1/C) − Σ_{i∈c} x̃ᵢ²); the interval is t
 * with C − 1 degrees of freedom, from 80 clusters on.
 */
export function withinSlope(points: Iterable<GroupedPoint>, level = 95): WithinSlope {
  return slopeOfColumns(inOneOrder(points), level);
}

/** As {@link withinSlope}; the columns are used up. */
export function slopeOfColumns({ x, y, clusters: clustered, kinds }: SlopeColumns, level = 95): WithinSlope {
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
  const [scores, spreads] = [new Float64Array(clustered.count), new Float64Array(clustered.count)];
  for (let i = 0; i < n; i++) {
    const at = x[i] ?? 0;
    const residual = (y[i] ?? 0) - slope * at;
    const cluster = clustered.of[i] ?? 0;
    scores[cluster] = (scores[cluster] ?? 0) + at * residual;
    spreads[cluster] = (spreads[cluster] ?? 0) + at * at;
  }
  const clusters = clustered.count;
  if (clusters < 3) return { ...none("fewer than three questions"), slope };
  const standardError = jackknifeError(
    Array.from(
      scores,
      (score, cluster) =>
        score / Math.max(spread * 1e-9, spread * (1 - 1 / clusters) - (spreads[cluster] ?? 0)),
    ),
  );
  if (standardError < 1e-12 * Math.max(1, Math.abs(slope))) {
    const reason = "nothing varies beside the length";
    return { slope, standardError, interval: null, reason, n };
  }
  const few = tooFewQuestions(clusters, FEWEST);
  if (few !== null) return { slope, standardError, interval: null, reason: few, n };
  const interval = tInterval({ estimate: slope, standardError, clusters, level });
  return { slope, standardError, interval, reason: null, n };
}
