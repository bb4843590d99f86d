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
 * Points as columns, a million of them in sixteen megabytes: in the order of their clusters, groups, x and y, so that
 * sums do not depend on the order in which records were appended.
 */
export interface SlopeColumns {
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** Where each run of points ends that are alike in cluster and groups; a run begins where the one before ends. */
  readonly ends: Int32Array;
  readonly clusters: Numbered;
  /** By kind of group. */
  readonly kinds: readonly Numbered[];
}

/** Which of several names each run of points has, by its place in the alphabet; every name has a run. */
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
  const names = [clusters, ...kinds];
  const order = orderOf(x, y, names);
  for (const numbers of [x, y, ...names.map(({ of }) => of)]) reorder(numbers, order);
  const ends = new Growing(new Int32Array(0));
  for (let next = 1; next <= order.length; next++)
    if (next === order.length || names.some(({ of }) => of[next] !== of[next - 1])) ends.add(next);
  const ofRuns = ({ of, count }: Numbered) => ({ of: ends.all().map((end) => of[end - 1] ?? 0), count });
  return { x, y, ends: ends.all(), clusters: ofRuns(clusters), kinds: kinds.map(ofRuns) };
}

/** Points of each group. */
function sizesOf({ of, count }: Numbered, ends: Int32Array): Float64Array {
  const sizes = new Float64Array(count);
  let start = 0;
  for (let run = 0; run < ends.length; run++) {
    const end = ends[run] ?? start;
    const group = of[run] ?? 0;
    sizes[group] = (sizes[group] ?? 0) + end - start;
    start = end;
  }
  return sizes;
}

/** Sums of the values of each group, value after value. */
function sumsOf(values: Float64Array, { of, count }: Numbered, ends: Int32Array): Float64Array {
  const sums = new Float64Array(count);
  let at = 0;
  for (let run = 0; run < ends.length; run++) {
    const end = ends[run] ?? at;
    const group = of[run] ?? 0;
    let sum = sums[group] ?? 0;
    for (; at < end; at++) sum += values[at] as number;
    sums[group] = sum;
  }
  return sums;
}

function largestOf(values: Float64Array, least: number): number {
  let largest = least;
  for (let at = 0; at < values.length; at++) largest = Math.max(largest, Math.abs(values[at] as number));
  return largest;
}

/** Takes the groups' means away, kind after kind, until nothing changes any more. */
function demean(values: Float64Array, { kinds, ends }: SlopeColumns): void {
  const scale = largestOf(values, 1);
  const sizes = kinds.map((kind) => sizesOf(kind, ends));
  for (let round = 0; round < MOST_ROUNDS; round++) {
    let largest = 0;
    for (const [which, kind] of kinds.entries()) {
      const means = sumsOf(values, kind, ends);
      for (let group = 0; group < means.length; group++)
        means[group] = (means[group] ?? 0) / (sizes[which]?.[group] ?? 1);
      largest = largestOf(means, largest);
      let at = 0;
      for (let run = 0; run < ends.length; run++) {
        const end = ends[run] ?? at;
        const mean = means[kind.of[run] ?? 0] ?? 0;
        for (; at < end; at++) values[at] = (values[at] as number) - mean;
      }
    }
    if (kinds.length < 2 || largest < TOLERANCE * scale) return;
  }
}

/** Σ aᵢ·bᵢ, one after the other. */
function sumOfProducts(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < a.length; at++) sum += (a[at] as number) * (b[at] as number);
  return sum;
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
export function slopeOfColumns(columns: SlopeColumns, level = 95): WithinSlope {
  const { x, y, ends, clusters: clustered } = columns;
  const n = x.length;
  const none = (reason: string): WithinSlope => ({
    slope: null,
    standardError: null,
    interval: null,
    reason,
    n,
  });
  const spreadBefore = sumOfProducts(x, x);
  demean(x, columns);
  demean(y, columns);
  const spread = sumOfProducts(x, x);
  if (n === 0) return none("there are no points");
  if (spread <= 1e-12 * Math.max(1, spreadBefore)) return none("within the groups nothing varies in length");
  const slope = sumOfProducts(x, y) / spread;
  const [scores, spreads] = [new Float64Array(clustered.count), new Float64Array(clustered.count)];
  let i = 0;
  for (let run = 0; run < ends.length; run++) {
    const cluster = clustered.of[run] ?? 0;
    let [score, spreadOf] = [scores[cluster] ?? 0, spreads[cluster] ?? 0];
    for (const end = ends[run] ?? i; i < end; i++) {
      const at = x[i] as number;
      score += at * ((y[i] as number) - slope * at);
      spreadOf += at * at;
    }
    scores[cluster] = score;
    spreads[cluster] = spreadOf;
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
