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
    // Exact rational arithmetic on Gaffke's bound.
    expect(summary.discreteWinRateInterval?.low).toBeCloseTo(23.9442949152, 6);
    expect(summary.discreteWinRateInterval?.high).toBeCloseTo(96.2577078625, 6);
    expect(summary.bounds.low).toBeCloseTo((100 * 3.25) / 7, 12);
    expect(summary.bounds.high).toBeCloseTo((100 * 5.25) / 7, 12);
  });

  it("gives the t interval with n − 1 degrees of freedom to plenty of well-spread preferences", () => {
    const spread = Array.from({ length: 41 }, (_, row) => row / 40);
    const { interval } = summarizePreferences({ preferences: spread });
    // sd² = 41·42/12/40²; t(0.975, 40) = 2.021075390
    const half = 2.02107539 * 100 * Math.sqrt((41 * 42) / 12 / 1600 / 41);
    expect(interval).toMatchObject({
      low: expect.closeTo(50 - half, 6),
      high: expect.closeTo(50 + half, 6),
      level: 95,
      method: "t interval, 41 clusters",
    });
  });

  it("knows that ten wins of ten leave 69%", () => {
    const { interval } = summarizePreferences({ preferences: new Array(10).fill(1) });
    // Clopper & Pearson 1934: 0.025^(1/10).
    expect(interval?.low).toBeCloseTo(69.1502892, 6);
    expect(interval).toMatchObject({ high: 100, method: "Clopper–Pearson interval, 10 clusters" });
  });

  it("clusters the interval by question and leaves the published error alone", () => {
    const rows = { preferences: [1, 1, 0, 0], questionIds: ["a", "a", "b", "b"] };
    const summary = summarizePreferences(rows);
    expect(summary.standardError).toBeCloseTo(100 * Math.sqrt(1 / 3 / 4), 12);
    // One question of two, not two rows of four: P(at most 1 of 2) = 1 − p² is 2.5% at p = √0.975.
    expect(summary.interval?.high).toBeCloseTo(100 * Math.sqrt(0.975), 6);
  });

  it("compares the slots, second minus first", () => {
    const summary = summarizePreferences({
      preferences: [0, 1, 0, 1, 1, 1, 0.5, 0.5, null],
      modelFirst: [true, true, true, true, false, false, false, null, false],
    });
    // Clopper–Pearson of 2 in 4; exact rational arithmetic on Gaffke's bound of 1, 1, ½.
    const [first, second] = [6.7585986488, 23.20794417];
    expect(summary.slots?.first).toMatchObject({
      winRate: 50,
      interval: { low: expect.closeTo(first, 6) },
      n: 4,
    });
    expect(summary.slots?.second).toMatchObject({
      winRate: expect.closeTo(250 / 3, 10),
      interval: { low: expect.closeTo(second, 6), high: expect.closeTo(99.57981207, 6) },
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
    expect(single).toMatchObject({ winRate: 100, standardError: null, interval: { high: 100 } });
    expect(single.interval?.low).toBeCloseTo(2.5, 6);
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
