import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { clusteredMean, sumByCluster } from "../../harness/stats/clustered-mean.js";
import { scaleInterval, tInterval } from "../../harness/stats/intervals.js";
import { expectRelative } from "./relative.js";

const VALUES = [7, 9, 4, 6, 10, 3, 8, 8, 5.5, 1];
const QUESTIONS = [1, 1, 2, 2, 2, 3, 4, 4, 5, 5];

describe("clusteredMean", () => {
  it("agrees with statsmodels' cluster-robust error and SciPy's t", () => {
    const result = clusteredMean(VALUES, QUESTIONS);
    expectRelative(result.mean, 6.15);
    expectRelative(result.standardError, 0.9575032637020096);
    expectRelative(result.naiveStandardError, 0.8945824600213095);
    expectRelative(result.interval?.low ?? null, 6.15 - 2.6584552497163556);
    expectRelative(result.interval?.high ?? null, 6.15 + 2.6584552497163556);
    expect(result).toMatchObject({ n: 10, clusters: 5, reason: null });
    expect(result.interval?.level).toBe(95);
    expect(result.interval?.method).toBe("t interval, 5 clusters: fewer than 30, treat with care");
  });

  it("takes another level", () => {
    const { interval } = clusteredMean(VALUES, QUESTIONS, { level: 90 });
    expectRelative(interval?.low ?? null, 4.108749744379594);
    expectRelative(interval?.high ?? null, 8.191250255620407);
    expect(interval?.level).toBe(90);
  });

  it("is sd/√n when every row is its own cluster", () => {
    const result = clusteredMean([1, 2, 3, 4], ["a", "b", "c", "d"]);
    expectRelative(result.standardError, Math.sqrt(5 / 3) / 2);
    expectRelative(result.standardError, result.naiveStandardError ?? Number.NaN);
  });

  it("says nothing about few clusters from 30 on", () => {
    const rows = Array.from({ length: 30 }, (_, i) => i);
    expect(clusteredMean(rows, rows).interval?.method).toBe("t interval, 30 clusters");
    const fewer = rows.slice(1);
    expect(clusteredMean(fewer, fewer).interval?.method).toContain("29 clusters: fewer than 30");
  });

  it("says what it cannot tell", () => {
    expect(clusteredMean([], [])).toEqual({
      mean: null,
      standardError: null,
      naiveStandardError: null,
      interval: null,
      n: 0,
      clusters: 0,
      reason: "there are no rows",
    });
    const one = clusteredMean([4, 6], ["q", "q"]);
    expect(one).toMatchObject({ mean: 5, standardError: null, interval: null, clusters: 1 });
    expect(one.naiveStandardError).toBe(1);
    expect(one.reason).toContain("one cluster");
    expect(clusteredMean([4], ["q"]).naiveStandardError).toBeNull();
  });

  it("has no interval without variation among few, and none of any width among many", () => {
    expect(clusteredMean([5, 5, 5], [1, 2, 3])).toMatchObject({
      mean: 5,
      standardError: 0,
      interval: null,
      reason: "3 equal values show no variation to make an interval of",
    });
    expect(clusteredMean([5, 5, 5, 5, 5, 5], [1, 2, 3, 4, 5, 6]).interval).toMatchObject({ low: 5, high: 5 });
  });

  it("refuses what is a mistake of the program", () => {
    expect(() => clusteredMean([1, Number.NaN], [1, 2])).toThrow("value 1 is NaN");
    expect(() => clusteredMean([1, 2], [1])).toThrow(RangeError);
    expect(() => clusteredMean([1, 2], [1, 2], { level: 100 })).toThrow(RangeError);
    expect(() => clusteredMean([1, 2], [1, 2], { level: 0 })).toThrow(RangeError);
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
        const plain = clusteredMean(values, ids);
        const moved = clusteredMean(
          values.map((value) => 3 * value + shift),
          ids,
        );
        expect(moved.mean).toBeCloseTo(3 * (plain.mean ?? Number.NaN) + shift, 8);
        const rotation = Math.abs(seed) % data.length;
        const rotated = [...data.slice(rotation), ...data.slice(0, rotation)];
        const other = clusteredMean(
          rotated.map(([value]) => value),
          rotated.map(([, id]) => `question ${id}`),
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
    const near = clusteredMean(VALUES, QUESTIONS).standardError ?? Number.NaN;
    const far = clusteredMean(
      VALUES.map((value) => value + 1e9),
      QUESTIONS,
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
