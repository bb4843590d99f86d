import {
  type BootstrapEstimate,
  type BootstrapOptions,
  bootstrapStatistic,
} from "../../harness/stats/bootstrap.js";
import { sumByCluster } from "../../harness/stats/clustered-mean.js";

/** Bootstrap of a mean over pooled rows that come in clusters of any size (Σ sums / Σ sizes of the drawn clusters). */
export function bootstrapClusteredMean(
  values: ArrayLike<number>,
  clusterIds: ArrayLike<string | number>,
  options: BootstrapOptions,
): BootstrapEstimate {
  const { sums, sizes } = sumByCluster(values, clusterIds);
  const mean = (counts: Float64Array) => {
    let [sum, size] = [0, 0];
    for (const [cluster, count] of counts.entries()) {
      sum += count * (sums[cluster] ?? 0);
      size += count * (sizes[cluster] ?? 0);
    }
    return sum / size;
  };
  return bootstrapStatistic(sums.length, mean, options);
}
