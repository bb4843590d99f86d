import { readdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import {
  refuseJudgeRepeats,
  refuseOtherRepeats,
  withJudgeRepeats,
} from "../../harness/assemble/judge-repeats.js";
import { resolveConfig } from "../../harness/config/resolve.js";
import { type JudgeRepeats, roundsOn } from "../../harness/core/judge-repeats.js";
import type { GenerationRequest, Judge } from "../../harness/core/records.js";
import { questionMeans } from "../../harness/pipeline/compare/paired-values.js";
import { comparedModels } from "../../harness/pipeline/compare/question-values.js";
import { responseKey } from "../../harness/pipeline/dispatch/response-cache.js";
import { estimatePlan } from "../../harness/pipeline/estimate.js";
import { mergeRuns } from "../../harness/pipeline/merge/merge-runs.js";
import { createPlan, type JudgeBinding } from "../../harness/pipeline/plan.js";
import { scoreRun } from "../../harness/pipeline/scores/score-run.js";
import type { MeasuredAim } from "../../harness/pipeline/sequence/sequence-settings.js";
import { questionsOfShard } from "../../harness/pipeline/shard.js";
import { readJudgments, readManifest, readSuites } from "../../harness/store/run-folder.js";
import { RunCounts } from "../../harness/viewing/run-counts.js";
import { renderConsole } from "../../reports/console/console.js";
import {
  numberIn,
  runSample,
  type SampleModel,
  sampleJudge,
  sampleModel,
  samplePairing,
  samplePairJudge,
  sampleSuite,
  temporaryFolder,
} from "./sample-plan.js";

const suite = sampleSuite(40);
const repeatOf = ({ subject }: GenerationRequest) =>
  (subject.kind === "judgment" ? subject.repeat : undefined) ?? 1;

/** Rates by the question's number, a point higher at every repeat. */
const steady = () =>
  sampleModel("judge", (request) => {
    const at = numberIn(request.messages.at(-1)?.content ?? "");
    return `=${2 + (at % 3) + repeatOf(request)}`;
  });

function plan(judge: Judge, model: SampleModel, repeats?: JudgeRepeats, asked = suite, shard?: 1 | 2) {
  const isPair = judge.kind === "pair";
  const binding: JudgeBinding = {
    ...samplePairing(suite, judge),
    model,
    ...(repeats === undefined ? {} : { repeats }),
  };
  return createPlan({
    suites: [asked],
    models: [sampleModel("m1"), ...(isPair ? [sampleModel("base")] : [sampleModel("m2")])],
    judges: [binding],
    trials: 1,
    seed: 1,
    ...(shard === undefined ? {} : { shard: { index: shard, count: 2, wholeSuites: [suite] } }),
  });
}

let run = "";
beforeEach(() => {
  run = temporaryFolder();
});

describe("a judge that is asked several times by a rule", () => {
  it("gives every item its verdicts, averaged before anything else", async () => {
    const once = temporaryFolder();
    await runSample(once, plan(sampleJudge, steady()));
    const judge = steady();
    const planned = plan(sampleJudge, judge, { rounds: 3 });
    expect(planned.protocols[0]?.planned).toBe(3 * 160);
    expect(estimatePlan(planned, { models: new Map(), asOf: "2026-01-01" }).stages.at(-1)?.calls).toBe(
      3 * 160,
    );
    const { manifest, scores, gaps } = await runSample(run, planned);
    expect(judge.requests).toHaveLength(3 * 160);
    expect(manifest.protocols[0]).toMatchObject({ repeats: { rounds: 3 }, planned: 480 });
    expect(manifest.judgments).toMatchObject({ planned: 480, judged: 480 });
    expect(gaps.verdictsMissing).toBe(0);
    // The first verdict of each is the one that a run without repeats asks for.
    const firsts = [...readJudgments(run)].filter(({ repeat }) => repeat === undefined);
    expect(new Set(firsts.map(({ taskId }) => taskId))).toEqual(
      new Set([...readJudgments(once)].map(({ taskId }) => taskId)),
    );
    const [board] = scores.boards;
    const [before] = scoreRun(once).boards;
    const [row, single] = [board?.models[0], before?.models[0]];
    if (row === undefined || single === undefined || !("score" in row) || !("score" in single))
      throw new Error("no ratings");
    // A point higher at every repeat: their mean is one above the first.
    expect(row.score).toBeCloseTo((single.score ?? 0) + 1, 12);
    expect(row.n).toBe(80);
    expect(row.standardError).toBeCloseTo(single.standardError ?? 0, 12);
    expect(board?.repeats).toMatchObject({
      rounds: 3,
      share: 100,
      places: 160,
      repeated: 160,
      verdicts: 480,
      planned: 480,
      scatter: { deviation: 1, equal: 0 },
    });
    expect(board?.repeats?.models[0]).toMatchObject({ model: "m1", once: { mean: single.score } });
    expect(board?.repeats?.models[0]?.worth).toBeCloseTo(1, 12);
    const said = renderConsole(scores);
    expect(said).toContain("3 verdicts of each item");
    expect(said).toContain("by the first verdict of each");
    const counts = new RunCounts(readManifest(run), readSuites(run));
    for (const judgment of readJudgments(run)) counts.judgment(judgment);
    const judged = counts.progress().filter(({ stage }) => stage === "judgments");
    expect(judged.map(({ planned: of, done }) => [of, done])).toEqual([
      [240, 240],
      [240, 240],
    ]);
  });

  it("goes on after a kill, asks nothing twice, and depends on no order of arrival", async () => {
    const rule = { rounds: 3 };
    const whole = temporaryFolder();
    await runSample(whole, plan(sampleJudge, steady(), rule));
    await runSample(run, plan(sampleJudge, steady(), rule));
    const files = readdirSync(join(run, "judgments"), { recursive: true })
      .map(String)
      .filter((name) => name.endsWith(".jsonl"));
    for (const name of files) {
      const file = join(run, "judgments", name);
      // Repeats before first verdicts; the later half is lost, and the last line that is left is torn.
      const lines = readFileSync(file, "utf8").trimEnd().split("\n").reverse();
      writeFileSync(file, lines.slice(0, Math.ceil(lines.length / 2)).join("\n"));
      truncateSync(file, readFileSync(file).length - 5);
    }
    const halved = scoreRun(run);
    expect(halved.boards[0]?.repeats).toMatchObject({ places: 80, verdicts: 238, planned: 480 });
    expect(renderConsole(halved).replace(/\s+/g, " ")).toContain("238 of 480 verdicts can be used, on 80");
    const left = [...readJudgments(run)].length;
    const again = steady();
    await runSample(run, plan(sampleJudge, again, rule));
    expect(again.requests).toHaveLength(480 - left);
    expect(scoreRun(run).boards).toEqual(scoreRun(whole).boards);
  });

  it("weighs a question once, however many verdicts it has", async () => {
    // Mathematics is rated 9 in four verdicts each, writing 3 in one.
    const judge = sampleModel("judge", ({ messages }) =>
      numberIn(messages.at(-1)?.content ?? "") % 2 === 0 ? "=9" : "=3",
    );
    const rule = { rounds: 1, categories: { math: 4 } };
    const { scores, manifest } = await runSample(run, plan(sampleJudge, judge, rule));
    expect(manifest.judgments.judged).toBe(80 + 4 * 80);
    expect(scores.boards[0]?.models[0]).toMatchObject({ score: 6, n: 80 });
    expect(scores.boards[0]?.repeats).toMatchObject({ places: 160, repeated: 80 });
  });

  it("averages comparisons whose orders were merged within each repeat", async () => {
    // The first repeat is won, the second depends on the order (a tie), the third is lost.
    const judge = sampleModel("judge", (request) => {
      const isForward = String(request.messages[0]?.content).startsWith("m1");
      const [won, lost] = isForward ? ["A", "B"] : ["B", "A"];
      return [won, "A", lost][repeatOf(request) - 1] ?? "hm";
    });
    const odd = (one: Judge): Judge => ({ ...one, turns: "last" });
    const { scores } = await runSample(run, plan(odd(samplePairJudge), judge, { rounds: 3 }));
    const [board] = scores.boards;
    expect(board?.models.find(({ model }) => model === "m1")).toMatchObject({
      wins: 40,
      ties: 40,
      losses: 40,
      winRateAdjusted: 50,
      questions: 40,
    });
    expect(board?.models[0] && "winRate" in board.models[0] ? board.models[0].winRate : null).toBeCloseTo(
      100 / 3,
      10,
    );
    expect(board?.repeats).toMatchObject({ verdicts: 120, planned: 120 });
    expect(board?.repeats?.scatter.deviation).toBeCloseTo(50, 10);
    // Four verdicts that are won where mathematics is asked, one that is lost elsewhere: half of all.
    const uneven = temporaryFolder();
    const split = sampleModel("judge", ({ messages }) => {
      const text = String(messages[0]?.content);
      const isWon = numberIn(text) % 2 === 0;
      return isWon === text.startsWith("m1") ? "A" : "B";
    });
    const rule = { rounds: 1, categories: { math: 4 } };
    const found = (await runSample(uneven, plan(odd(samplePairJudge), split, rule))).scores.boards[0];
    expect(found?.models.find(({ model }) => model === "m1")).toMatchObject({
      wins: 80,
      losses: 20,
      winRate: 50,
      winRateAdjusted: 50,
    });
  });

  it("takes an unreadable repeat for no loss where another can be read, and for one where none can", async () => {
    const judge = sampleModel("judge", (request) => {
      const at = numberIn(request.messages.at(-1)?.content ?? "");
      if (at === 1) return "hm";
      return repeatOf(request) === 2 ? "hm" : `=${5 + (at % 2)}`;
    });
    const { scores, gaps } = await runSample(run, plan(sampleJudge, judge, { rounds: 2 }));
    const row = scores.boards[0]?.models.find(({ model }) => model === "m1");
    expect(row).toMatchObject({ n: 78, invalid: 2 });
    expect(gaps.verdictsMissing).toBe(160 + 4);
  });

  it("draws a share of the questions from the seed alone, alike in shards and for all models", async () => {
    const rule = { rounds: 2, share: 0.3, seed: 7 };
    const drawn = suite.questions.filter((one) => roundsOn(rule, suite.id, one) === 2).map(({ id }) => id);
    expect(drawn.length).toBeGreaterThan(4);
    expect(drawn.length).toBeLessThan(22);
    const { scores } = await runSample(run, plan(sampleJudge, steady(), rule));
    const repeated = [...readJudgments(run)].filter(({ repeat }) => repeat === 2);
    for (const model of ["m1", "m2"])
      expect(new Set(repeated.filter(({ a }) => a === model).map(({ questionId }) => questionId))).toEqual(
        new Set(drawn),
      );
    expect(scores.boards[0]?.repeats).toMatchObject({
      share: 30,
      repeated: 4 * drawn.length,
      planned: 4 * (40 + drawn.length),
    });
    const parts = await Promise.all(
      ([1, 2] as const).map(async (index) => {
        const own = new Set(questionsOfShard([suite], { index, count: 2 }).get(suite.id));
        const part = { ...suite, questions: suite.questions.filter(({ id }) => own.has(id)) };
        const folder = temporaryFolder();
        await runSample(folder, plan(sampleJudge, steady(), rule, part, index));
        return folder;
      }),
    );
    const out = join(temporaryFolder(), "merged");
    const clock = {
      now: () => 0,
      monotonic: () => 0,
      sleep: () => Promise.resolve(),
      turn: () => Promise.resolve(),
    };
    const merged = await mergeRuns(parts, { out, clock, version: "0.0.0" });
    expect(merged.manifest.judgments).toEqual(readManifest(run).judgments);
    expect(merged.scores.boards).toEqual(scores.boards);
  });

  it("is complete on a question, for a run that may stop, once all its verdicts are there", async () => {
    const planned = plan(sampleJudge, steady(), { rounds: 3 });
    const protocol = planned.protocols[0]?.protocol.id ?? "";
    const seen: number[] = [];
    const aim: MeasuredAim = {
      ...{ name: "score", metric: "score", model: "m1", suite: suite.id, protocol },
      ...{ limit: 3, level: 95, horizon: 40, scale: { low: 1, high: 10 } },
      valueOn: (input) => {
        const slots = comparedModels(input).find(({ model }) => model === "m1")?.slots ?? [];
        seen.push(slots.length);
        const [mean] = questionMeans(slots).values();
        return mean?.mean;
      },
    };
    const settings = { design: "anytime", population: "questions", stratified: false, ahead: 1 } as const;
    const sequence = { ...settings, looks: undefined, futility: undefined, aims: [aim] };
    const { manifest, scores } = await runSample(run, planned, { sequence });
    const { sequence: record, judgments } = manifest;
    // Where it stopped depends on the figures: no interval for a fixed number of questions.
    const repeats = scores.boards[0]?.repeats;
    expect(repeats?.scatter).toMatchObject({ deviation: 1, interval: null });
    expect(repeats?.models[0]).toMatchObject({ all: { interval: null, standardError: null }, worth: null });
    expect(record).toMatchObject({ state: "stopped", aims: [{ outcome: "pass" }] });
    // Two turns of a question, each one value; the figures rest on its six verdicts for each model.
    expect(new Set(seen)).toEqual(new Set([2]));
    expect(judgments.judged).toBe(12 * (record?.used ?? 0));
  });

  it("makes a repeat a sample of its own for the cache", () => {
    const model = sampleModel("judge");
    const subject = {
      kind: "judgment",
      suite: "s",
      questionId: "1",
      turn: 1,
      trial: 1,
      a: "m",
      attempt: 1,
    } as const;
    const request = { messages: [], parameters: {}, subject };
    expect(responseKey(model, { ...request, subject: { ...subject, repeat: 2 } })).not.toBe(
      responseKey(model, request),
    );
  });
});

describe("rules for repeats", () => {
  const config = (given: object) =>
    resolveConfig([{ suites: ["sample"], models: ["m"], judges: ["j"], ...given }]);
  const codeOf = (act: () => unknown): string => {
    try {
      act();
    } catch (thrown) {
      return (thrown as { code: string }).code;
    }
    return "none";
  };
  const binding = (more: Partial<JudgeBinding> = {}): JudgeBinding => ({
    suite: suite.id,
    judge: sampleJudge,
    model: sampleModel("judge"),
    mode: "single",
    ...more,
  });
  const ruleOf = (given: object) =>
    withJudgeRepeats([binding()], [suite], config(given)).map(({ repeats }) => repeats)[0];

  it("come from one number, or from the most precise name", () => {
    expect(ruleOf({ judgeRepeats: 1 })).toBeUndefined();
    expect(ruleOf({ judgeRepeats: 3 })).toEqual({ rounds: 3 });
    expect(ruleOf({ judgeRepeats: { sample: 2, math: 4, "sample/math": 5 } })).toEqual({
      rounds: 2,
      categories: { math: 5 },
    });
    expect(ruleOf({ judgeRepeats: 2, judgeRepeatShare: 20, seed: 9 })).toEqual({
      rounds: 2,
      share: 0.2,
      seed: 9,
    });
  });

  it("are refused where they decide nothing, or would not be what they seem", () => {
    const refused = (given: object) => codeOf(() => refuseJudgeRepeats(config(given)));
    expect(refused({})).toBe("none");
    expect(refused({ judgeRepeatShare: 20 })).toBe("judge-repeats-idle");
    expect(refused({ judgeRepeats: 2, jury: "mean" })).toBe("judge-repeats-and-jury");
    expect(refused({ judgeRepeats: 2, secondJudge: "k" })).toBe("judge-repeats-and-second");
    const bound = (more: Partial<JudgeBinding>, given: object = { judgeRepeats: 2 }) =>
      codeOf(() => withJudgeRepeats([binding(more)], [suite], config(given)));
    expect(bound({})).toBe("none");
    expect(bound({}, { judgeRepeats: { coding: 2 } })).toBe("unknown-repeats");
    expect(bound({ judge: { ...sampleJudge, kind: "ranking" } })).toBe("judge-not-repeated");
    expect(bound({ judge: { ...sampleJudge, parameters: { conversations: 1 } } })).toBe("judge-not-repeated");
    expect(bound({ model: { ...sampleModel("j"), identity: { adapter: "replay" } } })).toBe(
      "judge-not-repeated",
    );
    expect(bound({ judge: { ...sampleJudge, callFree: true } })).toBe("judge-repeats-idle");
    const outcomes: Judge = { ...samplePairJudge, metric: "outcomes" };
    expect(bound({ judge: outcomes })).toBe("none");
    expect(bound({ judge: outcomes }, { judgeRepeats: 2, judgeRepeatShare: 10 })).toBe("judge-not-repeated");
  });

  it("do not change once there are verdicts", async () => {
    const check = (rule?: JudgeRepeats) =>
      codeOf(() => refuseOtherRepeats(run, plan(sampleJudge, steady(), rule)));
    expect(check({ rounds: 2 })).toBe("none");
    await runSample(run, plan(sampleJudge, steady(), { rounds: 2 }), {
      stages: { answers: true, judgments: false },
    });
    expect(check({ rounds: 3 })).toBe("none");
    await runSample(run, plan(sampleJudge, steady(), { rounds: 2 }));
    expect(check({ rounds: 2 })).toBe("none");
    expect(check({ rounds: 3 })).toBe("judge-repeats-changed");
    expect(check()).toBe("judge-repeats-changed");
  });
});
