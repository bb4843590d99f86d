import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readJsonLines } from "../../harness/core/jsonl.js";
import { knownSuite } from "../../harness/core/known-suites.js";
import { minimumDetectableEffect } from "../../harness/stats/power.js";

const mirror = process.env.ASSAY_MIRROR ?? "";

test("a suite is known however its name is written", () => {
  expect(knownSuite("mt_bench")?.questions).toBe(80);
  expect(knownSuite("leaderboard_mmlu_pro")?.questions).toBe(12032);
  expect(knownSuite("our-suite")).toBeUndefined();
});

describe.skipIf(mirror === "")("published ratings (needs ASSAY_MIRROR)", () => {
  test("MT-Bench's spread is that of a model and its fine-tuned successor: 80 questions see about 0.4", () => {
    const sums = new Map<string, number>();
    const file = join(mirror, "mt_bench/model_judgment/gpt-4_single.jsonl");
    for (const { value } of readJsonLines(file)) {
      const { model, question_id: id, score } = value as Record<string, string | number>;
      const sign = model === "ultrachat_sai" ? 0.5 : model === "ultrachat_baseline" ? -0.5 : 0;
      sums.set(String(id), (sums.get(String(id)) ?? 0) + sign * Number(score));
    }
    const differences = [...sums.values()];
    const mean = differences.reduce((sum, one) => sum + one, 0) / differences.length;
    const squares = differences.reduce((sum, one) => sum + (one - mean) ** 2, 0);
    const spread = Math.sqrt(squares / (differences.length - 1));
    const known = knownSuite("mt-bench");
    expect(known?.spread?.value).toBe(Number(spread.toFixed(2)));
    expect(minimumDetectableEffect(spread, differences.length).value).toBeCloseTo(0.435, 3);
  });
});
