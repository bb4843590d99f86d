import { seededRandom } from "../core/random.js";
import { type Bounds, quantileOfSorted } from "./bootstrap-bounds.js";

/** How rows are resampled. */
export interface RowBootstrapOptions {
  readonly seed: number | string;
  readonly rounds: number;
  /** Shares of the replicates below the lower and the upper end, such as 0.05 and 0.95. */
  readonly quantiles: readonly [number, number];
}

/**
 * Means of groups under a bootstrap that draws single rows out of all groups together, as many as there are, as
 * Arena-Hard v0.1 does (`show_result.py`): how many rows a group gets is left to chance, and rows of one prompt are taken
 * as independent. For comparison with published figures; intervals that hold what they say are `clusteredMean`'s.
 *
 * @param groups values of the rows of each group
 * @returns of each group the quantiles of its replicates on the log-odds scale of values from 0 to `high`, as the original
 * takes those of ratings; null for a group without rows
 */
export function pooledRowBootstrap(
  groups: readonly Float64Array[],
  high: number,
  options: RowBootstrapOptions,
): (Bounds | null)[] {
  const total = groups.reduce((sum, rows) => sum + rows.length, 0);
  const values = new Float64Array(total);
  const groupOf = new Int32Array(total);
  let filled = 0;
  groups.forEach((rows, group) => {
    values.set(rows, filled);
    groupOf.fill(group, filled, filled + rows.length);
    filled += rows.length;
  });
  const replicates: number[][] = groups.map(() => []);
  const random = seededRandom(options.seed);
  for (let round = 0; round < options.rounds && total > 0; round++) {
    const sums = new Float64Array(groups.length);
    const counts = new Float64Array(groups.length);
    for (let draw = 0; draw < total; draw++) {
      const row = random.integer(total);
      const group = groupOf[row] as number;
      sums[group] = (sums[group] as number) + (values[row] as number);
      counts[group] = (counts[group] as number) + 1;
    }
    replicates.forEach((means, group) => {
      const count = counts[group] as number;
      if (count > 0) means.push((sums[group] as number) / count);
    });
  }
  return replicates.map((means) => boundsOf(Float64Array.from(means), high, options.quantiles));
}

function boundsOf(
  means: Float64Array,
  high: number,
  [lower, upper]: RowBootstrapOptions["quantiles"],
): Bounds | null {
  if (means.length === 0) return null;
  means.sort();
  const [least, most] = [means[0] as number, means.at(-1) as number];
  // Ratings of 0 and of all are infinite, so that nothing can be drawn between them and their neighbours.
  const isWithin = least > 0 && most < high;
  const scaled = isWithin ? means.map((mean) => Math.log(mean / (high - mean))) : means;
  const back = (value: number) => (isWithin ? high / (1 + Math.exp(-value)) : value);
  return { low: back(quantileOfSorted(scaled, lower)), high: back(quantileOfSorted(scaled, upper)) };
}
