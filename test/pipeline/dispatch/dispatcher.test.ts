import { describe, expect, it } from "vitest";
import { createDispatcher } from "../../../harness/pipeline/dispatch/dispatcher.js";
import type { DispatchEvent } from "../../../harness/pipeline/dispatch/events.js";
import { ask, failure, fakeEndpoint, reply } from "./fake-endpoint.js";
import { createVirtualClock } from "./virtual-clock.js";

describe("a call", () => {
  it("that succeeds at once has a record without attempts", async () => {
    const clock = createVirtualClock();
    const endpoint = fakeEndpoint(
      clock,
      async () => {
        await clock.sleep(120);
        return reply({
          endpointModel: "gpt-4o-2024-08-06",
          systemFingerprint: "fp",
          droppedParameters: ["seed"],
        });
      },
      { priceKey: "gpt-4o" },
    );
    const dispatcher = createDispatcher({ clock });
    expect(await clock.runUntil(dispatcher.call(endpoint.model, ask(1), "answers"))).toMatchObject({
      ok: true,
      record: {
        endpointModel: "gpt-4o-2024-08-06",
        systemFingerprint: "fp",
        usage: { inputTokens: 10, outputTokens: 5 },
        // 10 × 2.50 + 5 × 10 dollars per million.
        costUsd: expect.closeTo(0.000075, 12),
        finishReason: "stop",
        latencyMs: 120,
        droppedParameters: ["seed"],
      },
    });
    expect(dispatcher.progress).toMatchObject({
      calls: 1,
      inFlight: 0,
      waiting: 0,
      failed: 0,
      unpricedCalls: 0,
    });
  });

  it("leaves a trace of every attempt: when, how long, why, and how long it waited for the next", async () => {
    const clock = createVirtualClock();
    const events: DispatchEvent[] = [];
    const endpoint = fakeEndpoint(clock, async ({ number }) => {
      await clock.sleep(100);
      if (number === 1) throw failure("rate-limited", { status: 429, retryAfterMs: 2_000 });
      if (number === 2) throw failure("server-error", { status: 503 });
      return reply();
    });
    const dispatcher = createDispatcher({ clock, random: () => 0.5, onEvent: (event) => events.push(event) });
    const outcome = await clock.runUntil(dispatcher.call(endpoint.model, ask(1), "judgments"));
    expect(outcome).toMatchObject({
      ok: true,
      record: {
        latencyMs: 100,
        attempts: [
          {
            at: "2025-01-01T00:00:00.000Z",
            latencyMs: 100,
            outcome: "rate-limited",
            status: 429,
            waitedMs: 2_250,
          },
          {
            at: "2025-01-01T00:00:02.350Z",
            latencyMs: 100,
            outcome: "server-error",
            status: 503,
            waitedMs: 500,
          },
          { at: "2025-01-01T00:00:02.950Z", latencyMs: 100, outcome: "ok" },
        ],
      },
    });
    expect(events).toEqual([
      {
        type: "retry",
        endpoint: "http://fake/v1",
        model: "fake",
        stage: "judgments",
        attempts: 1,
        cause: "rate-limited",
        status: 429,
        waitMs: 2_250,
      },
      expect.objectContaining({ type: "retry", attempts: 2, cause: "server-error", waitMs: 500 }),
    ]);
    expect(dispatcher.progress.retriesByCause).toEqual({ "rate-limited": 1, "server-error": 1 });
    expect(dispatcher.totals()).toEqual([
      {
        stage: "judgments",
        model: "fake",
        calls: 1,
        retries: 2,
        cached: 0,
        recorded: 0,
        usage: { inputTokens: 10, outputTokens: 5 },
        costUsd: null,
      },
    ]);
  });

  it.each(["context-overflow", "content-filtered", "unauthorized", "model-not-found", "no-recording"])(
    "that ends in %s is asked once",
    async (code) => {
      const clock = createVirtualClock();
      const endpoint = fakeEndpoint(clock, () => {
        throw failure(code, { status: 400 });
      });
      const dispatcher = createDispatcher({ clock });
      expect(await clock.runUntil(dispatcher.call(endpoint.model, ask(1), "answers"))).toEqual({
        ok: false,
        error: { code, message: `made to fail: ${code}`, status: 400, retryable: false },
        attempts: [{ at: "2025-01-01T00:00:00.000Z", latencyMs: 0, outcome: code, status: 400 }],
      });
      expect(endpoint.arrivals).toHaveLength(1);
    },
  );

  it("that keeps failing ends after its retries with all attempts, to be asked again by the next run", async () => {
    const clock = createVirtualClock();
    const endpoint = fakeEndpoint(clock, () => {
      throw failure("invalid-response", { status: 200 });
    });
    const dispatcher = createDispatcher({ clock, maxRetries: 3, random: () => 0.5 });
    const outcome = await clock.runUntil(dispatcher.call(endpoint.model, ask(1), "answers"));
    expect(outcome).toMatchObject({ ok: false, error: { code: "invalid-response", retryable: true } });
    if (outcome.ok || "stopped" in outcome) throw new Error("expected a failure");
    expect(outcome.attempts.map((attempt) => attempt.waitedMs)).toEqual([250, 500, 1_000, undefined]);
  });

  it("has a deadline of its own for every attempt", async () => {
    const clock = createVirtualClock();
    const endpoint = fakeEndpoint(clock, ({ number }) =>
      number < 3 ? new Promise(() => {}) : Promise.resolve(reply()),
    );
    const dispatcher = createDispatcher({ clock, timeoutMs: 30_000, random: () => 0 });
    const outcome = await clock.runUntil(dispatcher.call(endpoint.model, ask(1), "answers"));
    expect(outcome).toMatchObject({
      ok: true,
      record: {
        attempts: [{ outcome: "timeout", latencyMs: 30_000 }, { outcome: "timeout" }, { outcome: "ok" }],
      },
    });
    expect(clock.monotonic()).toBe(60_000);
  });

  it("estimates usage and cost where the endpoint tells none or nonsense, and keeps no such usage", async () => {
    const clock = createVirtualClock();
    const endpoint = fakeEndpoint(
      clock,
      () => reply({ text: "x".repeat(400), usage: { inputTokens: -5, outputTokens: 1e99 } }),
      { priceKey: "gpt-4o" },
    );
    const dispatcher = createDispatcher({ clock });
    const outcome = await clock.runUntil(dispatcher.call(endpoint.model, ask(1), "answers"));
    if (!outcome.ok) throw new Error("expected a generation");
    expect(outcome.record).not.toHaveProperty("usage");
    // "Question 1?": 3 tokens, 7 for the template; 100 tokens of reply.
    expect(outcome.record.costUsd).toBeCloseTo((10 * 2.5 + 100 * 10) / 1e6, 12);
  });
});

