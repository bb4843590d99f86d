import { describe, expect, it } from "vitest";
import { averageLength, summarizePreferences } from "../../harness/stats/preference-summary.js";

describe("summarizePreferences", () => {
  // Mean of 1, 1, 0.75, 0.5, 0 is 0.65; squares around it 0.1225·2 + 0.01 + 0.0225 + 0.4225 = 0.7; sd² = 0.175.
  const preferences = [1, 1, null, 0.75, 0.5, Number.NaN, 0];

  it("gives rates in percent, counts, and bounds for what is missing", () => {
    const summary = summarizePreferences({ preferences });
    expect(summary.winRate).toBeCloseTo(65, 12);
    expect(summary.standardError).toBeCloseTo(100 * Math.sqrt(0.175 / 5), 12);
    expect(summary).toMatchObject({
      wins: 3,
      losses: 1,
      draws: 1,
      n: 5,
      missing: 2,
      reason: null,
      slots: null,
    });
    expect(summary.discreteWinRate).toBeCloseTo(70, 12);
    // 1, 1, 1, ½, 0: squares around 0.7 sum to 0.8; sd² = 0.2.
    expect(summary.discreteWinRateInterval?.low).toBeCloseTo(70 - 2.776445105 * 100 * Math.sqrt(0.2 / 5), 6);
    expect(summary.bounds.low).toBeCloseTo((100 * 3.25) / 7, 12);
    expect(summary.bounds.high).toBeCloseTo((100 * 5.25) / 7, 12);
  });

  it("gives the t interval with n − 1 degrees of freedom", () => {
    const { interval } = summarizePreferences({ preferences });
    // t(0.975, 4) = 2.776445105
    const half = 2.776445105 * 100 * Math.sqrt(0.175 / 5);
    expect(interval).toMatchObject({
      low: expect.closeTo(65 - half, 6),
      high: expect.closeTo(65 + half, 6),
      level: 95,
    });
    expect(interval?.method).toMatch(/fewer than 30/);
  });

  it("clusters the interval by question and leaves the published error alone", () => {
    const rows = { preferences: [1, 1, 0, 0], questionIds: ["a", "a", "b", "b"] };
    const summary = summarizePreferences(rows);
    expect(summary.standardError).toBeCloseTo(100 * Math.sqrt(1 / 3 / 4), 12);
    // Two clusters with residual sums ±1: SE = √(2·2)/4 = 0.5; t(0.975, 1) = 12.7062047.
    expect(summary.interval?.high).toBeCloseTo(50 + 50 * 12.7062047, 3);
  });

  it("resamples when asked, the same with the same seed", () => {
    const rows = { preferences: Array.from({ length: 40 }, (_, row) => (row % 4) / 3) };
    const run = (seed: number) =>
      summarizePreferences(rows, { bootstrap: { seed, replicates: 500 }, level: 90 });
    expect(run(1).interval).toEqual(run(1).interval);
    expect(run(1).interval).not.toEqual(run(2).interval);
    expect(run(1).interval?.method).toMatch(/bootstrap, 500 resamples/);
    const { low = 0, high = 0 } = run(1).interval ?? {};
    expect(low).toBeLessThan(50);
    expect(high).toBeGreaterThan(50);
    // ± 1.645 · 5.97, give or take what 500 resamples of 40 rows leave open.
    expect(high - low).toBeGreaterThan(15);
    expect(high - low).toBeLessThan(25);
  });

  it("compares the slots, second minus first", () => {
    const summary = summarizePreferences({
      preferences: [0, 1, 0, 1, 1, 1, 0.5, 0.5, null],
      modelFirst: [true, true, true, true, false, false, false, null, false],
    });
    // t(0.975, 3) = 3.182446305 and t(0.975, 2) = 4.30265273.
    const [low, high] = [50 - (3.182446305 * 100) / Math.sqrt(12), 250 / 3 + (4.30265273 * 100) / 6];
    expect(summary.slots?.first).toMatchObject({
      winRate: 50,
      interval: { low: expect.closeTo(low, 6) },
      n: 4,
    });
    expect(summary.slots?.second).toMatchObject({
      winRate: expect.closeTo(250 / 3, 10),
      interval: { high: expect.closeTo(high, 6) },
      n: 3,
    });
    // s² = 1/3 and 1/12: z = (5/6 − 1/2)/√(1/12 + 1/36) = 1
    expect(summary.slots?.z).toBeCloseTo(1, 12);
  });

  it("has no z statistic without variation, and no slots where none is known", () => {
    const even = { preferences: [0.5, 0.5, 0.5, 0.5], modelFirst: [true, true, false, false] };
    expect(summarizePreferences(even).slots).toMatchObject({ first: { winRate: 50, n: 2 }, z: null });
    expect(summarizePreferences({ ...even, modelFirst: [null, null, null, null] }).slots).toBeNull();
  });

  it("counts rows that are not even there as missing", () => {
    const summary = summarizePreferences({ preferences: [1, 0], expected: 8 });
    expect(summary).toMatchObject({ n: 2, missing: 6, winRate: 50, bounds: { low: 12.5, high: 87.5 } });
  });

  it("says why there is no figure", () => {
    expect(summarizePreferences({ preferences: [null] })).toMatchObject({
      winRate: null,
      standardError: null,
      interval: null,
      discreteWinRate: null,
      bounds: { low: 0, high: 100 },
      reason: "no row has a verdict",
    });
    expect(summarizePreferences({ preferences: [] }).bounds).toEqual({ low: null, high: null });
    const single = summarizePreferences({ preferences: [1] });
    expect(single).toMatchObject({ winRate: 100, standardError: null, interval: null });
    expect(single.reason).toMatch(/cluster/);
  });

  it("refuses a preference still on the published scale of 1 to 2", () => {
    expect(() => summarizePreferences({ preferences: [1, 2] })).toThrow("value 1 is 2, outside 0 to 1");
  });
});

describe("averageLength", () => {
  it("rounds down, as the published boards do", () => {
    expect(averageLength([1, 2, 2, 2])).toBe(1);
    expect(averageLength([])).toBeNull();
  });
});
