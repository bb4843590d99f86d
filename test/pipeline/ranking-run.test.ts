import { beforeEach, describe, expect, it } from "vitest";
import type { GenerationRequest, Judgment, Model } from "../../harness/core/records.js";
import { estimatePlan } from "../../harness/pipeline/estimate.js";
import { createPlan, type Plan } from "../../harness/pipeline/plan.js";
import { scoreRun } from "../../harness/pipeline/scores/score-run.js";
import { readJudgments, readManifest } from "../../harness/store/run-folder.js";
import { createRankingJudge, type RankingOptions } from "../../judges/ranking/ranking-judge.js";
import { rankedReply, shownAnswers } from "./ranking-fixture.js";
import { runSample, type SampleModel, sampleModel, sampleSuite, temporaryFolder } from "./sample-plan.js";

const suite = sampleSuite(12);

/** An answer names its model, and models are named after their worth. */
const worthOf = (answer: string) => Number(/^m(\d+)/.exec(answer)?.[1] ?? 0);
const models = (count: number): SampleModel[] =>
  Array.from({ length: count }, (_, at) => sampleModel(`m${at + 1}`));

function rankingPlan(
  measured: readonly Model[],
  judgeModel: Model,
  { along = [], trials = 1, ...options }: RankingOptions & { along?: readonly Model[]; trials?: number } = {},
): Plan {
  const judge = createRankingJudge(options);
  return createPlan({
    suites: [suite],
    models: measured,
    rankedAlong: { [suite.id]: along },
    judges: [{ suite: suite.id, judge, model: judgeModel, mode: "ranking" }],
    trials,
  });
}

const honest = () => sampleModel("judge", (request) => rankedReply(request, worthOf));

function boardOf(run: string) {
  const [board] = scoreRun(run).boards;
  if (board?.metric !== "win-rate") throw new Error("no board of comparisons");
  return board;
}

let run = "";
beforeEach(() => {
  run = temporaryFolder();
});