describe("calls to one endpoint", () => {
  it("do not hold a slot while they wait to be made again", async () => {
    const clock = createVirtualClock();
    const endpoint = fakeEndpoint(clock, async ({ request, number }) => {
      await clock.sleep(100);
      if (request.subject.questionId === "0" && number === 1) {
        throw failure("rate-limited", { retryAfterMs: 300_000 });
      }
      return reply();
    });
    const dispatcher = createDispatcher({ clock, concurrency: 1, random: () => 0 });
    const ended: number[] = [];
    const calls = Array.from({ length: 20 }, async (_, index) => {
      await dispatcher.call(endpoint.model, ask(index), "answers");
      ended[index] = clock.monotonic();
    });
    await clock.runUntil(Promise.all(calls));
    expect(ended[0]).toBe(300_200);
    expect(Math.max(...ended.slice(1))).toBe(2_000);
  });

  it("may wait in great number without a warning of Node's", async () => {
    const clock = createVirtualClock();
    const warnings: string[] = [];
    const listen = (warning: Error) => warnings.push(warning.message);
    process.on("warning", listen);
    const endpoint = fakeEndpoint(clock, ({ number }) => {
      if (number <= 60 && number % 2 === 0) throw failure("server-error");
      return reply();
    });
    const dispatcher = createDispatcher({ clock, concurrency: 64, random: () => 0.5 });
    const calls = Array.from({ length: 60 }, (_, index) =>
      dispatcher.call(endpoint.model, ask(index), "answers"),
    );
    await clock.settle();
    expect(dispatcher.progress.backingOff).toBe(30);
    await clock.runUntil(Promise.all(calls));
    process.off("warning", listen);
    expect(warnings).toEqual([]);
  });

  it("are shared out between models, so that a judge need not wait for all answers", async () => {
    const clock = createVirtualClock();
    const behaviour = async () => {
      await clock.sleep(100);
      return reply();
    };
    const answering = fakeEndpoint(clock, behaviour, { id: "answering" });
    const judging = fakeEndpoint(clock, behaviour, { id: "judging" });
    const dispatcher = createDispatcher({ clock, concurrency: 4 });
    const answers = Array.from({ length: 400 }, (_, index) =>
      dispatcher.call(answering.model, ask(index), "answers"),
    );
    await clock.advance(1_050);
    const verdicts = Promise.all(
      Array.from({ length: 20 }, (_, index) => dispatcher.call(judging.model, ask(index), "judgments")),
    );
    await clock.runUntil(verdicts);
    // Half of the four slots: 20 verdicts take ten rounds.
    expect(clock.monotonic()).toBeLessThanOrEqual(1_100 + 11 * 100);
    await clock.runUntil(Promise.all(answers));
    expect(clock.monotonic()).toBe(10_500);
  });

  it("of a later turn go before new conversations, so that begun answers are finished first", async () => {
    const clock = createVirtualClock();
    const endpoint = fakeEndpoint(clock, async () => {
      await clock.sleep(100);
      return reply();
    });
    const dispatcher = createDispatcher({ clock, concurrency: 2 });
    let whole = 0;
    const calls = Array.from({ length: 50 }, async (_, index) => {
      await dispatcher.call(endpoint.model, ask(index), "answers");
      await dispatcher.call(endpoint.model, ask(index, { turn: 2 }), "answers");
      whole++;
    });
    await clock.advance(2_000);
    // 40 calls were made: 20 conversations, none waits half-done behind 30 others.
    expect(whole).toBe(20);
    await clock.runUntil(Promise.all(calls));
  });

  it("leave other endpoints alone", async () => {
    const clock = createVirtualClock();
    const slow = fakeEndpoint(clock, async () => {
      await clock.sleep(60_000);
      return reply();
    });
    const quick = fakeEndpoint(clock, () => reply(), { endpoint: "http://other/v1" });
    const dispatcher = createDispatcher({ clock, concurrency: 1, rpm: 5 });
    const waiting = dispatcher.call(slow.model, ask(1), "answers");
    await clock.runUntil(dispatcher.call(quick.model, ask(1), "answers"));
    expect(clock.monotonic()).toBe(0);
    expect(dispatcher.progress.endpoints.map(({ endpoint, inFlight }) => [endpoint, inFlight])).toEqual([
      ["http://fake/v1", 1],
      ["http://other/v1", 0],
    ]);
    await clock.runUntil(waiting);
  });
});

