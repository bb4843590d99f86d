import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readPolicy } from "../../harness/config/read-policy.js";

const folder = mkdtempSync(join(tmpdir(), "assay-policy-"));

function written(text: string): string {
  const file = join(folder, "policy.yaml");
  writeFileSync(file, text);
  return file;
}

const read = (text: string) => readPolicy(written(text));

describe("a policy of NeMo Evaluator", () => {
  test("entries inherit what they leave out, and what nobody says has the tool's defaults", async () => {
    const policy = await read(`version: 1
defaults:
  tier: critical
  max_relative_drop: 0.02
  metric: mean_reward
benchmarks:
  mmlu: { tier: supporting, max_drop: 0.01 }
  perplexity: { direction: lower_is_better, max_relative_drop: null }
  triviaqa:
`);
    expect(policy).toMatchObject({
      units: "scale",
      level: 95,
      defaults: { tier: "critical", maxDrop: 0.015, maxRelativeDrop: 0.02, metric: "mean_reward" },
    });
    expect(policy.entries).toEqual([
      { name: "mmlu", tier: "supporting", maxDrop: 0.01, maxRelativeDrop: 0.02, metric: "mean_reward" },
      {
        name: "perplexity",
        tier: "critical",
        maxDrop: 0.015,
        maxRelativeDrop: 0.02,
        metric: "mean_reward",
        lowerIsBetter: true,
      },
      { name: "triviaqa", tier: "critical", maxDrop: 0.015, maxRelativeDrop: 0.02, metric: "mean_reward" },
    ]);
    expect((await read("version: 1\n")).defaults).toEqual({ tier: "supporting", maxDrop: 0.015 });
  });

  test.each([
    [
      "benchmarks:\n  mmlu: { max_dorp: 0.01 }\n",
      /policy\.yaml:2: unknown key "benchmarks\.mmlu\.max_dorp"/,
      /"max_drop"/,
    ],
    ["benchmarks:\n  mmlu:\n    maxDrop: 0.01\n", /policy\.yaml:3: unknown key/, /"max_drop"/],
    [
      "benchmark:\n  mmlu: {}\n",
      /policy\.yaml:2: unknown key "benchmark"|policy\.yaml:1: unknown key/,
      /"benchmarks"/,
    ],
    ["version: 2\nbenchmarks: {}\n", /version: cannot be "2"/, /1/],
    ["benchmarks:\n  mmlu: { max_drop: -1 }\n", /max_drop: must be at least 0/, /docs\/policy\.md/],
    ["benchmarks:\n  mmlu: { relative_guard_below: 20 }\n", /must be at most 1/, /docs\/policy\.md/],
    ["benchmarks:\n  mmlu: { tier: high }\n", /cannot be "high"/, /critical/],
  ])("%j is refused with file, line and remedy", async (text, message, remedy) => {
    await expect(read(text)).rejects.toMatchObject({
      message: expect.stringMatching(message),
      remedy: expect.stringMatching(remedy),
    });
  });
});

describe("a policy of one's own", () => {
  test("limits are in the unit of each figure, relative ones in percent", async () => {
    const policy = await read(`base: runs/main
confidence: 0.9
inconclusive: fail
defaults: { tier: advisory, minQuestions: 50 }
suites:
  mt-bench: { tier: critical, min: 6.5, maxDrop: 0.2 }
  agieval/math: { maxRelativeDrop: 5, relativeBelow: 20 }
`);
    expect(policy).toMatchObject({ units: "own", base: "runs/main", level: 90, inconclusive: "fail" });
    expect(policy.entries).toEqual([
      { name: "mt-bench", tier: "critical", min: 6.5, maxDrop: 0.2, minQuestions: 50 },
      { name: "agieval/math", tier: "advisory", maxRelativeDrop: 0.05, relativeBelow: 20, minQuestions: 50 },
    ]);
  });

  test.each([
    ["suites:\n  mt-bench: { tier: critical }\n", /policy\.yaml:2: suites\.mt-bench: limits nothing/],
    ["suites:\n  mt-bench: { max_drop: 1 }\n", /unknown key "suites\.mt-bench\.max_drop"/],
    ["suites:\n  a: { min: 7, max: 6 }\n", /min 7 lies above max 6/],
    ["suites: {}\n", /the policy: limits nothing/],
    ["suites:\n  a: { maxDrop: 1, relativeBelow: 2 }\n", /relativeBelow without maxRelativeDrop/],
    ["", /the file: must be an object with keys/],
    ["suites: [mt-bench]\n", /suites: must be an object with keys/],
    ["suites:\n  a: { maxDrop: 1 }\nbenchmarks: {}\n", /unknown key "suites"|unknown key "benchmarks"/],
    ["suites:\n\ta: 1\n", /policy\.yaml:2: not valid YAML/],
  ])("%j is refused", async (text, message) => {
    await expect(read(text)).rejects.toThrow(message);
  });

  test("a file that is not there is refused with the page that shows one", async () => {
    await expect(readPolicy(join(folder, "none.yaml"))).rejects.toMatchObject({
      code: "config-not-found",
      remedy: expect.stringContaining("docs/policy.md"),
    });
  });
});
