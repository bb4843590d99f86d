import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { seededRandom } from "../../harness/core/random.js";
import { boundedMean } from "../../harness/stats/bounded-mean.js";
import { positiveShare } from "../../harness/stats/exponential-sums.js";
import { meanInterval } from "../../harness/stats/mean-interval.js";
import { expectRelative } from "./relative.js";

const sumOf = (coefficients: readonly number[], counts?: readonly number[]) => ({
  coefficients: Float64Array.from(coefficients),
  counts: Float64Array.from(counts ?? coefficients.map(() => 1)),
});
const means = (values: readonly number[], sizes?: readonly number[]) => ({
  values: Float64Array.from(values),
  sizes: Float64Array.from(sizes ?? values.map(() => 1)),
});
/** P(X ≤ k) for X ~ Binomial(n, p), term by term. */
function binomialUpTo(k: number, n: number, p: number): number {
  let term = (1 - p) ** n;
  let sum = term;
  for (let i = 1; i <= k; i++) {
    term *= ((n - i + 1) / i) * (p / (1 - p));
    sum += term;
  }
  return sum;
}

describe("positiveShare", () => {
  it("is a ratio for two variables", () => {
    // P(aE > bF) = a/(a + b).
    for (const [a, b] of [
      [1, 1],
      [3, 0.5],
      [1e-6, 2],
      [50, 1e-3],
    ] as const)
      expectRelative(positiveShare(sumOf([a, -b])), a / (a + b), 1e-10);
  });

  it("is a binomial tail where only two coefficients occur", () => {
    // Beta(k + 1, n − k) > p, as often as at most k of n succeed.
    for (const [k, n, p] of [
      [0, 6, 0.459],
      [3, 10, 0.6],
      [40, 80, 0.6],
      [2, 80, 0.09],
      [400, 805, 0.53],
      [12, 805, 0.04],
    ] as const) {
      expectRelative(positiveShare(sumOf([1 - p, -p], [k + 1, n - k])), binomialUpTo(k, n, p), 1e-9);
      const apart = [...new Array(k + 1).fill(1 - p), ...new Array(n - k).fill(-p)];
      expectRelative(positiveShare(sumOf(apart)), binomialUpTo(k, n, p), 1e-9);
    }
  });

  it("has a closed form for different coefficients", () => {
    // P(Σaⱼ Eⱼ > 0) = Σ_{aⱼ>0} Πᵢ aⱼ/(aⱼ − aᵢ) (hypoexponential partial fractions).
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: -30, max: 30 }), { minLength: 2, maxLength: 7 }),
        (numbers) => {
          const coefficients = numbers.filter((a) => a !== 0);
          const closed = coefficients
            .filter((a) => a > 0)
            .reduce(
              (sum, a) =>
                sum + coefficients.filter((b) => b !== a).reduce((product, b) => (product * a) / (a - b), 1),
              0,
            );
          expect(positiveShare(sumOf(coefficients))).toBeCloseTo(closed, 7);
        },
      ),
    );
  });

  it("decides sums of one sign without work", () => {
    expect(positiveShare(sumOf([-1, 0]))).toBe(0);
    expect(positiveShare(sumOf([0, 2]))).toBe(1);
  });
});