describe("stopping", () => {
  function start() {
    const clock = createVirtualClock();
    const stop = new AbortController();
    const abort = new AbortController();
    const endpoint = fakeEndpoint(clock, async ({ number }) => {
      await clock.sleep(1_000);
      if (number <= 2) throw failure("server-error");
      return reply();
    });
    const dispatcher = createDispatcher({
      clock,
      random: () => 0.9,
      concurrency: 4,
      stop: stop.signal,
      abort: abort.signal,
    });
    const calls = Array.from({ length: 10 }, (_, index) =>
      dispatcher.call(endpoint.model, ask(index), "answers"),
    );
    const fates = async () =>
      (await Promise.all(calls)).map((outcome) =>
        outcome.ok ? "ok" : "stopped" in outcome ? outcome.stopped : "failed",
      );
    return { clock, stop, abort, endpoint, dispatcher, fates };
  }

  it("gently lets calls under way finish and starts nothing, not even a retry", async () => {
    const { clock, stop, endpoint, dispatcher, fates } = start();
    // Two of the first four have failed and wait to be made again; four others are under way.
    await clock.advance(1_200);
    expect(dispatcher.progress).toMatchObject({ inFlight: 4, backingOff: 2, waiting: 2 });
    stop.abort();
    const outcomes = await clock.runUntil(fates());
    expect(outcomes).toEqual([
      "cancelled",
      "cancelled",
      "ok",
      "ok",
      "ok",
      "ok",
      "ok",
      "ok",
      "cancelled",
      "cancelled",
    ]);
    expect(endpoint.arrivals).toHaveLength(8);
    expect(clock.monotonic()).toBe(2_000);
    expect(await dispatcher.call(endpoint.model, ask(99), "answers")).toEqual({
      ok: false,
      stopped: "cancelled",
    });
  });

  it("hard cuts off what is under way", async () => {
    const { clock, stop, abort, endpoint, dispatcher, fates } = start();
    await clock.advance(1_200);
    stop.abort();
    abort.abort();
    const outcomes = await fates();
    expect(clock.monotonic()).toBe(1_200);
    expect(outcomes.filter((fate) => fate === "ok")).toHaveLength(2);
    expect(outcomes.filter((fate) => fate === "cancelled")).toHaveLength(8);
    expect(endpoint.arrivals).toHaveLength(8);
    expect(dispatcher.progress).toMatchObject({ inFlight: 0, waiting: 0, backingOff: 0, failed: 0 });
  });

  it("works when it comes before the first call, and when calls wait for a limit", async () => {
    const clock = createVirtualClock();
    const endpoint = fakeEndpoint(clock, () => reply());
    const stopped = createDispatcher({ clock, stop: AbortSignal.abort() });
    expect(await stopped.call(endpoint.model, ask(1), "answers")).toEqual({
      ok: false,
      stopped: "cancelled",
    });
    const stop = new AbortController();
    const limited = createDispatcher({ clock, rpm: 1, stop: stop.signal });
    const calls = [1, 2, 3].map((question) => limited.call(endpoint.model, ask(question), "answers"));
    await clock.advance(10);
    stop.abort();
    const outcomes = await clock.runUntil(Promise.all(calls));
    expect(outcomes.map((outcome) => outcome.ok)).toEqual([true, false, false]);
  });

  it("by closing turns away what waits and cuts off the rest", async () => {
    const { clock, endpoint, dispatcher, fates } = start();
    await clock.advance(500);
    await dispatcher.close();
    expect(new Set(await fates())).toEqual(new Set(["cancelled"]));
    expect(endpoint.arrivals).toHaveLength(4);
  });
});

