import type { Interval } from "../core/interval.js";
import { meanOf, requireSameLength, toFiniteNumbers } from "./estimate.js";
import { DEFAULT_LEVEL, tInterval, upperShare } from "./intervals.js";

/** Difference of the means of two groups of rows that may share clusters, in the unit of the rows. */
export interface ClusteredDifference {
  /** Mean of the first group minus mean of the second. */
  readonly difference: number | null;
  readonly standardError: number | null;
  readonly interval: Interval | null;
  /** Rows of each group. */
  readonly n: readonly [number, number];
  /** Why the first figure that is null is so. */
  readonly reason: string | null;
}

/**
 * Mean of one group minus that of another where rows of both may belong to one cluster (a prompt):
 * SE = √(C/(C−1) · Σ_c (Σ_{i∈c} dᵢ)²) with dᵢ = (xᵢ − x̄₁)/n₁ in the first group and −(xᵢ − x̄₂)/n₂ in the second
 * (linearisation of a difference of means; Liang & Zeger 1986), and t with C − 1 degrees of freedom.
 *
 * @param isFirst whether a row belongs to the first group
 * @throws RangeError for values that are not finite or arrays of different length.
 */
export function clusteredDifference(
  values: readonly number[],
  isFirst: readonly boolean[],
  clusterIds: readonly (string | number)[],
  level: number = DEFAULT_LEVEL,
): ClusteredDifference {
  upperShare(level);
  requireSameLength("rows and their groups", values, isFirst);
  requireSameLength("rows and their cluster ids", values, clusterIds);
  const numbers = toFiniteNumbers(values, "rows");
  const [first, second] = [true, false].map((side) => numbers.filter((_, row) => isFirst[row] === side));
  const n = [first?.length ?? 0, second?.length ?? 0] as const;
  const none = { standardError: null, interval: null, n } as const;
  if (first === undefined || second === undefined || n[0] === 0 || n[1] === 0) {
    return { difference: null, ...none, reason: "one of the groups is empty" };
  }
  const [meanFirst, meanSecond] = [meanOf(first), meanOf(second)];
  const difference = meanFirst - meanSecond;
  const sums = new Map<string | number, number>();
  numbers.forEach((value, row) => {
    const part = isFirst[row] === true ? (value - meanFirst) / n[0] : -(value - meanSecond) / n[1];
    const id = clusterIds[row] as string | number;
    sums.set(id, (sums.get(id) ?? 0) + part);
  });
  const clusters = sums.size;
  if (clusters < 2) return { difference, ...none, reason: "one cluster alone shows no variation" };
  const squares = [...sums.values()].reduce((sum, one) => sum + one * one, 0);
  const standardError = Math.sqrt((clusters / (clusters - 1)) * squares);
  if (standardError === 0) return { difference, ...none, reason: "no variation within the groups" };
  const interval = tInterval({ estimate: difference, standardError, clusters, level });
  return { difference, standardError, interval, n, reason: null };
}
