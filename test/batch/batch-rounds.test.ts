import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { readAnswers, readJudgments, readManifest } from "../../harness/store/run-folder.js";
import { sampleSuite, temporaryFolder } from "../pipeline/sample-plan.js";
import type { BatchOptions } from "../server/batches.js";
import { contextOverflow, serverError, unsupportedParameter } from "../server/error-bodies.js";
import { startServer, type TestServer } from "../server/server.js";
import {
  countRequests,
  planAt,
  recordsOf,
  runInBatches,
  runLive,
  sampleReplies,
  steppingClock,
} from "./batch-fixture.js";

const suite = sampleSuite(4);

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ reply: sampleReplies });
});
afterAll(() => server.close());
afterEach(() => {
  server.configure({ reply: sampleReplies, batch: {}, refuses: [] });
  server.reset();
});

const withBatch = (batch: BatchOptions) => server.configure({ batch });
const onlyAnswers = { stages: { answers: true, judgments: false } };
const submitted = () => countRequests(server, "POST", "/v1/batches");

describe("a run over a Batch API", () => {
  test("asks through the Responses API where the model says so, with the records of a run call by call", async () => {
    const [live, batch] = [temporaryFolder(), temporaryFolder()];
    const setup = { suite, models: ["x"], options: { api: "responses" } as const };
    await runLive(live, planAt(server, setup));
    expect(server.requests.every(({ path }) => path === "/v1/responses")).toBe(true);
    await runInBatches(batch, planAt(server, setup));
    expect(recordsOf(batch)).toEqual(recordsOf(live));
    expect(server.requests.find(({ path }) => path === "/v1/batches")?.body).toMatchObject({
      endpoint: "/v1/responses",
    });
  });

  test("asks a second judge once the first one's batch is there, on the same draws as a run call by call", async () => {
    const [live, batch] = [temporaryFolder(), temporaryFolder()];
    const setup = { suite, models: ["x"], second: true };
    const reference = await runLive(live, planAt(server, setup));
    server.reset();
    const { result } = await runInBatches(batch, planAt(server, setup));
    expect(server.counts.calls).toBe(0);
    expect(recordsOf(batch)).toEqual(recordsOf(live));
    const withoutCost = ({ scores }: typeof result) => ({ ...scores.boards[0]?.second, cost: null });
    expect(withoutCost(result)).toEqual(withoutCost(reference));
    expect(result.scores.boards[0]?.second?.asked).toBeGreaterThan(0);
    expect(result.manifest.status).toBe("complete");
  });

  test("asks for the repeats of a verdict as requests of their own, in one batch", async () => {
    const [live, batch] = [temporaryFolder(), temporaryFolder()];
    const setup = { suite, models: ["x"], rounds: 3 };
    const reference = await runLive(live, planAt(server, setup));
    server.reset();
    const { result, events } = await runInBatches(batch, planAt(server, setup));
    expect(recordsOf(batch)).toEqual(recordsOf(live));
    expect(result.scores.boards).toEqual(reference.scores.boards);
    const sent = events.flatMap((event) => (event.type === "submitted" ? [event.requests] : []));
    expect(sent.at(-1)).toBe(3 * 8);
  });

  test("makes the records that a run call by call makes, at half the price, without a single call", async () => {
    const [live, batch] = [temporaryFolder(), temporaryFolder()];
    const setup = { suite, models: ["x", "y"], pairs: true };
    const reference = await runLive(live, planAt(server, setup));
    server.reset();
    withBatch({ reversed: true });
    const { result } = await runInBatches(batch, planAt(server, setup));
    expect(server.counts.calls).toBe(0);
    expect(recordsOf(batch)).toEqual(recordsOf(live));
    expect(result.scores.boards).toEqual(reference.scores.boards);
    expect(result.manifest.status).toBe("complete");
    const costs = (manifest: typeof result.manifest) =>
      manifest.totals
        .map(({ model, stage, calls, costUsd }) => ({ model, stage, calls, costUsd }))
        .sort(byModel);
    expect(costs(result.manifest)).toEqual(
      costs(reference.manifest).map((row) => ({
        ...row,
        costUsd: expect.closeTo((row.costUsd ?? 0) / 2, 9),
      })),
    );
    const [answer] = [...readAnswers(batch)];
    expect(answer?.turns[0]).toMatchObject({
      text: "x on first 1",
      reasoning: "let me see",
      latencyMs: 60_000,
    });
  });

  test("submits one batch per model and turn, then the judge's", async () => {
    const { events } = await runInBatches(temporaryFolder(), planAt(server, { suite, models: ["x", "y"] }));
    const sent = events.flatMap((event) =>
      event.type === "submitted" ? [`${event.stage} ${event.model} ${event.requests}`] : [],
    );
    expect(sent).toEqual(["answers x 4", "answers y 4", "answers x 4", "answers y 4", "judgments judge 16"]);
    expect(submitted()).toBe(5);
  });

  test("a finished run asks nothing again", async () => {
    const run = temporaryFolder();
    const first = await runInBatches(run, planAt(server, { suite }));
    server.reset();
    const again = await runInBatches(run, planAt(server, { suite }));
    expect(server.requests).toEqual([]);
    expect(again.result.scores).toEqual(first.result.scores);
  });

  test("asks again what failed, in the next round, and keeps what did not", async () => {
    const failing = new Map<string, number>();
    withBatch({
      fate: (customId, index) => {
        const seen = failing.get(customId) ?? 0;
        failing.set(customId, seen + 1);
        if (seen > 0 || index > 2) return undefined;
        if (index === 0) return { kind: "failed", response: serverError(500) };
        return index === 1 ? { kind: "expired" } : { kind: "missing" };
      },
    });
    const run = temporaryFolder();
    const { result, events } = await runInBatches(run, planAt(server, { suite }));
    expect(result.manifest).toMatchObject({
      status: "complete",
      answers: { completed: 4, failed: 0 },
      judgments: { judged: 8, failed: 0 },
    });
    expect(
      events.flatMap((event) => (event.type === "ended" ? [[event.replies, event.failures]] : []))[0],
    ).toEqual([1, 3]);
    const attempts = [...readAnswers(run)].flatMap((answer) =>
      answer.turns.flatMap((turn) => turn.attempts ?? []),
    );
    expect(attempts.map((attempt) => attempt.outcome).sort()).toEqual(
      ["server-error", "timeout", "invalid-response", "server-error", "timeout", "invalid-response"]
        .concat(Array<string>(6).fill("ok"))
        .sort(),
    );
    // Each was answered once: 8 turns and 8 verdicts.
    expect(result.manifest.totals.map((row) => row.calls)).toEqual([8, 8]);
    expect(result.manifest.totals[0]?.retries).toBe(6);
  });

  test("records what fails for good, and what fails too often; asked again it starts afresh", async () => {
    let broken = true;
    withBatch({
      fate: (customId) => {
        if (!broken) return undefined;
        const isFirst = promptOf(customId) === "first 1";
        return { kind: "failed", response: isFirst ? contextOverflow("openai") : serverError(503) };
      },
    });
    const run = temporaryFolder();
    const setup = { suite: sampleSuite(2) };
    const first = await runInBatches(run, planAt(server, setup), onlyAnswers);
    expect(first.result.manifest.answers).toMatchObject({ planned: 2, failed: 2 });
    const failures = [...readAnswers(run)].map((answer) =>
      answer.status === "failed" ? [answer.error.code, answer.error.retryable, answer.attempts.length] : [],
    );
    expect(failures).toEqual([
      ["context-overflow", false, 1],
      ["server-error", true, 3],
    ]);
    broken = false;
    const second = await runInBatches(run, planAt(server, setup));
    expect(second.result.manifest.answers).toMatchObject({ completed: 1, failed: 1 });
    const third = await runInBatches(run, planAt(server, setup), { retryFailed: true });
    expect(third.result.manifest).toMatchObject({ status: "complete", answers: { completed: 2, failed: 0 } });
  });

  test("does not pay twice for the first turn of an answer whose second failed", async () => {
    let broken = true;
    withBatch({
      fate: (customId) =>
        broken && promptOf(customId) === "second 1"
          ? { kind: "failed", response: serverError(500) }
          : undefined,
    });
    const run = temporaryFolder();
    const setup = { suite: sampleSuite(1) };
    await runInBatches(run, planAt(server, setup), onlyAnswers);
    expect(readManifest(run).totals[0]).toMatchObject({ calls: 1, cached: 0 });
    broken = false;
    const { result } = await runInBatches(run, planAt(server, setup), onlyAnswers);
    expect(result.manifest.answers.completed).toBe(1);
    // The first turn stands in two records and was paid for once; so was the second.
    expect(result.manifest.totals[0]).toMatchObject({ calls: 2, cached: 1 });
  });

  test("asks again while a verdict is unreadable, each attempt a request of its own", async () => {
    const seen = new Map<string, number>();
    server.configure({
      reply: (call) => {
        const times = (seen.get(call.prompt) ?? 0) + 1;
        seen.set(call.prompt, times);
        if (!call.prompt.startsWith("rate ")) return "an answer";
        return times === 1 ? "no idea" : "=4";
      },
    });
    const run = temporaryFolder();
    const { result } = await runInBatches(run, planAt(server, { suite: sampleSuite(1) }));
    expect(result.manifest.judgments).toMatchObject({ judged: 2, unreadable: 0 });
    const replies = [...readJudgments(run)].map((one) => (one.status === "judged" ? one.replies.length : 0));
    expect(replies).toEqual([2, 2]);
  });

  test("learns what the endpoint refuses, leaves it out of the next round, and says so in the records", async () => {
    withBatch({
      fate: (customId) => {
        const body = bodyOf(customId);
        return "temperature" in body
          ? { kind: "failed", response: unsupportedParameter("temperature", "openai", 0) }
          : undefined;
      },
    });
    const run = temporaryFolder();
    const { result } = await runInBatches(run, planAt(server, { suite, models: ["x", "y"] }));
    expect(result.manifest.answers).toMatchObject({ completed: 8, failed: 0 });
    const turns = [...readAnswers(run)].flatMap((answer) => answer.turns);
    expect(new Set(turns.map((turn) => turn.droppedParameters?.join()))).toEqual(new Set(["temperature"]));
    expect(turns.every((turn) => turn.attempts === undefined)).toBe(true);
    expect(result.manifest.models[0]?.droppedParameters).toEqual(["temperature"]);
    expect(result.manifest.totals.every((row) => row.retries === 0)).toBe(true);
  });

  test("asks for the rest of a batch that expired", async () => {
    const seen = new Set<string>();
    withBatch({
      finalStatus: "expired",
      fate: (customId, index) => {
        const isNew = !seen.has(customId);
        seen.add(customId);
        return isNew && index < 2 ? { kind: "missing" } : undefined;
      },
    });
    const { result, events } = await runInBatches(temporaryFolder(), planAt(server, { suite }), onlyAnswers);
    expect(events.find((event) => event.type === "ended")).toMatchObject({
      status: "expired",
      replies: 2,
      failures: 2,
    });
    expect(result.manifest).toMatchObject({ status: "complete", answers: { completed: 4 } });
  });

  test("keeps what a cancelled batch brought and submits the rest only when it is run again", async () => {
    const run = temporaryFolder();
    withBatch({
      finalStatus: "cancelled",
      fate: (_, index) => (index < 1 ? { kind: "missing" } : undefined),
    });
    const first = await runInBatches(run, planAt(server, { suite }), onlyAnswers);
    expect(first.warnings).toEqual(["batch-cancelled"]);
    expect(submitted()).toBe(1);
    expect(first.result.manifest).toMatchObject({
      status: "incomplete",
      answers: { completed: 0, failed: 0 },
    });
    withBatch({});
    const second = await runInBatches(run, planAt(server, { suite }), onlyAnswers);
    expect(second.result.manifest.answers.completed).toBe(4);
    expect(second.result.manifest.totals[0]?.calls).toBe(8);
  });
});

