import { describe, expect, it } from "vitest";
import { seededRandom } from "../../../harness/core/random.js";
import { createDispatcher } from "../../../harness/pipeline/dispatch/dispatcher.js";
import { ask, failure, fakeEndpoint, reply } from "./fake-endpoint.js";
import { createVirtualClock } from "./virtual-clock.js";

interface Server {
  readonly calls: number;
  readonly concurrency: number | "auto";
  /** Latency by calls being served, in milliseconds; scattered log-normally by half when `scatter`. */
  latencyMs(serving: number): number;
  readonly scatter?: boolean;
  /** Calls served at once; more are refused within 5 ms. */
  readonly limit?: number;
  /** Share of calls refused, and failed, at random. */
  readonly refusedAtRandom?: number;
  readonly failedAtRandom?: number;
  readonly seed?: number;
}

/** Runs calls against a simulated server in virtual time. */
async function simulate(server: Server) {
  const clock = createVirtualClock();
  const random = seededRandom(server.seed ?? 1);
  let serving = 0;
  let refused = 0;
  const servedAtMs: number[] = [];
  const endpoint = fakeEndpoint(clock, async () => {
    if (
      serving >= (server.limit ?? Number.POSITIVE_INFINITY) ||
      random.next() < (server.refusedAtRandom ?? 0)
    ) {
      refused++;
      await clock.sleep(5);
      throw failure("rate-limited", { status: 429 });
    }
    if (random.next() < (server.failedAtRandom ?? 0)) {
      await clock.sleep(5);
      throw failure("server-error", { status: 503 });
    }
    serving++;
    const scatter = server.scatter === true ? Math.exp(0.5 * random.normal() - 0.125) : 1;
    await clock.sleep(server.latencyMs(serving) * scatter);
    serving--;
    servedAtMs.push(clock.monotonic());
    return reply();
  });
  const dispatcher = createDispatcher({
    clock,
    random: () => random.next(),
    concurrency: server.concurrency,
  });
  const calls = Array.from({ length: server.calls }, (_, index) =>
    dispatcher.call(endpoint.model, ask(index), "answers"),
  );
  const outcomes = await clock.runUntil(Promise.all(calls));
  return {
    lost: outcomes.filter((outcome) => !outcome.ok).length,
    durationMs: clock.monotonic(),
    refusedShare: refused / endpoint.arrivals.length,
    mostInFlight: endpoint.mostInFlight,
    slots: dispatcher.progress.endpoints[0]?.concurrency ?? 0,
    perSecond: (fromMs: number, toMs: number) =>
      servedAtMs.filter((atMs) => atMs > fromMs && atMs <= toMs).length / ((toMs - fromMs) / 1_000),
  };
}

