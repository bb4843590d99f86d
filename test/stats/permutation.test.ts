import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { seededRandom } from "../../harness/core/random.js";
import { signFlipTest } from "../../harness/stats/permutation.js";

/** Fisher 1935, The Design of Experiments, section 21: 863 of 2^15 sign patterns give a total of 314 or more. */
const DARWIN = [49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48];

describe("signFlipTest", () => {
  it("counts Fisher's patterns", () => {
    expect(signFlipTest(DARWIN, { seed: 1 })).toEqual({
      pValue: (2 * 863) / 32768,
      method: "exact",
      patterns: 32768,
      nonzero: 15,
      reason: null,
    });
  });

  it("is not decided by rounding: tenths give the same count as whole numbers", () => {
    const tenths = DARWIN.map((difference) => difference / 10);
    expect(signFlipTest(tenths, { seed: 1 }).pValue).toBe((2 * 863) / 32768);
    // |±0.1 ± 0.2 ± 0.3| ≥ 0.6 for two patterns of eight, although 0.1 + 0.2 + 0.3 is 0.6000000000000001.
    expect(signFlipTest([0.3, 0.2, 0.1], { seed: 1 }).pValue).toBe(0.25);
  });

  it("leaves zeros out of the patterns", () => {
    expect(signFlipTest([...DARWIN, 0, 0, 0, 0, 0, 0, 0], { seed: 1 })).toMatchObject({
      pValue: (2 * 863) / 32768,
      nonzero: 15,
    });
  });

  it("never rejects without a difference", () => {
    expect(signFlipTest([0, 0, 0], { seed: 1 })).toMatchObject({ pValue: 1, method: "exact" });
    expect(signFlipTest([1, -1], { seed: 1 }).pValue).toBe(1);
    const balanced = [...new Array<number>(25).fill(1), ...new Array<number>(25).fill(-1)];
    expect(signFlipTest(balanced, { seed: 1, replicates: 1000 }).pValue).toBe(1);
  });

  it("counts what adding up every pattern counts, ties included", () => {
    const differences = fc.oneof(
      fc.integer({ min: -3, max: 3 }),
      fc.double({ min: -1, max: 1, noNaN: true }),
    );
    fc.assert(
      fc.property(fc.array(differences, { minLength: 1, maxLength: 9 }), (list) => {
        const nonzero = list.filter((one) => one !== 0);
        const sumOf = (mask: number) =>
          nonzero.reduce((sum, one, bit) => sum + (mask & (1 << bit) ? one : -one), 0);
        const [all, absolute] = [
          nonzero.reduce((sum, one) => sum + one, 0),
          nonzero.reduce((sum, one) => sum + Math.abs(one), 0),
        ];
        const least = Math.abs(all) - 1e-10 * absolute;
        const masks = Array.from({ length: 2 ** nonzero.length }, (_, mask) => mask);
        const extreme = masks.filter((mask) => Math.abs(sumOf(mask)) >= least).length;
        expect(signFlipTest(list, { seed: 1 }).pValue).toBe(extreme / masks.length);
      }),
      { seed: 5 },
    );
  });

  it("is exact up to 20 nonzero differences and sampled beyond", () => {
    const ones = new Array<number>(20).fill(1);
    expect(signFlipTest(ones, { seed: 1 })).toMatchObject({ pValue: 2 / 2 ** 20, patterns: 2 ** 20 });
    const sampled = signFlipTest([...ones, 1], { seed: 1, replicates: 999 });
    expect(sampled).toMatchObject({ method: "sampled", patterns: 999, pValue: 1 / 1000 });
  });

  it("samples what the exact count says, within binomial error", () => {
    // Sum of 25 signs: P(|S| ≥ 9) = 2·P(X ≥ 17), X binomial(25, ½): 0.10775 (exact sum of binomial coefficients).
    const differences = [...new Array<number>(17).fill(0.1), ...new Array<number>(8).fill(-0.1)];
    const { pValue } = signFlipTest(differences, { seed: "p", replicates: 100000 });
    expect(Math.abs((pValue ?? 0) - 0.10775214433670044)).toBeLessThan(4 * Math.sqrt((0.108 * 0.892) / 1e5));
  });

  it.each([
    [21, 0.00998003992015968],
    [33, 0.18463073852295409],
    [64, 0.9401197604790419],
    [100, 0.47005988023952094],
    [805, 0.1467065868263473],
  ])("gives the figure that runs hold already: %i differences, 1,001 patterns", (count, pValue) => {
    const random = seededRandom(count);
    const shift = count % 2 === 1 ? 0.05 : 0;
    const differences = Array.from({ length: count }, () => (random.integer(7) - 3) / 2 + shift);
    expect(signFlipTest(differences, { seed: count, replicates: 1001 }).pValue).toBe(pValue);
  });

  it("has uniform p-values when there is nothing to find: at most 5% below 0.05", () => {
    const random = seededRandom("null");
    let rejected = 0;
    for (let trial = 0; trial < 1000; trial++) {
      const differences = Array.from({ length: 12 }, () => random.normal());
      if ((signFlipTest(differences, { seed: 1 }).pValue ?? 1) <= 0.05) rejected++;
    }
    expect(rejected).toBeGreaterThan(25);
    expect(rejected).toBeLessThan(75);
  });

  it("does not change with order, swapped sides or scale", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -6, max: 6 }), { minLength: 1, maxLength: 12 }),
        (differences) => {
          const { pValue } = signFlipTest(differences, { seed: 1 });
          expect(signFlipTest(differences.toReversed(), { seed: 2 }).pValue).toBe(pValue);
          expect(
            signFlipTest(
              differences.map((difference) => -difference / 7),
              { seed: 3 },
            ).pValue,
          ).toBe(pValue);
        },
      ),
    );
  });

  it("says what it cannot tell", () => {
    expect(signFlipTest([], { seed: 1 })).toMatchObject({ pValue: null, reason: "there are no differences" });
    expect(() => signFlipTest([1], { seed: 1, replicates: 0 })).toThrow(RangeError);
    expect(() => signFlipTest([Number.NaN], { seed: 1 })).toThrow(RangeError);
  });
});
