import { expect, it } from "vitest";
import { FairQueue } from "../../../harness/pipeline/dispatch/fair-queue.js";

function drain(queue: FairQueue<string>): string[] {
  const items: string[] = [];
  for (let item = queue.shift(); item !== undefined; item = queue.shift()) items.push(item);
  return items;
}

it("lets models take turns however many calls each has", () => {
  const queue = new FairQueue<string>();
  for (const item of ["a1", "a2", "a3", "a4"]) queue.push("a", item);
  for (const item of ["b1", "b2"]) queue.push("b", item);
  queue.push("c", "c1");
  expect(queue.size).toBe(7);
  expect(drain(queue)).toEqual(["a1", "b1", "c1", "a2", "b2", "a3", "a4"]);
  expect(queue.size).toBe(0);
});

it("serves urgent calls of a model first, without giving the model more turns", () => {
  const queue = new FairQueue<string>();
  queue.push("a", "a1");
  queue.push("a", "a2");
  queue.push("b", "b1");
  queue.push("a", "again", true);
  expect(drain(queue)).toEqual(["again", "b1", "a1", "a2"]);
});

it("keeps the order of a model over many pushes and shifts", () => {
  const queue = new FairQueue<string>();
  const seen: string[] = [];
  for (let number = 0; number < 5_000; number++) {
    queue.push("a", String(number));
    if (number % 3 === 0) seen.push(queue.shift() ?? "");
  }
  seen.push(...drain(queue));
  expect(seen).toEqual(Array.from({ length: 5_000 }, (_, number) => String(number)));
});
