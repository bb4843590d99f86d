import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { pairedDifference, pairQuestions } from "../../harness/stats/paired-difference.js";
import { expectRelative } from "./relative.js";

/** Fisher 1935, The Design of Experiments: Darwin's pairs of maize plants, crossed − self-fertilised, eighths of inches. */
const DARWIN = [49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48];

describe("pairedDifference", () => {
  it("gives Fisher's figures for Darwin's maize (t interval from SciPy)", () => {
    const result = pairedDifference(DARWIN);
    expectRelative(result.delta, 314 / 15);
    expectRelative(result.standardDeviation, 37.7443783262898);
    expectRelative(result.standardError, 9.745556578044837);
    expectRelative(result.interval?.low ?? null, 314 / 15 - 20.902140014940354);
    expectRelative(result.interval?.high ?? null, 314 / 15 + 20.902140014940354);
    expect(result).toMatchObject({ n: 15, degreesOfFreedom: 14, wins: 13, losses: 2, ties: 0, reason: null });
  });

  it("mirrors when the sides are swapped", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 2 }), (differences) => {
        const there = pairedDifference(differences);
        const back = pairedDifference(differences.map((difference) => -difference));
        expect(back.delta).toBeCloseTo(-(there.delta ?? Number.NaN), 12);
        expect(back.standardError).toBeCloseTo(there.standardError ?? Number.NaN, 12);
        expect(back.interval === null).toBe(there.interval === null);
        if (there.interval !== null) expect(back.interval?.low).toBeCloseTo(-there.interval.high, 10);
        expect([back.wins, back.losses, back.ties]).toEqual([there.losses, there.wins, there.ties]);
      }),
    );
  });

  it("is not certain of five equal differences, but of none at all", () => {
    expect(pairedDifference([1, 1, 1, 1, 1])).toMatchObject({ delta: 1, standardError: 0, interval: null });
    expect(pairedDifference([1, 1, 1, 1, 1]).reason).toContain("5 equal values");
    expect(pairedDifference([1, 1, 1, 1, 1, 1]).interval).toMatchObject({ low: 1, high: 1 });
    expect(pairedDifference([0, 0])).toMatchObject({ interval: { low: 0, high: 0 }, reason: null });
  });

  it("says what it cannot tell", () => {
    expect(pairedDifference([])).toMatchObject({ delta: null, interval: null, n: 0 });
    expect(pairedDifference([]).reason).toContain("no question");
    expect(pairedDifference([0.5])).toMatchObject({
      delta: 0.5,
      standardError: null,
      interval: null,
      wins: 1,
    });
    expect(pairedDifference([0.5]).reason).toContain("one question");
    expect(() => pairedDifference([1, Number.POSITIVE_INFINITY])).toThrow(RangeError);
  });

  it("counts differences lost in rounding as ties", () => {
    expect(pairedDifference([1, -1e-15, 1e-15, -2])).toMatchObject({ wins: 1, losses: 1, ties: 2 });
  });
});

describe("pairQuestions", () => {
  it("lists what only one side has", () => {
    const base = new Map([
      ["81", 7],
      ["82", 5],
      ["83", 6],
    ]);
    const candidate = new Map([
      ["90", 1],
      ["83", 8],
      ["81", 6.5],
    ]);
    const paired = pairQuestions(base, candidate);
    expect(paired.ids).toEqual(["81", "83"]);
    expect(Array.from(paired.differences)).toEqual([-0.5, 2]);
    expect(paired.onlyBase).toEqual(["82"]);
    expect(paired.onlyCandidate).toEqual(["90"]);
  });

  it("makes means that differ by rounding a tie", () => {
    const paired = pairQuestions(new Map([["q", 0.1 + 0.2]]), new Map([["q", 0.3]]));
    expect(Array.from(paired.differences)).toEqual([0]);
    expect(pairedDifference(paired.differences)).toMatchObject({ wins: 0, losses: 0, ties: 1 });
  });
});
