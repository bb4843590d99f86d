import type { Interval } from "../core/board.js";
import type { LimitTails } from "./bounded-mean.js";
import { meanOf, requireFinite, requireSameLength, squaresAround, toFiniteNumbers } from "./estimate.js";
import { DEFAULT_LEVEL, upperShare } from "./intervals.js";
import { type MeanIntervalOptions, meanInterval } from "./mean-interval.js";

/** Rows gathered by cluster, in order of first appearance. */
export interface ClusterSums {
  readonly ids: readonly (string | number)[];
  /** Sum of the rows' values, per cluster. */
  readonly sums: Float64Array;
  /** Number of rows, per cluster. */
  readonly sizes: Float64Array;
}

/** A mean over rows that come in clusters, in the unit of the rows. */
export interface ClusteredMean {
  /** Mean over all rows, pooled; null without rows. */
  readonly mean: number | null;
  /** Clustered standard error; null below two clusters. */
  readonly standardError: number | null;
  /** sd/√N as if rows were independent, for comparison only; null below two rows. */
  readonly naiveStandardError: number | null;
  /** As {@link meanInterval} chooses it. */
  readonly interval: Interval | null;
  /** One-sided p-values from the interval's method at a limit; null without an interval. */
  readonly tailsAt: (limit: number) => LimitTails | null;
  /** Rows. */
  readonly n: number;
  readonly clusters: number;
  /** Why the first of mean, standard error and interval that is null is so. */
  readonly reason: string | null;
}

/**
 * Sums and counts of rows by cluster.
 * @param clusterIds one id per row, such as the question's.
 * @throws RangeError for values that are not finite or arrays of different length.
 */
export function sumByCluster(values: ArrayLike<number>, clusterIds: ArrayLike<string | number>): ClusterSums {
  requireSameLength("rows and their cluster ids", values, clusterIds);
  return sumAround(toFiniteNumbers(values, "rows"), clusterIds, 0);
}

/** Sums of deviations from a centre, and counts, by cluster. */
function sumAround(
  numbers: Float64Array,
  clusterIds: ArrayLike<string | number>,
  centre: number,
): ClusterSums {
  const positions = new Map<string | number, number>();
  const sums: number[] = [];
  const sizes: number[] = [];
  let latest: string | number | undefined;
  let position = 0;
  for (let row = 0; row < numbers.length; row++) {
    const id = clusterIds[row] as string | number;
    if (id !== latest || row === 0) {
      latest = id;
      position = positions.get(id) ?? positions.size;
      if (position === positions.size) {
        positions.set(id, position);
        sums.push(0);
        sizes.push(0);
      }
    }
    sums[position] = (sums[position] as number) + ((numbers[row] as number) - centre);
    sizes[position] = (sizes[position] as number) + 1;
  }
  return { ids: [...positions.keys()], sums: Float64Array.from(sums), sizes: Float64Array.from(sizes) };
}

/**
 * Mean with clustered standard error: SE = √( C/(C−1) · Σ_c (Σ_{i∈c} (sᵢ − s̄))² ) / N (Miller 2024, "Adding Error Bars to
 * Evals", arXiv 2411.00640, with the small-sample factor C/(C−1)); with one row per cluster it is sd/√N exactly. The
 * interval is the one that {@link meanInterval} chooses for the clusters' means.
 *
 * @param values one per row, such as one rating per turn and trial; pass 100·x for a rate in percent.
 * @param clusterIds one per row: rows of one question depend on each other, questions do not.
 * @throws RangeError for values that are not finite, arrays of different length or an impossible level.
 */
export function clusteredMean(
  values: ArrayLike<number>,
  clusterIds: ArrayLike<string | number>,
  options: MeanIntervalOptions,
): ClusteredMean {
  upperShare(options.level ?? DEFAULT_LEVEL);
  requireFinite(values, "rows");
  // Only looked at, so that a million of them need no copy.
  const numbers = values instanceof Float64Array ? values : Float64Array.from(values);
  const n = numbers.length;
  requireSameLength("rows and their cluster ids", values, clusterIds);
  if (n === 0) return noRows;
  const mean = meanOf(numbers);
  // Deviations, not values, are summed by cluster: N·s̄ would cancel for ratings far from zero.
  const { sums: residuals, sizes } = sumAround(numbers, clusterIds, mean);
  const clusters = residuals.length;
  const naive = n < 2 ? null : Math.sqrt(squaresAround(numbers, mean) / (n - 1) / n);
  const standardError =
    clusters < 2 ? null : Math.sqrt((clusters / (clusters - 1)) * squaresAround(residuals, 0)) / n;
  const means = residuals.map((sum, cluster) => mean + sum / (sizes[cluster] as number));
  const { interval, reason, tailsAt } = meanInterval({ values: means, sizes, mean, standardError }, options);
  const alone = standardError === null ? "one cluster alone shows no variation between clusters" : null;
  return {
    mean,
    standardError,
    naiveStandardError: naive,
    interval,
    tailsAt,
    n,
    clusters,
    reason: alone ?? reason,
  };
}

const noRows: ClusteredMean = {
  mean: null,
  standardError: null,
  naiveStandardError: null,
  interval: null,
  tailsAt: () => null,
  n: 0,
  clusters: 0,
  reason: "there is no usable verdict",
};
