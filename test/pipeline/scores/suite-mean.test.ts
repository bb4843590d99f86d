import { describe, expect, test } from "vitest";
import type { Suite } from "../../../harness/core/records.js";
import { createPlan } from "../../../harness/pipeline/plan.js";
import { readScoredRun } from "../../../harness/pipeline/scores/read-scored-run.js";
import { createRubricJudge } from "../../../judges/rubric.js";
import { runSample, sampleModel, sampleSuite, temporaryFolder } from "../sample-plan.js";

/** Meets the first criterion where the question says so, and has the fault where it says that. */
const judgeModel = sampleModel("judge", ({ messages }) => {
  const text = messages.at(-1)?.content ?? "";
  const code = /carry the code (\w+)/.exec(text)?.[1] ?? "";
  const asked = /BEGIN USER TURN 1[^\n]*\n([^\n]*)/.exec(text)?.[1] ?? "";
  const decide = (met: boolean) => (met ? "MET" : "NOT MET");
  return `Seen.\nCRITERION 1 [${code}]: ${decide(asked.includes("good"))}\nCRITERION 2 [${code}]: ${decide(asked.includes("fault"))}`;
});

function suiteOf(
  turns: readonly (readonly [category: string, turn: string])[],
  scoring?: Suite["scoring"],
): Suite {
  const questions = turns.map(([category, turn], index) => ({
    id: `q${index}`,
    category,
    turns: [turn],
    rubric: {
      criteria: [
        { text: "good", points: 2 },
        { text: "fault", points: -6 },
      ],
    },
  }));
  const base = sampleSuite(1);
  const categories = [...new Set(turns.map(([category]) => category))];
  return { ...base, questions, categories, ...(scoring === undefined ? {} : { scoring }) };
}

async function scoreOf(suite: Suite) {
  const run = temporaryFolder();
  const binding = { suite: suite.id, judge: createRubricJudge(), model: judgeModel, mode: "single" as const };
  await runSample(
    run,
    createPlan({ suites: [suite], models: [sampleModel("m")], judges: [binding], trials: 1 }),
  );
  const [board] = readScoredRun(run).scores.boards;
  if (board?.metric !== "rating") throw new Error("no board of ratings");
  return { board, row: board.models[0] };
}

describe("a model's figure by rubric, as the suite declares it", () => {
  const faulty = [
    ["a", "good"],
    ["a", "fault"],
    ["b", "fault"],
  ] as const;

  test("the mean of item scores may be below 0; the scale says how far", async () => {
    const { board, row } = await scoreOf(suiteOf(faulty));
    expect(board.scale).toEqual({ low: -300, high: 100 });
    // 1, −3 and −3.
    expect(row?.score).toBeCloseTo(-500 / 3, 10);
  });

  test("each criterion that questions share stands by model, faults with their share", async () => {
    const { row } = await scoreOf(suiteOf(faulty));
    expect(row?.criteria?.good).toMatchObject({ n: 3, rate: 100 / 3 });
    expect(row?.criteria?.fault).toMatchObject({ n: 3, rate: 200 / 3 });
    expect(row?.criteria?.fault?.interval?.high).toBeLessThanOrEqual(100);
  });

  test("HealthBench's is cut at 0, after the mean and not before", async () => {
    const { row } = await scoreOf(suiteOf(faulty, { clip: true }));
    expect(row).toMatchObject({ score: 0, n: 3 });
    expect(row?.categories.a?.score).toBe(-100);
    expect(row?.interval?.low ?? 0).toBe(0);
  });

  test("MultiChallenge's is the mean of the axes, however many questions each has", async () => {
    const turns = [
      ["a", "good"],
      ["a", "good"],
      ["a", "good"],
      ["a", "no"],
      ["b", "good"],
      ["b", "no"],
    ] as const;
    const { row } = await scoreOf(suiteOf(turns, { mean: "categories" }));
    expect(row?.score).toBe((75 + 50) / 2);
    // SE² of the axes: 25² and 50², over 2².
    expect(row?.standardError).toBeCloseTo(Math.sqrt(25 ** 2 + 50 ** 2) / 2, 10);
  });
});
