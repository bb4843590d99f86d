import { describe, expect, it } from "vitest";
import { type Random, seededRandom } from "../../harness/core/random.js";
import { ChangeProcess, type Round, rankRound } from "../../harness/stats/change-process.js";
import { normalCdf } from "../../harness/stats/distributions.js";

/** A judge that rates anchors in whole points, with an error of its own, and changes after some rounds. */
interface Judge {
  readonly anchors: number;
  readonly deviation: number;
  readonly quiet: number;
  readonly shift: number;
  readonly deviationThen?: number;
}

function roundOf(means: readonly number[], shift: number, deviation: number, random: Random): Round {
  const rating = (mean: number) =>
    Math.min(10, Math.max(1, Math.round(mean + shift + deviation * random.normal())));
  return new Map(means.map((mean, anchor) => [String(anchor), rating(mean)]));
}

/** The later round at which the evidence reached 20 for the first time; 0 where it never did. */
function alarmOf(seed: string, judge: Judge, rounds: number, draws: number): number {
  const { anchors, deviation, quiet, shift, deviationThen = deviation } = judge;
  const random = seededRandom(seed);
  const means = Array.from({ length: anchors }, () => 3 + 6 * random.next());
  const earlier = Array.from({ length: 5 }, () => roundOf(means, 0, deviation, random));
  const process = new ChangeProcess();
  for (let later = 1; later <= rounds; later++) {
    const hasChanged = later > quiet;
    const round = roundOf(means, hasChanged ? shift : 0, hasChanged ? deviationThen : deviation, random);
    const ranks = rankRound(round, earlier, random, draws);
    earlier.push(round);
    if (ranks !== undefined && process.add(ranks) >= 20) return later;
  }
  return 0;
}

function foundWithin(rounds: number, judge: Judge, histories = 100): number {
  let found = 0;
  for (let seed = 0; seed < histories; seed++) {
    const at = alarmOf(`found/${seed}`, judge, judge.quiet + rounds, 499);
    if (at > judge.quiet) found++;
  }
  return found / histories;
}

describe("the evidence that a judge has changed", () => {
  it("ever alarms in at most 5% of 2,000 histories without a change", () => {
    let alarms = 0;
    for (let seed = 0; seed < 2000; seed++) {
      const judge = { anchors: 8, deviation: 0.6, quiet: 12, shift: 0 };
      if (alarmOf(`quiet/${seed}`, judge, 12, 99) > 0) alarms++;
    }
    expect(alarms / 2000).toBeLessThan(0.05);
    // A test that could not alarm at all would pass as well.
    expect(alarms).toBeGreaterThan(0);
  });

  it("finds a shift of 0.3 points within five runs in most histories, with 40 anchors", () => {
    expect(foundWithin(5, { anchors: 40, deviation: 0.5, quiet: 5, shift: 0.3 })).toBeGreaterThan(0.85);
    expect(foundWithin(5, { anchors: 40, deviation: 0.5, quiet: 0, shift: -0.3 })).toBeGreaterThan(0.85);
  });

  it("finds a judge that scatters more around the same mean", () => {
    const judge = { anchors: 40, deviation: 0.3, quiet: 3, shift: 0, deviationThen: 1.2 };
    expect(foundWithin(3, judge, 40)).toBeGreaterThan(0.9);
  });

  it("says nothing of a judge that always says the same, and much of one that then says otherwise", () => {
    const same = new Map(Array.from({ length: 12 }, (_, anchor) => [String(anchor), 7]));
    const other = new Map(Array.from({ length: 12 }, (_, anchor) => [String(anchor), 6]));
    const random = seededRandom("constant");
    const process = new ChangeProcess();
    for (let rounds = 5; rounds < 12; rounds++) {
      const ranks = rankRound(
        same,
        Array.from({ length: rounds }, () => same),
        random,
        499,
      );
      expect(process.add(ranks ?? { shift: 0.5, spread: 0.5 })).toBeLessThan(20);
    }
    // One in 13 picks for each of 12 anchors: as far down as 500 draws can tell.
    const ranks = rankRound(
      other,
      Array.from({ length: 12 }, () => same),
      random,
      499,
    );
    expect(ranks?.shift).toBeLessThan(1 / 500);
    expect(rankRound(other, [], random, 99)).toBeUndefined();
  });

  it("is 1 at the start and stays a fair bet", () => {
    expect(new ChangeProcess().eValue).toBe(1);
    // Its mean over the normal quantiles of both ranks, by the trapezoid rule.
    const step = 0.05;
    let mean = 0;
    for (let z = -7; z <= 7; z += step) {
      const rank = normalCdf(z);
      const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
      mean += step * density * new ChangeProcess().add({ shift: rank, spread: rank });
    }
    expect(mean).toBeCloseTo(1, 4);
  });
});
