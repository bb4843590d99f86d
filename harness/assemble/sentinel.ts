import { dirname, join } from "node:path";
import type { RunConfig } from "../config/resolve.js";
import { ConfigError } from "../core/errors.js";
import type { SentinelSettings } from "../pipeline/sentinel/rounds-due.js";

/**
 * A budget is counted where calls are made, and batches count theirs apart from the sentinel's.
 * @throws ConfigError `sentinel-and-batch`.
 */
export function refuseUncountedSentinel(config: RunConfig, isBatched: boolean): void {
  if (config.sentinel === undefined || config.budget === undefined || !isBatched) return;
  throw new ConfigError("a sentinel, batches and a budget do not go together", {
    code: "sentinel-and-batch",
    remedy: "Leave out --budget, --batch or --sentinel.",
  });
}

/**
 * What a run's configuration says of its sentinel.
 * @param run Run folder; beside it lies the file that runs share, unless another is named.
 * @throws ConfigError where nobody would ask the judge from here, or a file is named for nothing.
 */
export function sentinelOf(config: RunConfig, run: string | undefined): SentinelSettings | undefined {
  const { sentinel: anchors, sentinelFile, queue, shard } = config;
  if (anchors === undefined) {
    if (sentinelFile === undefined) return undefined;
    throw new ConfigError("a sentinel's file is named, but no anchors are asked for", {
      code: "sentinel-missing",
      remedy: "Add --sentinel N, such as --sentinel 40.",
    });
  }
  if (queue !== undefined || shard !== undefined) {
    const other = queue === undefined ? "shard" : "queue";
    throw new ConfigError(`a sentinel does not go together with --${other}`, {
      code: `sentinel-and-${other}`,
      remedy: "Leave --sentinel out here, and use it in a run that asks the judge by itself.",
    });
  }
  return { anchors, file: sentinelFile ?? join(dirname(run ?? "runs/run"), "sentinel.jsonl") };
}