describe("boundedMean", () => {
  // Expected ends: bisection in exact rational arithmetic on the distribution function of a Dirichlet mean.
  it.each([
    [[4, 5, 6, 7, 8], 1, 10, 3.290172048924, 8.217397542034],
    [[-1, -1, -1, 0, -2], -9, 9, -5.18661963033, 4.227839511291],
    [[7, 7, 7, 7, 7, 7], 1, 10, 4.24445124136, 8.37777437932],
    [[8, 7.5, 6, 9, 9], 1, 10, 4.252522254081, 9.129449436704],
  ] as const)("of %j on %i to %i", (values, low, high, expectedLow, expectedHigh) => {
    const ends = boundedMean(means(values), { low, high }).endsAt(0.025);
    expect(ends.low).toBeCloseTo(expectedLow, 6);
    expect(ends.high).toBeCloseTo(expectedHigh, 6);
  });

  it("is Clopper–Pearson's for 0/1 outcomes", () => {
    // Clopper & Pearson 1934; SciPy's binomtest(k, 10).proportion_ci().
    for (const [wins, low, high] of [
      [10, 0.6915028921812392, 1],
      [0, 0, 0.3084971078187608],
      [7, 0.3475471499399205, 0.9332604888222655],
    ] as const) {
      const outcomes = Array.from({ length: 10 }, (_, at) => (at < wins ? 1 : 0));
      const ends = boundedMean(means(outcomes), { low: 0, high: 1 }).endsAt(0.025);
      expect(ends.low).toBeCloseTo(low, 7);
      expect(ends.high).toBeCloseTo(high, 7);
    }
  });

  it("is near t for many well-spread values, and does not depend on their order", () => {
    const random = seededRandom("bounded");
    const values = Array.from({ length: 2000 }, () => 5.5 + 2 * (random.next() + random.next() - 1));
    const bounded = boundedMean(means(values), { low: 1, high: 10 }).endsAt(0.025);
    const reversed = boundedMean(means([...values].reverse()), { low: 1, high: 10 }).endsAt(0.025);
    expect(reversed.low).toBeCloseTo(bounded.low, 8);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    // sd of the triangle 2·√(1/6), 1.96 of it over √2000: 0.0358; what 2,000 values leave unseen adds little.
    expect(bounded.high - mean).toBeGreaterThan(0.034);
    expect(bounded.high - mean).toBeLessThan(0.042);
  });

  it("lets a unit of half the rows weigh half", () => {
    // One question of two rows at 10 and one of one row at 1: the pooled mean is 7.
    const weighed = boundedMean(means([10, 1], [2, 1]), { low: 1, high: 10 });
    const { below, above } = weighed.tailsAt(7);
    // a = 3, 3 (best), −3 and so P(E₁ + E₀ > E₂) = 3/4; other side −3, 3, 6 (worst).
    expectRelative(below, 0.75, 1e-9);
    expectRelative(above, positiveShare(sumOf([-3, 3, 6])), 1e-9);
  });
});

describe("meanInterval", () => {
  const of = (values: readonly number[], scale = { low: 1, high: 10 }) => {
    const numbers = Float64Array.from(values);
    const mean = numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
    const squares = numbers.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    const standardError = Math.sqrt(squares / (numbers.length - 1) / numbers.length);
    return meanInterval({ ...means(values), mean, standardError }, { scale });
  };
  const repeated = (values: readonly number[], times: number) => new Array(times).fill(values).flat();

  it("is t where the values are many, different and balanced", () => {
    expect(of(repeated([3, 4, 5, 6, 7, 8], 8)).interval?.method).toBe("t interval, 48 clusters");
  });

  it.each([
    ["few values", repeated([4, 5, 6, 7], 20)],
    ["skewness", repeated([9, 9, 9, 8, 8, 7, 6, 5, 2], 6)],
    ["too little spread for what may be unseen", repeated([6.8, 6.9, 7, 7.1, 7.2], 16)],
    ["too few questions", [4, 5, 6, 7, 8]],
  ] as const)("is bounded for %s", (_, values) => {
    expect(of(values).interval?.method).toMatch(/^bounded-mean interval \(Gaffke\) on the scale of 1 to 10/);
  });

  it("is not made of values off the scale, unless there are plenty of them", () => {
    const few = of([0, 4, 5, 6, 11]);
    expect(few).toMatchObject({
      interval: null,
      reason: expect.stringContaining("outside the scale of 1 to 10"),
    });
    expect(few.tailsAt(5)).toBeNull();
    expect(of(repeated([0, 4, 5, 6, 10], 10)).interval?.method).toBe("t interval, 50 clusters");
  });

  it("decides a gate on 805 questions in less than 2 ms of work", () => {
    const random = seededRandom("805");
    // Skewed, so that t is out, and every value its own.
    const rates = Array.from({ length: 805 }, () => 100 * random.next() ** 0.05);
    const { tailsAt, interval } = of(rates, { low: 0, high: 100 });
    expect(interval?.method).toMatch(/^bounded/);
    let fastest = Number.POSITIVE_INFINITY;
    for (let run = 0; run < 20; run++) {
      const before = process.cpuUsage().user;
      for (let decision = 0; decision < 5; decision++) tailsAt(94 + decision / 10);
      fastest = Math.min(fastest, (process.cpuUsage().user - before) / 5000);
    }
    expect(fastest).toBeLessThan(2);
  });
});
