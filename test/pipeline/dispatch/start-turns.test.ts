import { expect, test } from "vitest";
import { systemClock } from "../../../harness/core/clock.js";
import { StartTurns } from "../../../harness/pipeline/dispatch/start-turns.js";

/** Turns of the event loop, counted from the call on. */
function countTurns(): { readonly now: number; stop(): void } {
  let now = 0;
  let next = setImmediate(function count() {
    now++;
    next = setImmediate(count);
  });
  return {
    get now() {
      return now;
    },
    stop: () => clearImmediate(next),
  };
}

test("a burst of starts is spread over turns, eight to each, in order", async () => {
  const turns = new StartTurns(systemClock);
  const counter = countTurns();
  const order: number[] = [];
  const startedIn = await Promise.all(
    Array.from({ length: 20 }, async (_, index) => {
      await turns.next();
      order.push(index);
      return counter.now;
    }),
  );
  counter.stop();
  expect(order).toEqual(Array.from({ length: 20 }, (_, index) => index));
  const perTurn = [...new Set(startedIn)].map((turn) => startedIn.filter((one) => one === turn).length);
  expect(perTurn).toEqual([8, 8, 4]);
});

test("a start never shares the turn in which it is asked for", async () => {
  const turns = new StartTurns(systemClock);
  const counter = countTurns();
  for (let index = 0; index < 3; index++) {
    const before = counter.now;
    await turns.next();
    expect(counter.now).toBeGreaterThan(before);
  }
  counter.stop();
});
