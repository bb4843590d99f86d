import { describe, expect, it } from "vitest";
import { seededRandom } from "../../../harness/core/random.js";
import { plugInBets } from "../../../harness/stats/sequential/bets.js";
import { BettingSequence } from "../../../harness/stats/sequential/betting-sequence.js";
import { horizonBets } from "../../../harness/stats/sequential/horizon-bets.js";

/** √ of a multiplicative walk through 101sts: fixed, spread over 0–1, mean near 0.66. */
const VALUES = Array.from({ length: 60 }, (_, index) => Math.sqrt((((index + 1) * 37) % 101) / 100));
const UNIT = { low: 0, high: 1 };

/** Larger capital of the two, each side with half of the stake, after so many values. */
function capitals(limit: number, population: number | undefined, counts: readonly number[]): number[] {
  const bets = plugInBets(0.025);
  const sequence = new BettingSequence({ scale: UNIT, alpha: 0.05, bets, population, limit, steps: 0 });
  const reached: number[] = [];
  for (const [index, value] of VALUES.entries()) {
    sequence.add([value]);
    const { above, below } = sequence.capital ?? { above: Number.NaN, below: Number.NaN };
    if (counts.includes(index + 1)) reached.push(Math.max(above, below) / 2);
  }
  return reached;
}

// confseq 0.0.11, betting_mart and hedged_cs with their defaults, alpha 0.05.
const PUBLISHED = [
  [0.3, undefined, [0.7568968775248517, 61.09470863866019, 162513.112824188, 567756174.3261904]],
  [0.55, undefined, [0.5264892059226463, 1.4681931942126252, 8.207167173114096, 86.63475398591783]],
  [0.75, undefined, [0.6417237469701781, 0.7601603971738367, 2.8302680459487033, 13.334231619428891]],
  [0.3, 100, [0.7568968775248517, 93.56747020427804, 1385015.6263128573, Number.POSITIVE_INFINITY]],
  [0.55, 100, [0.5264892059226463, 1.550113888556308, 15.410578293613316, 1861.7560820819726]],
  [0.75, 100, [0.6417237469701781, 0.8171692608803405, 5.639506271847091, 133.7298217218069]],
] as const;

const PUBLISHED_BOUNDS = [
  [
    undefined,
    [
      [0.203, 0.956],
      [0.354, 0.871],
      [0.52, 0.783],
      [0.577, 0.753],
    ],
  ],
  [
    100,
    [
      [0.212, 0.949],
      [0.369, 0.864],
      [0.542, 0.768],
      [0.608, 0.731],
    ],
  ],
] as const;

describe("BettingSequence", () => {
  it.each(PUBLISHED)(
    "has confseq's capital against %d in a population of %s",
    (mean, population, expected) => {
      capitals(mean, population, [1, 10, 30, 60]).forEach((capital, index) => {
        const published = expected[index] as number;
        if (Number.isFinite(published)) expect(Math.abs(capital / published - 1)).toBeLessThan(1e-9);
        else expect(capital).toBe(published);
      });
    },
  );

  it.each(PUBLISHED_BOUNDS)(
    "has confseq's bounds to one step of its grid in a population of %s",
    (population, bounds) => {
      const sequence = new BettingSequence({
        scale: UNIT,
        alpha: 0.05,
        bets: plugInBets(0.025),
        population,
        steps: 1000,
      });
      const counts = [5, 10, 30, 60];
      for (const [index, value] of VALUES.entries()) {
        sequence.add([value]);
        const place = counts.indexOf(index + 1);
        if (place < 0) continue;
        const { low, high } = sequence.interval();
        expect(Math.abs(low - (bounds[place]?.[0] ?? 0))).toBeLessThan(0.0011);
        expect(Math.abs(high - (bounds[place]?.[1] ?? 0))).toBeLessThan(0.0011);
      }
    },
  );

  it("knows the mean of a suite that was drawn to its end", () => {
    const bets = horizonBets(VALUES.length, 0.025);
    const population = VALUES.length;
    const sequence = new BettingSequence({ scale: UNIT, alpha: 0.05, bets, population });
    for (const value of VALUES) sequence.add([value]);
    const mean = VALUES.reduce((sum, value) => sum + value, 0) / population;
    expect(sequence.interval().low).toBeCloseTo(mean, 9);
    expect(sequence.interval().high).toBeCloseTo(mean, 9);
  });

  it("refuses a value outside its scale", () => {
    const sequence = new BettingSequence({ scale: UNIT, alpha: 0.05, bets: plugInBets(0.025) });
    expect(() => sequence.add([1.5])).toThrow("outside its scale");
  });
});

/** Populations with their mean at the limit, and blocks that hold two kinds of value in proportion. */
const AT_THE_LIMIT: readonly (readonly [string, (next: () => number) => readonly number[], number])[] = [
  ["rare losses", (next) => [next() < 0.05 ? 0 : 0.55], 0.5225],
  ["rare wins", (next) => [next() < 0.05 ? 1 : 0.45], 0.4775],
  ["two values", (next) => [next() < 0.5 ? 0 : 1], 0.5],
  ["even", (next) => [next()], 0.5],
  ["blocks of two kinds", (next) => [next() < 0.2 ? 1 : 0, next() < 0.8 ? 1 : 0], 0.5],
];

describe("the level under adversarial stopping", () => {
  // Whoever stops at the worst moment sees the largest capital there ever was: 300 paths of 200 values each.
  it.each(AT_THE_LIMIT)("holds for %s", (name, draw, limit) => {
    const random = seededRandom(`adversary/${name}`);
    const paths = 300;
    let [passed, failed] = [0, 0];
    for (let path = 0; path < paths; path++) {
      const bets = horizonBets(200, 0.025);
      const sequence = new BettingSequence({ scale: UNIT, alpha: 0.05, bets, limit, steps: 0 });
      let [above, below] = [0, 0];
      while (sequence.count < 200) {
        sequence.add(draw(() => random.next()));
        above = Math.max(above, sequence.capital?.above ?? 0);
        below = Math.max(below, sequence.capital?.below ?? 0);
      }
      if (above >= sequence.goal) passed++;
      if (below >= sequence.goal) failed++;
    }
    // 2.5% and three binomial errors of 300 paths.
    const most = paths * 0.025 + 3 * Math.sqrt(paths * 0.025 * 0.975);
    expect(passed).toBeLessThan(most);
    expect(failed).toBeLessThan(most);
  });
});
