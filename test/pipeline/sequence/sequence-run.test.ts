import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Board } from "../../../harness/core/board.js";
import { pairedMeans } from "../../../harness/pipeline/compare/paired-values.js";
import { comparedModels } from "../../../harness/pipeline/compare/question-values.js";
import type { RunResult } from "../../../harness/pipeline/run.js";
import type { MeasuredAim, SequenceSettings } from "../../../harness/pipeline/sequence/sequence-settings.js";
import { sequenceLooks } from "../../../harness/store/sequence-file.js";
import { sequenceTrends } from "../../../reports/view/sequence.js";
import { runSample, sampleModel, sampleSuite, singlePlan, temporaryFolder } from "../sample-plan.js";

const QUESTIONS = 80;
const suite = sampleSuite(QUESTIONS);

/** Rates y so much above x, on every question alike but for a steady wobble. */
function judge(lead: number) {
  return sampleModel("judge", (request) => {
    const text = request.messages[0]?.content ?? "";
    const own = 4 + (text.length % 2);
    return `=${text.startsWith("rate y") ? own + lead : own}`;
  });
}

function planOf(lead: number, asked = judge(lead)) {
  const models = [sampleModel("x"), sampleModel("y")];
  return { plan: singlePlan(suite, models, asked), asked, models };
}

function settingsOf(
  protocol: string,
  options: Partial<SequenceSettings> = {},
  limit = -0.5,
): SequenceSettings {
  const aim: MeasuredAim = {
    name: "score against x",
    metric: "score",
    model: "y",
    against: "x",
    suite: suite.id,
    protocol,
    limit,
    level: 95,
    horizon: QUESTIONS,
    scale: { low: -9, high: 9 },
    valueOn: (board) => {
      const models = comparedModels(board);
      const slots = (id: string) => models.find(({ model }) => model === id)?.slots ?? [];
      return pairedMeans(slots("x"), slots("y")).differences[0];
    },
  };
  return {
    design: "anytime",
    population: "questions",
    looks: undefined,
    futility: undefined,
    stratified: false,
    aims: [aim],
    ahead: 4,
    ...options,
  };
}

function rowOf({ scores }: RunResult, model: string) {
  return (scores.boards[0] as Board).models.find((row) => row.model === model);
}