describe("auto concurrency", () => {
  it.each([
    ["10 s at a latency of 1 s", 1_000, 4_000, 10_000],
    ["3 s at a latency of 200 ms", 200, 6_000, 3_000],
    ["1 s at a latency of 50 ms", 50, 12_000, 1_000],
  ])(
    "reaches nine tenths of the best fixed throughput, where all is tolerated, within %s",
    async (_name, latencyMs, calls, withinMs) => {
      const auto = await simulate({ calls, concurrency: "auto", latencyMs: () => latencyMs, scatter: true });
      // 256 is the largest number that auto uses.
      const best = 256 / (latencyMs / 1_000);
      expect(auto.perSecond(withinMs, withinMs + 1_000)).toBeGreaterThan(0.9 * best);
    },
  );

  it("reaches nine tenths of what a server of 40 slots can do, and does not pile up calls on it", async () => {
    const queueing = (serving: number) => 200 * Math.max(1, serving / 40);
    const auto = await simulate({ calls: 4_000, concurrency: "auto", latencyMs: queueing });
    const fixed = await simulate({ calls: 4_000, concurrency: 40, latencyMs: queueing });
    expect(fixed.perSecond(5_000, 15_000)).toBeCloseTo(200, 0);
    expect(auto.perSecond(5_000, 15_000)).toBeGreaterThan(0.9 * 200);
    expect(auto.slots).toBeLessThan(140);
  });

  it.each([2, 5, 16, 50, 100])(
    "settles under a limit of %i with fewer than one call in twenty refused",
    async (limit) => {
      for (const seed of [1, 2, 3]) {
        const run = await simulate({
          calls: 805,
          concurrency: "auto",
          latencyMs: () => 200,
          scatter: true,
          limit,
          seed,
        });
        expect(run.lost).toBe(0);
        expect(run.refusedShare).toBeLessThan(0.05);
        // Ideal: all slots busy all the time. Slack for the climb and the last calls.
        const idealMs = (805 / limit) * 200;
        expect(run.durationMs).toBeLessThan(1.15 * idealMs + 1_500);
      }
    },
  );

  it("goes on climbing after a single hiccup", async () => {
    const calm = await simulate({ calls: 3_000, concurrency: "auto", latencyMs: () => 1_000, scatter: true });
    const hiccups = await simulate({
      calls: 3_000,
      concurrency: "auto",
      latencyMs: () => 1_000,
      scatter: true,
      refusedAtRandom: 0.005,
    });
    expect(hiccups.mostInFlight).toBe(256);
    expect(hiccups.durationMs).toBeLessThan(1.4 * calm.durationMs);
  });

  it("is not held back by one fault in twenty", async () => {
    const run = await simulate({
      calls: 3_000,
      concurrency: "auto",
      latencyMs: () => 1_000,
      scatter: true,
      failedAtRandom: 0.05,
    });
    expect(run.lost).toBe(0);
    expect(run.mostInFlight).toBe(256);
  });

  it("loses nothing on an endpoint that refuses and fails at random", async () => {
    for (const seed of [1, 2, 3]) {
      const run = await simulate({
        calls: 320,
        concurrency: "auto",
        latencyMs: () => 50,
        refusedAtRandom: 0.1,
        failedAtRandom: 0.1,
        seed,
      });
      expect(run.lost).toBe(0);
      expect(run.durationMs).toBeLessThan(60_000);
    }
  });

  it("spaces calls out where even one at a time is too much", async () => {
    const clock = createVirtualClock();
    // A bucket of 5 calls that fills up with 2 a second, without any header.
    let bucket = 5;
    let filledAtMs = 0;
    let refused = 0;
    const endpoint = fakeEndpoint(clock, async () => {
      bucket = Math.min(5, bucket + ((clock.monotonic() - filledAtMs) * 2) / 1_000);
      filledAtMs = clock.monotonic();
      if (bucket < 1) {
        refused++;
        await clock.sleep(5);
        throw failure("rate-limited");
      }
      bucket--;
      await clock.sleep(50);
      return reply();
    });
    const dispatcher = createDispatcher({ clock, random: () => 0.5 });
    const calls = Array.from({ length: 300 }, (_, index) =>
      dispatcher.call(endpoint.model, ask(index), "answers"),
    );
    const outcomes = await clock.runUntil(Promise.all(calls));
    expect(outcomes.every((outcome) => outcome.ok)).toBe(true);
    expect(clock.monotonic()).toBeLessThan(1.3 * 150_000);
    expect(refused / endpoint.arrivals.length).toBeLessThan(0.4);
  });
});

describe("a fixed concurrency", () => {
  it("is used from the first moment and never exceeded", async () => {
    const run = await simulate({ calls: 805, concurrency: 128, latencyMs: () => 1_000 });
    expect(run.mostInFlight).toBe(128);
    expect(run.durationMs).toBe(Math.ceil(805 / 128) * 1_000);
  });

  it("gives way where the endpoint refuses, so that no call runs out of retries", async () => {
    for (const limit of [2, 16]) {
      const run = await simulate({
        calls: 805,
        concurrency: 32,
        latencyMs: () => 200,
        scatter: true,
        limit,
      });
      expect(run.lost).toBe(0);
      expect(run.refusedShare).toBeLessThan(0.1);
    }
  });

  it("keeps at least a quarter where calls are refused and fail at random", async () => {
    const run = await simulate({
      calls: 2_000,
      concurrency: 32,
      latencyMs: () => 50,
      refusedAtRandom: 0.1,
      failedAtRandom: 0.1,
    });
    expect(run.lost).toBe(0);
    expect(run.slots).toBeGreaterThanOrEqual(8);
  });
});
