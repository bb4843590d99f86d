import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { seededRandom } from "../../harness/core/random.js";
import { type BootstrapOptions, bootstrapStatistic } from "../../harness/stats/bootstrap.js";
import { bcaBounds, percentileBounds, quantileOfSorted } from "../../harness/stats/bootstrap-bounds.js";
import { bootstrapClusteredMean } from "./clustered-bootstrap.js";
import { expectRelative } from "./relative.js";

const DARWIN = [49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48];

describe("bootstrap bounds", () => {
  // NumPy and SciPy: replicates (i/1000)³ for i = 1…999, estimate 0.2, z₀ and a by the formulas of Efron & Tibshirani.
  const replicates = Float64Array.from({ length: 999 }, (_, i) => ((i + 1) / 1000) ** 3);
  const jackknife = Float64Array.of(0.1, 0.2, 0.15, 0.4, 0.18, 0.22, 0.3);

  it("gives BCa ends", () => {
    const at95 = bcaBounds(replicates, 0.2, jackknife, 95);
    expectRelative(at95?.low ?? null, 0.00010624860021712824);
    expectRelative(at95?.high ?? null, 0.9555207473344339);
    const at80 = bcaBounds(replicates, 0.2, jackknife, 80);
    expectRelative(at80?.low ?? null, 0.006093493383858056);
    expectRelative(at80?.high ?? null, 0.846546658850419);
  });

  it("gives percentile ends and interpolated quantiles", () => {
    const { low, high } = percentileBounds(replicates, 95);
    expectRelative(low, 1.747845000000004e-5);
    expectRelative(high, 0.9241528715499998);
    const four = Float64Array.of(1, 2, 4, 8);
    expect([0, 0.25, 0.5, 1].map((share) => quantileOfSorted(four, share))).toEqual([1, 1.75, 3, 8]);
    expect(() => quantileOfSorted(new Float64Array(0), 0.5)).toThrow(RangeError);
  });

  it("is the percentile interval for symmetric replicates around the estimate", () => {
    const even = Float64Array.from({ length: 999 }, (_, i) => i - 499);
    const symmetric = Float64Array.of(-1, 0, 1);
    const bca = bcaBounds(even, 0, symmetric, 90);
    const percentile = percentileBounds(even, 90);
    expectRelative(bca?.low ?? null, percentile.low);
    expectRelative(bca?.high ?? null, percentile.high);
  });

  it("is not defined when the estimate lies outside the replicates", () => {
    expect(bcaBounds(replicates, 2, jackknife, 95)).toBeNull();
    expect(bcaBounds(replicates, -1, jackknife, 95)).toBeNull();
  });
});

/** Of values that are each a question of its own. */
const bootstrapMean = (values: readonly number[], options: BootstrapOptions) =>
  bootstrapClusteredMean(values, [...values.keys()], options);

describe("bootstrapClusteredMean over questions of one row", () => {
  it("has the exact bootstrap standard error √(Σ(d − d̄)²/n)/√n within the sampling error of 20,000 resamples", () => {
    const result = bootstrapMean(DARWIN, { seed: 1, replicates: 20000 });
    expectRelative(result.estimate, 314 / 15);
    // Relative error of a standard deviation from B draws is 1/√(2B) = 0.5%; four of these.
    expectRelative(result.standardError, 9.415102131583497, 0.02);
    expect(result.interval?.method).toBe(
      "BCa bootstrap, 20000 resamples, 15 clusters: fewer than 30, treat with care",
    );
  });

  it("agrees with the exact percentile interval of two values", () => {
    // Means of two draws from {0, 1}: 0, ½, 1 with chances ¼, ½, ¼.
    const result = bootstrapMean([0, 1], { seed: 3, method: "percentile", level: 40, replicates: 5000 });
    expect(result.interval).toMatchObject({ low: 0.5, high: 0.5 });
    const wide = bootstrapMean([0, 1], { seed: 3, method: "percentile", level: 60, replicates: 5000 });
    expect(wide.interval).toMatchObject({ low: 0, high: 1, level: 60 });
  });

  it("repeats with its seed and only with it", () => {
    const first = bootstrapMean(DARWIN, { seed: "s", replicates: 500 });
    expect(bootstrapMean(DARWIN, { seed: "s", replicates: 500 })).toEqual(first);
    expect(bootstrapMean(DARWIN, { seed: "t", replicates: 500 }).interval).not.toEqual(first.interval);
  });

  it("moves with shift and scale", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 3, maxLength: 30 }),
        fc.integer({ min: -9, max: 9 }),
        (values, shift) => {
          const options = { seed: 5, replicates: 200, method: "percentile" } as const;
          const plain = bootstrapMean(values, options).interval;
          const moved = bootstrapMean(
            values.map((value) => 2 * value + shift),
            options,
          ).interval;
          expect(moved?.low).toBeCloseTo(2 * (plain?.low ?? Number.NaN) + shift, 9);
          expect(moved?.high).toBeCloseTo(2 * (plain?.high ?? Number.NaN) + shift, 9);
        },
      ),
      { numRuns: 30 },
    );
  });

  it("says what it cannot tell", () => {
    expect(bootstrapMean([], { seed: 1 })).toMatchObject({ estimate: null, interval: null, clusters: 0 });
    expect(bootstrapMean([4], { seed: 1 })).toMatchObject({ estimate: 4, interval: null });
    expect(bootstrapMean([4], { seed: 1 }).reason).toContain("one cluster");
    expect(bootstrapMean([0, 0, 0], { seed: 1 })).toMatchObject({
      interval: null,
      reason: "no resample differs from another",
    });
    expect(bootstrapMean([0, 1, 2], { seed: 1, fewest: 4 }).reason).toContain(
      "3 questions are too few: below 4",
    );
    expect(() => bootstrapMean([1, 2], { seed: 1, replicates: 1 })).toThrow(RangeError);
    expect(() => bootstrapMean([1, 2], { seed: 1, level: 120 })).toThrow(RangeError);
  });

  it("covers a skewed mean about as often as it says (400 exponential samples of 60)", () => {
    const random = seededRandom("coverage");
    let covered = 0;
    for (let sample = 0; sample < 400; sample++) {
      const values = Array.from({ length: 60 }, () => -Math.log(1 - random.next()));
      const { interval } = bootstrapMean(values, { seed: sample, replicates: 1000 });
      if (interval !== null && interval.low <= 1 && interval.high >= 1) covered++;
    }
    // BCa's coverage at n = 60 is a little under 95%; 90–98% is four binomial standard errors around it.
    expect(covered / 400).toBeGreaterThan(0.9);
    expect(covered / 400).toBeLessThan(0.98);
  });
});

