import { describe, expect, it } from "vitest";
import { seededRandom } from "../../../harness/core/random.js";
import { percentScale } from "../../../harness/pipeline/scores/scale.js";
import { clusteredMean } from "../../../harness/stats/clustered-mean.js";
import { plackettLuce } from "../../../harness/stats/rankings/plackett-luce.js";
import type { RankedModels } from "../../../harness/stats/rankings/ranking-stages.js";
import { slotRanks } from "../../../harness/stats/rankings/slot-ranks.js";
import { asPairs, biasedRankings, pointsOf } from "./biased-judges.js";

const POINTS = 400 / Math.LN10;
const order = (text: string): RankedModels => ({
  groups: text.split(">").map((group) => group.split("=")),
});
const times = (count: number, text: string) => Array.from({ length: count }, () => order(text));
const ratingsOf = (rankings: readonly RankedModels[]) =>
  Object.fromEntries(plackettLuce(rankings).ratings.map(({ model, rating }) => [model, rating]));

describe("Plackett–Luce", () => {
  it("is Bradley–Terry for two: three wins of four are ln 3 apart", () => {
    const ratings = ratingsOf([...times(3, "a>b"), order("b>a")]);
    expect((ratings.a ?? 0) - (ratings.b ?? 0)).toBeCloseTo(POINTS * Math.log(3), 8);
    expect((ratings.a ?? 0) + (ratings.b ?? 0)).toBeCloseTo(2000, 8);
  });

  it("counts a tie of two as half a win each way", () => {
    const tied = ratingsOf([...times(2, "a=b"), ...times(2, "a>b")]);
    expect((tied.a ?? 0) - (tied.b ?? 0)).toBeCloseTo(POINTS * Math.log(3), 8);
  });

  it("counts equal models as the mean over their orders", () => {
    const half = (text: string) => [...times(2, text), ...times(2, "c>b>a"), ...times(2, "b>a>c")];
    const split = [order("a>b>c"), order("b>a>c"), ...times(2, "c>b>a"), ...times(2, "b>a>c")];
    const [together, apart] = [ratingsOf(half("a=b>c")), ratingsOf(split)];
    for (const model of ["a", "b", "c"]) expect(together[model]).toBeCloseTo(apart[model] ?? 0, 8);
  });

  it("meets its likelihood equations: chosen as often as the fit expects", () => {
    const rankings = [...times(4, "a>b>c"), ...times(2, "b>c>a"), order("c>a>b"), order("a>c>b")];
    const ratings = ratingsOf(rankings);
    const odds = (model: string) => Math.exp(((ratings[model] ?? 0) - 1000) / POINTS);
    for (const model of ["a", "b", "c"]) {
      let surprise = 0;
      for (const { groups } of rankings) {
        const ranked = groups.flat();
        for (let stage = 0; stage < 2; stage++) {
          const left = ranked.slice(stage);
          const sum = left.reduce((total, one) => total + odds(one), 0);
          if (left.includes(model)) surprise += (left[0] === model ? 1 : 0) - odds(model) / sum;
        }
      }
      expect(surprise).toBeCloseTo(0, 8);
    }
  });

  it("gives no rating to a model that is always best, and says why", () => {
    const { ratings } = plackettLuce([...times(2, "top>a>b"), ...times(2, "top>b>a")]);
    expect(ratings.find(({ model }) => model === "top")).toMatchObject({
      rating: null,
      reason: expect.stringContaining("never lost"),
    });
    expect(ratings.slice(0, 2).map(({ rating }) => Math.round(rating ?? 0))).toEqual([1000, 1000]);
  });

  it.each([[[["a"]]], [[["a"], ["a"]]], [[]]])("refuses the ranking %j", (groups) => {
    expect(() => plackettLuce([{ groups }])).toThrow(RangeError);
  });

  it("takes rankings of one cluster for one piece of evidence", () => {
    const rankings = [...times(6, "a>b"), ...times(4, "b>a")];
    const each = plackettLuce(rankings).ratings[0]?.standardError ?? 0;
    const doubled = [...rankings, ...rankings];
    const clustered = doubled.map((one, at) => ({ ...one, cluster: at % rankings.length }));
    const { ratings, clusters } = plackettLuce(clustered);
    expect(clusters).toBe(10);
    expect(ratings[0]?.standardError).toBeCloseTo(each, 8);
    expect(plackettLuce(doubled).ratings[0]?.standardError).toBeLessThan(each * 0.75);
  });
});

