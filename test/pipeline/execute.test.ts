import { appendFileSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Verdict } from "../../harness/core/records.js";
import type { RunEvent } from "../../harness/pipeline/events.js";
import { createPlan } from "../../harness/pipeline/plan.js";
import { scoreRun } from "../../harness/pipeline/scores/score-run.js";
import { readAnswers, readJudgments, readManifest } from "../../harness/store/run-folder.js";
import {
  endpointError,
  runSample,
  sampleModel,
  samplePairJudge,
  sampleSuite,
  singlePlan,
  temporaryFolder,
} from "./sample-plan.js";

const suite = sampleSuite(3);
const rating = () => sampleModel("judge", () => "fine =7");

function ratingBoard(run: string) {
  const [board] = scoreRun(run).boards;
  if (board?.metric !== "rating") throw new Error("expected a rating board");
  return board;
}

describe("a run", () => {
  test("asks each turn once in one conversation, judges each turn once, and writes everything down", async () => {
    const run = temporaryFolder();
    const [model, judge] = [sampleModel("x"), rating()];
    const result = await runSample(run, singlePlan(suite, [model], judge));
    expect(model.requests).toHaveLength(6);
    expect(judge.requests).toHaveLength(6);
    const second = model.requests.find((request) => request.messages.at(-1)?.content === "second 2");
    expect(second?.messages.map((message) => message.content)).toEqual([
      "first 2",
      "x on first 2",
      "second 2",
    ]);
    expect([...readAnswers(run)]).toHaveLength(3);
    expect([...readJudgments(run)]).toHaveLength(6);
    expect(result.manifest).toMatchObject({
      status: "complete",
      answers: { planned: 3, completed: 3, failed: 0 },
      judgments: { planned: 6, judged: 6, unreadable: 0 },
      models: [{ id: "x", endpointModels: { "x-0613": 6 } }],
      totals: [
        { stage: "answers", model: "x", calls: 6, usage: { inputTokens: 60, outputTokens: 30 } },
        { stage: "judgments", model: "judge", calls: 6 },
      ],
    });
    expect(result.gaps).toEqual({ answersMissing: 0, verdictsMissing: 0, missingPercent: 0 });
    expect(JSON.parse(readFileSync(join(run, "scores.json"), "utf8"))).toEqual(
      JSON.parse(JSON.stringify(result.scores)),
    );
    expect(readdirSync(run)).not.toContain(".lock");
  });

  test("the second time calls nothing and ends in the same scores", async () => {
    const run = temporaryFolder();
    const first = await runSample(run, singlePlan(suite, [sampleModel("x")], rating()));
    const [model, judge] = [sampleModel("x"), rating()];
    const events: RunEvent[] = [];
    const second = await runSample(run, singlePlan(suite, [model], judge), { events });
    expect([model.requests.length, judge.requests.length]).toEqual([0, 0]);
    expect(second.scores).toEqual(first.scores);
    expect(events.filter((event) => event.type === "kept")).toHaveLength(9);
  });

  test("judging later than answering gives the same", async () => {
    const [model, judge] = [sampleModel("x"), rating()];
    const run = temporaryFolder();
    await runSample(run, singlePlan(suite, [model], judge), { stages: { answers: true, judgments: false } });
    expect(judge.requests).toHaveLength(0);
    await runSample(run, singlePlan(suite, [model], judge), { stages: { answers: false, judgments: true } });
    expect([model.requests.length, judge.requests.length]).toEqual([6, 6]);
    expect(ratingBoard(run).models[0]).toMatchObject({ score: 7, n: 6, missing: 0 });
  });

  test("a changed parameter asks again; changing back asks nothing and restores the scores", async () => {
    const run = temporaryFolder();
    const plan = (temperature: number, text: string) => {
      const model = { ...sampleModel("x", () => text), parameters: { temperature } };
      const judge = sampleModel("judge", (request) =>
        request.messages[0]?.content.includes("cold") ? "=3" : "=9",
      );
      return { plan: singlePlan(suite, [model], judge), model, judge };
    };
    await runSample(run, plan(0, "cold").plan);
    expect(ratingBoard(run).models[0]?.score).toBe(3);
    await runSample(run, plan(1, "hot").plan);
    expect(ratingBoard(run).models[0]).toMatchObject({ score: 9, n: 6 });
    const back = plan(0, "cold");
    await runSample(run, back.plan);
    expect([back.model.requests.length, back.judge.requests.length]).toEqual([0, 0]);
    expect(ratingBoard(run).models[0]).toMatchObject({ score: 3, n: 6 });
  });

  test("a torn last line is cut off, reported, and its call made again", async () => {
    const run = temporaryFolder();
    const first = await runSample(run, singlePlan(suite, [sampleModel("x")], rating()));
    const file = join(run, "answers", "x.jsonl");
    const lines = readFileSync(file, "utf8").split("\n");
    writeFileSync(file, `${lines[0]}\n${lines[1]}\n${lines[2]?.slice(0, 40)}`);
    const model = sampleModel("x");
    const events: RunEvent[] = [];
    const again = await runSample(run, singlePlan(suite, [model], rating()), { events });
    expect(model.requests).toHaveLength(2);
    expect(again.scores.boards).toEqual(first.scores.boards);
    expect(events.flatMap((event) => (event.type === "warning" ? [event.warning.code] : []))).toEqual([
      "torn-line-repaired",
    ]);
  });

  test("a damaged line in the middle stops before any call and names the line", async () => {
    const run = temporaryFolder();
    await runSample(run, singlePlan(suite, [sampleModel("x")], rating()));
    appendFileSync(join(run, "answers", "x.jsonl"), "not json\n{}\n");
    const model = sampleModel("x");
    await expect(runSample(run, singlePlan(sampleSuite(5), [model], rating()))).rejects.toThrow(
      /x\.jsonl:4: not valid JSON/,
    );
    expect(model.requests).toHaveLength(0);
  });
});

