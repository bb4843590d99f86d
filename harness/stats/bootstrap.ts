import type { Interval } from "../core/board.js";
import { countOf } from "../core/count-of.js";
import { type Random, seededRandom } from "../core/random.js";
import { type Bounds, bcaBounds, percentileBounds } from "./bootstrap-bounds.js";
import { meanOf, squaresAround } from "./estimate.js";
import { DEFAULT_LEVEL, describeClusters, upperShare } from "./intervals.js";

const DEFAULT_REPLICATES = 10_000;
/** A statistic may be undefined in some resamples; beyond this share the rest no longer speaks for all. */
const MOST_UNDEFINED = 0.05;

/** How to resample. Whole clusters are drawn with replacement, as many as there are. */
export interface BootstrapOptions {
  /** Goes into the manifest; the same seed gives the same resamples for every statistic over as many clusters. */
  readonly seed: string | number;
  /** Resamples; default 10,000. */
  readonly replicates?: number;
  /** Percent; default 95. */
  readonly level?: number;
  /** Default `bca`. */
  readonly method?: "bca" | "percentile";
  /** Clusters below which there is no interval, because simulation shows that it misses more often than it says. */
  readonly fewest?: number;
}

/** Clusters from which agreement coefficients, ratings and spreads are given intervals; docs/statistics.md has the simulation. */
export const FEWEST_RESAMPLED = 40;

/** A statistic with its bootstrap error and interval. */
export interface BootstrapEstimate {
  /** The statistic on the data as they are. */
  readonly estimate: number | null;
  /** Standard deviation of the replicates. */
  readonly standardError: number | null;
  readonly interval: Interval | null;
  readonly clusters: number;
  readonly reason: string | null;
}

/**
 * Bootstrap of any statistic over clusters. It is called once per replicate with the number of times each cluster was
 * drawn, in one array that is reused between calls; BCa calls it once more without each cluster.
 *
 * @param statistic returns null where it is not defined. Such replicates are left out and counted in the method's
 * text; when they exceed 5% there is no interval.
 * @throws RangeError for impossible options, or when the statistic returns a number that is not finite.
 */
export function bootstrapStatistic(
  clusters: number,
  statistic: (counts: Float64Array) => number | null,
  options: BootstrapOptions,
): BootstrapEstimate {
  const { replicates } = checkOptions(options);
  const counts = new Float64Array(clusters).fill(1);
  const estimate = clusters === 0 ? null : evaluate(statistic, counts);
  if (clusters < 2) return tooFew(estimate, clusters);
  if (estimate === null) return missing(null, clusters, "the statistic is not defined on these data");
  const resamples = resamplesOf(options.seed, clusters, replicates);
  const results = new Float64Array(replicates);
  let defined = 0;
  for (let replicate = 0; replicate < replicates; replicate++) {
    resamples(replicate, counts);
    const value = evaluate(statistic, counts);
    if (value !== null) results[defined++] = value;
  }
  const undefinedReplicates = replicates - defined;
  if (undefinedReplicates > MOST_UNDEFINED * replicates) {
    const reason = `the statistic is not defined in ${undefinedReplicates} of ${replicates} resamples`;
    return missing(estimate, clusters, reason);
  }
  const jackknife = options.method === "percentile" ? null : jackknifeOf(statistic, counts);
  return summarize(estimate, results.subarray(0, defined), jackknife, options, clusters);
}

function jackknifeOf(
  statistic: (counts: Float64Array) => number | null,
  counts: Float64Array,
): Float64Array | null {
  const values = new Float64Array(counts.length);
  counts.fill(1);
  for (let left = 0; left < counts.length; left++) {
    counts[left] = 0;
    const value = evaluate(statistic, counts);
    counts[left] = 1;
    if (value === null) return null;
    values[left] = value;
  }
  return values;
}

