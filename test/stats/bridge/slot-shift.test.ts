import { expect, it } from "vitest";
import { slotShift } from "../../../harness/stats/bridge/slot-shift.js";

const games = (first: readonly number[], second: readonly number[]) => [
  ...first.map((points, index) => ({ questionId: `a${index}`, points, isSecond: false })),
  ...second.map((points, index) => ({ questionId: `b${index}`, points, isSecond: true })),
];

it("tells how the gain of the second slot changed, by hand", () => {
  // Old: 50 − 50 = 0; new: 90 − 30 = 60. Leaving out one of two old games moves its slot's mean by 50, a new one nothing:
  // four questions, √(3/4 · 4 · 50²).
  const found = slotShift(games([0, 100], [0, 100]), games([30, 30], [90, 90]));
  expect(found).toMatchObject({ old: 0, new: 60, change: 60 });
  expect(found.standardError).toBeCloseTo(Math.sqrt(0.75 * 4 * 2500), 10);
  expect(found).toMatchObject({ interval: null, reason: expect.stringContaining("4 questions are too few") });
  const many = (points: readonly number[]) => points.flatMap((one) => Array(20).fill(one) as number[]);
  const { interval } = slotShift(games(many([0, 100]), many([0, 100])), games(many([30]), many([90])));
  expect(interval?.low).toBeGreaterThan(0);
  // Judges whose points never vary within a slot leave nothing to tell the error by.
  expect(slotShift(games(many([5]), many([5])), games(many([5]), many([9])))).toMatchObject({
    change: 4,
    interval: null,
    reason: expect.stringContaining("vary"),
  });
});

it("has no figure where every answer stood in one slot", () => {
  expect(slotShift(games([1, 2], []), games([1, 2], []))).toMatchObject({
    change: null,
    reason: expect.stringContaining("one slot"),
  });
});
