import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { clusteredMean, sumByCluster } from "../../harness/stats/clustered-mean.js";
import { scaleInterval, tInterval } from "../../harness/stats/intervals.js";
import { expectRelative } from "./relative.js";

const VALUES = [7, 9, 4, 6, 10, 3, 8, 8, 5.5, 1];
const QUESTIONS = [1, 1, 2, 2, 2, 3, 4, 4, 5, 5];
const RATINGS = { scale: { low: 1, high: 10 } };
const WIDE = { scale: { low: -5000, high: 5000 } };

describe("clusteredMean", () => {
  it("agrees with statsmodels' cluster-robust error", () => {
    const result = clusteredMean(VALUES, QUESTIONS, RATINGS);
    expectRelative(result.mean, 6.15);
    expectRelative(result.standardError, 0.9575032637020096);
    expectRelative(result.naiveStandardError, 0.8945824600213095);
    expect(result).toMatchObject({ n: 10, clusters: 5, reason: null });
    expect(result.interval?.level).toBe(95);
    expect(clusteredMean(VALUES, QUESTIONS, { ...RATINGS, level: 90 }).interval?.level).toBe(90);
  });

  it("is sd/√n when every row is its own cluster", () => {
    const result = clusteredMean([1, 2, 3, 4], ["a", "b", "c", "d"], RATINGS);
    expectRelative(result.standardError, Math.sqrt(5 / 3) / 2);
    expectRelative(result.standardError, result.naiveStandardError ?? Number.NaN);
  });

  it("says nothing about few clusters from 30 on", () => {
    const rows = Array.from({ length: 30 }, (_, i) => i);
    const spread = { scale: { low: 0, high: 30 } };
    expect(clusteredMean(rows, rows, spread).interval?.method).toBe("t interval, 30 clusters");
    const fewer = rows.slice(1);
    expect(clusteredMean(fewer, fewer, spread).interval?.method).toContain("29 clusters: fewer than 30");
  });

  it("says what it cannot tell", () => {
    expect(clusteredMean([], [], RATINGS)).toMatchObject({
      mean: null,
      standardError: null,
      naiveStandardError: null,
      interval: null,
      n: 0,
      clusters: 0,
      reason: "there is no usable verdict",
    });
    const one = clusteredMean([4, 6], ["q", "q"], RATINGS);
    expect(one).toMatchObject({ mean: 5, standardError: null, clusters: 1 });
    // One value tells little, but not nothing: (5 − low)·α from either end.
    expectRelative(one.interval?.low ?? null, 1 + 0.025 * 4, 1e-7);
    expectRelative(one.interval?.high ?? null, 10 - 0.025 * 5, 1e-7);
    expect(one.naiveStandardError).toBe(1);
    expect(one.reason).toContain("one cluster");
    expect(clusteredMean([4], ["q"], RATINGS).naiveStandardError).toBeNull();
  });

  it("is not certain of equal values, few or many", () => {
    for (const questions of [2, 6, 80]) {
      const ids = Array.from({ length: questions }, (_, id) => id);
      const { standardError, interval, reason } = clusteredMean(
        ids.map(() => 5),
        ids,
        RATINGS,
      );
      expect([standardError, reason]).toEqual([0, null]);
      // A share that stays unseen with 2.5% chance may have the worst or the best rating.
      const unseen = 1 - 0.025 ** (1 / questions);
      expectRelative(interval?.low ?? null, 5 - 4 * unseen, 1e-7);
      expectRelative(interval?.high ?? null, 5 + 5 * unseen, 1e-7);
    }
  });

  it("refuses what is a mistake of the program", () => {
    expect(() => clusteredMean([1, Number.NaN], [1, 2], RATINGS)).toThrow("value 1 is NaN");
    expect(() => clusteredMean([1, 2], [1], RATINGS)).toThrow(RangeError);
    expect(() => clusteredMean([1, 2], [1, 2], { ...RATINGS, level: 100 })).toThrow(RangeError);
    expect(() => clusteredMean([1, 2], [1, 2], { ...RATINGS, level: 0 })).toThrow(RangeError);
  });

  const rows = fc.array(fc.tuple(fc.integer({ min: -1000, max: 1000 }), fc.integer({ min: 0, max: 8 })), {
    minLength: 2,
    maxLength: 60,
  });

  it("moves with shift and scale, and does not care about the order of rows or the names of clusters", () => {
    fc.assert(
      fc.property(rows, fc.integer({ min: -50, max: 50 }), fc.integer(), (data, shift, seed) => {
        const values = data.map(([value]) => value);
        const ids = data.map(([, id]) => id);
        const plain = clusteredMean(values, ids, WIDE);
        const moved = clusteredMean(
          values.map((value) => 3 * value + shift),
          ids,
          WIDE,
        );
        expect(moved.mean).toBeCloseTo(3 * (plain.mean ?? Number.NaN) + shift, 8);
        const rotation = Math.abs(seed) % data.length;
        const rotated = [...data.slice(rotation), ...data.slice(0, rotation)];
        const other = clusteredMean(
          rotated.map(([value]) => value),
          rotated.map(([, id]) => `question ${id}`),
          WIDE,
        );
        if (plain.standardError === null) {
          expect(moved.standardError).toBeNull();
          expect(other.standardError).toBeNull();
          return;
        }
        expect(moved.standardError).toBeCloseTo(3 * plain.standardError, 8);
        expect(other.standardError).toBeCloseTo(plain.standardError, 9);
        expect(other.mean).toBeCloseTo(plain.mean ?? Number.NaN, 10);
      }),
    );
  });

  it("keeps its digits far from zero", () => {
    const near = clusteredMean(VALUES, QUESTIONS, RATINGS).standardError ?? Number.NaN;
    const far = clusteredMean(
      VALUES.map((value) => value + 1e9),
      QUESTIONS,
      RATINGS,
    ).standardError;
    expectRelative(far, near, 1e-7);
  });
});

describe("sumByCluster", () => {
  it("gathers rows in order of first appearance", () => {
    const { ids, sums, sizes } = sumByCluster([1, 2, 3, 4], ["b", "a", "b", "c"]);
    expect(ids).toEqual(["b", "a", "c"]);
    expect(Array.from(sums)).toEqual([4, 2, 4]);
    expect(Array.from(sizes)).toEqual([2, 1, 1]);
  });
});

describe("intervals", () => {
  it("takes degrees of freedom of its own", () => {
    // t(0.975, 1) = tan(0.475π), the Cauchy quantile.
    const interval = tInterval({ estimate: 0, standardError: 1, clusters: 40, degreesOfFreedom: 1 });
    expectRelative(interval.high, Math.tan(0.475 * Math.PI), 1e-12);
    expect(() => tInterval({ estimate: 0, standardError: 1, clusters: 1 })).toThrow(RangeError);
  });

  it("scales, and swaps its ends under a negative factor", () => {
    const interval = { low: -1, high: 3, level: 95, method: "m" };
    expect(scaleInterval(interval, 100)).toEqual({ low: -100, high: 300, level: 95, method: "m" });
    expect(scaleInterval(interval, -1)).toEqual({ low: -3, high: 1, level: 95, method: "m" });
  });
});
