import { describe, expect, it } from "vitest";
import { add, divide, type Fraction, format, fraction, multiply, toNumber } from "./fractions.js";
import { finalResult, referenceText, words } from "./questions.js";

const result = (number: number, turn: 1 | 2) => finalResult("math", number, turn);
const integers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);

describe("assay-80 math 1: buttons", () => {
  const zero = fraction(0);
  /** Walks through the whole tree of draws; calls visit with each way to stop and its probability. */
  function drawAll(visit: (draws: number, last: number, probability: Fraction) => void): void {
    const draw = (left: number[], seen: boolean[], draws: number, probability: Fraction): void => {
      const total = left.reduce((sum, count) => sum + count, 0);
      left.forEach((count, kind) => {
        if (count === 0) return;
        const next = multiply(probability, fraction(count, total));
        const nowSeen = seen.map((was, i) => was || i === kind);
        if (nowSeen.every(Boolean)) visit(draws + 1, kind, next);
        else
          draw(
            left.map((n, i) => (i === kind ? n - 1 : n)),
            nowSeen,
            draws + 1,
            next,
          );
      });
    };
    draw([4, 3, 2], [false, false, false], 0, fraction(1));
  }
  const glass = 2;
  let [fifth, expected, glassFifth, glassLast, total] = [zero, zero, zero, zero, zero];
  drawAll((draws, last, probability) => {
    total = add(total, probability);
    expected = add(expected, multiply(fraction(draws), probability));
    if (draws === 5) fifth = add(fifth, probability);
    if (last === glass) glassLast = add(glassLast, probability);
    if (draws === 5 && last === glass) glassFifth = add(glassFifth, probability);
  });

  it("has the stated probability and expectation", () => {
    expect(format(total)).toBe("1");
    expect(result(1, 1)).toBe(`(a) ${format(fifth)}; (b) ${format(expected)}`);
  });

  it("has the stated conditional and unconditional probability", () => {
    const given = divide(glassFifth, fifth);
    expect(toNumber(given)).toBeGreaterThan(toNumber(glassLast));
    expect(result(1, 2)).toBe(
      `(a) ${format(given)}; (b) ${format(glassLast)}; the first (given the fifth draw) is larger`,
    );
  });
});

describe("assay-80 math 2: squares of a quadratic", () => {
  const isSquare = (value: number) => value >= 0 && Number.isInteger(Math.sqrt(value));
  // (2n + 25)² - (2k)² = 625 - 4c > 0 bounds |2n + 25| by (1 + 625)/2, far inside this range
  const solutions = (c: number) => integers(-2000, 2000).filter((n) => isSquare(n * n + 25 * n + c));

  it("has the stated positive solutions", () => {
    expect(result(2, 1)).toBe(
      `n = ${solutions(40)
        .filter((n) => n > 0)
        .join(", ")}`,
    );
  });

  it("has the stated number, sum and exceptions", () => {
    const all = solutions(40);
    const without = integers(1, 156).filter((c) => !solutions(c).some((n) => n > 0));
    expect(without).toEqual(integers(144, 156));
    expect(result(2, 2)).toBe(
      `(a) ${all.length} solutions with sum ${all.reduce((sum, n) => sum + n, 0)}; (b) exactly c = ${without[0]} to ${without.at(-1)}`,
    );
    expect(referenceText("math", 2, 2)).toContain(all.toReversed().join(", "));
  });
});

describe("assay-80 math 4: flower pots", () => {
  const plantings = words(["rose", "iris", "poppy"], 7);
  const count = (neighbours: (pots: string[], i: number) => (string | undefined)[]) =>
    plantings.filter((pots) =>
      pots.every((flower, i) => {
        const beside = neighbours(pots, i);
        if (flower === "iris") return !beside.includes("iris");
        return flower === "rose" || beside.includes("rose");
      }),
    ).length;
  const row = count((pots, i) => [pots[i - 1], pots[i + 1]]);
  const circle = count((pots, i) => [pots[(i + 6) % 7], pots[(i + 1) % 7]]);

  it("has the stated number in a row", () => {
    expect(result(4, 1)).toBe(String(row));
  });

  it("has the stated number in a circle", () => {
    expect(result(4, 2)).toBe(`${circle}; the difference is ${circle - row} (more in the circle)`);
  });
});