function summarize(
  estimate: number,
  results: Float64Array,
  jackknife: Float64Array | null,
  options: BootstrapOptions,
  clusters = jackknife?.length ?? 0,
): BootstrapEstimate {
  const { level, replicates } = checkOptions(options);
  const sorted = results.slice().sort();
  const standardError = Math.sqrt(squaresAround(sorted, meanOf(sorted)) / (sorted.length - 1));
  let bounds: Bounds | null = null;
  let name = "percentile bootstrap";
  if (options.method !== "percentile") {
    bounds = jackknife === null ? null : bcaBounds(sorted, estimate, jackknife, level);
    name = bounds === null ? "percentile bootstrap (BCa is not defined here)" : "BCa bootstrap";
  }
  const reason = reasonAgainst(sorted, clusters, options);
  if (reason !== null) return { estimate, standardError, interval: null, clusters, reason };
  const { low, high } = bounds ?? percentileBounds(sorted, level);
  const left = replicates - sorted.length;
  const leftOut = left === 0 ? "" : ` of which ${left} undefined and left out`;
  const method = `${name}, ${replicates} resamples${leftOut}, ${describeClusters(clusters)}`;
  return { estimate, standardError, interval: { low, high, level, method }, clusters, reason: null };
}

function reasonAgainst(
  sorted: Float64Array,
  clusters: number,
  { fewest = 2 }: BootstrapOptions,
): string | null {
  if (clusters < fewest)
    return `${countOf(clusters, "question is", "questions are")} too few: below ${fewest} a bootstrap interval misses more often than it says`;
  return sorted[0] === sorted[sorted.length - 1] ? "no resample differs from another" : null;
}

function evaluate(statistic: (counts: Float64Array) => number | null, counts: Float64Array): number | null {
  const value = statistic(counts);
  if (value !== null && !Number.isFinite(value)) {
    throw new RangeError(`bootstrap: the statistic returned ${value}; it must return null where not defined`);
  }
  return value;
}

function drawCounts(random: Random, drawn: Int32Array, counts: Float64Array): void {
  random.fillIntegers(drawn, counts.length);
  counts.fill(0);
  for (let i = 0; i < drawn.length; i++) {
    const cluster = drawn[i] as number;
    counts[cluster] = (counts[cluster] as number) + 1;
  }
}

/** Resamples are kept up to so many counts; each takes a byte, since nothing is ever drawn 256 times of a million. */
const MOST_KEPT = 1 << 20;

/** The latest resamples, which the models of a board have in common. */
let kept: { readonly name: string; readonly counts: Uint8Array } | undefined;

/** Writes a resample's counts into an array; resamples are asked for in their order. */
type Resamples = (replicate: number, counts: Float64Array) => void;

function resamplesOf(seed: string | number, clusters: number, replicates: number): Resamples {
  const name = `${clusters} ${replicates} ${seed}`;
  if (kept?.name === name) {
    const { counts: all } = kept;
    return (replicate, counts) => counts.set(all.subarray(replicate * clusters, (replicate + 1) * clusters));
  }
  const random = seededRandom(seed);
  const drawn = new Int32Array(clusters);
  if (clusters * replicates > MOST_KEPT) return (_, counts) => drawCounts(random, drawn, counts);
  const all = new Uint8Array(clusters * replicates);
  return (replicate, counts) => {
    drawCounts(random, drawn, counts);
    all.set(counts, replicate * clusters);
    if (replicate === replicates - 1) kept = { name, counts: all };
  };
}

function checkOptions(options: BootstrapOptions): { level: number; replicates: number } {
  const level = options.level ?? DEFAULT_LEVEL;
  const replicates = options.replicates ?? DEFAULT_REPLICATES;
  upperShare(level);
  if (!Number.isSafeInteger(replicates) || replicates < 2) {
    throw new RangeError(`bootstrap: replicates must be a whole number of at least 2, not ${replicates}`);
  }
  return { level, replicates };
}

function tooFew(estimate: number | null, clusters: number): BootstrapEstimate {
  const reason = clusters === 0 ? "there is no usable verdict" : "one cluster alone cannot be resampled";
  return missing(estimate, clusters, reason);
}

function missing(estimate: number | null, clusters: number, reason: string): BootstrapEstimate {
  return { estimate, standardError: null, interval: null, clusters, reason };
}
