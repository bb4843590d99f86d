import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { seededRandom } from "../../../harness/core/random.js";
import { createDispatcher } from "../../../harness/pipeline/dispatch/dispatcher.js";
import { RateWindow } from "../../../harness/pipeline/dispatch/rate-window.js";
import { ask, failure, fakeEndpoint, reply } from "./fake-endpoint.js";
import { createVirtualClock } from "./virtual-clock.js";

/** The largest sum of weights in any closed window of 60 s. */
function fullestMinute(events: readonly { readonly atMs: number; readonly weight: number }[]): number {
  let fullest = 0;
  for (const first of events) {
    let sum = 0;
    for (const { atMs, weight } of events) {
      if (atMs >= first.atMs && atMs <= first.atMs + 60_000) sum += weight;
    }
    fullest = Math.max(fullest, sum);
  }
  return fullest;
}

describe("RateWindow", () => {
  it("lets rpm calls start and the next one a minute after the first", () => {
    const window = new RateWindow({ rpm: 3 });
    for (const atMs of [0, 10_000, 20_000]) {
      expect(window.waitMs(atMs, 0)).toBe(0);
      window.start(atMs, 0);
    }
    expect(window.waitMs(20_000, 0)).toBe(40_100);
    expect(window.waitMs(60_000, 0)).toBe(100);
    expect(window.waitMs(60_100, 0)).toBe(0);
    window.start(60_100, 0);
    expect(window.waitMs(60_100, 0)).toBe(10_000);
  });

  it("reserves tokens by estimate and gives back what was not used", () => {
    const window = new RateWindow({ tpm: 1_000 });
    const first = window.start(0, 600);
    expect(window.waitMs(1_000, 400)).toBe(0);
    expect(window.waitMs(1_000, 401)).toBe(59_100);
    window.settle(first, 100);
    expect(window.waitMs(1_000, 900)).toBe(0);
    expect(window.waitMs(1_000, 901)).toBe(59_100);
  });

  it("lets calls after an underestimated one wait for it", () => {
    const window = new RateWindow({ tpm: 1_000 });
    window.settle(window.start(0, 10), 5_000);
    expect(window.waitMs(0, 1)).toBe(60_100);
  });

  it("lets a call that is larger than the limit start alone instead of never", () => {
    const window = new RateWindow({ tpm: 1_000 });
    expect(window.waitMs(0, 5_000)).toBe(0);
    window.start(0, 200);
    expect(window.waitMs(10, 5_000)).toBe(60_090);
    expect(window.waitMs(60_100, 5_000)).toBe(0);
  });

  it("ignores the usage of a call that has left the window", () => {
    const window = new RateWindow({ tpm: 1_000 });
    const old = window.start(0, 500);
    expect(window.waitMs(70_000, 1_000)).toBe(0);
    window.start(70_000, 900);
    window.settle(old, 100_000);
    expect(window.waitMs(70_000, 100)).toBe(0);
  });
});

describe("limits per minute of a dispatcher", () => {
  it("hold in every sliding window of 60 s, whatever latencies and sizes are", async () => {
    const scenario = fc.record({
      seed: fc.integer(),
      calls: fc.integer({ min: 1, max: 120 }),
      rpm: fc.option(fc.integer({ min: 1, max: 40 })),
      tpm: fc.option(fc.integer({ min: 800, max: 8_000 })),
      concurrency: fc.integer({ min: 1, max: 64 }),
    });
    await fc.assert(
      fc.asyncProperty(scenario, async ({ seed, calls, rpm, tpm, concurrency }) => {
        const clock = createVirtualClock();
        const random = seededRandom(seed);
        const started: { atMs: number; weight: number }[] = [];
        const endpoint = fakeEndpoint(clock, async ({ request }) => {
          // Estimates are an upper bound here: text of one token per four characters and no more than maxTokens.
          const outputTokens = random.integer((request.parameters.maxTokens ?? 0) + 1);
          const inputTokens = Math.floor((request.messages[0]?.content.length ?? 0) / 4);
          started.push({ atMs: clock.monotonic(), weight: inputTokens + outputTokens });
          await clock.sleep(random.integer(90_000));
          return reply({ usage: { inputTokens, outputTokens } });
        });
        const dispatcher = createDispatcher({
          clock,
          random: () => random.next(),
          concurrency,
          ...(rpm === null ? {} : { rpm }),
          ...(tpm === null ? {} : { tpm }),
        });
        const requests = Array.from({ length: calls }, (_, index) =>
          ask(index, {
            text: "x".repeat(4 * random.integer(400)),
            parameters: { maxTokens: random.integer(300) },
          }),
        );
        const outcomes = await clock.runUntil(
          Promise.all(requests.map((request) => dispatcher.call(endpoint.model, request, "answers"))),
        );
        expect(outcomes.every((outcome) => outcome.ok)).toBe(true);
        const starts = started.map(({ atMs }) => ({ atMs, weight: 1 }));
        if (rpm !== null) expect(fullestMinute(starts)).toBeLessThanOrEqual(rpm);
        if (tpm !== null) expect(fullestMinute(started)).toBeLessThanOrEqual(tpm);
        await dispatcher.close();
      }),
      { numRuns: 60, seed: 6 },
    );
  });

  it("count the tokens of a call that timed out, since the endpoint may have counted them, not of one refused", async () => {
    for (const [code, expectedMs] of [
      ["timeout", 60_100],
      ["rate-limited", 0],
    ] as const) {
      const clock = createVirtualClock();
      const endpoint = fakeEndpoint(clock, ({ number }) => {
        if (number === 1) throw failure(code);
        return reply();
      });
      const dispatcher = createDispatcher({ clock, tpm: 150, random: () => 0 });
      await clock.runUntil(dispatcher.call(endpoint.model, ask(1), "answers"));
      expect(clock.monotonic()).toBe(expectedMs);
    }
  });

  it("are used up: 100 calls at 30 a minute take three minutes and a little", async () => {
    const clock = createVirtualClock();
    const endpoint = fakeEndpoint(clock, async () => {
      await clock.sleep(500);
      return reply();
    });
    const dispatcher = createDispatcher({ clock, concurrency: 64, rpm: 30 });
    const calls = Array.from({ length: 100 }, (_, index) =>
      dispatcher.call(endpoint.model, ask(index), "answers"),
    );
    await clock.runUntil(Promise.all(calls));
    expect(clock.monotonic()).toBe(3 * 60_100 + 500);
  });
});