describe("failures", () => {
  test("a failed answer is a record, counts as missing verdicts, and bounds the score", async () => {
    const run = temporaryFolder();
    const model = sampleModel("x", (request) => {
      if (request.messages.at(-1)?.content === "second 2") throw endpointError("context-overflow", false);
      return "ok";
    });
    const result = await runSample(run, singlePlan(suite, [model], rating()));
    const failed = [...readAnswers(run)].find((answer) => answer.status === "failed");
    expect(failed).toMatchObject({
      questionId: "q2",
      error: { code: "context-overflow", retryable: false },
      turns: [{ text: "ok" }],
    });
    expect(result.manifest.status).toBe("incomplete");
    expect(result.gaps).toMatchObject({ answersMissing: 1, verdictsMissing: 2 });
    // 4 verdicts of 7 and 2 missing ones at 1 or 10: 30/6 and 48/6.
    expect(ratingBoard(run).models[0]).toMatchObject({
      score: 7,
      n: 4,
      missing: 2,
      failedAnswers: 1,
      bounds: { low: 5, high: 8 },
    });
    expect(result.scores.warnings.map((warning) => warning.code)).toEqual([
      "missing-verdicts",
      "failed-answers",
    ]);
  });

  test("a final failure is asked again only on request, a transient one by the same command", async () => {
    for (const [code, retryable, calls] of [
      ["context-overflow", false, 0],
      ["server-error", true, 6],
    ] as const) {
      const run = temporaryFolder();
      const broken = sampleModel("x", () => {
        throw endpointError(code, retryable);
      });
      await runSample(run, singlePlan(suite, [broken], rating()));
      const model = sampleModel("x");
      await runSample(run, singlePlan(suite, [model], rating()));
      expect(model.requests).toHaveLength(calls);
      await runSample(run, singlePlan(suite, [model], rating()), { retryFailed: true });
      expect(model.requests).toHaveLength(6);
      expect(ratingBoard(run).models[0]).toMatchObject({ n: 6, missing: 0 });
    }
  });

  test("an unreadable verdict is asked for again, every reply is kept, then it stays unreadable", async () => {
    const run = temporaryFolder();
    const judge = sampleModel("judge", (request) => {
      const { subject } = request;
      if (subject.kind !== "judgment" || subject.turn === 1) return "=8";
      return subject.questionId === "q1" && subject.attempt === 2 ? "now =6" : "no number";
    });
    const result = await runSample(run, singlePlan(suite, [sampleModel("x")], judge), { judgeAttempts: 2 });
    expect(judge.requests).toHaveLength(3 + 6);
    const second = [...readJudgments(run)].filter((judgment) => judgment.turn === 2);
    expect(second.map((one) => (one.status === "judged" ? one.replies.length : 0))).toEqual([2, 2, 2]);
    expect(ratingBoard(run).models[0]).toMatchObject({
      n: 4,
      invalid: 2,
      score: (8 * 3 + 6) / 4,
      missing: 0,
    });
    expect(result.gaps.verdictsMissing).toBe(2);
    const again = sampleModel("judge");
    await runSample(run, singlePlan(suite, [sampleModel("x")], again));
    expect(again.requests).toHaveLength(0);
  });

  test("an answer withheld by a content filter fails for good; one broken off, truncated or empty is judged and counted", async () => {
    const run = temporaryFolder();
    const model = sampleModel("x", (request) => {
      const asked = request.messages.at(-1)?.content;
      if (asked === "first 1") return { finishReason: "content-filter" };
      if (asked === "second 1") return "ok";
      if (asked === "first 2") return { text: "half a sent", finishReason: "content-filter" };
      if (asked === "second 2") return { text: "half an ans", finishReason: "length" };
      return asked === "first 3" ? "" : "ok";
    });
    await runSample(run, singlePlan(suite, [model], rating()));
    expect(ratingBoard(run).models[0]).toMatchObject({
      failedAnswers: 1,
      truncatedAnswers: 1,
      filteredAnswers: 1,
      emptyAnswers: 1,
      n: 4,
      missing: 2,
    });
    expect(readManifest(run).answers).toMatchObject({ completed: 2, failed: 1, filtered: 1, empty: 1 });
    expect(scoreRun(run).warnings.map(({ code }) => code)).toContain("filtered-answers");
  });

  test("a judge that throws while reading costs one verdict, not the run", async () => {
    const run = temporaryFolder();
    const plan = singlePlan(suite, [sampleModel("x")], rating());
    const protocols = plan.protocols.map((planned) => ({
      ...planned,
      judge: {
        ...planned.judge,
        read: () => {
          throw new TypeError("undefined is not a function");
        },
      },
    }));
    await runSample(run, { ...plan, protocols });
    expect(ratingBoard(run).models[0]).toMatchObject({
      score: null,
      invalid: 6,
      reasons: { score: expect.any(String) },
    });
  });
});

