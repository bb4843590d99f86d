import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { RatingRow } from "../../harness/core/board.js";
import { systemClock } from "../../harness/core/clock.js";
import { completionsModel, openaiModel, readAnswers, readManifest, run } from "../../harness/index.js";
import { knownPrices } from "../../harness/pipeline/dispatch/prices.js";
import { estimatePlan } from "../../harness/pipeline/estimate.js";
import { createPlan } from "../../harness/pipeline/plan.js";
import { createAnswerKeyJudge } from "../../judges/answer-key/answer-key.js";
import { loadSuite } from "../../suites/registry.js";
import { scoringReplier, type TokenModel } from "../server/scoring.js";
import { startServer, type TestServer } from "../server/server.js";

const folder = mkdtempSync(join(tmpdir(), "assay-likelihood-"));
let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => server.reset());

/**
 * trees: −3 against −1 − 2 − 1.5 = −4.5, so the sum takes A; by code point −3/3 against −4.5/13, so acc_norm takes B. Without the question
 * they cost −3 and −9, so acc_mutual_info takes B. answer: −1/3 against −2/2, A by both. last: everything takes B.
 */
const LOGPROBS: Readonly<Record<string, number>> = {
  " oak": -3,
  " old": -1,
  " pine": -2,
  " tree": -1.5,
  " yes": -1,
  " no": -2,
  " up": -5,
  " in": -1,
};
const words: TokenModel = (before, token) => (before === "" ? 2 : 1) * (LOGPROBS[token] ?? -0.1);

const SUITE = `id: woods
scoring: loglikelihood
mutualInformation: true
questions:
  - { id: trees, question: Which is larger?, choices: [oak, old pine tree], answer: B }
  - { id: answer, question: Is it wood?, choices: ["yes", "no"], answer: A }
  - { id: last, question: Where?, choices: [up, in], answer: A }
`;
const suiteFile = join(folder, "woods.yaml");
writeFileSync(suiteFile, SUITE);
const load = () => loadSuite(suiteFile, { locateAsset: () => Promise.reject(new Error("no asset")) });
const services = { environment: {}, clock: systemClock, random: () => 0 };
const model = (id = "m") =>
  completionsModel({ id, model: "m-1", baseUrl: server.baseUrl, template: "plain" });

describe("a suite asked by log-probabilities", () => {
  test("has the accuracy in every way of deciding, from one call for each text, and is asked once", async () => {
    server.configure({ reply: scoringReplier("echo", words) });
    const out = join(folder, "run");
    const asked = { suites: [await load()], models: [model()], cache: false, out } as const;
    const { scores, manifest } = await run(asked, { services });
    expect(manifest.status).toBe("complete");
    expect(server.requests).toHaveLength(12);
    const [board] = scores.boards;
    const [row] = (board?.models ?? []) as readonly RatingRow[];
    expect(board).toMatchObject({
      figure: "accuracy",
      norm: "acc_norm",
      chance: { score: 50 },
      judgeQuality: { sentence: expect.stringContaining("right") },
    });
    expect(row).toMatchObject({ n: 3, questions: 3, unreadableAnswers: 0, missing: 0, averageLength: null });
    expect(row?.score).toBeCloseTo(200 / 3, 9);
    const shares = Object.entries(row?.norms ?? {}).map(([name, { score, n }]) => [name, score, n]);
    expect(shares).toEqual([
      ["acc", expect.closeTo(100 / 3, 9), 3],
      ["acc_norm", expect.closeTo(200 / 3, 9), 3],
      ["acc_bytes", expect.closeTo(200 / 3, 9), 3],
      ["acc_mutual_info", expect.closeTo(100 / 3, 9), 3],
    ]);
    // The headline's own interval is that of the score: three questions, once each.
    expect(row?.norms?.acc_norm?.interval).toEqual(row?.interval);

    const [answer] = [...readAnswers(out)].filter(({ questionId }) => questionId === "trees");
    const [turn] = answer?.turns ?? [];
    expect(turn?.text).toBe("A: -3\nB: -4.5\nA alone: -6\nB alone: -5.5");
    expect(turn?.scored).toHaveLength(4);
    expect(turn?.scored?.[1]).toMatchObject({
      letter: "B",
      logprob: -4.5,
      tokens: [
        { token: " old", logprob: -1 },
        { token: " pine", logprob: -2 },
        { token: " tree", logprob: -1.5 },
      ],
      characters: 13,
      bytes: 13,
      usage: { outputTokens: 1 },
    });
    const totals = readManifest(out).totals;
    expect(totals).toMatchObject([{ stage: "answers", model: "m", calls: 12 }]);
    expect(turn?.usage?.inputTokens).toBe(
      turn?.scored?.reduce((sum, { usage }) => sum + (usage?.inputTokens ?? 0), 0),
    );

    await run(asked, { services });
    expect(server.requests).toHaveLength(12);
  });

  test("is estimated by its texts", async () => {
    const suite = await load();
    const judge = createAnswerKeyJudge();
    const plan = createPlan({
      suites: [suite],
      models: [model()],
      judges: [{ suite: suite.id, judge, model: model("judge"), mode: "single" }],
      trials: 2,
    });
    expect(estimatePlan(plan, knownPrices)).toMatchObject({
      calls: 24,
      stages: [{ stage: "answers", calls: 24, outputTokens: { low: 24, high: 24 } }],
    });
  });

  test("goes into one batch as a whole", async () => {
    server.configure({ reply: scoringReplier("echo", words), batch: {} });
    const out = join(folder, "batch");
    const entry = {
      id: "m",
      adapter: "completions",
      template: "plain",
      model: "m-1",
      baseUrl: server.baseUrl,
    } as const;
    const { scores } = await run(
      { suites: [await load()], models: [entry], batch: true, batchPoll: 0.05, cache: false, out },
      { services },
    );
    const created = server.requests.filter(
      ({ method, path }) => method === "POST" && path.endsWith("/batches"),
    );
    expect(created).toHaveLength(1);
    expect(scores.boards[0]?.models).toMatchObject([{ n: 3, score: expect.closeTo(200 / 3, 9) }]);
  });

  test("is refused for models that score no texts, before anything is called", async () => {
    const chat = openaiModel({ id: "chat", model: "m-1", baseUrl: server.baseUrl });
    await expect(
      run({ suites: [await load()], models: [chat], out: join(folder, "chat") }, { services }),
    ).rejects.toMatchObject({ code: "cannot-score-texts", remedy: expect.stringContaining("completions") });
    expect(server.requests).toHaveLength(0);
  });

  test("stops where the server gives no log-probabilities of prompts", async () => {
    server.configure({ reply: scoringReplier("none", words) });
    const out = join(folder, "none");
    const asked = { suites: [await load()], models: [model()], cache: false, concurrency: 1, out } as const;
    expect((await run(asked, { services })).manifest.status).toBe("incomplete");
    expect(readManifest(out).failures).toMatchObject([{ code: "no-prompt-logprobs", count: 1 }]);
    // Two ways of asking for each of three texts, after which nothing more is asked.
    expect(server.requests).toHaveLength(6);
    // The same command asks again, and the server may know it by now.
    server.configure({ reply: scoringReplier("prompt_logprobs", words) });
    expect((await run(asked, { services })).manifest.status).toBe("complete");
  });
});
