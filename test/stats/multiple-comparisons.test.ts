import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { adjustBenjaminiHochberg, adjustHolm } from "../../harness/stats/multiple-comparisons.js";
import { expectRelative } from "./relative.js";

/** The 15 p-values of Benjamini & Hochberg 1995, section 4.2; adjusted values from statsmodels. */
const P_VALUES = [
  0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262, 0.5719, 0.6528,
  0.759, 1.0,
];
const HOLM = [0.0015, 0.0056, 0.0247, 0.114, 0.2211, 0.278, 0.278, 0.278, 0.3213, 1, 1, 1, 1, 1, 1];
const BENJAMINI_HOCHBERG = [
  0.0015, 0.003, 0.0095, 0.035625, 0.0603, 0.06385714285714286, 0.06385714285714286, 0.0645, 0.0765, 0.486,
  0.5811818181818182, 0.714875, 0.7532307692307693, 0.8132142857142857, 1,
];

describe("adjusted p-values", () => {
  it("gives Holm's", () => {
    adjustHolm(P_VALUES).forEach((p, i) => {
      expectRelative(p, HOLM[i] ?? Number.NaN);
    });
  });

  it("gives Benjamini–Hochberg's, which reject four at 5% as in their paper", () => {
    const adjusted = adjustBenjaminiHochberg(P_VALUES);
    adjusted.forEach((p, i) => {
      expectRelative(p, BENJAMINI_HOCHBERG[i] ?? Number.NaN);
    });
    expect(adjusted.filter((p) => p !== null && p <= 0.05)).toHaveLength(4);
  });

  it("follows the p-values whatever their order, is monotone and never below them", () => {
    const pValues = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(pValues, (values) => {
        for (const adjust of [adjustHolm, adjustBenjaminiHochberg]) {
          const adjusted = adjust(values);
          expect(adjust(values.toReversed())).toEqual(adjusted.toReversed());
          values.forEach((p, i) => {
            const own = adjusted[i] ?? Number.NaN;
            expect(own).toBeGreaterThanOrEqual(p * (1 - 1e-15));
            expect(own).toBeLessThanOrEqual(1);
            values.forEach((other, j) => {
              if (other > p) expect(adjusted[j] ?? Number.NaN).toBeGreaterThanOrEqual(own);
            });
          });
        }
      }),
    );
  });

  it("leaves out what could not be tested", () => {
    expect(adjustHolm([0.02, null, 0.03])).toEqual([0.04, null, 0.04]);
    expect(adjustBenjaminiHochberg([null, 0.02, 0.03])).toEqual([null, 0.03, 0.03]);
    expect(adjustHolm([])).toEqual([]);
    expect(() => adjustHolm([1.2])).toThrow(RangeError);
    expect(() => adjustBenjaminiHochberg([Number.NaN])).toThrow(RangeError);
  });
});