describe("a run that is judged by rankings", () => {
  it("has one record for each question and turn, with order, labels and seed, and boards of ranks", async () => {
    const judge = honest();
    await runSample(run, rankingPlan(models(4), judge));
    const judgments = [...readJudgments(run)];
    expect(judgments).toHaveLength(24);
    expect(judge.requests).toHaveLength(24);
    for (const { a, b, ranked, answers, status } of judgments) {
      expect(status).toBe("judged");
      expect([a, b]).toEqual(ranked?.models.slice(0, 2));
      expect(ranked?.labels).toEqual(["A", "B", "C", "D"]);
      expect(ranked?.seed).toMatch(/^[0-9a-f]{16}$/);
      expect(answers).toHaveLength(4);
    }
    const board = boardOf(run);
    expect(board.mode).toBe("ranking");
    expect(
      board.models.map(({ model, winRateAdjusted, ranked }) => [model, winRateAdjusted, ranked?.meanRank]),
    ).toEqual([
      ["m4", 100, 1],
      ["m3", 200 / 3, 2],
      ["m2", 100 / 3, 3],
      ["m1", 0, 4],
    ]);
    expect(board.models[0]).toMatchObject({ n: 72, missing: 0, questions: 12, positionConsistency: null });
    expect(board.rankings).toMatchObject({
      planned: 24,
      readable: 24,
      unreadable: 0,
      missing: 0,
      answers: { least: 4, most: 4 },
      pairLines: { pairs: 144, differ: 0, rate: 0 },
      positionAlarm: null,
    });
    expect(Object.keys(board.models[0]?.categories ?? {})).toEqual(["writing", "math"]);
    const manifest = readManifest(run);
    expect(manifest.judgments).toMatchObject({ planned: 24, judged: 24, unreadable: 0 });
    expect(manifest.protocols[0]).toMatchObject({ metric: "win-rate", ranked: { together: 9 } });
  });

  it("goes on where it stopped, and judges again only what ranks other models", async () => {
    await runSample(run, rankingPlan(models(3), honest()));
    const again = honest();
    const reversed = [...models(3)].reverse();
    await runSample(run, rankingPlan(reversed, again));
    expect(again.requests).toHaveLength(0);
    const wider = honest();
    await runSample(run, rankingPlan(models(4), wider));
    expect(wider.requests).toHaveLength(24);
    expect(boardOf(run).rankings).toMatchObject({
      planned: 24,
      readable: 24,
      answers: { least: 4, most: 4 },
    });
    const back = honest();
    await runSample(run, rankingPlan(models(3), back));
    expect(back.requests).toHaveLength(0);
    expect(boardOf(run).rankings).toMatchObject({
      planned: 24,
      readable: 24,
      answers: { least: 3, most: 3 },
    });
  });

  it("ranks recorded models along, and draws other slots in each trial", async () => {
    await runSample(run, rankingPlan(models(1), honest(), { along: [sampleModel("m7")], trials: 2 }));
    const board = boardOf(run);
    expect(board.models.map((row) => [row.model, row.winRateAdjusted])).toEqual([
      ["m7", 100],
      ["m1", 0],
    ]);
    const slots = (trial: number) =>
      [...readJudgments(run)].filter((one) => one.trial === trial).map((one) => one.ranked?.models[0]);
    expect(slots(1)).toHaveLength(24);
    expect(slots(1)).not.toEqual(slots(2));
  });

  it("deals more models than fit into groups, and expects no comparison of models that did not meet", async () => {
    const judge = honest();
    await runSample(run, rankingPlan(models(5), judge, { together: 3 }));
    expect(judge.requests).toHaveLength(48);
    const board = boardOf(run);
    expect(board.rankings).toMatchObject({ planned: 48, readable: 48, answers: { least: 2, most: 3 } });
    expect(board.models.map(({ model, missing }) => [model, missing])).toEqual(
      ["m5", "m4", "m3", "m2", "m1"].map((model) => [model, 0]),
    );
    // Of three and two models 3 + 1 pairs meet.
    expect(board.pairs.reduce((sum, cell) => sum + cell.wins + cell.losses, 0)).toBe(24 * 4);
  });

  it("counts what cannot be read as lost comparisons, in bounds, and asks once more for it", async () => {
    const judge = sampleModel("judge", (request) =>
      request.subject.kind === "judgment" && request.subject.questionId === "q1"
        ? "I cannot decide."
        : rankedReply(request, worthOf),
    );
    await runSample(run, rankingPlan(models(3), judge));
    expect(judge.requests).toHaveLength(22 + 2 * 2);
    const board = boardOf(run);
    expect(board.rankings).toMatchObject({ planned: 24, readable: 22, unreadable: 2, missing: 0 });
    expect(board.models[1]).toMatchObject({ model: "m2", winRateAdjusted: 50, invalid: 4, n: 44 });
    expect(board.models[1]?.bounds.low).toBeCloseTo((100 * 22) / 48, 10);
    expect(
      scoreRun(run)
        .warnings.map((warning) => warning.message)
        .join(),
    ).toContain("comparisons could not be read");
  });

  it("says how far pair lines contradict the rankings, and prefers by each", async () => {
    const judge = sampleModel("judge", (request) => {
      const { code, answers } = shownAnswers(request);
      const labels = [...answers].sort(([, x], [, y]) => worthOf(y) - worthOf(x)).map(([label]) => label);
      // Every pair line says that the second best is the better one.
      const lines = labels.flatMap((one, at) =>
        labels.slice(at + 1).map((other) => `PAIR [${code}]: ${one}, ${other}: ${other}`),
      );
      return [...lines, `RANKING [${code}]: ${labels.join(", ")}`].join("\n");
    });
    await runSample(run, rankingPlan(models(3), judge));
    const board = boardOf(run);
    expect(board.rankings?.pairLines).toMatchObject({ pairs: 72, differ: 72, rate: 100 });
    expect(board.models.map((row) => [row.winRateAdjusted, row.ranked?.pairLines.winRate])).toEqual([
      [100, 0],
      [50, 50],
      [0, 100],
    ]);
  });

  it("raises an alarm where the first slot ranks above whatever stands there", async () => {
    const judge = sampleModel("judge", (request) => rankedReply(request, (_answer, slot) => -slot));
    await runSample(run, rankingPlan(models(5), judge));
    const { warnings, boards, flagged } = scoreRun(run);
    const [board] = boards;
    if (board?.metric !== "win-rate") throw new Error("no board");
    expect(board.rankings?.slots.map((slot) => slot.meanRank)).toEqual([1, 2, 3, 4, 5]);
    expect(board.rankings?.positionAlarm).toMatchObject({ slot: 1 });
    expect(board.rankings?.slots[0]?.z).toBeCloseTo(-2 * Math.sqrt(24 / 2), 10);
    expect(warnings.map((warning) => warning.code)).toContain("ranking-position");
    expect(flagged?.map((finding) => finding.check)).toContain("position-effect");
  });

  it("has ties where they are allowed", async () => {
    const judge = sampleModel("judge", (request) => {
      const { code, answers } = shownAnswers(request);
      return `RANKING [${code}]: ${answers.map(([label]) => label).join(" = ")}`;
    });
    await runSample(run, rankingPlan(models(3), judge, { ties: true }));
    const board = boardOf(run);
    expect(board.models.map((row) => [row.ties, row.winRateAdjusted, row.ranked?.meanRank])).toEqual(
      Array.from({ length: 3 }, () => [48, 50, 2]),
    );
    const [record] = readJudgments(run) as Iterable<Judgment>;
    expect(record?.status === "judged" && record.verdict).toMatchObject({ groups: [["A", "B", "C"]] });
  });
});

describe("the plan of rankings", () => {
  const requests = (request: GenerationRequest) => rankedReply(request, worthOf);

  it("is estimated with all answers in one prompt", () => {
    const priced = sampleModel("judge", requests);
    const callsOf = (count: number, options: RankingOptions = {}) => {
      const { stages } = estimatePlan(rankingPlan(models(count), priced, options), {
        asOf: "2026-01-01",
        models: new Map(),
      });
      const judging = stages.find((stage) => stage.stage === "judgments");
      return [judging?.calls, judging?.inputTokens.high] as const;
    };
    const [calls, tokens = 0] = callsOf(4);
    expect(calls).toBe(24);
    expect(callsOf(8)[0]).toBe(24);
    expect(callsOf(8)[1]).toBeGreaterThan(1.3 * tokens);
    expect(callsOf(10)[0]).toBe(48);
    expect(callsOf(4, { together: 2 })[0]).toBe(48);
  });

  it("needs two models", () => {
    expect(() => rankingPlan(models(1), honest())).toThrow(/nothing to compare/);
  });
});
