import { describe, expect, it } from "vitest";
import { add, divide, type Fraction, format, fraction, multiply, subtract, toNumber } from "./fractions.js";
import { finalResult } from "./questions.js";

const result = (number: number, turn: 1 | 2) => finalResult("math", number, turn);

describe("assay-80 math 3: two presses", () => {
  const say = (seconds: number) => `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  /** Sheets in quarters (15 sheets per minute are one quarter-sheet per second). */
  const newPress = (second: number) => (second % 300 < 240 ? 5 : 0);

  it("is complete after the stated time", () => {
    let second = 0;
    for (let quarters = 0; quarters < 4 * 4170; second++) quarters += newPress(second) + 3;
    expect(result(3, 1)).toBe(say(second));
  });

  it("was under repair for the stated time", () => {
    const end = 42 * 60 + 40;
    const fits = Array.from({ length: end - 1200 }, (_, pause) => pause).filter((pause) => {
      let quarters = 0;
      for (let second = 0; second < end; second++) {
        quarters += newPress(second) + (second < 1200 ? 3 : second < 1200 + pause ? 0 : 4);
      }
      return quarters === 4 * 4170;
    });
    expect(fits.map(say)).toEqual([result(3, 2)]);
  });
});

describe("assay-80 math 5: folded sheet", () => {
  type Point = { x: Fraction; y: Fraction };
  const point = (x: Fraction | number, y: Fraction | number): Point => ({
    x: typeof x === "number" ? fraction(x) : x,
    y: typeof y === "number" ? fraction(y) : y,
  });
  const [a, d, p] = [point(0, 0), point(0, 9), point(12, 4)];
  const c = fraction((12 * 12 + 4 * 4) / 2); // points on the crease: 12x + 4y = c
  const creaseX = (y: number) => divide(subtract(c, fraction(4 * y)), fraction(12));
  const [f, e] = [point(creaseX(0), 0), point(creaseX(9), 9)];
  /** Twice the signed area of a polygon. */
  const twiceArea = (corners: Point[]) =>
    corners.reduce((sum, { x, y }, i) => {
      const next = corners[(i + 1) % corners.length] ?? { x, y };
      return add(sum, subtract(multiply(x, next.y), multiply(next.x, y)));
    }, fraction(0));
  const reflect = ({ x, y }: Point): Point => {
    const excess = subtract(add(multiply(fraction(12), x), multiply(fraction(4), y)), c);
    const factor = divide(multiply(fraction(2), excess), fraction(160));
    return { x: subtract(x, multiply(fraction(12), factor)), y: subtract(y, multiply(fraction(4), factor)) };
  };
  /** Clips a polygon to y <= 9 (Sutherland-Hodgman), exactly. */
  const below9 = (corners: Point[]) =>
    corners.flatMap((here, i) => {
      const next = corners[(i + 1) % corners.length] ?? here;
      const inside = (one: Point) => toNumber(one.y) <= 9;
      const kept = inside(here) ? [here] : [];
      if (inside(here) === inside(next)) return kept;
      const share = divide(subtract(fraction(9), here.y), subtract(next.y, here.y));
      return [...kept, point(add(here.x, multiply(share, subtract(next.x, here.x))), 9)];
    });

  it("has the stated crease and double layer", () => {
    expect(reflect(a)).toEqual(p);
    const [width, height] = [subtract(f.x, e.x), subtract(f.y, e.y)];
    expect(format(add(multiply(width, width), multiply(height, height)))).toBe(String(3 * 3 * 10));
    const flap = [reflect(a), reflect(f), reflect(e), reflect(d)];
    const area = divide(twiceArea(below9(flap)), fraction(-2)); // clockwise after the reflection
    expect(result(5, 1)).toBe(`(a) 3√10; (b) ${format(area)}`);
  });

  it("has the stated special positions of P", () => {
    // F is as far from A as from P: x² = (12 - x)² + t²
    const fb = (t: number) => 12 - (144 + t * t) / 24;
    const equal = 12 * Math.SQRT2 - 12;
    expect(fb(equal)).toBeCloseTo(equal, 12);
    const grid = Array.from({ length: 9000 }, (_, i) => i / 1000);
    expect(grid.filter((t, i) => i > 0 && fb(t) - t > 0 !== fb(t - 0.001) - (t - 0.001) > 0)).toHaveLength(1);
    const area = (t: number) => (t * fb(t)) / 2;
    const best = grid.reduce((top, t) => (area(t) > area(top) ? t : top), 0);
    expect(Math.abs(best - 4 * Math.sqrt(3))).toBeLessThan(0.001);
    expect(area(4 * Math.sqrt(3))).toBeCloseTo(8 * Math.sqrt(3), 12);
    expect(result(5, 2)).toBe("(a) t = 12√2 - 12; (b) t = 4√3, area 8√3");
  });
});

describe("assay-80 math 6: linear system", () => {
  const matrix = (p: number) => [
    [2, p, 4, 2],
    [2, 1, p - 1, 1],
    [1, p + 1, 2, 1],
  ];
  /** Ranks of the coefficients and of the extended matrix, by exact elimination. */
  function ranks(p: number): [number, number] {
    const rows = matrix(p).map((row) => row.map((entry) => fraction(entry)));
    let rank = 0;
    const found: number[] = [];
    for (let column = 0; column < 4; column++) {
      const pivot = rows.findIndex((row, i) => i >= rank && (row[column]?.top ?? 0n) !== 0n);
      if (pivot !== -1) {
        const row = rows.splice(pivot, 1)[0] ?? [];
        rows.splice(rank, 0, row);
        for (let i = rank + 1; i < 3; i++) {
          const factor = divide(rows[i]?.[column] ?? fraction(0), row[column] ?? fraction(1));
          rows[i] = (rows[i] ?? []).map((x, j) => subtract(x, multiply(factor, row[j] ?? fraction(0))));
        }
        rank++;
      }
      found.push(rank);
    }
    return [found[2] ?? 0, found[3] ?? 0];
  }
  const holds = (p: number, solution: Fraction[]) =>
    matrix(p).every((row) => {
      const left = solution.reduce((sum, x, i) => add(sum, multiply(fraction(row[i] ?? 0), x)), fraction(0));
      return format(left) === String(row[3]);
    });

  it("has the stated cases", () => {
    const odd = Array.from({ length: 201 }, (_, i) => i - 100).filter((p) => ranks(p)[0] < 3);
    expect(odd).toEqual([-2, 5]); // the determinant is quadratic in p: no others
    expect([ranks(-2), ranks(5)]).toEqual([
      [2, 2],
      [2, 3],
    ]);
    for (const z of [0, 1, 7, -4])
      expect(holds(-2, [fraction(2 + z, 3), fraction(7 * z - 1, 3), fraction(z)])).toBe(true);
    expect(result(6, 1)).toBe(
      "exactly one for all p except -2 and 5; none for p = 5; infinitely many for p = -2: (x, y, z) = ((2 + z)/3, (7z - 1)/3, z) with z arbitrary",
    );
  });

  it("has the stated nearest solution and integer solutions", () => {
    const nearest = [fraction(41, 59), fraction(-8, 59), fraction(5, 59)];
    expect(holds(-2, nearest)).toBe(true);
    const along = nearest.reduce(
      (sum, x, i) => add(sum, multiply(x, fraction([1, 7, 3][i] ?? 0))),
      fraction(0),
    );
    expect(format(along)).toBe("0");
    const squared = nearest.reduce((sum, x) => add(sum, multiply(x, x)), fraction(0));
    const whole = Array.from({ length: 61 }, (_, i) => i - 30).filter(
      (z) => (2 + z) % 3 === 0 && (7 * z - 1) % 3 === 0,
    );
    expect(whole.every((z) => (z - 1) % 3 === 0)).toBe(true);
    expect(whole).toContain(1);
    for (const k of [-5, 0, 1, 8])
      expect(holds(-2, [fraction(1 + k), fraction(2 + 7 * k), fraction(1 + 3 * k)])).toBe(true);
    expect(result(6, 2)).toBe(
      `(a) (${nearest.map(format).join(", ")}), squared distance ${format(squared)}; (b) (x, y, z) = (1 + k, 2 + 7k, 1 + 3k) for all integers k`,
    );
  });
});

describe("assay-80 math 8: integral of a distance", () => {
  /** Integral of x^power · |x³ - t| over [0, 3] by the midpoint rule. */
  function integral(t: number, power: 0 | 1): number {
    const steps = 60_000;
    let sum = 0;
    for (let i = 0; i < steps; i++) {
      const x = ((i + 0.5) * 3) / steps;
      sum += x ** power * Math.abs(x ** 3 - t);
    }
    return (sum * 3) / steps;
  }
  const isMinimum = (t: number, power: 0 | 1) =>
    [-30, -1, -0.02, 0.02, 1, 30].every((shift) => integral(t + shift, power) > integral(t, power));

  it("is smallest where stated", () => {
    // the integral is convex in t, so a local minimum is the minimum
    expect(isMinimum(27 / 8, 0)).toBe(true);
    expect(integral(27 / 8, 0)).toBeCloseTo(567 / 32, 6);
    expect(result(8, 1)).toBe("t = 27/8; smallest value 567/32");
  });

  it("is smallest where stated with the weight", () => {
    const t = (27 * Math.SQRT2) / 4;
    expect(isMinimum(t, 1)).toBe(true);
    expect(integral(t, 1)).toBeCloseTo((243 * (4 - Math.SQRT2)) / 20, 6);
    expect(result(8, 2)).toBe("t = 27√2/4; smallest value 243(4 - √2)/20");
  });
});

describe("assay-80 math 10: loan", () => {
  const florins = (cents: number) => `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, "0")}`;
  /** Payments in cents until the loan is settled; interest 1.2 % per month, half a cent up. */
  function repay(payment: (month: number) => number): number[] {
    const payments: number[] = [];
    for (let debt = 500_000; debt > 0; ) {
      debt += Math.floor((debt * 12 + 500) / 1000);
      const paid = Math.min(debt, payment(payments.length + 1));
      payments.push(paid);
      debt -= paid;
    }
    return payments;
  }
  const sum = (payments: number[]) => payments.reduce((total, paid) => total + paid, 0);
  const usual = repay(() => 90_000);

  it("is repaid as stated", () => {
    expect(result(10, 1)).toBe(
      `${usual.length} payments; last ${florins(usual.at(-1) ?? 0)}; interest ${florins(sum(usual) - 500_000)}`,
    );
  });

  it("is repaid as stated in the variations", () => {
    const extra = repay((month) => (month === 3 ? 150_000 : 90_000));
    let rate = 80_000;
    while (repay(() => rate).length > 6) rate++;
    expect(result(10, 2)).toBe(
      `(a) last payment ${florins(extra.at(-1) ?? 0)}, saving ${florins(sum(usual) - sum(extra))}; ` +
        `(b) R = ${florins(rate)}, sixth payment ${florins(repay(() => rate).at(-1) ?? 0)}`,
    );
  });
});
