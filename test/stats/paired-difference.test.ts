import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { pairedDifference, pairQuestions } from "../../harness/stats/paired-difference.js";
import { expectRelative } from "./relative.js";

/** Fisher 1935, The Design of Experiments: Darwin's pairs of maize plants, crossed − self-fertilised, eighths of inches. */
const DARWIN = [49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48];

const RATINGS = { scale: { low: -9, high: 9 } };

describe("pairedDifference", () => {
  it("gives Fisher's figures for Darwin's maize", () => {
    const result = pairedDifference(DARWIN, { scale: { low: -100, high: 100 } });
    expectRelative(result.delta, 314 / 15);
    expectRelative(result.standardDeviation, 37.7443783262898);
    expectRelative(result.standardError, 9.745556578044837);
    expect(result).toMatchObject({ n: 15, wins: 13, losses: 2, ties: 0, reason: null });
  });

  it("mirrors when the sides are swapped", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 2 }), (differences) => {
        const there = pairedDifference(differences, RATINGS);
        const back = pairedDifference(
          differences.map((difference) => -difference),
          RATINGS,
        );
        expect(back.delta).toBeCloseTo(-(there.delta ?? Number.NaN), 12);
        expect(back.standardError).toBeCloseTo(there.standardError ?? Number.NaN, 12);
        expect(back.interval?.low).toBeCloseTo(-(there.interval?.high ?? Number.NaN), 7);
        expect(back.interval?.high).toBeCloseTo(-(there.interval?.low ?? Number.NaN), 7);
        expect([back.wins, back.losses, back.ties]).toEqual([there.losses, there.wins, there.ties]);
      }),
    );
  });

  it("is not certain of equal differences, nor of none at all", () => {
    const equal = pairedDifference([1, 1, 1, 1, 1, 1], RATINGS);
    expect(equal).toMatchObject({ delta: 1, standardError: 0, reason: null });
    const unseen = 1 - 0.025 ** (1 / 6);
    expect(equal.interval?.low).toBeCloseTo(1 - 10 * unseen, 6);
    expect(equal.interval?.high).toBeCloseTo(1 + 8 * unseen, 6);
    const none = pairedDifference(new Array(80).fill(0), RATINGS);
    expect(none.interval?.high).toBeCloseTo(9 * (1 - 0.025 ** (1 / 80)), 6);
  });

  it("says what it cannot tell", () => {
    expect(pairedDifference([], RATINGS)).toMatchObject({ delta: null, interval: null, n: 0 });
    expect(pairedDifference([], RATINGS).reason).toContain("no question");
    const one = pairedDifference([0.5], RATINGS);
    expect(one).toMatchObject({ delta: 0.5, standardError: null, wins: 1 });
    expect(one.interval?.low).toBeCloseTo(-9 + 0.025 * 9.5, 6);
    expect(one.reason).toContain("one question");
    expect(() => pairedDifference([1, Number.POSITIVE_INFINITY], RATINGS)).toThrow(RangeError);
  });

  it("counts differences lost in rounding as ties", () => {
    expect(pairedDifference([1, -1e-15, 1e-15, -2], RATINGS)).toMatchObject({ wins: 1, losses: 1, ties: 2 });
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
    expect(pairedDifference(paired.differences, RATINGS)).toMatchObject({ wins: 0, losses: 0, ties: 1 });
  });
});
