import { expect, test } from "vitest";
import { separateDifference } from "../../harness/stats/separate-difference.js";

const interval = (low: number, high: number) => ({ low, high, level: 95, method: "given" });

test("the interval of a difference of proportions is Newcombe's", () => {
  // Newcombe 1998, example (a): 56/70 against 48/80, Wilson intervals 0.6921–0.8776 and 0.4904–0.7000.
  const found = separateDifference(
    { mean: 56 / 70, interval: interval(0.6921, 0.8776) },
    { mean: 48 / 80, interval: interval(0.4904, 0.7) },
  );
  expect(found.difference).toBeCloseTo(0.2, 12);
  expect(found.interval?.low).toBeCloseTo(0.0528, 3);
  expect(found.interval?.high).toBeCloseTo(0.3344, 3);
});

test("without one of the groups, or its interval, it says why there is none", () => {
  const one = { mean: 1, interval: interval(0, 2) };
  expect(separateDifference(one, { mean: null, interval: null }).reason).toBe("one of the groups is empty");
  expect(separateDifference(one, { mean: 3, interval: null })).toMatchObject({
    difference: -2,
    interval: null,
  });
});
