import { join } from "node:path";
import { expect, it } from "vitest";
import { refuseUncountedSentinel, sentinelOf } from "../../harness/assemble/sentinel.js";
import { resolveConfig } from "../../harness/config/resolve.js";

const config = (more: object) => resolveConfig([{ suites: ["assay-80"], ...more }]);

it("keeps a sentinel's file beside the run folder, where runs share it", () => {
  expect(sentinelOf(config({}), "runs/a")).toBeUndefined();
  const file = join("runs", "sentinel.jsonl");
  expect(sentinelOf(config({ sentinel: 40 }), join("runs", "a"))).toEqual({ anchors: 40, file });
  expect(sentinelOf(config({ sentinel: 40, sentinelFile: "s.jsonl" }), "runs/a")?.file).toBe("s.jsonl");
});

it("refuses what would not be asked, or not be counted", () => {
  expect(() => sentinelOf(config({ sentinelFile: "s.jsonl" }), "a")).toThrow(/no anchors are asked for/);
  expect(() => sentinelOf(config({ sentinel: 4, shard: "1/2" }), "a")).toThrow(/--shard/);
  expect(() => sentinelOf(config({ sentinel: 4, queue: "redis://localhost" }), "a")).toThrow(/--queue/);
  expect(() => refuseUncountedSentinel(config({ sentinel: 4, budget: 5 }), true)).toThrow(/budget/);
  expect(() => refuseUncountedSentinel(config({ sentinel: 4 }), true)).not.toThrow();
});