describe("assay-80 math 7: potter", () => {
  /** Earnings of every feasible plan (jugs, bowls, lanterns), best first. */
  function plans(setUp: [number, number, number]): { plan: [number, number, number]; earns: number }[] {
    const found: { plan: [number, number, number]; earns: number }[] = [];
    for (const jugs of integers(0, 16)) {
      for (const bowls of integers(0, 9)) {
        for (const lanterns of integers(0, 8)) {
          const plan: [number, number, number] = [jugs, bowls, lanterns];
          const extra = plan.reduce((sum, count, i) => sum + (count > 0 ? (setUp[i] ?? 0) : 0), 0);
          const clay = 4 * jugs + 7 * bowls + 8 * lanterns;
          const hours = 6 * jugs + 9 * bowls + 6 * lanterns + extra;
          if (clay <= 62 && hours <= 65) found.push({ plan, earns: 14 * jugs + 25 * bowls + 23 * lanterns });
        }
      }
    }
    return found.sort((a, b) => b.earns - a.earns);
  }
  const say = ([jugs, bowls, lanterns]: number[]) => `${jugs} jugs, ${bowls} bowls, ${lanterns} lanterns`;
  const [best, second] = plans([0, 0, 0]);
  const [bestNow, secondNow] = plans([3, 5, 4]);

  it("has the stated best plan, and only one", () => {
    expect(second?.earns).toBeLessThan(best?.earns ?? 0);
    expect(result(7, 1)).toBe(`${say(best?.plan ?? [])}; ${best?.earns} florins`);
  });

  it("has the stated best plan with setting up", () => {
    expect(secondNow?.earns).toBeLessThan(bestNow?.earns ?? 0);
    const less = (best?.earns ?? 0) - (bestNow?.earns ?? 0);
    expect(result(7, 2)).toBe(`${say(bestNow?.plan ?? [])}; ${bestNow?.earns} florins, ${less} less`);
  });

  it("names the best earnings of each set of kinds correctly", () => {
    const text = referenceText("math", 7, 2);
    const bestOf = (kinds: boolean[]) =>
      plans([3, 5, 4]).find(({ plan }) => plan.every((count, i) => count > 0 === kinds[i]))?.earns;
    expect(text).toContain(`best ${bestOf([true, true, true])} (1, 1, 6)`);
    expect(text).toContain(`best ${bestOf([true, false, true])} (3, 0, 6)`);
    expect(text).toContain(`best ${bestOf([true, true, false])} (2, 5, 0)`);
    const single = [0, 1, 2].map((kind) => bestOf([0, 1, 2].map((i) => i === kind)) ?? 0);
    expect(text).toContain(`at most ${Math.max(...single)} (7 lanterns)`);
  });
});

describe("assay-80 math 9: recurrence", () => {
  const terms: bigint[] = [4n, 9n];
  for (let n = 0; n < 1000; n++)
    terms.push(5n * (terms[n + 1] ?? 0n) - 6n * (terms[n] ?? 0n) + 4n * BigInt(n));

  it("satisfies the stated formula", () => {
    integers(0, 1000).forEach((n) => {
      expect(2n * 3n ** BigInt(n) - 2n ** BigInt(n) + 2n * BigInt(n) + 3n).toBe(terms[n]);
    });
    expect(result(9, 1)).toBe(`a(n) = 2·3^n - 2^n + 2n + 3; a(10) = ${terms[10]}`);
  });

  it("is divisible by 7 where stated", () => {
    const divisible = integers(0, 1000).filter((n) => (terms[n] ?? 1n) % 7n === 0n);
    expect(divisible.at(-1)).toBe(1000);
    const first = divisible.filter((n) => n <= 41).join(", ");
    expect(result(9, 2)).toBe(
      `(a) n = ${first}; (b) for ${divisible.length} values; a(1000) is divisible by 7`,
    );
  });
});