it("gets 20,000 calls with faults of many kinds through, each answered once, and keeps nothing of them", async () => {
  const clock = createVirtualClock();
  const kinds = ["rate-limited", "server-error", "connection-failed", "invalid-response"] as const;
  const answered = new Map<string, number>();
  const endpoint = fakeEndpoint(clock, async ({ number, request }) => {
    await clock.sleep(50 + (number % 7));
    const kind = kinds[number % 80];
    if (kind !== undefined) throw failure(kind);
    const { questionId } = request.subject;
    answered.set(questionId, (answered.get(questionId) ?? 0) + 1);
    return reply();
  });
  const dispatcher = createDispatcher({ clock, random: () => 0.5, concurrency: 128 });
  const calls = Array.from({ length: 20_000 }, (_, index) =>
    dispatcher.call(endpoint.model, ask(index), "answers"),
  );
  const outcomes = await clock.runUntil(Promise.all(calls));
  expect(outcomes.every((outcome) => outcome.ok)).toBe(true);
  expect(answered.size).toBe(20_000);
  expect(Math.max(...answered.values())).toBe(1);
  expect(dispatcher.progress).toMatchObject({ inFlight: 0, waiting: 0, backingOff: 0, calls: 20_000 });
  const { retries } = dispatcher.progress;
  expect(retries).toBe(endpoint.arrivals.length - 20_000);
  expect(retries / endpoint.arrivals.length).toBeCloseTo(0.05, 3);
});