describe("bootstrapClusteredMean", () => {
  const values = [7, 9, 4, 6, 10, 3, 8, 8, 5.5, 1];
  const questions = [1, 1, 2, 2, 2, 3, 4, 4, 5, 5];

  it("agrees with the general bootstrap of the pooled mean", () => {
    const sums = [16, 20, 3, 16, 6.5];
    const sizes = [2, 3, 1, 2, 2];
    const pooled = (counts: Float64Array): number => {
      const total = (parts: number[]) => parts.reduce((sum, part, i) => sum + part * (counts[i] ?? 0), 0);
      return total(sums) / total(sizes);
    };
    const options = { seed: 2, replicates: 400 };
    const special = bootstrapClusteredMean(values, questions, options);
    const general = bootstrapStatistic(5, pooled, options);
    expectRelative(special.estimate, 6.15);
    expectRelative(special.standardError, general.standardError ?? Number.NaN);
    expectRelative(special.interval?.low ?? null, general.interval?.low ?? Number.NaN);
    expectRelative(special.interval?.high ?? null, general.interval?.high ?? Number.NaN);
  });

  it("says what it cannot tell", () => {
    expect(bootstrapClusteredMean([], [], { seed: 1 }).reason).toBe("there is no usable verdict");
    expect(bootstrapClusteredMean([1, 2], ["q", "q"], { seed: 1 })).toMatchObject({
      estimate: 1.5,
      interval: null,
    });
  });
});

describe("bootstrapStatistic", () => {
  it("draws the same resamples for every statistic over as many clusters, whatever was drawn between", () => {
    const drawnBy = (seed: number, clusters: number, replicates: number) => {
      const seen: string[] = [];
      const first = (counts: Float64Array) => {
        seen.push(counts.join());
        return counts[0] ?? 0;
      };
      bootstrapStatistic(clusters, first, { seed, replicates, method: "percentile" });
      return seen;
    };
    const [one, again] = [drawnBy(8, 9, 50), drawnBy(8, 9, 50)];
    expect(new Set(one).size).toBeGreaterThan(45);
    expect(again).toEqual(one);
    expect(drawnBy(8, 9, 20)).toEqual(one.slice(0, 21));
    expect(drawnBy(9, 9, 20)).not.toEqual(one.slice(0, 21));
    expect(drawnBy(8, 9, 50)).toEqual(one);
  });

  it("leaves out resamples in which the statistic is not defined, and says so", () => {
    // Defined unless cluster 0 was drawn 5 times of 6 or more: chance 6·5/6^6 + 1/6^6, about 0.07%.
    const values = [5, 1, 2, 3, 4, 9];
    const statistic = (counts: Float64Array): number | null =>
      (counts[0] ?? 0) >= 5 ? null : values.reduce((sum, value, i) => sum + value * (counts[i] ?? 0), 0);
    const result = bootstrapStatistic(6, statistic, { seed: 4, replicates: 10000 });
    expect(result.interval?.method).toMatch(
      /10000 resamples of which \d+ undefined and left out, 6 clusters/,
    );
  });

  it("gives no interval when it is undefined too often, or on the data", () => {
    const often = bootstrapStatistic(3, (counts) => ((counts[0] ?? 0) === 0 ? null : 1), {
      seed: 1,
      replicates: 1000,
    });
    expect(often).toMatchObject({ estimate: 1, interval: null });
    expect(often.reason).toMatch(/not defined in \d+ of 1000 resamples/);
    expect(bootstrapStatistic(3, () => null, { seed: 1 })).toMatchObject({ estimate: null, interval: null });
    expect(() => bootstrapStatistic(3, () => Number.NaN, { seed: 1 })).toThrow("must return null");
  });

  it("falls back to percentiles where a leave-one-out value is missing, by name", () => {
    const statistic = (counts: Float64Array): number | null => {
      const drawn = counts.reduce((sum, count) => sum + count, 0);
      return drawn < counts.length ? null : (counts[0] ?? 0);
    };
    const { interval } = bootstrapStatistic(40, statistic, { seed: 1, replicates: 200 });
    expect(interval?.method).toBe(
      "percentile bootstrap (BCa is not defined here), 200 resamples, 40 clusters",
    );
  });
});
