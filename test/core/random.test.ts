import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { seededRandom } from "../../harness/core/random.js";

describe("seededRandom", () => {
  // From an independent Python implementation of sfc32 over the SHA-256 of the seed. These must never change.
  it("is pinned for ever", () => {
    const random = seededRandom("assay");
    expect([1, 2, 3, 4].map(() => random.bits32())).toEqual([304871293, 4265811277, 4179781714, 164063859]);
    expect([1, 2, 3].map(() => random.next())).toEqual([
      0.015921421592018814, 0.39820901973864764, 0.3734093717111465,
    ]);
    const integers = [1, 2, 3, 4, 5, 6, 7, 8].map(() => random.integer(805));
    expect(integers).toEqual([800, 301, 725, 624, 597, 478, 100, 790]);
    expect([1, 2].map(() => random.integer(1e12))).toEqual([503992751075, 148366405505]);
    expect(random.shuffle([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])).toEqual([1, 3, 6, 2, 9, 8, 5, 4, 7, 0]);
    const normals = [1, 2, 3].map(() => random.normal());
    const expected = [1.9909155108252827, -0.17415108596371812, 0.660328263637495];
    normals.forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i] ?? Number.NaN, 14);
    });
  });

  it("takes a number and its decimal text for the same seed, and others for other ones", () => {
    expect(seededRandom(42).bits32()).toBe(2117354211);
    expect(seededRandom("42").bits32()).toBe(2117354211);
    expect(seededRandom(0).bits32()).toBe(1666410725);
    expect(() => seededRandom(Number.NaN)).toThrow(RangeError);
    expect(() => seededRandom(Number.POSITIVE_INFINITY)).toThrow(RangeError);
  });

  it("fills arrays with what integer() would have drawn, also across rejections", () => {
    // A bound just above 2^20 · 3/2 rejects about one draw in 3,000; 20,000 draws meet several.
    for (const bound of [1, 2, 3, 80, 805, 1572865, 2097152]) {
      const one = seededRandom(bound);
      const many = seededRandom(bound);
      const target = new Int32Array(20000);
      many.fillIntegers(target, bound);
      expect(Array.from(target)).toEqual(Array.from(target, () => one.integer(bound)));
      expect(many.bits32()).toBe(one.bits32());
    }
  });

  it("fills arrays with what bits32() would have drawn", () => {
    const one = seededRandom(7);
    const many = seededRandom(7);
    const target = new Uint32Array(1000);
    many.fillBits32(target);
    expect(Array.from(target)).toEqual(Array.from(target, () => one.bits32()));
    expect(many.bits32()).toBe(one.bits32());
  });

  it("stays in range", () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }), (seed, bound) => {
        const random = seededRandom(seed);
        for (let i = 0; i < 50; i++) {
          const drawn = random.integer(bound);
          expect(Number.isSafeInteger(drawn) && drawn >= 0 && drawn < bound).toBe(true);
          const unit = random.next();
          expect(unit >= 0 && unit < 1).toBe(true);
        }
      }),
    );
  });

  it("is uniform: chi-squared of 100,000 draws from 10 cells stays below its 99.9% point, 27.88", () => {
    const random = seededRandom("uniform");
    const cells = new Float64Array(10);
    for (let i = 0; i < 100000; i++) {
      const cell = random.integer(10);
      cells[cell] = (cells[cell] ?? 0) + 1;
    }
    const chiSquared = cells.reduce((sum, count) => sum + (count - 10000) ** 2 / 10000, 0);
    expect(chiSquared).toBeLessThan(27.88);
  });

  it("draws normal deviates with mean 0, variance 1 and kurtosis 3", () => {
    const random = seededRandom("normal");
    const n = 100000;
    let [first, second, fourth] = [0, 0, 0];
    for (let i = 0; i < n; i++) {
      const z = random.normal();
      first += z;
      second += z ** 2;
      fourth += z ** 4;
    }
    // Four standard errors of each moment: 1/√n, √2/√n, √96/√n.
    expect(Math.abs(first / n)).toBeLessThan(4 / Math.sqrt(n));
    expect(Math.abs(second / n - 1)).toBeLessThan(4 * Math.sqrt(2 / n));
    expect(Math.abs(fourth / n - 3)).toBeLessThan(4 * Math.sqrt(96 / n));
  });

  it("shuffles into a new array of the same items", () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), fc.integer(), (items, seed) => {
        const before = items.slice();
        const shuffled = seededRandom(seed).shuffle(items);
        expect(items).toEqual(before);
        expect(shuffled).not.toBe(items);
        expect(shuffled.slice().sort((a, b) => a - b)).toEqual(before.sort((a, b) => a - b));
      }),
    );
  });

  it("refuses impossible bounds", () => {
    const random = seededRandom(1);
    for (const bound of [0, -1, 1.5, Number.NaN, 2 ** 53]) {
      expect(() => random.integer(bound)).toThrow(RangeError);
    }
    expect(() => random.fillIntegers(new Int32Array(1), 2 ** 21 + 1)).toThrow(RangeError);
    expect(() => random.fillIntegers(new Int32Array(1), 0)).toThrow(RangeError);
  });
});
