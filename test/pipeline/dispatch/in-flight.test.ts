import { expect, it } from "vitest";
import type { Clock } from "../../../harness/core/clock.js";
import type { Model } from "../../../harness/core/records.js";
import { cutOff, InFlight } from "../../../harness/pipeline/dispatch/in-flight.js";
import { ask, failure, fakeEndpoint, reply } from "./fake-endpoint.js";
import { createVirtualClock } from "./virtual-clock.js";

/** A promise's fate as a value, so that a test can look at it later. */
function fateOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.catch((thrown: unknown) => thrown);
}

it("ends an attempt at its deadline though the adapter ignores the signal", async () => {
  const clock = createVirtualClock();
  const inFlight = new InFlight(clock, 5_000);
  let signal: AbortSignal | undefined;
  const deaf = fakeEndpoint(clock, (attempt) => {
    signal = attempt.signal;
    return new Promise(() => {});
  });
  const fate = await clock.runUntil(fateOf(inFlight.run(deaf.model, ask(1))));
  expect(clock.monotonic()).toBe(5_000);
  expect(fate).toMatchObject({ code: "timeout", retryable: true, message: "no complete reply within 5 s" });
  expect(signal?.aborted).toBe(true);
  expect(signal?.reason).toBe(fate);
  expect(inFlight.size).toBe(0);
});

it("gives every attempt its own deadline", async () => {
  const clock = createVirtualClock();
  const inFlight = new InFlight(clock, 1_000);
  const ended: string[] = [];
  const endpoint = fakeEndpoint(clock, async ({ request }) => {
    const questionId = request.subject.questionId;
    await clock.sleep(questionId === "quick" ? 10 : 60_000);
    return reply();
  });
  const run = async (questionId: string) => {
    const fate = await fateOf(inFlight.run(endpoint.model, ask(questionId)));
    ended.push(`${questionId} ${fate instanceof Error ? "timeout" : "ok"} at ${clock.monotonic()}`);
  };
  const runs = [run("slow")];
  await clock.advance(300);
  runs.push(run("quick"), run("later"));
  await clock.advance(900);
  runs.push(run("last"));
  await clock.runUntil(Promise.all(runs));
  expect(ended).toEqual([
    "quick ok at 310",
    "slow timeout at 1000",
    "later timeout at 1300",
    "last timeout at 2200",
  ]);
});

it("leaves no timer behind when nothing is under way", async () => {
  const clock = createVirtualClock();
  const inFlight = new InFlight(clock, 600_000);
  const endpoint = fakeEndpoint(clock, async () => {
    await clock.sleep(10);
    return reply();
  });
  await clock.runUntil(
    Promise.all([inFlight.run(endpoint.model, ask(1)), inFlight.run(endpoint.model, ask(2))]),
  );
  await clock.settle();
  expect(clock.sleeping).toBe(0);
});

it("watches an attempt that starts while the timer of the last one is still being cleared", async () => {
  const clock = createVirtualClock();
  const lateClock: Clock = {
    ...clock,
    // Takes some turns of the promise queue to notice the abort, as a wrapped clock may.
    sleep: async (ms, signal) => {
      try {
        await clock.sleep(ms, signal);
      } finally {
        for (let turn = 0; turn < 20; turn++) await Promise.resolve();
      }
    },
  };
  const inFlight = new InFlight(lateClock, 1_000);
  const endpoint = fakeEndpoint(clock, ({ number }) => (number === 1 ? reply() : new Promise(() => {})));
  await inFlight.run(endpoint.model, ask(1));
  const fate = await clock.runUntil(fateOf(inFlight.run(endpoint.model, ask(2))));
  expect(fate).toMatchObject({ code: "timeout" });
});

it("cuts all attempts off at once and leaves no timer behind", async () => {
  const clock = createVirtualClock();
  const inFlight = new InFlight(clock, 1_000);
  const signals: AbortSignal[] = [];
  const endpoint = fakeEndpoint(clock, ({ signal }) => {
    signals.push(signal);
    return new Promise(() => {});
  });
  const fates = [1, 2, 3].map((question) => fateOf(inFlight.run(endpoint.model, ask(question))));
  await clock.settle();
  inFlight.cutAll();
  expect(await Promise.all(fates)).toEqual([cutOff, cutOff, cutOff]);
  expect(signals.every((signal) => signal.aborted)).toBe(true);
  expect(inFlight.size).toBe(0);
  expect(clock.sleeping).toBe(0);
});

it("does not take a reply that arrives after the deadline, nor trip over a late failure", async () => {
  const clock = createVirtualClock();
  const inFlight = new InFlight(clock, 100);
  const endpoint = fakeEndpoint(clock, async ({ number }) => {
    await clock.sleep(200);
    if (number === 2) throw failure("server-error");
    return reply();
  });
  const fates = [1, 2].map((question) => fateOf(inFlight.run(endpoint.model, ask(question))));
  await clock.advance(1_000);
  for (const fate of await Promise.all(fates)) expect(fate).toMatchObject({ code: "timeout" });
});

it("makes a final failure of an adapter that throws at once or resolves with nonsense", async () => {
  const clock = createVirtualClock();
  const inFlight = new InFlight(clock, 100);
  const throwing: Model = {
    ...fakeEndpoint(clock, () => reply()).model,
    generate: () => {
      throw new TypeError("no such method");
    },
  };
  expect(await fateOf(inFlight.run(throwing, ask(1)))).toMatchObject({
    code: "adapter-failed",
    retryable: false,
    message: expect.stringContaining("no such method"),
  });
  for (const nonsense of ["undefined", "null", '"text"', "{}", '{"text":3,"finishReason":"stop"}']) {
    const model: Model = {
      ...throwing,
      generate: async () => (nonsense === "undefined" ? undefined : JSON.parse(nonsense)),
    };
    expect(await fateOf(inFlight.run(model, ask(1)))).toMatchObject({ code: "adapter-failed" });
  }
});

it("knows no deadline where none is set", async () => {
  const clock = createVirtualClock();
  const inFlight = new InFlight(clock, Number.POSITIVE_INFINITY);
  const endpoint = fakeEndpoint(clock, async () => {
    await clock.sleep(1e9);
    return reply();
  });
  expect(await clock.runUntil(inFlight.run(endpoint.model, ask(1)))).toEqual(reply());
});
