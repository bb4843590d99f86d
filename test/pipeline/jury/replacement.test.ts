import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { juryRules, refuseIdleReplacement } from "../../../harness/assemble/jury.js";
import type { JuryRules } from "../../../harness/core/jury.js";
import { createDispatcher } from "../../../harness/pipeline/dispatch/dispatcher.js";
import type { PriceTable } from "../../../harness/pipeline/dispatch/prices.js";
import { createPlan } from "../../../harness/pipeline/plan.js";
import { scoreRun } from "../../../harness/pipeline/scores/score-run.js";
import { readJudgments } from "../../../harness/store/run-folder.js";
import { spentOn } from "../../../harness/store/spending.js";
import {
  endpointError,
  runSample,
  type SampleModel,
  sampleJudge,
  sampleModel,
  sampleSuite,
  temporaryFolder,
} from "../sample-plan.js";

const suite = sampleSuite(2);
const jury: JuryRules = { method: "mean" };

/** Fails on the first turn of the second question, and is not understood on the second one. */
function failingJudge(): SampleModel {
  return sampleModel("flaky", (request) => {
    const shown = request.messages[0]?.content ?? "";
    if (shown.includes("second 2")) return "no idea";
    if (shown.includes("first 2")) throw endpointError("content-filter", false);
    return "=4";
  });
}

function planOf(flaky: SampleModel, sure: SampleModel, spare?: SampleModel, questions = suite) {
  const common = { suite: questions.id, judge: sampleJudge, mode: "single" } as const;
  const replacement = spare === undefined ? {} : { replacement: spare };
  return createPlan({
    suites: [questions],
    models: [sampleModel("x")],
    judges: [
      { ...common, model: flaky, ...replacement },
      { ...common, model: sure },
    ],
    trials: 1,
  });
}

const sureJudge = () => sampleModel("sure", () => "=6");
const spareJudge = () => sampleModel("spare", () => "=10");

function boardsOf(run: string) {
  const { boards } = scoreRun(run, { jury });
  const rows = boards.map((board) => {
    if (board.metric !== "rating") throw new Error("no ratings");
    return { judge: board.judge, row: board.models[0] };
  });
  return { rows, own: rows[0]?.row, all: boards.at(-1)?.jury, score: rows.at(-1)?.row?.score };
}

