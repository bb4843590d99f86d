import { describe, expect, it } from "vitest";
import { createDispatcher } from "../../../harness/pipeline/dispatch/dispatcher.js";
import type { DispatchEvent } from "../../../harness/pipeline/dispatch/events.js";
import { ask, type Behaviour, failure, fakeEndpoint, reply } from "./fake-endpoint.js";
import { createVirtualClock } from "./virtual-clock.js";

/** So many calls, four at once. */
async function callAll(count: number, behave: Behaviour) {
  const clock = createVirtualClock();
  const events: DispatchEvent[] = [];
  const endpoint = fakeEndpoint(clock, behave);
  const dispatcher = createDispatcher({ clock, concurrency: 4, onEvent: (event) => events.push(event) });
  const calls = Array.from({ length: count }, (_, index) =>
    dispatcher.call(endpoint.model, ask(index), "answers"),
  );
  const outcomes = await clock.runUntil(Promise.all(calls));
  return {
    asked: endpoint.arrivals.length,
    open: outcomes.filter((outcome) => !outcome.ok && "stopped" in outcome && outcome.stopped === "refused")
      .length,
    told: events.filter(({ type }) => type === "endpoint-refused"),
  };
}

describe("an endpoint that refuses whatever it is asked", () => {
  it.each(["unauthorized", "model-not-found", "quota-exceeded"])(
    "with %s is asked a few times, and the rest stays open",
    async (code) => {
      const remedy = "Fix it.";
      const { asked, open, told } = await callAll(805, () => {
        throw failure(code, { status: 400, remedy });
      });
      expect(asked).toBeLessThanOrEqual(3 + 3);
      expect(open).toBe(805 - asked);
      expect(told).toMatchObject([{ model: "fake", cause: code, remedy }]);
    },
  );

  it("in mid-run is asked no more from there on", async () => {
    const { asked, open } = await callAll(100, ({ number }) => {
      if (number > 50) throw failure("quota-exceeded", { status: 402 });
      return reply();
    });
    expect(asked).toBeGreaterThanOrEqual(53);
    expect(asked).toBeLessThanOrEqual(56);
    expect(open).toBe(100 - asked);
  });

  it("is none that refuses single requests, or some of them", async () => {
    const overflows = await callAll(50, () => {
      throw failure("context-overflow", { status: 400 });
    });
    const mixed = await callAll(50, ({ number }) => {
      if (number % 2 === 0) throw failure("unauthorized", { status: 403 });
      return reply();
    });
    expect([overflows.asked, overflows.open, mixed.asked, mixed.open]).toEqual([50, 0, 50, 0]);
  });
});
