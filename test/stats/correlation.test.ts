import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  kendallTau,
  midRanks,
  pearsonCorrelation,
  spearmanCorrelation,
} from "../../harness/stats/correlation.js";
import { expectRelative } from "./relative.js";

const X = [7, 9, 4, 6, 10, 3, 8, 8, 5.5, 1, 9, 9];
const Y = [6, 9, 5, 6, 9, 3, 7, 9, 4, 2, 10, 6];

describe("correlations", () => {
  it("agree with SciPy, ties included", () => {
    expectRelative(kendallTau(X, Y).value, 0.7869910029407435);
    expectRelative(spearmanCorrelation(X, Y).value, 0.8801557878065045);
    expectRelative(pearsonCorrelation(X, Y).value, 0.8940869681174131);
    expect(Array.from(midRanks(X))).toEqual([6, 10, 3, 5, 12, 2, 7.5, 7.5, 4, 1, 10, 10]);
  });

  it("are 1 with oneself, −1 with one's negative, and symmetric", () => {
    const pairs = fc.array(fc.tuple(fc.integer({ min: -9, max: 9 }), fc.integer({ min: -9, max: 9 })), {
      minLength: 2,
      maxLength: 30,
    });
    fc.assert(
      fc.property(pairs, (rows) => {
        const x = rows.map(([value]) => value);
        const y = rows.map(([, value]) => value);
        for (const correlate of [pearsonCorrelation, spearmanCorrelation, kendallTau]) {
          const own = correlate(x, x).value;
          if (own === null) continue;
          expect(own).toBeCloseTo(1, 12);
          expect(
            correlate(
              x,
              x.map((value) => -2 * value + 3),
            ).value,
          ).toBeCloseTo(-1, 12);
          const there = correlate(x, y).value;
          const back = correlate(y, x).value;
          if (there === null) expect(back).toBeNull();
          else expect(back).toBeCloseTo(there, 12);
        }
      }),
    );
  });

  it("say what they cannot tell", () => {
    for (const correlate of [pearsonCorrelation, spearmanCorrelation, kendallTau]) {
      expect(correlate([0.1, 0.1, 0.1], [1, 2, 3]).reason).toContain("constant");
      expect(correlate([1], [1]).reason).toContain("fewer than two");
      expect(() => correlate([1, 2], [1])).toThrow(RangeError);
      expect(() => correlate([1, Number.NaN], [1, 2])).toThrow(RangeError);
    }
  });
});
