import { describe, expect, it } from "vitest";
import { loadPrices } from "../../harness/assemble/prices.js";
import { estimatePlan } from "../../harness/pipeline/estimate.js";
import { createPlan } from "../../harness/pipeline/plan.js";
import { readJudgments } from "../../harness/store/run-folder.js";
import { createCriterionJudge } from "../../judges/rubric.js";
import { runSample, sampleModel, sampleSuite, temporaryFolder } from "./sample-plan.js";

const RUBRIC = {
  criteria: ["first", "second", "third"].map((text, index) => ({ text, points: index === 2 ? -1 : 2 })),
};

/** A run of one question whose judge decides as it is told; undefined for a reply without a decision. */
async function judgedBy(decide: (criterion: string) => string | undefined) {
  const run = temporaryFolder();
  const suite = sampleSuite(1);
  const questions = suite.questions.map((question) => ({ ...question, rubric: RUBRIC }));
  const asked: string[] = [];
  const model = sampleModel("judge", ({ messages }) => {
    const text = messages.at(-1)?.content ?? "";
    const [, criterion = ""] = /\n1\. (.*)\n/.exec(text) ?? [];
    const [, code = ""] = /CRITERION K \[(\w+)\]/.exec(text) ?? [];
    asked.push(criterion);
    const decision = decide(criterion);
    return decision === undefined ? "I cannot say." : `So.\nCRITERION 1 [${code}]: ${decision}`;
  });
  const plan = createPlan({
    suites: [{ ...suite, questions, sampling: { ...suite.sampling, maxTokens: 2048 } }],
    models: [sampleModel("mine")],
    judges: [{ suite: suite.id, judge: createCriterionJudge(), model, mode: "single" }],
    trials: 1,
  });
  await runSample(run, plan);
  return { plan, asked, judgments: [...readJudgments(run)] };
}

describe("a verdict that takes a call for each criterion", () => {
  it("is one record with every reply, and its score is computed from all decisions", async () => {
    const { asked, judgments } = await judgedBy((criterion) => (criterion === "second" ? "NOT MET" : "MET"));
    expect(asked).toEqual(["first", "second", "third"]);
    expect(judgments).toMatchObject([
      { status: "judged", verdict: { kind: "rating", rating: 25, criteria: [1, 0, 1] } },
    ]);
    expect(judgments[0]?.status === "judged" && judgments[0].replies).toHaveLength(3);
  });

  it("asks no further behind a criterion that cannot be read, and that is no unmet criterion", async () => {
    const { asked, judgments } = await judgedBy((criterion) => (criterion === "second" ? undefined : "MET"));
    expect(new Set(asked)).toEqual(new Set(["first", "second"]));
    expect(judgments).toMatchObject([{ status: "judged", verdict: { kind: "unreadable" } }]);
  });

  it("stands beside one call in the plan, with what a prompt cache can hold", async () => {
    const { plan } = await judgedBy(() => "MET");
    const { ways = [] } = estimatePlan(plan, await loadPrices(undefined));
    expect(ways.map(({ protocol, isPlanned, calls }) => [protocol, isPlanned, calls])).toEqual([
      ["rubric-each", true, 3],
      ["rubric", false, 1],
    ]);
    // Two of three calls begin like the first; long answers make the shared part longer.
    const [{ low, high } = { low: 0, high: 0 }, whole] = ways.map((way) => way.cacheableShare);
    expect(whole).toEqual({ low: 0, high: 0 });
    expect(low).toBeGreaterThan(0.4);
    expect(high).toBeGreaterThan(low);
    expect(high).toBeLessThan(2 / 3);
  });
});