describe("a batch that is not taken as a whole", () => {
  test("ends the run incomplete, says why, and nothing is recorded as failed", async () => {
    withBatch({ finalStatus: "failed" });
    const run = temporaryFolder();
    const { result, warnings, events } = await runInBatches(run, planAt(server, { suite }));
    expect(warnings).toEqual(["batch-refused"]);
    expect(events.at(-1)).toMatchObject({ type: "refused", message: expect.stringContaining("not valid") });
    expect(result.manifest).toMatchObject({ status: "incomplete", answers: { failed: 0 } });
    expect([...readAnswers(run)]).toEqual([]);
  });
});

describe("stopping and being killed", () => {
  class Kill extends Error {}
  const killAt = (sleep: number) =>
    steppingClock((count) => {
      if (count === sleep) throw new Kill("killed");
    });

  test("while a batch runs: the next process follows the same batch", async () => {
    const run = temporaryFolder();
    const setup = { suite, models: ["x", "y"] };
    // A kill nearly always meets the sleep between two looks; here it meets each of them.
    let kills = 0;
    for (let alive = false; !alive; ) {
      alive = await runInBatches(run, planAt(server, setup), { clock: killAt(1) }).then(
        () => true,
        (error: unknown) => {
          if (!(error instanceof Kill)) throw error;
          kills++;
          return false;
        },
      );
    }
    expect(kills).toBeGreaterThan(5);
    expect(readManifest(run).status).toBe("complete");
    expect(submitted()).toBe(5);
    const undisturbed = temporaryFolder();
    await runLive(undisturbed, planAt(server, setup));
    expect(recordsOf(run)).toEqual(recordsOf(undisturbed));
  });

  test("between the submission and its note: the batch is found at the endpoint, not submitted twice", async () => {
    const run = temporaryFolder();
    let losing = true;
    const fetch: typeof globalThis.fetch = async (input, init) => {
      const response = await globalThis.fetch(input, init);
      const url = input instanceof Request ? input.url : String(input);
      if (losing && init?.method?.toUpperCase() === "POST" && url.endsWith("/batches")) {
        losing = false;
        throw new TypeError("the line broke");
      }
      return response;
    };
    const { result } = await runInBatches(run, planAt(server, { suite, options: { fetch } }), onlyAnswers);
    expect(result.manifest.answers.completed).toBe(4);
    expect(submitted()).toBe(2);

    // The same with a process that dies before it can look.
    const other = temporaryFolder();
    losing = true;
    server.reset();
    const dying = runInBatches(other, planAt(server, { suite, options: { fetch } }), {
      ...onlyAnswers,
      clock: killAt(1),
    });
    await expect(dying).rejects.toThrow(Kill);
    const second = await runInBatches(other, planAt(server, { suite }), onlyAnswers);
    expect(second.events[0]).toMatchObject({ type: "resumed" });
    expect(second.result.manifest.answers.completed).toBe(4);
    expect(submitted()).toBe(2);
  });

  test("whatever is lost on the line and whenever it is killed, nothing is submitted twice or lost", async () => {
    const setup = { suite: sampleSuite(3) };
    const reference = temporaryFolder();
    await runLive(reference, planAt(server, setup));
    const losses = fc.array(fc.boolean(), { minLength: 40, maxLength: 40 });
    const kills = fc.array(fc.integer({ min: 1, max: 6 }), { maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(losses, kills, async (lost, killSleeps) => {
        withBatch({});
        server.reset();
        let call = 0;
        const fetch: typeof globalThis.fetch = async (input, init) => {
          const response = await globalThis.fetch(input, init);
          if (lost[call++] === true) throw new TypeError("the line broke");
          return response;
        };
        const run = temporaryFolder();
        const plan = () => planAt(server, { ...setup, options: { fetch } });
        for (const sleep of killSleeps) {
          await runInBatches(run, plan(), { clock: killAt(sleep), maxRetries: 50 }).catch(
            (error: unknown) => {
              if (!(error instanceof Kill)) throw error;
            },
          );
        }
        await runInBatches(run, plan(), { maxRetries: 50 });
        expect(recordsOf(run)).toEqual(recordsOf(reference));
        const ids = submittedIds();
        expect(new Set(ids).size).toBe(ids.length);
      }),
      { numRuns: 12 },
    );
  });

  test("a stop leaves the batch running and says so; running again picks it up", async () => {
    const run = temporaryFolder();
    const stop = new AbortController();
    const clock = steppingClock((count) => {
      if (count === 1) stop.abort(new Error("stopped"));
    });
    const first = await runInBatches(run, planAt(server, { suite }), { clock, stop: stop.signal });
    expect(first.result.stopped).toBe("interrupted");
    expect(first.result.manifest.status).toBe("interrupted");
    expect(first.events.at(-1)).toMatchObject({ type: "left-running", batch: "batch_1", model: "x" });
    const second = await runInBatches(run, planAt(server, { suite }));
    expect(second.result.manifest.status).toBe("complete");
    expect(submitted()).toBe(3);
  });

  test("results that were taken but not noted as ended are not taken twice", async () => {
    const run = temporaryFolder();
    await runInBatches(run, planAt(server, { suite }), onlyAnswers);
    const journal = join(run, "batch", "state.jsonl");
    const lines = readFileSync(journal, "utf8").trimEnd().split("\n");
    const end = lines.findIndex((line) => line.includes('"ended"'));
    writeFileSync(journal, `${lines.slice(0, end).join("\n")}\n`);
    rmSync(join(run, "answers"), { recursive: true });
    server.reset();
    const { result } = await runInBatches(run, planAt(server, { suite }), onlyAnswers);
    expect(result.manifest.answers.completed).toBe(4);
    expect(submitted()).toBe(1);
    expect(result.manifest.totals[0]?.calls).toBe(8);
  });
});

describe("limits", () => {
  // A request may cost some $36 (64 tokens out at $0.50, a token per byte in at $0.10) and costs some $5.
  test("under a budget, so many requests are under way as it bears at their dearest, and all get done", async () => {
    const { result, events, budgetReached } = await runInBatches(
      temporaryFolder(),
      planAt(server, { suite }),
      {
        ...onlyAnswers,
        budgetUsd: 110,
      },
    );
    const sizes = events.flatMap((event) => (event.type === "submitted" ? [event.requests] : []));
    expect(sizes[0]).toBe(3);
    expect(Math.max(...sizes)).toBe(3);
    expect(budgetReached).toBe(false);
    expect(result.manifest.answers.completed).toBe(4);
    expect(result.manifest.totals[0]?.costUsd).toBeLessThan(110);
  });

  test("a budget that is used up ends the run below it; raised, the rest is done and nothing is paid twice", async () => {
    const whole = await runInBatches(temporaryFolder(), planAt(server, { suite }), onlyAnswers);
    const costUsd = whole.result.manifest.totals[0]?.costUsd ?? 0;
    const run = temporaryFolder();
    const short = await runInBatches(run, planAt(server, { suite }), { ...onlyAnswers, budgetUsd: costUsd });
    expect(short.budgetReached).toBe(true);
    const answered = short.result.manifest.answers.completed;
    const spentUsd = short.result.manifest.totals[0]?.costUsd ?? 0;
    expect(answered).toBeLessThan(4);
    expect(spentUsd).toBeLessThanOrEqual(costUsd);
    const raised = await runInBatches(run, planAt(server, { suite }), {
      ...onlyAnswers,
      budgetUsd: costUsd + 200,
      spentUsd,
    });
    expect(raised.result.manifest.answers.completed).toBe(4);
    expect(raised.result.manifest.totals[0]?.costUsd).toBeCloseTo(costUsd, 9);
  });

  test("a file holds no more requests than the endpoint takes", async () => {
    const { events, result } = await runInBatches(
      temporaryFolder(),
      planAt(server, { suite: sampleSuite(5) }),
      {
        ...onlyAnswers,
        limits: { requests: 2, bytes: 200_000_000 },
      },
    );
    const sizes = events.flatMap((event) => (event.type === "submitted" ? [event.requests] : []));
    expect(sizes.slice(0, 3)).toEqual([2, 2, 1]);
    expect(result.manifest.answers.completed).toBe(5);
  });

  test("a batch that is more than the account may have waiting comes back in halves, one at a time", async () => {
    const most = 3;
    const fetch: typeof globalThis.fetch = async (input, init) => {
      const response = await globalThis.fetch(input, init);
      const url = input instanceof Request ? input.url : String(input);
      const [, id] = /\/batches\/(batch_\d+)/.exec(url) ?? [];
      if (id === undefined) return response;
      const view: { request_counts: { total: number }; status: string } = JSON.parse(await response.text());
      if (view.request_counts.total <= most) return Response.json(view);
      const data = [
        { code: "token_limit_exceeded", message: "Enqueued token limit reached for x.", line: null },
      ];
      const refused = { ...view, status: "failed", errors: { object: "list", data }, output_file_id: null };
      return Response.json({ ...refused, error_file_id: null });
    };
    const setup = { suite: sampleSuite(10), options: { fetch } };
    const { result, events, warnings } = await runInBatches(
      temporaryFolder(),
      planAt(server, setup),
      onlyAnswers,
    );
    expect(warnings).toEqual([]);
    expect(result.manifest).toMatchObject({ status: "complete", answers: { completed: 10, failed: 0 } });
    const sizes = events.flatMap((event) => (event.type === "submitted" ? [event.requests] : []));
    expect(sizes.slice(0, 3)).toEqual([10, 5, 3]);
    expect(sizes.slice(2).every((size) => size <= most)).toBe(true);
    const running = new Set<string>();
    for (const event of events) {
      if (event.type === "submitted") running.add(event.batch);
      if (event.type === "ended" || event.type === "refused") running.delete(event.batch);
      expect(running.size).toBeLessThanOrEqual(1);
    }
  });

  test("an endpoint without a Batch API is told before anything is called", async () => {
    const bare = await startServer({ batch: {} });
    try {
      const fetch: typeof globalThis.fetch = (input, init) => {
        const url = input instanceof Request ? input.url : String(input);
        return /\/(batches|files)/.test(url)
          ? Promise.resolve(new Response('{"detail":"Not Found"}', { status: 404 }))
          : globalThis.fetch(input, init);
      };
      const run = runInBatches(temporaryFolder(), planAt(bare, { suite, options: { fetch } }));
      await expect(run).rejects.toMatchObject({
        name: "ConfigError",
        code: "batches-not-supported",
        remedy: expect.stringContaining("vllm run-batch"),
      });
      expect(bare.counts.calls).toBe(0);
    } finally {
      await bare.close();
    }
  });

  test("batches are looked for only where they were submitted", async () => {
    const run = temporaryFolder();
    const stop = new AbortController();
    const clock = steppingClock(() => stop.abort(new Error("stopped")));
    await runInBatches(run, planAt(server, { suite }), { clock, stop: stop.signal });
    const elsewhere = { ...server, baseUrl: server.baseUrl.replace("127.0.0.1", "localhost") };
    await expect(runInBatches(run, planAt(elsewhere, { suite }))).rejects.toMatchObject({
      code: "batch-elsewhere",
    });
  });

  test("secrets do not reach the journal", async () => {
    const run = temporaryFolder();
    await runInBatches(run, planAt(server, { suite: sampleSuite(1) }));
    expect(readFileSync(join(run, "batch", "state.jsonl"), "utf8")).not.toContain("sk-test");
  });
});

/** The request that was last uploaded under a custom id. */
function bodyOf(customId: string): { readonly messages?: readonly { readonly content: string }[] } {
  for (const { data } of [...server.batches.files.values()].reverse()) {
    for (const line of data.toString("utf8").split("\n")) {
      if (!line.includes(customId)) continue;
      const row: { body?: object } = JSON.parse(line);
      if (row.body !== undefined) return row.body;
    }
  }
  return {};
}

/** Custom ids of all requests in all batches that were created. */
function submittedIds(): string[] {
  const bodies = server.requests.filter((one) => one.method === "POST" && one.path === "/v1/batches");
  return bodies.flatMap(({ body }) => {
    const { input_file_id } = body as { input_file_id: string };
    const lines = server.batches.files.get(input_file_id)?.data.toString("utf8").trimEnd().split("\n") ?? [];
    return lines.map((line) => (JSON.parse(line) as { custom_id: string }).custom_id);
  });
}

function promptOf(customId: string): string | undefined {
  return bodyOf(customId).messages?.at(-1)?.content;
}

function byModel(x: { model: string; stage: string }, y: { model: string; stage: string }): number {
  return `${x.stage} ${x.model}` < `${y.stage} ${y.model}` ? -1 : 1;
}
