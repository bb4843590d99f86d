import { expect, test } from "vitest";
import type { Suite } from "../../../harness/core/records.js";
import { readScoredRun } from "../../../harness/pipeline/scores/read-scored-run.js";
import { viewOf } from "../../../reports/view/view.js";
import { checksOf } from "../../../suites/checks/check-answers.js";
import { runSample, sampleModel, sampleSuite, singlePlan, temporaryFolder } from "../sample-plan.js";

const judge = sampleModel("judge", () => "=7");

function checkedSuite(): Suite {
  const suite = sampleSuite(4);
  const length = { kind: "words", max: 2, name: "words", turn: 1 } as const;
  const second = { kind: "contains", texts: ["second"], name: "contains", turn: 2 } as const;
  return { ...suite, checks: Object.fromEntries(suite.questions.map(({ id }) => [id, [length, second]])) };
}

/** Fails the first check on one question of four, says "second" everywhere. */
const model = () =>
  sampleModel("m", ({ messages }) => {
    const asked = messages.at(-1)?.content ?? "";
    return asked === "first 2" ? "far too many words" : asked;
  });

test("checks are figures beside the judge's: rates by name with intervals over questions", async () => {
  const run = temporaryFolder();
  const answering = model();
  await runSample(run, singlePlan(checkedSuite(), [answering], judge));
  const { scores, verdicts, manifest, records } = readScoredRun(run, { checksOf });
  const row = scores.boards[0]?.models[0];
  expect(row?.checks).toMatchObject({ passed: 7, failed: 1, n: 8, rate: 87.5 });
  expect(row?.checks?.checks.words).toMatchObject({ passed: 3, failed: 1, rate: 75, standardError: 25 });
  expect(row?.checks?.checks.words?.interval?.high).toBeLessThanOrEqual(100);
  expect(row?.checks?.checks.contains).toMatchObject({ passed: 4, failed: 0, rate: 100 });

  const view = viewOf({
    scores,
    manifests: [manifest],
    suites: [...verdicts.suites.values()],
    answers: records.answers,
    judgments: records.judgments,
    checked: [...(verdicts.checked?.values() ?? [])],
    comparisons: [],
    generatedAt: "2026-01-01T00:00:00Z",
    version: "0",
  });
  expect(view.boards[0]?.checks.map(({ name, models }) => [name, models[0]?.figure.text])).toEqual([
    ["all checks", "87.5%"],
    ["words", "75.0%"],
    ["contains", "100.0%"],
  ]);
  const turns = view.reading.find(({ id }) => id === "q2")?.answers[0]?.turns;
  expect(turns?.map(({ checks }) => checks)).toEqual([
    [{ wanted: "at most 2 words", passed: false, found: "4 words" }],
    [{ wanted: 'contains "second"', passed: true, found: "all" }],
  ]);
});

test("checks that are added to a suite later count without asking anything again", async () => {
  const run = temporaryFolder();
  const first = model();
  await runSample(run, singlePlan({ ...checkedSuite(), checks: {} }, [first], judge));
  expect(readScoredRun(run, { checksOf }).scores.boards[0]?.models[0]?.checks).toBeUndefined();
  const again = model();
  await runSample(run, singlePlan(checkedSuite(), [again], judge));
  expect([first.requests.length, again.requests.length]).toEqual([8, 0]);
  expect(readScoredRun(run, { checksOf }).scores.boards[0]?.models[0]?.checks?.n).toBe(8);
});
