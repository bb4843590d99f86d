import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { useBench } from "../command-runner.js";
import { recordedConfig } from "../recorded-run.js";

const bench = useBench();

async function runShard(shard: string | undefined, out: string): Promise<void> {
  bench.write("recorded.json", recordedConfig([{ metric: "score", min: 9 }]));
  const flags = shard === undefined ? [] : ["--shard", shard];
  const { code, stderr } = await bench.assay("run", "recorded.json", "--out", out, "--quiet", ...flags);
  // The gate is out of reach: it fails the undivided run, and is no concern of a part.
  expect(code, stderr).toBe(shard === undefined ? 1 : 0);
}

function figures(run: string): unknown {
  const { boards, warnings } = JSON.parse(readFileSync(join(bench.folder, run, "scores.json"), "utf8"));
  return { boards, warnings };
}

describe("assay run --shard and assay merge", () => {
  test("the merged parts are the undivided run: figures, gates, report, exit code", async () => {
    await runShard(undefined, "whole");
    for (const index of [1, 2, 3]) await runShard(`${index}/3`, `part-${index}`);
    const merged = await bench.assay("merge", "part-3", "part-1", "part-2", "--out", "merged");
    expect(merged.code).toBe(1);
    expect(merged.stdout).toContain("sample-large");
    expect(figures("merged")).toEqual(figures("whole"));
    expect(existsSync(join(bench.folder, "merged", "report"))).toBe(true);
    const manifest = JSON.parse(readFileSync(join(bench.folder, "merged", "run.json"), "utf8"));
    expect(manifest).toMatchObject({
      status: "complete",
      mergedFrom: ["part-3", "part-1", "part-2"],
      suites: [{ id: "quickstart", questions: 24 }],
      config: { suites: ["quickstart"] },
    });
    expect(manifest.config).not.toHaveProperty("shard");
  });

  test("a missing part is an incomplete run, unless that is allowed; merging again replaces it", async () => {
    for (const index of [1, 2, 3]) await runShard(`${index}/3`, `part-${index}`);
    const first = await bench.assay("merge", "part-1", "part-2", "--out", "merged");
    expect(first.code).toBe(3);
    expect(first.stderr).toContain("shard 3/3 is not among the runs");
    expect(first.stderr).toContain("missing: 16 answers and 64 verdicts");
    const allowed = await bench.assay("merge", "part-1", "part-2", "--out", "other", "--max-missing", "40");
    expect(allowed.code).toBe(1);
    const taken = await bench.assay("merge", "part-1", "part-2", "part-3", "--out", "merged");
    expect(taken.code).toBe(2);
    expect(taken.stderr).toContain("--force");
    const again = await bench.json("merge", "part-1", "part-2", "part-3", "--out", "merged", "--force");
    expect(again.code).toBe(1);
    expect(again.document).toMatchObject({ schema: "assay.scores/1" });
    // Merged, it is a run like any other: run whole, it has nothing left to ask.
    bench.write("plain.json", recordedConfig());
    const run = await bench.assay("run", "plain.json", "--out", "merged", "--quiet");
    expect(run.code).toBe(0);
  });

  test("answers that were collected in parts are judged as one", async () => {
    bench.write("recorded.json", recordedConfig());
    for (const index of [1, 2]) {
      const { code } = await bench.assay(
        "answer",
        "recorded.json",
        "--out",
        `part-${index}`,
        "--shard",
        `${index}/2`,
        "--quiet",
      );
      expect(code).toBe(0);
    }
    const merged = await bench.assay("merge", "part-1", "part-2", "--out", "merged", "--quiet");
    expect(merged.code).toBe(3);
    const judged = await bench.assay("judge", "merged", "--quiet");
    expect(judged.code, judged.stderr).toBe(0);
    const { code } = await bench.assay("run", "recorded.json", "--out", "whole", "--quiet");
    expect(code).toBe(0);
    expect(figures("merged")).toEqual(figures("whole"));
  });

  test("a shard is judged later as the shard that it is", async () => {
    bench.write("recorded.json", recordedConfig());
    for (const index of [1, 2]) {
      await bench.assay(
        "answer",
        "recorded.json",
        "--out",
        `part-${index}`,
        "--shard",
        `${index}/2`,
        "--quiet",
      );
      expect((await bench.assay("judge", `part-${index}`, "--quiet")).code).toBe(0);
    }
    expect((await bench.assay("merge", "part-1", "part-2", "--out", "merged", "--quiet")).code).toBe(0);
  });

  test.each([
    [["--shard", "3/2"], "invalid-shard"],
    [["--shard", "half"], "--shard"],
    [["--shard", "99/100", "--limit", "3"], "without a question"],
  ])("run %j is refused", async (flags, words) => {
    bench.write("recorded.json", recordedConfig());
    const { code, stdout, stderr } = await bench.assay("run", "recorded.json", ...flags, "--json");
    expect(code).toBe(2);
    expect(stdout + stderr).toContain(words);
  });

  test("shards of one machine have folders of their own", async () => {
    bench.write("recorded.json", recordedConfig());
    await bench.assay("run", "recorded.json", "--shard", "2/3", "--quiet");
    expect(existsSync(join(bench.folder, "runs/quickstart-sample-small-sample-large-shard-2-of-3"))).toBe(
      true,
    );
  });

  test("merging what is no run folder names it", async () => {
    const { code, stderr } = await bench.assay("merge", "nothing", "--out", "merged");
    expect(code).toBe(2);
    expect(stderr).toContain("nothing is not a run folder");
  });
});
