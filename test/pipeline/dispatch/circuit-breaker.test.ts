import { describe, expect, it } from "vitest";
import { seededRandom } from "../../../harness/core/random.js";
import { CircuitBreaker, defaultBreakerOptions } from "../../../harness/pipeline/dispatch/circuit-breaker.js";
import { createDispatcher } from "../../../harness/pipeline/dispatch/dispatcher.js";
import type { DispatchEvent } from "../../../harness/pipeline/dispatch/events.js";
import { ask, failure, fakeEndpoint, reply } from "./fake-endpoint.js";
import { createVirtualClock } from "./virtual-clock.js";

const fault = failure("server-error", { status: 503 });

function failTimes(breaker: CircuitBreaker, times: number, atMs: number, error = fault) {
  let change: ReturnType<CircuitBreaker["failed"]>;
  for (let time = 0; time < times; time++) change = breaker.failed(atMs, error, false);
  return change;
}

describe("CircuitBreaker", () => {
  it("opens after ten faults in a row, not when one success lies between", () => {
    const breaker = new CircuitBreaker();
    failTimes(breaker, 9, 0);
    breaker.succeeded(0);
    expect(failTimes(breaker, 9, 0)).toBeUndefined();
    expect(breaker.enter(0)).toBe("go");
    expect(failTimes(breaker, 1, 0)).toEqual({ type: "opened", cause: "outage", pauseMs: 1_000 });
    expect(breaker.waitMs(400)).toBe(600);
  });

  it("lets one call probe, pauses longer after each failed probe, closes on success", () => {
    const breaker = new CircuitBreaker();
    breaker.succeeded(0);
    failTimes(breaker, 10, 0);
    expect(breaker.enter(1_000)).toBe("probe");
    expect(breaker.waitMs(1_000)).toBe(Number.POSITIVE_INFINITY);
    expect(breaker.failed(1_100, fault, true)).toEqual({ type: "opened", cause: "outage", pauseMs: 2_000 });
    expect(breaker.enter(3_100)).toBe("probe");
    expect(breaker.succeeded(3_200)).toEqual({ type: "closed", afterMs: 3_200 });
    expect(breaker.enter(3_200)).toBe("go");
  });

  it("gives up an endpoint that never worked after four probes, and one that did after ten minutes", () => {
    const unknown = new CircuitBreaker();
    failTimes(unknown, 10, 0);
    const pauses: number[] = [];
    let nowMs = 0;
    for (;;) {
      nowMs += unknown.waitMs(nowMs);
      expect(unknown.enter(nowMs)).toBe("probe");
      const change = unknown.failed(nowMs, fault, true);
      if (change?.type !== "opened") break;
      pauses.push(change.pauseMs);
    }
    expect(pauses).toEqual([2_000, 4_000, 8_000]);
    expect(nowMs).toBe(15_000);
    expect(unknown.enter(nowMs + 59_999)).toBe("down");
    expect(unknown.enter(nowMs + 60_000)).toBe("probe");

    const known = new CircuitBreaker();
    known.succeeded(0);
    failTimes(known, 10, 0);
    nowMs = 0;
    while (known.state !== "down") {
      nowMs += known.waitMs(nowMs);
      known.enter(nowMs);
      known.failed(nowMs, fault, true);
    }
    expect(nowMs).toBeGreaterThanOrEqual(defaultBreakerOptions.patienceMs);
    expect(nowMs).toBeLessThan(defaultBreakerOptions.patienceMs + 31_000);
  });

  it("takes the shortest Retry-After of a series of refusals as its pause, at most a minute", () => {
    const breaker = new CircuitBreaker();
    failTimes(breaker, 9, 0, failure("rate-limited", { retryAfterMs: 40_000 }));
    expect(failTimes(breaker, 1, 0, failure("rate-limited", { retryAfterMs: 20_000 }))).toEqual({
      type: "opened",
      cause: "refusals",
      pauseMs: 20_000,
    });
    const long = new CircuitBreaker();
    expect(failTimes(long, 10, 0, failure("rate-limited", { retryAfterMs: 300_000 }))).toMatchObject({
      pauseMs: 60_000,
    });
  });
});

