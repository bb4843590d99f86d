import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { binomialTest, compareGroupMeans, wilsonInterval } from "../../harness/stats/proportions.js";
import { expectRelative } from "./relative.js";

describe("wilsonInterval", () => {
  // The cases of Newcombe 1998, table I (0.2553–0.3662, 0.0624–0.1605, 0–0.1611, 0.0061–0.1718), digits by statsmodels.
  it.each([
    [81, 263, 0.2552885198782742, 0.36620957698280004],
    [15, 148, 0.06238639953073628, 0.16048724172330803],
    [0, 20, 0, 0.1611251580528194],
    [1, 29, 0.006113214292762667, 0.17175521879320294],
    [29, 29, 0.8830302015002592, 1],
  ])("gives %i of %i", (successes, n, low, high) => {
    const { value, interval } = wilsonInterval(successes, n);
    expectRelative(value, successes / n);
    expectRelative(interval?.low ?? null, low);
    expectRelative(interval?.high ?? null, high);
  });

  it("mirrors when failures are counted instead, and stays within 0–1", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 500 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (n, share) => {
          const successes = Math.round(2 * share * n) / 2;
          const there = wilsonInterval(successes, n).interval;
          const back = wilsonInterval(n - successes, n).interval;
          expect(back?.low).toBeCloseTo(1 - (there?.high ?? Number.NaN), 12);
          expect(there?.low ?? -1).toBeGreaterThanOrEqual(0);
          expect(there?.high ?? 2).toBeLessThanOrEqual(1);
          expect(there?.low ?? 2).toBeLessThanOrEqual(successes / n);
        },
      ),
    );
  });

  it("says what it cannot tell and refuses the impossible", () => {
    expect(wilsonInterval(0, 0)).toEqual({ value: null, interval: null, reason: "there are no trials" });
    expect(() => wilsonInterval(3, 2)).toThrow(RangeError);
    expect(() => wilsonInterval(-1, 2)).toThrow(RangeError);
    expect(() => wilsonInterval(1, 2.5)).toThrow(RangeError);
  });
});

describe("compareGroupMeans", () => {
  const first = [0.2, 0.9, 0.4, 0.6, 0.75, 0.1];
  const second = [0.8, 1, 0.55, 0.9];

  it("gives Welch's statistic (SciPy)", () => {
    const result = compareGroupMeans(first, second);
    expectRelative(result.difference, 0.3208333333333333);
    expectRelative(result.standardError, 0.1603923141688667);
    expectRelative(result.z, 2.0003036616551877);
    expectRelative(result.pValue, 0.04546748387939085);
  });

  it("turns its sign when the groups are swapped", () => {
    expectRelative(compareGroupMeans(second, first).z, -2.0003036616551877);
  });

  it("says what it cannot tell", () => {
    expect(compareGroupMeans([], second)).toMatchObject({ difference: null, z: null });
    expect(compareGroupMeans([0.2], second)).toMatchObject({ z: null });
    expect(compareGroupMeans([1, 1], [0, 0])).toMatchObject({
      difference: -1,
      z: null,
      reason: "no variation within the groups",
    });
  });
});

describe("an exact binomial test", () => {
  it("gives the tails that counting gives", () => {
    expect(binomialTest(1, 5, 0.5).lower).toBeCloseTo(6 / 32, 12);
    expect(binomialTest(9, 10, 0.5)).toEqual({
      lower: expect.closeTo(1023 / 1024, 12),
      upper: expect.closeTo(11 / 1024, 12),
      twoSided: expect.closeTo(22 / 1024, 12),
    });
    expect(binomialTest(5, 10, 0.5).twoSided).toBe(1);
    expect(binomialTest(0, 24, 0.6).lower).toBeCloseTo(0.4 ** 24, 15);
    expect(binomialTest(3, 3, 0.2)).toMatchObject({ lower: 1, upper: expect.closeTo(0.008, 12) });
  });

  it.each([
    [4, 3, 0.5],
    [-1, 3, 0.5],
    [1, 3, 0],
    [1, 3, 1],
  ])("refuses %d of %d with probability %d", (successes, n, p) => {
    expect(() => binomialTest(successes, n, p)).toThrow(RangeError);
  });
});
