import { compositeKey } from "../../core/composite-key.js";
import type { Manifest } from "../../core/manifest.js";
import type { Suite, Warning } from "../../core/records.js";
import { showShard } from "../shard.js";

/** A run folder that is to be merged. */
export interface RunToMerge {
  /** As it was named. */
  readonly path: string;
  readonly manifest: Manifest;
  /** Questions that count: those of the undivided run where this is a shard. */
  readonly suites: readonly Suite[];
  /** Questions that the run itself asked. */
  readonly asked: readonly Suite[];
}

function shardWarnings(runs: readonly RunToMerge[]): Warning[] {
  const groups = new Map<string, { count: number; present: Set<number>; models: string }>();
  for (const { manifest } of runs) {
    const { shard } = manifest;
    if (shard === undefined) continue;
    const models = manifest.models.map((model) => model.id).join(", ");
    const key = compositeKey(shard.count, models);
    const group = groups.get(key) ?? { count: shard.count, present: new Set(), models };
    groups.set(key, group);
    group.present.add(shard.index);
  }
  return [...groups.values()].flatMap(({ count, present, models }) => {
    const missing = Array.from({ length: count }, (_, place) => place + 1).filter((one) => !present.has(one));
    if (missing.length === 0) return [];
    const names = missing.map((index) => showShard({ index, count })).join(", ");
    const message = `of ${models}, shard ${names} is not among the runs; its questions count as missing`;
    return [{ code: "shard-missing", message, count: missing.length }];
  });
}

function stateWarnings(runs: readonly RunToMerge[]): Warning[] {
  const [first] = runs;
  const seeds = new Set(runs.map(({ manifest }) => manifest.seed));
  const unfinished = runs.filter(({ manifest }) => manifest.status !== "complete");
  return [
    ...(seeds.size > 1
      ? [
          {
            code: "different-seeds",
            message: `the runs have different seeds; intervals are drawn with ${first?.manifest.seed}`,
          },
        ]
      : []),
    ...unfinished.map(({ path, manifest }) => ({
      code: "run-incomplete",
      message: `${path} is ${manifest.status === "running" ? "running, or was killed" : manifest.status}; what it lacks counts as missing`,
    })),
  ];
}

/** What must be said of runs that are merged: shards that are missing, runs that did not finish, different seeds. */
export function mergeWarnings(runs: readonly RunToMerge[]): Warning[] {
  return [...shardWarnings(runs), ...stateWarnings(runs)];
}