describe("sampled judges", () => {
  test("every sample is a call of its own and all of them make the verdict", async () => {
    const run = temporaryFolder();
    const replies = ["A", "A", "B", "TIE"];
    const judge = sampleModel("judge", ({ subject }) =>
      subject.kind === "judgment" ? (replies[subject.attempt - 1] ?? "A") : "",
    );
    const sampled = {
      ...samplePairJudge,
      orders: "seeded" as const,
      isSwitched: () => true,
      metric: "preference" as const,
      samples: 4,
      combine: (verdicts: readonly Verdict[]): Verdict => {
        const weights = verdicts.flatMap((one) => (one.kind === "preference" ? [one.weightB] : []));
        return {
          kind: "preference",
          winner: "a",
          weightB: weights.reduce((sum, one) => sum + one, 0) / weights.length,
        };
      },
    };
    const models = [sampleModel("x"), sampleModel("y")];
    const binding = { suite: suite.id, judge: sampled, model: judge, mode: "pairwise-all" } as const;
    await runSample(run, createPlan({ suites: [suite], models, judges: [binding], trials: 1 }));
    expect(judge.requests).toHaveLength(3 * 2 * 4);
    const [board] = scoreRun(run).boards;
    // Weights on the second answer, which is x: 0, 0, 1 and ½ make 37.5%.
    expect(board?.models[0]).toMatchObject({ model: "x", winRate: 37.5, n: 6, losses: 6 });
  });
});

describe("pairs", () => {
  const pairPlan = (judgeReply: (text: string) => string) => {
    const judge = sampleModel("judge", (request) => judgeReply(request.messages[0]?.content ?? ""));
    const models = ["x", "y", "z"].map((id) => sampleModel(id));
    const binding = { suite: suite.id, judge: samplePairJudge, model: judge, mode: "pairwise-all" } as const;
    return { judge, plan: createPlan({ suites: [suite], models, judges: [binding], trials: 1 }) };
  };

  test("both orders are merged; a judge that always takes the first answer yields ties and a consistency of 0", async () => {
    const run = temporaryFolder();
    const { judge, plan } = pairPlan(() => "A");
    await runSample(run, plan);
    expect(judge.requests).toHaveLength(3 * 3 * 2 * 2);
    const [board] = scoreRun(run).boards;
    expect(board?.models[0]).toMatchObject({
      wins: 0,
      losses: 0,
      ties: 12,
      winRateAdjusted: 50,
      positionConsistency: 0,
      firstPositionWinRate: 100,
    });
  });

  test("a judge that knows its favourite ranks it first, consistently", async () => {
    const run = temporaryFolder();
    const { plan } = pairPlan((text) =>
      text.startsWith("y on") ? "A" : text.includes("vs y on") ? "B" : "TIE",
    );
    await runSample(run, plan);
    const [board] = scoreRun(run).boards;
    if (board?.metric !== "win-rate") throw new Error("expected a win-rate board");
    expect(
      board.models.map((row) => [row.model, row.wins, row.losses, row.ties, row.winRateAdjusted]),
    ).toEqual([
      ["y", 12, 0, 0, 100],
      ["x", 0, 6, 6, 25],
      ["z", 0, 6, 6, 25],
    ]);
    expect(board.models[0]).toMatchObject({ positionConsistency: 100, firstPositionWinRate: 50 });
    // y never lost, so its rating has no bound; and so few questions bear no rank.
    expect(board.models.map((row) => [row.model, row.rating?.rank, row.rating?.interval])).toEqual([
      ["y", null, null],
      ["x", null, null],
      ["z", null, null],
    ]);
    expect(board.pairs.find((pair) => pair.model === "x" && pair.opponent === "y")).toMatchObject({
      wins: 0,
      losses: 6,
      ties: 0,
    });
  });

  test("one unreadable order makes the comparison an error, counted apart", async () => {
    const run = temporaryFolder();
    const { plan } = pairPlan((text) => (text.startsWith("x on first 1 vs") ? "hm" : "TIE"));
    await runSample(run, plan);
    const [board] = scoreRun(run).boards;
    const row = board?.models.find((one) => one.model === "x");
    // x is shown first against y and z on question 1, turn 1.
    expect(row).toMatchObject({
      errors: 2,
      n: 10,
      ties: 10,
      bounds: { low: (10 * 50) / 12, high: (10 * 50 + 200) / 12 },
    });
  });
});
