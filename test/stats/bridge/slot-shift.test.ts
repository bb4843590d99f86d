import { expect, it } from "vitest";
import { slotShift } from "../../../harness/stats/bridge/slot-shift.js";

const games = (first: readonly number[], second: readonly number[]) => [
  ...first.map((points, index) => ({ questionId: `a${index}`, points, isSecond: false })),
  ...second.map((points, index) => ({ questionId: `b${index}`, points, isSecond: true })),
];

it("tells how the gain of the second slot changed, by hand", () => {
  // Old: 50 − 50 = 0; new: 90 − 30 = 60. The influence of the old games on the change is ±25 (0 or 100 around 50, halves),
  // of the new ones 0: four questions, √(4/3 · 4 · 25²) with the old deviations of 50 divided by 2.
  const found = slotShift(games([0, 100], [0, 100]), games([30, 30], [90, 90]));
  expect(found).toMatchObject({ old: 0, new: 60, change: 60 });
  expect(found.standardError).toBeCloseTo(Math.sqrt((4 / 3) * 4 * 625), 10);
  expect(found.interval?.low).toBeLessThan(0);
});

it("has no figure where every answer stood in one slot", () => {
  expect(slotShift(games([1, 2], []), games([1, 2], []))).toMatchObject({
    change: null,
    reason: expect.stringContaining("one slot"),
  });
});