describe("a judge's replacement", () => {
  test("judges what the judge failed on, for the jury alone", async () => {
    const run = temporaryFolder();
    const spare = spareJudge();
    const { manifest, gaps } = await runSample(run, planOf(failingJudge(), sureJudge(), spare));
    expect(spare.requests.map(({ messages }) => messages[0]?.content)).toEqual([
      "rate x on first 2",
      "rate x on first 2|x on second 2",
    ]);
    const { own, all, score, rows } = boardsOf(run);
    // Without it: (4 + 4) / 2 on the judge's own board, two places short.
    expect(own).toMatchObject({ score: 4, n: 2, invalid: 1, missing: 1 });
    // By place: 5, 5, and twice (10 + 6) / 2.
    expect(score).toBe(6.5);
    expect(rows).toHaveLength(3);
    expect(all?.members).toMatchObject([
      { judge: "flaky", verdicts: 2, replacement: { judge: "spare", verdicts: 2 } },
      { judge: "sure", verdicts: 4 },
    ]);
    // How far judges agree is of the judges themselves.
    expect(all?.items).toBe(2);
    expect(manifest).toMatchObject({
      status: "complete",
      judgments: { planned: 8, judged: 6, unreadable: 1, failed: 1, replaced: 2 },
      judgeModels: [{ id: "flaky" }, { id: "spare" }, { id: "sure" }],
    });
    expect(manifest.totals.find(({ model }) => model === "spare")).toMatchObject({ calls: 2 });
    expect(gaps.verdictsMissing).toBe(0);
  });

  test("is asked for no more than what is missing: on a folder without it, after a kill, and never twice", async () => {
    const run = temporaryFolder();
    await runSample(run, planOf(failingJudge(), sureJudge()));
    expect(boardsOf(run).score).toBe((5 + 5 + 6 + 6) / 4);
    const added = [failingJudge(), sureJudge(), spareJudge()] as const;
    await runSample(run, planOf(...added));
    expect(added.map(({ requests }) => requests.length)).toEqual([0, 0, 2]);
    expect(boardsOf(run).score).toBe(6.5);

    // Killed behind the judge's own last record: of two replacements one is lost.
    const [folder = ""] = readdirSync(join(run, "judgments")).filter((name) => name.includes("flaky"));
    const [name = ""] = readdirSync(join(run, "judgments", folder));
    const file = join(run, "judgments", folder, name);
    const lines = readFileSync(file, "utf8").trim().split("\n");
    writeFileSync(file, `${lines.slice(0, -1).join("\n")}\n`);
    const again = [failingJudge(), sureJudge(), spareJudge()] as const;
    const { manifest } = await runSample(run, planOf(...again));
    expect(again.map(({ requests }) => requests.length)).toEqual([0, 0, 1]);
    expect(boardsOf(run).score).toBe(6.5);
    // The judge's own calls are paid for once, however often its records are written.
    expect(manifest.totals.find(({ model }) => model === "flaky")).toMatchObject({ calls: 4 });

    const last = [failingJudge(), sureJudge(), spareJudge()] as const;
    await runSample(run, planOf(...last));
    expect(last.map(({ requests }) => requests.length)).toEqual([0, 0, 0]);
  });

  test("stands where asking the judge again could help, until that is asked for; then the judge counts again", async () => {
    const run = temporaryFolder();
    const down = () =>
      sampleModel("flaky", () => {
        throw endpointError("server-error", true);
      });
    await runSample(run, planOf(down(), sureJudge(), spareJudge()));
    const same = [down(), sureJudge(), spareJudge()] as const;
    await runSample(run, planOf(...same));
    expect(same.map(({ requests }) => requests.length)).toEqual([0, 0, 0]);
    const back = [sampleModel("flaky", () => "=4"), sureJudge(), spareJudge()] as const;
    await runSample(run, planOf(...back), { retryFailed: true });
    expect(back.map(({ requests }) => requests.length)).toEqual([4, 0, 0]);
    expect(boardsOf(run)).toMatchObject({ score: 5, all: { members: [{ verdicts: 4 }, { verdicts: 4 }] } });
    expect(boardsOf(run).all?.members[0]?.replacement).toMatchObject({ verdicts: 0 });
  });

  test("judges in the place of a judge that is given up, and is one voice where it stands in for two", async () => {
    const run = temporaryFolder();
    const many = sampleSuite(12);
    const mute = () => sampleModel("flaky", () => "no idea");
    const models = [mute(), mute(), spareJudge()] as const;
    const common = { suite: many.id, judge: sampleJudge, mode: "single", replacement: models[2] } as const;
    const second = { ...models[1], id: "mute", identity: { adapter: "sample", model: "mute" } };
    const plan = createPlan({
      suites: [many],
      models: [sampleModel("x")],
      judges: [
        { ...common, model: models[0] },
        { ...common, model: second },
      ],
      trials: 1,
    });
    const { gaps } = await runSample(run, plan, { judgeAttempts: 1 });
    // 20 of 24 verdicts show that a judge cannot be read; the replacement judges all of them.
    expect(models[0].requests).toHaveLength(20);
    expect(gaps.verdictsMissing).toBe(0);
    const { score, all } = boardsOf(run);
    expect(score).toBe(10);
    expect(all?.members.map(({ replacement }) => replacement?.verdicts)).toEqual([24, 0]);
    const codes = Array.from(readJudgments(run), (one) => (one.status === "failed" ? one.error.code : ""));
    expect(codes.filter((code) => code === "judge-given-up")).toHaveLength(8);
    const before = models[2].requests.length;
    await runSample(run, plan, { judgeAttempts: 1 });
    expect([models[0].requests.length, models[2].requests.length]).toEqual([20, before]);
  });

  test("counts for the budget, and stops at it with what was paid for on disk", async () => {
    const run = temporaryFolder();
    const price = { inputPerMillion: 1e5, outputPerMillion: 0 };
    const prices: PriceTable = {
      asOf: "2026-01-01",
      models: new Map(["x", "flaky", "sure", "spare"].map((id) => [id, price])),
    };
    // One call takes ten tokens of input: a dollar.
    const within = (budgetUsd: number, spentUsd: number) =>
      createDispatcher({ concurrency: 1, maxRetries: 0, random: () => 0.5, prices, budgetUsd, spentUsd });
    const go = (budgetUsd: number) =>
      runSample(run, planOf(failingJudge(), sureJudge(), spareJudge()), {
        judgeAttempts: 1,
        dispatcher: within(budgetUsd, spentOn(run)),
      });
    const early = await go(9);
    expect(early.gaps.verdictsMissing).toBeGreaterThan(0);
    expect(spentOn(run)).toBeLessThanOrEqual(9);
    const { manifest } = await go(100);
    expect(manifest.totals.find(({ model }) => model === "spare")?.costUsd).toBe(2);
    // Four answers, three replies of the one judge and four of the other, two of the replacement; none of them twice.
    const { unrecordedUsd = 0 } = manifest;
    expect(spentOn(run) - unrecordedUsd).toBeCloseTo(13, 12);
    expect(manifest.totals.reduce((sum, { costUsd }) => sum + (costUsd ?? 0), 0)).toBeCloseTo(13, 12);
  });

  test("is refused where no jury reads it, and where it would count twice", () => {
    const [one, two] = [sureJudge(), spareJudge()];
    expect(() => refuseIdleReplacement(undefined, [{ model: one, replacement: two }])).toThrow(
      expect.objectContaining({ code: "replacement-unread" }),
    );
    refuseIdleReplacement(juryRules({ jury: "mean" }), [{ model: one, replacement: two }]);
    expect(() => planOf(failingJudge(), sureJudge(), sureJudge())).toThrow(
      expect.objectContaining({ code: "replacement-is-judge" }),
    );
  });
});
