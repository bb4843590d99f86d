import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { openaiModel } from "../../harness/models/openai.js";
import { createPlan, type JudgeBinding } from "../../harness/pipeline/plan.js";
import { scoreRun } from "../../harness/pipeline/scores/score-run.js";
import { readJudgments } from "../../harness/store/run-folder.js";
import { createRankingJudge } from "../../judges/ranking/ranking-judge.js";
import { sampleJudge, sampleSuite, temporaryFolder } from "../pipeline/sample-plan.js";
import { judgeReply } from "../server/replies.js";
import { startServer, type TestServer } from "../server/server.js";
import { countRequests, recordsOf, runInBatches, runLive, sampleReplies } from "./batch-fixture.js";

const suite = sampleSuite(3);
let server: TestServer;
beforeAll(async () => {
  server = await startServer({ reply: (call) => judgeReply(call) ?? sampleReplies(call) });
});
afterAll(() => server.close());
beforeEach(() => server.reset());

const modelAt = (id: string) =>
  openaiModel({ id, model: id, baseUrl: server.baseUrl, apiKey: "sk-test-0123456789" });

function planned(judges: readonly Omit<JudgeBinding, "suite">[]) {
  const models = ["x", "y", "z"].map(modelAt);
  const plan = createPlan({
    suites: [suite],
    models,
    judges: judges.map((judge) => ({ ...judge, suite: suite.id })),
    trials: 1,
  });
  const judging = judges.flatMap(({ model, replacement }) => [model, replacement ?? model]);
  return { plan, batched: new Set([...models, ...judging] as ReturnType<typeof modelAt>[]) };
}

test("rankings through a Batch API are those of a run call by call, and a finished run asks nothing", async () => {
  const [live, batch] = [temporaryFolder(), temporaryFolder()];
  const go = () => planned([{ judge: createRankingJudge(), model: modelAt("judge"), mode: "ranking" }]);
  const reference = await runLive(live, go());
  server.reset();
  const { result } = await runInBatches(batch, go());
  expect(server.counts.calls).toBe(0);
  expect(recordsOf(batch)).toEqual(recordsOf(live));
  expect(result.scores.boards).toEqual(reference.scores.boards);
  // Two turns of answers by three models, then one batch of rankings.
  expect(countRequests(server, "POST", "/v1/batches")).toBe(7);
  await runInBatches(batch, go());
  expect(countRequests(server, "POST", "/v1/batches")).toBe(7);
});

test("a judge's replacement is asked in a batch of its own, once the judge has failed", async () => {
  const run = temporaryFolder();
  server.configure({
    reply: (call) =>
      call.model === "judge" && call.prompt.includes("second 2") ? "no idea" : sampleReplies(call),
  });
  const go = () =>
    planned([
      { judge: sampleJudge, model: modelAt("judge"), mode: "single", replacement: modelAt("spare") },
      { judge: sampleJudge, model: modelAt("other"), mode: "single" },
    ]);
  const { result } = await runInBatches(run, go());
  expect(result.manifest).toMatchObject({ status: "complete", judgments: { unreadable: 3, replaced: 3 } });
  const spared = [...readJudgments(run)].flatMap((one) => ("replacement" in one ? [one.replacement] : []));
  expect(spared).toMatchObject(Array(3).fill({ judgeModel: "spare", status: "judged" }));
  expect(scoreRun(run, { jury: { method: "mean" } }).boards.at(-1)?.jury?.members[0]).toMatchObject({
    verdicts: 15,
    replacement: { judge: "spare", verdicts: 3 },
  });
  const batches = countRequests(server, "POST", "/v1/batches");
  await runInBatches(run, go());
  expect(countRequests(server, "POST", "/v1/batches")).toBe(batches);
});