describe("a dispatcher and an endpoint that is down", () => {
  it("fails all calls as retryable records in reasonable time when it never was up", async () => {
    const clock = createVirtualClock();
    const events: DispatchEvent[] = [];
    const endpoint = fakeEndpoint(clock, async () => {
      await clock.sleep(2);
      throw failure("connection-failed");
    });
    const dispatcher = createDispatcher({
      clock,
      random: () => 0.5,
      concurrency: 32,
      onEvent: (event) => events.push(event),
    });
    const calls = Array.from({ length: 300 }, (_, index) =>
      dispatcher.call(endpoint.model, ask(index), "answers"),
    );
    const outcomes = await clock.runUntil(Promise.all(calls));
    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({ ok: false, error: { code: "connection-failed", retryable: true } });
    }
    expect(clock.monotonic()).toBeLessThan(20_000);
    // 32 at once, then four probes: nothing was burnt on the other calls.
    expect(endpoint.arrivals.length).toBe(36);
    expect(events.filter((event) => event.type === "endpoint-given-up")).toHaveLength(1);
    expect(dispatcher.progress.failed).toBe(300);
  });

  it("with few calls ends each after its own retries", async () => {
    const clock = createVirtualClock();
    const endpoint = fakeEndpoint(clock, () => {
      throw failure("connection-failed");
    });
    const dispatcher = createDispatcher({ clock, random: () => 0.5, maxRetries: 3 });
    const outcome = await clock.runUntil(dispatcher.call(endpoint.model, ask(1), "answers"));
    expect(outcome).toMatchObject({ ok: false, error: { retryable: true } });
    expect(endpoint.arrivals).toHaveLength(4);
    expect(clock.monotonic()).toBe(250 + 500 + 1_000);
  });

  it("pauses during an outage of a minute, says so, and loses nothing", async () => {
    const clock = createVirtualClock();
    const events: DispatchEvent[] = [];
    const endpoint = fakeEndpoint(clock, async () => {
      const atMs = clock.monotonic();
      await clock.sleep(200);
      if (atMs >= 1_000 && atMs < 61_000) throw failure("connection-failed");
      return reply();
    });
    const dispatcher = createDispatcher({
      clock,
      random: () => 0.5,
      concurrency: 16,
      onEvent: (event) => events.push(event),
    });
    const calls = Array.from({ length: 400 }, (_, index) =>
      dispatcher.call(endpoint.model, ask(index), "answers"),
    );
    const outcomes = await clock.runUntil(Promise.all(calls));
    expect(outcomes.every((outcome) => outcome.ok)).toBe(true);
    const failedAttempts = endpoint.arrivals.length - 400;
    expect(failedAttempts).toBeLessThan(16 + 10);
    expect(events.map((event) => event.type)).toContain("circuit-open");
    expect(events.filter((event) => event.type === "circuit-closed")).toHaveLength(1);
  });

  it("uses up no call's retries while it waits for an endpoint that comes back after minutes", async () => {
    const clock = createVirtualClock();
    const endpoint = fakeEndpoint(clock, async () => {
      await clock.sleep(100);
      if (clock.monotonic() > 1_000 && clock.monotonic() < 541_000) throw failure("server-error");
      return reply();
    });
    const dispatcher = createDispatcher({ clock, random: () => 0.5, concurrency: 2, maxRetries: 4 });
    const calls = Array.from({ length: 60 }, (_, index) =>
      dispatcher.call(endpoint.model, ask(index), "answers"),
    );
    const outcomes = await clock.runUntil(Promise.all(calls));
    expect(outcomes.every((outcome) => outcome.ok)).toBe(true);
    // Probes 1, 2, 4, 8, 16 s after one another, then every 30 s: the endpoint is back for at most that long.
    expect(clock.monotonic()).toBeLessThan(541_000 + 30_000 + 5_000);
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])(
    "is not taken in by faults that come back sooner than the first generations (seed %i)",
    async (seed) => {
      const clock = createVirtualClock();
      const events: DispatchEvent[] = [];
      const endedMs: number[] = [];
      const random = seededRandom(seed);
      const endpoint = fakeEndpoint(clock, async () => {
        if (random.next() < 0.3) throw failure("server-error");
        await clock.sleep(10_000);
        endedMs.push(clock.monotonic());
        return reply();
      });
      const dispatcher = createDispatcher({
        clock,
        random: () => random.next(),
        concurrency: 128,
        onEvent: (event) => events.push(event),
      });
      const calls = Array.from({ length: 1_000 }, (_, index) =>
        dispatcher.call(endpoint.model, ask(index), "answers"),
      );
      const outcomes = await clock.runUntil(Promise.all(calls));
      expect(outcomes.every((outcome) => outcome.ok)).toBe(true);
      expect(events.filter((event) => event.type !== "retry")).toEqual([]);
      // The last few may be those that failed many times in a row, and wait long between their attempts.
      expect(endedMs[979]).toBeLessThan(1.2 * Math.ceil(1_000 / 128) * 10_000);
    },
  );

  it("waits out a quota that refuses everything for half a minute, asked or not", async () => {
    for (const retryAfterMs of [undefined, 30_000]) {
      const clock = createVirtualClock();
      const endpoint = fakeEndpoint(clock, async () => {
        await clock.sleep(20);
        const untilMs = 31_000 - clock.monotonic();
        if (clock.monotonic() > 1_000 && untilMs > 0) {
          throw failure("rate-limited", retryAfterMs === undefined ? {} : { retryAfterMs: untilMs });
        }
        return reply();
      });
      const dispatcher = createDispatcher({ clock, random: () => 0.5, concurrency: 16 });
      const calls = Array.from({ length: 2_000 }, (_, index) =>
        dispatcher.call(endpoint.model, ask(index), "answers"),
      );
      const outcomes = await clock.runUntil(Promise.all(calls));
      expect(outcomes.every((outcome) => outcome.ok)).toBe(true);
      expect(endpoint.arrivals.length - 2_000).toBeLessThan(60);
    }
  });
});
