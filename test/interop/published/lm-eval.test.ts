import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Question } from "../../../harness/core/records.js";
import { exportLmEval } from "../../../harness/interop/lm-eval/export-run.js";
import { createPlan } from "../../../harness/pipeline/plan.js";
import { scoreRun } from "../../../harness/pipeline/scores/score-run.js";
import { createAnswerKeyJudge } from "../../../judges/answer-key/answer-key.js";
import { runSample, sampleModel, sampleSuite, temporaryFolder } from "../../pipeline/sample-plan.js";
import { imported } from "../results/imported.js";
import { publishedSample } from "./published-sample.js";

async function answered(trials: number): Promise<string> {
  const run = join(temporaryFolder(), "run");
  const questions = sampleSuite(12).questions.map(({ id, category }): Question => {
    const key = { kind: "choice", choices: ["one", "two", "three", "four"], right: ["B"] } as const;
    return { id, category, turns: [`Pick, ${id}: A one, B two, C three, D four`], key };
  });
  const suite = { ...sampleSuite(0), questions };
  const answer = (every: number) => (text: string) =>
    Number(/q(\d+)/.exec(text)?.[1]) % every === 0 ? "Answer: C" : "Answer: B";
  const models = [
    sampleModel("base/7b", ({ messages }) => answer(2)(messages.at(-1)?.content ?? "")),
    sampleModel("ckpt", ({ messages }) => answer(5)(messages.at(-1)?.content ?? "")),
  ];
  const judge = createAnswerKeyJudge();
  const judges = [{ suite: suite.id, judge, model: sampleModel("answer-key"), mode: "single" as const }];
  await runSample(run, createPlan({ suites: [suite], models, judges, trials }));
  return run;
}

describe("suites with right answers in the layout of lm-evaluation-harness", () => {
  it.each([1, 2])("read back to the same figures (trials: %i)", async (trials) => {
    const run = await answered(trials);
    const out = temporaryFolder();
    const { warnings } = await exportLmEval(run, out, { modelIds: ["ckpt=org/ckpt"] });
    expect(warnings).toEqual([]);
    const back = await imported([out]);
    const [board] = scoreRun(run).boards;
    const [again] = back.scores.boards;
    if (board?.metric !== "rating" || again?.metric !== "rating") throw new Error("no board");
    const rows = board.models.map(({ model, score, standardError }) => [
      model === "ckpt" ? "org/ckpt" : model,
      score,
      standardError,
    ]);
    // Questions come back in another order, which moves the last digit of a sum.
    const close = (value: number | null | undefined) => expect.closeTo(value ?? Number.NaN, 9);
    expect(
      again.models.map(({ model, score, interval }) => [model, score, interval?.low, interval?.high]),
    ).toEqual(
      board.models.map(({ interval }, at) => [
        rows[at]?.[0],
        rows[at]?.[1],
        close(interval?.low),
        close(interval?.high),
      ]),
    );
    expect(back.warnings).toEqual([]);
    const stated = back.scores.figures?.map(({ model, metric, value, standardError }) => [
      model,
      metric,
      value,
      standardError,
    ]);
    expect(stated).toHaveLength(2);
    for (const [model, score, error] of rows)
      expect(stated).toContainEqual([model, "acc", Number(score) / 100, Number(error) / 100]);
  });

  it("names what it has no place for", async () => {
    const { files, warnings } = await exportLmEval(await publishedSample(), temporaryFolder());
    expect(files).toEqual([]);
    expect(warnings.filter(({ code }) => code === "not-exported")).toHaveLength(3);
  });
});
