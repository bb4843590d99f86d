import { describe, expect, it } from "vitest";
import { createDispatcher } from "../../../harness/pipeline/dispatch/dispatcher.js";
import type { DispatchEvent } from "../../../harness/pipeline/dispatch/events.js";
import { createReplicatedModel } from "../../../harness/pipeline/dispatch/replicas.js";
import { ask, type Behaviour, failure, fakeEndpoint, reply } from "./fake-endpoint.js";
import { createVirtualClock } from "./virtual-clock.js";

const loading = () => failure("server-error", { status: 503, unready: "loading" });
const refused = () => failure("connection-failed", { unready: "refused" });

/** Twenty calls to an endpoint that behaves as told; time is virtual. */
async function callAll(
  behave: (nowMs: number, number: number) => ReturnType<Behaviour>,
  startupWaitMs?: number,
) {
  const clock = createVirtualClock();
  const events: DispatchEvent[] = [];
  const endpoint = fakeEndpoint(clock, ({ number }) => behave(clock.monotonic(), number));
  const dispatcher = createDispatcher({
    clock,
    maxRetries: 1,
    random: () => 0.5,
    onEvent: (event) => events.push(event),
    ...(startupWaitMs === undefined ? {} : { startupWaitMs }),
  });
  const calls = Array.from({ length: 20 }, (_, index) =>
    dispatcher.call(endpoint.model, ask(index), "answers"),
  );
  const outcomes = await clock.runUntil(Promise.all(calls));
  const told = events.filter(({ type }) => type !== "retry" && type !== "concurrency-changed");
  return { outcomes, told, events, endpoint, elapsedMs: clock.monotonic() };
}

describe("an endpoint that is starting", () => {
  it.each([
    ["loads its model", loading],
    ["refuses connections at first", refused],
  ])("is waited for while it %s, which uses up no retries", async (_what, error) => {
    const { outcomes, told, events, elapsedMs } = await callAll((nowMs) => {
      if (nowMs < 240_000) throw error();
      return reply();
    });
    expect(outcomes.every(({ ok }) => ok)).toBe(true);
    expect(elapsedMs).toBeGreaterThanOrEqual(240_000);
    expect(elapsedMs).toBeLessThan(246_000);
    expect(told).toMatchObject([
      { type: "endpoint-starting", patienceMs: 300_000, message: expect.stringContaining("made to fail") },
      { type: "circuit-closed" },
    ]);
    expect(events.filter(({ type }) => type === "retry")).toEqual([]);
    const [first] = outcomes;
    if (first?.ok !== true) throw new Error("expected an answer");
    expect(first.record.attempts).toMatchObject([
      { outcome: error().code, waitedMs: elapsedMs },
      { outcome: "ok" },
    ]);
  });

  it("is given up after five minutes, or after as long as was asked for", async () => {
    for (const [waitMs, askedMs] of [
      [300_000, undefined],
      [30_000, 30_000],
    ] as const) {
      const { outcomes, told, elapsedMs } = await callAll(() => {
        throw loading();
      }, askedMs);
      expect(elapsedMs).toBeGreaterThanOrEqual(waitMs);
      expect(elapsedMs).toBeLessThan(waitMs + 6_000);
      expect(told.at(-1)).toMatchObject({ type: "endpoint-given-up", cause: "starting" });
      expect(outcomes.at(-1)).toMatchObject({
        ok: false,
        error: { retryable: true, message: expect.stringContaining("did not become ready and was given up") },
      });
    }
  });

  it("is not waited for where nothing was asked for, nor where it answered before", async () => {
    const unasked = await callAll(() => {
      throw refused();
    }, 0);
    expect(unasked.elapsedMs).toBeLessThan(60_000);
    expect(unasked.told.map(({ type }) => type)).not.toContain("endpoint-starting");
    const gone = await callAll((_, number) => {
      if (number > 8) throw refused();
      return reply();
    });
    expect(gone.told.map(({ type }) => type)).not.toContain("endpoint-starting");
  });

  it("does not hold up calls that its replicas can take", async () => {
    const clock = createVirtualClock();
    const events: DispatchEvent[] = [];
    const starting = fakeEndpoint(
      clock,
      () => {
        throw refused();
      },
      { endpoint: "http://a/v1" },
    );
    const ready = fakeEndpoint(clock, () => reply(), { endpoint: "http://b/v1" });
    const model = createReplicatedModel([starting.model, ready.model], { clock });
    const dispatcher = createDispatcher({ clock, random: () => 0, onEvent: (event) => events.push(event) });
    const calls = Array.from({ length: 20 }, (_, index) => dispatcher.call(model, ask(index), "answers"));
    expect((await clock.runUntil(Promise.all(calls))).every(({ ok }) => ok)).toBe(true);
    expect(clock.monotonic()).toBeLessThan(60_000);
  });
});
