import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { seededRandom } from "../../../harness/core/random.js";
import { Budget } from "../../../harness/pipeline/dispatch/budget.js";
import { createDispatcher } from "../../../harness/pipeline/dispatch/dispatcher.js";
import type { DispatchEvent } from "../../../harness/pipeline/dispatch/events.js";
import type { PriceTable } from "../../../harness/pipeline/dispatch/prices.js";
import { ask, failure, fakeEndpoint, reply } from "./fake-endpoint.js";
import { createVirtualClock } from "./virtual-clock.js";

/** A dollar per thousand tokens of input, two of output. */
const prices: PriceTable = {
  asOf: "test",
  models: new Map([
    ["fake", { inputPerMillion: 1_000, outputPerMillion: 2_000 }],
    ["free", { inputPerMillion: 0, outputPerMillion: 0 }],
  ]),
};

describe("Budget", () => {
  it("grants what fits and waits with the rest while calls in flight may give money back", async () => {
    const budget = new Budget(10, 0, () => {});
    expect(budget.reserve(6)).toBe("granted");
    const second = budget.reserve(5);
    budget.settle(6, 1);
    expect(await second).toBe("granted");
    expect(budget.spent).toBe(1);
    expect(budget.reserved).toBe(5);
  });

  it("counts as reached when a call does not fit and none is in flight; only free calls go on", async () => {
    const told: number[] = [];
    const budget = new Budget(10, 2, (spentUsd) => told.push(spentUsd));
    expect(budget.reserve(8)).toBe("granted");
    const waiting = budget.reserve(3);
    budget.settle(8, 6);
    expect(await waiting).toBe("reached");
    expect(budget.reserve(0.5)).toBe("reached");
    expect(budget.reserve(0)).toBe("granted");
    expect(told).toEqual([8]);
  });

  it("turns away who waits when cancelled", async () => {
    const budget = new Budget(1, 0, () => {});
    expect(budget.reserve(1)).toBe("granted");
    const waiting = budget.reserve(1);
    budget.cancel();
    expect(await waiting).toBe("cancelled");
    expect(budget.reserve(0.1)).toBe("cancelled");
    expect(budget.reached).toBe(false);
  });
});

describe("a dispatcher with a budget", () => {
  it("never spends more than the cap, whatever calls cost, fail or omit", async () => {
    const scenario = fc.record({
      seed: fc.integer(),
      calls: fc.integer({ min: 1, max: 80 }),
      concurrency: fc.integer({ min: 1, max: 32 }),
      budgetUsd: fc.double({ min: 0, max: 20, noNaN: true }),
      spentUsd: fc.double({ min: 0, max: 5, noNaN: true }),
    });
    await fc.assert(
      fc.asyncProperty(scenario, async ({ seed, calls, concurrency, budgetUsd, spentUsd }) => {
        const clock = createVirtualClock();
        const random = seededRandom(seed);
        let charged = spentUsd;
        let mostCharged = spentUsd;
        const charge = (inputTokens: number, outputTokens: number) => {
          charged += (inputTokens * 1_000 + outputTokens * 2_000) / 1e6;
          mostCharged = Math.max(mostCharged, charged);
        };
        // This endpoint charges for what it generates, also when the reply is then lost on the way.
        const endpoint = fakeEndpoint(clock, async ({ request }) => {
          await clock.sleep(random.integer(2_000));
          const inputTokens = Buffer.byteLength(request.messages[0]?.content ?? "");
          const outputTokens = random.integer((request.parameters.maxTokens ?? 0) + 1);
          const fate = random.next();
          if (fate < 0.1) throw failure("rate-limited");
          if (fate < 0.15) throw failure("server-error");
          charge(inputTokens, outputTokens);
          if (fate < 0.25) throw failure("invalid-response");
          if (fate < 0.3) await clock.sleep(20_000);
          const { usage: _, ...unmeasured } = reply();
          return fate < 0.4 ? unmeasured : reply({ usage: { inputTokens, outputTokens } });
        });
        const dispatcher = createDispatcher({
          clock,
          random: () => random.next(),
          concurrency,
          budgetUsd,
          spentUsd,
          prices,
          timeoutMs: 10_000,
        });
        const outcomes = await clock.runUntil(
          Promise.all(
            Array.from({ length: calls }, (_, index) =>
              dispatcher.call(
                endpoint.model,
                ask(index, { text: "é".repeat(random.integer(300)), parameters: { maxTokens: 200 } }),
                "answers",
              ),
            ),
          ),
        );
        await clock.advance(60_000);
        expect(mostCharged).toBeLessThanOrEqual(Math.max(budgetUsd, spentUsd) + 1e-9);
        const { budget } = dispatcher.progress;
        expect(budget?.reservedUsd).toBe(0);
        expect(budget?.spentUsd).toBeGreaterThanOrEqual(charged - 1e-9);
        const stopped = outcomes.filter((outcome) => "stopped" in outcome);
        expect(stopped.length > 0).toBe(budget?.reached);
        await dispatcher.close();
      }),
      { numRuns: 80, seed: 6 },
    );
  });

  it("uses the cap up to what one call may cost, says so once, and lets free models go on", async () => {
    const clock = createVirtualClock();
    const events: DispatchEvent[] = [];
    const behaviour = async () => {
      await clock.sleep(100);
      return reply({ usage: { inputTokens: 100, outputTokens: 50 } });
    };
    const paid = fakeEndpoint(clock, behaviour);
    const free = fakeEndpoint(clock, behaviour, { id: "free", endpoint: "http://localhost" });
    const dispatcher = createDispatcher({
      clock,
      concurrency: 10,
      budgetUsd: 5,
      prices,
      onEvent: (event) => events.push(event),
    });
    const paidCalls = Array.from({ length: 100 }, (_, index) =>
      dispatcher.call(paid.model, ask(index), "answers"),
    );
    const outcomes = await clock.runUntil(Promise.all(paidCalls));
    // Each call costs 0.2 dollars and may cost (12 + 16 + 16) × 0.001 + 100 × 0.002 = 0.244 before it is known.
    expect(outcomes.filter((outcome) => outcome.ok)).toHaveLength(24);
    expect(outcomes.filter((outcome) => "stopped" in outcome && outcome.stopped === "budget")).toHaveLength(
      76,
    );
    expect(dispatcher.totals()[0]?.costUsd).toBeCloseTo(4.8, 10);
    expect(events.filter((event) => event.type === "budget-reached")).toEqual([
      { type: "budget-reached", spentUsd: expect.closeTo(4.8, 10), budgetUsd: 5 },
    ]);
    const judged = await clock.runUntil(dispatcher.call(free.model, ask(1), "judgments"));
    expect(judged.ok).toBe(true);
  });

  it("refuses a model without a price before it is called", async () => {
    const clock = createVirtualClock();
    const unknown = fakeEndpoint(clock, () => reply(), { id: "my-own", priceKey: "my-org/my-own" });
    const dispatcher = createDispatcher({ clock, budgetUsd: 5, prices });
    await expect(dispatcher.call(unknown.model, ask(1), "answers")).rejects.toMatchObject({
      code: "unknown-price",
      message: expect.stringContaining("my-org/my-own"),
    });
    expect(unknown.arrivals).toHaveLength(0);
  });
});
