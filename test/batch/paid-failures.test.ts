import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { readAnswers } from "../../harness/store/run-folder.js";
import { spentOn } from "../../harness/store/spending.js";
import { sampleSuite, temporaryFolder } from "../pipeline/sample-plan.js";
import type { ErrorResponse } from "../server/error-bodies.js";
import { startServer, type TestServer } from "../server/server.js";
import { countRequests, planAt, runInBatches, runLive, sampleReplies } from "./batch-fixture.js";

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ reply: sampleReplies });
});
afterAll(() => server.close());
afterEach(() => {
  server.configure({ reply: sampleReplies, batch: {}, faults: () => undefined });
  server.reset();
});

const usage = { prompt_tokens: 5, completion_tokens: 7, total_tokens: 12 };
/** At 0.2 and 1 dollar a token. */
const COST = 5 * 0.2 + 7;

/** Replies that were generated, and paid for, and hold no answer. */
const unusable: Readonly<Record<string, ErrorResponse>> = {
  "without choices": { status: 200, body: { choices: [], usage } },
  "with content of an unknown form": {
    status: 200,
    body: { choices: [{ message: { content: 7 }, finish_reason: "stop" }], usage },
  },
  "broken off": {
    status: 200,
    body: { choices: [{ message: { content: "so" }, finish_reason: "error" }], usage },
  },
  "with an error in it": { status: 200, body: { error: { code: 500, message: "broke off" }, usage } },
  "of an error that tells usage": { status: 500, body: { error: { message: "broke off" }, usage } },
  "withheld by a filter": {
    status: 200,
    body: { choices: [{ message: { content: "" }, finish_reason: "content_filter" }], usage },
  },
};

const costOf = (manifest: { totals: readonly { costUsd: number | null }[] }) =>
  manifest.totals.reduce((sum, one) => sum + (one.costUsd ?? Number.NaN), 0);

test.each(Object.entries(unusable))("a reply %s is paid, recorded and counted", async (_what, response) => {
  const suite = sampleSuite(1);
  const reference = await runLive(temporaryFolder(), planAt(server, { suite }));
  server.configure({ faults: ({ index }) => (index === 0 ? { kind: "response", response } : undefined) });
  server.reset();
  const live = temporaryFolder();
  const called = await runLive(live, planAt(server, { suite }));
  const [answer] = [...readAnswers(live)];
  const isFinal = answer?.status === "failed";
  const attempts = answer?.status === "failed" ? answer.attempts : answer?.turns[0]?.attempts;
  expect(attempts?.[0]).toMatchObject({ usage: { inputTokens: 5, outputTokens: 7 }, costUsd: COST });
  const rest = isFinal ? 0 : costOf(reference.manifest);
  expect(costOf(called.manifest)).toBeCloseTo(rest + COST, 9);
  expect(spentOn(live)).toBeCloseTo(rest + COST, 9);

  let isFirst = true;
  const fate = () => {
    if (!isFirst) return undefined;
    isFirst = false;
    return { kind: "failed", response } as const;
  };
  server.configure({ faults: () => undefined, batch: { fate } });
  const batch = temporaryFolder();
  const inBatches = await runInBatches(batch, planAt(server, { suite }));
  expect(costOf(inBatches.result.manifest)).toBeCloseTo((rest + COST) / 2, 9);
  expect(spentOn(batch)).toBeCloseTo((rest + COST) / 2, 9);
});

test("the budget of a run in batches counts it before any record holds it", async () => {
  const suite = sampleSuite(1);
  const dear = { prompt_tokens: 5, completion_tokens: 20_000 };
  const response = { status: 200, body: { choices: [], usage: dear } };
  server.configure({ batch: { fate: () => ({ kind: "failed", response }) } });
  // Enough to set aside for each request, but not for what the first of them turns out to cost.
  const { budgetReached } = await runInBatches(temporaryFolder(), planAt(server, { suite }), {
    budgetUsd: 9_000,
  });
  expect(budgetReached).toBe(true);
  expect(countRequests(server, "POST", "/v1/batches")).toBe(1);
});