describe("a run that stops when it is decided", () => {
  test("asks no more than the decision and what was under way, and rests on the decided questions", async () => {
    const run = temporaryFolder();
    const { plan, asked } = planOf(2);
    const sequence = settingsOf(plan.protocols[0]?.protocol.id ?? "");
    const result = await runSample(run, plan, { sequence });
    const record = result.manifest.sequence;
    expect(record).toMatchObject({ state: "stopped", of: QUESTIONS });
    expect(record?.aims[0]).toMatchObject({
      outcome: "pass",
      estimate: expect.closeTo(2, 9),
      questions: record?.used,
    });
    const used = record?.used ?? 0;
    expect(used).toBeLessThan(40);
    expect(record?.beyond).toBeLessThanOrEqual(4);
    // Two turns of two models for each question that was asked.
    expect(asked.requests).toHaveLength(4 * (used + (record?.beyond ?? 0)));
    expect(result.manifest).toMatchObject({ status: "complete", answers: { planned: 2 * used } });
    expect(result.gaps.missingPercent).toBe(0);
    expect(result.scores.boards[0]).toMatchObject({
      part: { questions: used, of: QUESTIONS },
      sequence: { state: "stopped", used, of: QUESTIONS },
    });
    expect(rowOf(result, "y")).toMatchObject({
      n: 2 * used,
      missing: 0,
      interval: null,
      standardError: null,
    });
    expect(rowOf(result, "y")?.reasons?.interval).toContain("--stop-when");
    expect(sequenceLooks(run)?.looks).toHaveLength(used);
    const [trend] = sequenceTrends(result.scores);
    expect(result.scores.sequence?.cost).toMatchObject({ fullCalls: 8 * QUESTIONS });
    expect(trend?.points.at(-1)?.label).toBe(String(used));
    expect(trend?.overall.map(({ name }) => name)).toEqual(["y − x", "limit −0.50"]);
    expect(trend?.course).toMatchObject({ end: "stopped: above the limit" });
    expect(trend?.course?.sentence).toMatch(/y against x is \+2\.\d+ points .*; it is above −0\.5\.$/);
    expect(trend?.course?.description).toContain(`in the end +2.00`);
    expect(trend?.course?.description).toContain(`after ${used} of ${QUESTIONS} questions`);
    expect(trend?.overall[0]?.points.at(-1)?.interval?.low.value).toBe(record?.aims[0]?.interval?.low);
  });

  test("comes to the same decision when it is killed in between, whatever arrived when", async () => {
    const [whole, broken] = [temporaryFolder(), temporaryFolder()];
    const protocol = planOf(1).plan.protocols[0]?.protocol.id ?? "";
    const first = await runSample(whole, planOf(1).plan, { sequence: settingsOf(protocol) });
    // Another window lets others arrive; then half of the verdicts, the looks' end and the manifest's end are gone.
    await runSample(broken, planOf(1).plan, { sequence: settingsOf(protocol, { ahead: 9 }) });
    for (const model of ["x", "y"]) {
      const file = join(broken, "judgments", protocol, `${model}.jsonl`);
      const lines = readFileSync(file, "utf8").trimEnd().split("\n");
      writeFileSync(file, `${lines.slice(0, 11).join("\n")}\n{"torn`);
    }
    const looks = join(broken, "sequence.jsonl");
    writeFileSync(looks, readFileSync(looks, "utf8").slice(0, -40));
    const resumed = await runSample(broken, planOf(1).plan, { sequence: settingsOf(protocol, { ahead: 1 }) });
    expect(resumed.manifest.sequence?.aims).toEqual(first.manifest.sequence?.aims);
    expect(resumed.manifest.sequence?.used).toBe(first.manifest.sequence?.used);
    expect(rowOf(resumed, "y")).toEqual(rowOf(first, "y"));
    expect(sequenceLooks(broken)?.looks).toEqual(sequenceLooks(whole)?.looks);
  });

  test("asks for nothing when it is run again, and goes on to the end where that is wished", async () => {
    const run = temporaryFolder();
    const { plan } = planOf(2);
    const sequence = settingsOf(plan.protocols[0]?.protocol.id ?? "");
    const stopped = await runSample(run, plan, { sequence });
    const again = planOf(2);
    await runSample(run, again.plan, { sequence });
    expect(again.asked.requests).toHaveLength(0);
    const on = planOf(2);
    const ended = await runSample(run, on.plan);
    const recorded = (stopped.manifest.sequence?.used ?? 0) + (stopped.manifest.sequence?.beyond ?? 0);
    expect(on.asked.requests).toHaveLength(4 * (QUESTIONS - recorded));
    expect(ended.manifest.sequence).toEqual({ ...stopped.manifest.sequence, continued: true });
    expect(ended.scores.boards[0]?.sequence).toBeUndefined();
    expect(rowOf(ended, "y")).toMatchObject({ n: 2 * QUESTIONS, interval: expect.anything() });
  });

  test("does not decide by another limit what verdicts were seen for", async () => {
    const run = temporaryFolder();
    const { plan } = planOf(2);
    const protocol = plan.protocols[0]?.protocol.id ?? "";
    await runSample(run, plan, { sequence: settingsOf(protocol) });
    const other = runSample(run, plan, { sequence: settingsOf(protocol, {}, -3) });
    await expect(other).rejects.toThrow(/begun otherwise: what is decided/);
  });

  test("uses all questions where nothing is decided, and stops as futile where it may", async () => {
    const protocol = planOf(0).plan.protocols[0]?.protocol.id ?? "";
    // A difference at the limit, up to a wobble that the answers' lengths make.
    const nothing = sampleModel("judge", (request) => {
      const text = request.messages[0]?.content ?? "";
      const number = Number(/(\d+)/.exec(text)?.[1]);
      return `=${text.startsWith("rate y") ? 5 + (number % 2 === 0 ? 2 : -2) : 5}`;
    });
    const asked = (options: Partial<SequenceSettings>) =>
      runSample(temporaryFolder(), planOf(0, nothing).plan, { sequence: settingsOf(protocol, options, 0) });
    const all = await asked({});
    expect(all.manifest.sequence).toMatchObject({ state: "exhausted", used: QUESTIONS });
    expect(all.manifest.sequence?.aims[0]?.outcome).toBeUndefined();
    const futile = await asked({ futility: 0.05 });
    expect(futile.manifest.sequence).toMatchObject({ state: "stopped" });
    expect(futile.manifest.sequence?.aims[0]?.outcome).toBe("futile");
  });

  test("passes over questions without a verdict, in blocks over whole blocks", async () => {
    const protocol = planOf(2).plan.protocols[0]?.protocol.id ?? "";
    const gaps = sampleModel("judge", (request) => {
      const text = request.messages[0]?.content ?? "";
      if (text.includes("first 7|") || /first 7$/.test(text)) return "no rating here";
      return `=${text.startsWith("rate y") ? 6 : 5}`;
    });
    const blocks = await runSample(temporaryFolder(), planOf(2, gaps).plan, {
      sequence: settingsOf(protocol, { stratified: true, aims: [{ ...aimOf(protocol), limit: 8.9 }] }),
      judgeAttempts: 1,
    });
    const [aim] = blocks.manifest.sequence?.aims ?? [];
    expect(aim?.outcome).toBe("fail");
    expect((aim?.questions ?? 1) % 2).toBe(0);
  });
});

function aimOf(protocol: string): MeasuredAim {
  const [aim] = settingsOf(protocol).aims;
  if (aim === undefined) throw new Error("settings without an aim");
  return aim;
}