describe("ranks by slot", () => {
  it("have the z of a rank that is drawn at random", () => {
    // Ranks 1, 2, 3 in slot 1 against an expected 2 each, variance 2/3 each.
    const [first, , third] = slotRanks([
      [1, 2, 3],
      [1, 3, 2],
      [1, 2, 3],
    ]);
    expect(first).toMatchObject({ slot: 1, meanRank: 1, expected: 2, n: 3 });
    expect(first?.z).toBeCloseTo(-3 / Math.sqrt(2), 12);
    expect(third?.z).toBeCloseTo(2 / Math.sqrt(2), 12);
    expect(slotRanks([[1.5, 1.5]])[0]?.z).toBeNull();
  });
});

/** `test/bench/ranking-study.ts` takes 2,000; docs/statistics.md gives its shares. */
const JUDGES = 300;
/** Pairs take 21 times as long. */
const PAIRED = 40;

/** Share of judges whose interval for model a holds the truth: all are equal, at 1000. */
function coverage(
  seed: string,
  judges: number,
  shuffles: boolean,
  view: (r: RankedModels[]) => RankedModels[],
): number {
  const random = seededRandom(seed);
  let held = 0;
  for (let judge = 0; judge < judges; judge++) {
    const { ratings } = plackettLuce(view(biasedRankings(random, { shuffles })));
    const { low = 0, high = 0 } = ratings.find(({ model }) => model === "a")?.interval ?? {};
    if (low <= 1000 && 1000 <= high) held++;
  }
  return held / judges;
}

/** Share of judges whose interval for the win rate of model a holds the truth, 50. */
function winRateCoverage(judges: number, clustered: boolean): number {
  const random = seededRandom("win-rate");
  let held = 0;
  for (let judge = 0; judge < judges; judge++) {
    const { points, rankings } = pointsOf("a", biasedRankings(random, { shuffles: true }));
    const clusters = clustered ? rankings : rankings.map((_, at) => at);
    const { low = 0, high = 0 } = clusteredMean(points, clusters, { scale: percentScale }).interval ?? {};
    if (low <= 50 && 50 <= high) held++;
  }
  return held / judges;
}

describe("judges with slot bias, seven equal models, 60 rankings each", () => {
  it("have their win rates covered as ratings are", () => {
    const clustered = winRateCoverage(JUDGES, true);
    expect(clustered).toBeGreaterThan(0.92);
    expect(clustered).toBeLessThan(0.975);
    expect(winRateCoverage(JUDGES, false)).toBeLessThan(0.85);
  });

  it("are covered at 95% where labels are shuffled and one ranking is one cluster", () => {
    const share = coverage("plackett-luce", JUDGES, true, (rankings) => rankings);
    // Binomial error 1.3 points.
    expect(share).toBeGreaterThan(0.915);
    expect(share).toBeLessThan(0.985);
  });

  it("are not where 21 comparisons of a ranking pass for independent ones", () => {
    const independent = coverage("pairs", PAIRED, true, (rankings) => asPairs(rankings, false));
    expect(independent).toBeGreaterThan(0.7);
    expect(independent).toBeLessThan(0.88);
    const clustered = coverage("pairs", PAIRED, true, (rankings) => asPairs(rankings, true));
    expect(clustered).toBeGreaterThan(0.92);
  });

  it("are not where the slots are never shuffled, however the rankings are counted", () => {
    expect(coverage("fixed", 50, false, (rankings) => rankings)).toBeLessThan(0.05);
  });
});
