import { readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { evaluateGates } from "../../harness/assemble/gates.js";
import { reportInput, writeReport } from "../../harness/assemble/report.js";
import type { Clock } from "../../harness/core/clock.js";
import type { Answer } from "../../harness/core/records.js";
import { shownJudgment } from "../../harness/core/shown-judgment.js";
import { countingRecords } from "../../harness/store/counting-records.js";
import { runPaths } from "../../harness/store/run-folder.js";
import { runSample, sampleModel, sampleSuite, singlePlan, temporaryFolder } from "../pipeline/sample-plan.js";

const clock: Clock = {
  now: () => 1_700_000_000_000,
  monotonic: () => 0,
  sleep: () => Promise.resolve(),
  turn: () => Promise.resolve(),
};
const judge = sampleModel("judge", (request) =>
  request.subject.kind === "judgment" ? `=${request.subject.a === "x" ? 7 : 6}` : "",
);
const plan = () => singlePlan(sampleSuite(6), [sampleModel("x"), sampleModel("y")], judge);
const gates = [{ metric: "score", against: "x", maxRegression: 0.5 }] as const;
const formats = ["markdown", "junit", "csv", "json"];

describe("a run that was read once", () => {
  test("is gated and reported without its records being read again", async () => {
    const run = temporaryFolder();
    const result = await runSample(run, plan(), { keepRecords: true });
    for (const folder of [runPaths.answersFolder(run), runPaths.judgmentsFolder(run)])
      renameSync(folder, `${folder}-away`);
    const outcomes = await evaluateGates(gates, result);
    expect(outcomes.map(({ model, value }) => [model, value])).toEqual([["y", -1]]);
    const input = reportInput([result], clock);
    expect([input.answers.length, input.judgments.length]).toEqual([12, 24]);
    const files = await writeReport(input, formats, join(run, "report"), outcomes);
    expect(files.length).toBeGreaterThan(4);
  });

  test("gives the report that the folder gives", async () => {
    const run = temporaryFolder();
    const result = await runSample(run, plan(), { keepRecords: true });
    const reportOf = async (from: Parameters<typeof reportInput>[0], folder: string) => {
      const files = await writeReport(reportInput(from, clock), formats, join(run, folder));
      return files.map((file) => readFileSync(file, "utf8"));
    };
    const own = await reportOf([result], "own");
    expect(await reportOf([run], "read")).toEqual(own);
    const { records: _, ...without } = result;
    expect(await reportOf([without], "fallback")).toEqual(own);
  });

  test("keeps of each place the last record, and none of what was given on a replaced answer", async () => {
    const run = temporaryFolder();
    await runSample(run, plan());
    const suite = sampleSuite(6);
    const other = sampleModel("y", () => "another answer");
    const changed = { ...other, identity: { adapter: "sample", model: "y-2" } };
    const answersOnly = { answers: true, judgments: false };
    const models = [sampleModel("x"), changed];
    const result = await runSample(run, singlePlan(suite, models, judge), {
      stages: answersOnly,
      keepRecords: true,
    });
    const texts = (answers: readonly Answer[]) => answers.map((one) => `${one.model} ${one.turns[0]?.text}`);
    expect(texts(result.records?.answers ?? []).filter((text) => text === "y another answer")).toHaveLength(
      6,
    );
    expect(result.records?.judgments.every(({ a }) => a === "x")).toBe(true);
    const { answers, judgments } = countingRecords(run);
    expect(result.records).toEqual({ answers, judgments: judgments.map(shownJudgment) });
    expect(result.manifest.judgments.judged).toBe(12);
    expect(result.scores.warnings).toContainEqual(
      expect.objectContaining({ code: "stale-judgments", count: 12 }),
    );
  });
});
