import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Battle } from "../../harness/stats/battles.js";
import { bootstrapBradleyTerry, bradleyTerry } from "../../harness/stats/bradley-terry.js";
import { pointsPerLogOdds } from "../../harness/stats/rating-scale.js";
import { expectRelative } from "./relative.js";

function repeat(a: string, b: string, wins: number, losses: number, ties = 0): Battle[] {
  return [
    ...Array.from({ length: wins }, () => ({ a, b, shareA: 1 })),
    ...Array.from({ length: losses }, () => ({ a, b, shareA: 0 })),
    ...Array.from({ length: ties }, () => ({ a, b, shareA: 0.5 })),
  ];
}

/** Wins and losses of the American League, East, 1987 (Agresti 2002, Categorical Data Analysis, table 10.10). */
const BASEBALL: readonly (readonly [string, string, number, number])[] = [
  ["Milwaukee", "Detroit", 7, 6],
  ["Milwaukee", "Toronto", 9, 4],
  ["Milwaukee", "New York", 7, 6],
  ["Milwaukee", "Boston", 7, 6],
  ["Milwaukee", "Cleveland", 9, 4],
  ["Milwaukee", "Baltimore", 11, 2],
  ["Detroit", "Toronto", 7, 6],
  ["Detroit", "New York", 5, 8],
  ["Detroit", "Boston", 11, 2],
  ["Detroit", "Cleveland", 9, 4],
  ["Detroit", "Baltimore", 9, 4],
  ["Toronto", "New York", 7, 6],
  ["Toronto", "Boston", 7, 6],
  ["Toronto", "Cleveland", 8, 5],
  ["Toronto", "Baltimore", 12, 1],
  ["New York", "Boston", 6, 7],
  ["New York", "Cleveland", 7, 6],
  ["New York", "Baltimore", 10, 3],
  ["Boston", "Cleveland", 7, 6],
  ["Boston", "Baltimore", 12, 1],
  ["Cleveland", "Baltimore", 6, 7],
];
/** Log-strengths against Baltimore: 1.581, 1.436, 1.294, 1.248, 1.108, 0.684 in Agresti; digits by mpmath. */
const STRENGTHS: Readonly<Record<string, number>> = {
  Milwaukee: 1.5813558766613942,
  Detroit: 1.4364084318124368,
  Toronto: 1.2944851239118065,
  "New York": 1.2476178451413877,
  Boston: 1.107697705378655,
  Cleveland: 0.6838527691591617,
};
const GAMES = BASEBALL.flatMap(([a, b, wins, losses]) => repeat(a, b, wins, losses));
const ratingOf = (ratings: readonly { model: string; rating: number | null }[], model: string) =>
  ratings.find((rating) => rating.model === model)?.rating ?? null;

describe("bradleyTerry", () => {
  it("gives 1073.595 and 926.405 for 6 wins, 2 losses and 2 ties: 1000 ± 200·log₁₀(7/3)", () => {
    const ratings = bradleyTerry(repeat("x", "y", 6, 2, 2));
    expectRelative(ratingOf(ratings, "x"), 1000 + 200 * Math.log10(7 / 3), 1e-12);
    expectRelative(ratingOf(ratings, "y"), 1000 - 200 * Math.log10(7 / 3), 1e-12);
    expect(ratings.map(({ battles }) => battles)).toEqual([10, 10]);
  });

  it("gives Agresti's strengths of the baseball teams", () => {
    const anchored = bradleyTerry(GAMES, {
      anchor: { model: "Baltimore", rating: 0 },
      base: Math.E,
      scale: 1,
    });
    for (const [team, strength] of Object.entries(STRENGTHS)) {
      expectRelative(ratingOf(anchored, team), strength, 1e-12);
    }
    expect(ratingOf(anchored, "Baltimore")).toBe(0);
    const points = bradleyTerry(GAMES);
    expectRelative(ratingOf(points, "Milwaukee"), 1092.2707859558795, 1e-12);
    expectRelative(ratingOf(points, "Baltimore"), 817.5611334921504, 1e-12);
  });

  it("takes a weight for repeated battles and a tie for two halves", () => {
    const weighted: Battle[] = BASEBALL.flatMap(([a, b, wins, losses]) => [
      { a, b, shareA: 1, weight: wins },
      { a: b, b: a, shareA: 1, weight: losses },
    ]);
    expectRelative(ratingOf(bradleyTerry(weighted), "Boston"), 1009.9879339172879, 1e-12);
    const shares: Battle[] = BASEBALL.map(([a, b, wins]) => ({ a, b, shareA: wins / 13, weight: 13 }));
    expectRelative(ratingOf(bradleyTerry(shares), "Boston"), 1009.9879339172879, 1e-12);
  });

  it("makes expected wins equal observed ones, whatever the battles", () => {
    const battle = fc.record({
      i: fc.integer({ min: 0, max: 5 }),
      step: fc.integer({ min: 1, max: 5 }),
      shareA: fc.constantFrom(0, 0.5, 1),
    });
    fc.assert(
      fc.property(fc.array(battle, { minLength: 1, maxLength: 60 }), (drawn) => {
        const battles = drawn.map(({ i, step, shareA }) => ({ a: `m${i}`, b: `m${(i + step) % 6}`, shareA }));
        const ratings = new Map(bradleyTerry(battles).map(({ model, rating }) => [model, rating]));
        const surplus = new Map<string, number>();
        for (const { a, b, shareA } of battles) {
          const [own, other] = [ratings.get(a) ?? null, ratings.get(b) ?? null];
          if (own === null || other === null) continue;
          const surprise = shareA - 1 / (1 + 10 ** ((other - own) / 400));
          surplus.set(a, (surplus.get(a) ?? 0) + surprise);
          surplus.set(b, (surplus.get(b) ?? 0) - surprise);
        }
        for (const value of surplus.values()) expect(Math.abs(value)).toBeLessThan(1e-9);
        for (const rating of ratings.values()) expect(rating === null || Number.isFinite(rating)).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  it("mirrors about the mean when every result is turned round", () => {
    const turned = GAMES.map((battle) => ({ ...battle, shareA: 1 - battle.shareA }));
    const there = bradleyTerry(GAMES);
    for (const { model, rating } of bradleyTerry(turned)) {
      expectRelative(rating, 2000 - (ratingOf(there, model) ?? Number.NaN), 1e-12);
    }
  });

  it("rates nobody beyond the reach of the battles, and says where they stand", () => {
    const battles = [
      ...repeat("x", "y", 6, 2, 2),
      ...repeat("champion", "x", 3, 0),
      ...repeat("loser", "y", 0, 3),
      ...repeat("island", "atoll", 1, 0),
    ];
    const ratings = bradleyTerry(battles);
    expectRelative(ratingOf(ratings, "x"), 1000 + 200 * Math.log10(7 / 3), 1e-12);
    const reasonOf = (model: string) => ratings.find((rating) => rating.model === model)?.reason;
    expect(ratingOf(ratings, "champion")).toBeNull();
    expect(reasonOf("champion")).toContain("never lost");
    expect(reasonOf("loser")).toContain("never won");
    expect(reasonOf("island")).toContain("no chain of wins and losses");
    expect(reasonOf("x")).toBeNull();
  });

  it("rates nobody when one simply won, or when two groups are equally large", () => {
    expect(bradleyTerry(repeat("x", "y", 5, 0)).map(({ rating }) => rating)).toEqual([null, null]);
    const islands = [...repeat("a", "b", 1, 1), ...repeat("c", "d", 1, 1)];
    expect(bradleyTerry(islands).map(({ rating }) => rating)).toEqual([null, null, null, null]);
    const anchored = bradleyTerry(islands, { anchor: { model: "c" } });
    expect(anchored.map(({ rating }) => rating)).toEqual([null, null, 1000, 1000]);
    const larger = bradleyTerry([...islands, ...repeat("c", "d", 1, 1)]);
    expect(larger.map(({ rating }) => rating)).toEqual([null, null, 1000, 1000]);
    expect(bradleyTerry([])).toEqual([]);
  });

  it("makes all-win models finite only when imaginary ties are asked for", () => {
    // Weight 1 adds half a win each way: 5.5 to 0.5.
    const ratings = bradleyTerry(repeat("x", "y", 5, 0), { imaginaryTies: 1 });
    expectRelative(ratingOf(ratings, "x"), 1000 + 200 * Math.log10(11), 1e-12);
  });

  it("copes with lopsided chains", () => {
    const chain = [1, 2, 3, 4, 5, 6].flatMap((i) => repeat(`m${i}`, `m${i - 1}`, 1000, 1));
    const ratings = bradleyTerry(chain, { anchor: { model: "m0", rating: 0 } });
    // On a chain each pair decides alone: 400·log₁₀(1000) per step.
    ratings.forEach(({ model, rating }) => {
      expect(rating).toBeCloseTo(1200 * Number(model.slice(1)), 6);
    });
  });

  it("fits the lightest model as exactly as the heaviest, in whichever order they come", () => {
    const heavy: Battle[] = [
      { a: "x", b: "y", shareA: 0.6, weight: 1e7 },
      { a: "y", b: "w", shareA: 0.7, weight: 1e7 },
    ];
    const light = repeat("z", "x", 7, 3);
    for (const battles of [
      [...heavy, ...light],
      [...light, ...heavy],
    ]) {
      const ratings = bradleyTerry(battles);
      const lead = (ratingOf(ratings, "z") ?? 0) - (ratingOf(ratings, "x") ?? 0);
      expectRelative(lead, 400 * Math.log10(7 / 3), 1e-10);
    }
  });

  it("gives null, not noise, where weights are beyond doubles", () => {
    const battles: Battle[] = [
      { a: "x", b: "y", shareA: 1, weight: 1e200 },
      { a: "y", b: "x", shareA: 1, weight: 1e-200 },
      { a: "x", b: "z", shareA: 0.5, weight: 1 },
    ];
    for (const { rating, reason } of bradleyTerry(battles)) {
      expect(rating).toBeNull();
      expect(reason).toContain("too far apart");
    }
  });

  it("refuses impossible battles and options", () => {
    expect(() => bradleyTerry([{ a: "x", b: "x", shareA: 1 }])).toThrow("cannot meet itself");
    expect(() => bradleyTerry([{ a: "x", b: "y", shareA: 2 }])).toThrow(RangeError);
    expect(() => bradleyTerry([{ a: "x", b: "y", shareA: 1, weight: 0 }])).toThrow(RangeError);
    expect(() => bradleyTerry(GAMES, { anchor: { model: "Oakland" } })).toThrow("anchor Oakland");
    expect(() => bradleyTerry(GAMES, { imaginaryTies: -1 })).toThrow(RangeError);
    expect(() => bradleyTerry(GAMES, { scale: 0 })).toThrow(RangeError);
  });
});

describe("bootstrapBradleyTerry", () => {
  it("puts intervals and ranks beside the ratings: clear winners rank above, teams within reach share a rank", () => {
    const ranked = bootstrapBradleyTerry(GAMES, { seed: 1, replicates: 400 });
    const teams = new Map(ranked.map((team) => [team.model, team]));
    expectRelative(teams.get("Milwaukee")?.rating ?? null, 1092.2707859558795, 1e-12);
    for (const { rating, interval } of ranked) {
      expect(interval?.low ?? Number.NaN).toBeLessThan(rating ?? Number.NaN);
      expect(interval?.high ?? Number.NaN).toBeGreaterThan(rating ?? Number.NaN);
      expect(interval?.method).toBe("expanded percentile bootstrap, 400 resamples, 273 battles");
    }
    expect(teams.get("Milwaukee")?.rank).toBe(1);
    expect(teams.get("Detroit")?.rank).toBe(1);
    expect(teams.get("Baltimore")?.rank ?? 0).toBeGreaterThanOrEqual(6);
  });

  it("has an interval near the asymptotic one for two models", () => {
    // Log-odds of 300 wins to 100: SE √(1/300 + 1/100) = 0.11547, half of it per rating about the mean.
    const { interval } =
      bootstrapBradleyTerry(repeat("x", "y", 300, 100), { seed: 2, replicates: 4000 })[0] ?? {};
    const half = (1.96 * 0.11547 * pointsPerLogOdds()) / 2;
    expect(Math.abs(((interval?.high ?? 0) - (interval?.low ?? 0)) / 2 / half - 1)).toBeLessThan(0.06);
  });

  it("is wider when clusters are resampled instead of battles that repeat each other", () => {
    const clustered = GAMES.flatMap((battle, i) => [1, 2, 3, 4].map(() => ({ ...battle, cluster: i })));
    const loose = clustered.map(({ a, b, shareA }) => ({ a, b, shareA }));
    const width = (battles: Battle[]) => {
      const { interval } = bootstrapBradleyTerry(battles, { seed: 3, replicates: 300 })[0] ?? {};
      return (interval?.high ?? 0) - (interval?.low ?? 0);
    };
    // Four copies of everything: √4 times too narrow when taken for independent.
    expect(width(clustered) / width(loose)).toBeGreaterThan(1.7);
    expect(width(clustered) / width(loose)).toBeLessThan(2.3);
  });

  it("gives no interval to a model whose rating has no bound in too many resamples", () => {
    const battles = [...GAMES, ...repeat("newcomer", "Boston", 9, 1)];
    const ranked = bootstrapBradleyTerry(battles, { seed: 4, replicates: 300 });
    const newcomer = ranked.find(({ model }) => model === "newcomer");
    expect(Number.isFinite(newcomer?.rating)).toBe(true);
    expect(newcomer).toMatchObject({ interval: null, rank: null });
    expect(newcomer?.reason).toMatch(/in \d+ of 300 resamples its rating has no bound/);
    const others = ranked.filter(({ model }) => model !== "newcomer");
    for (const { interval } of others) expect(interval).not.toBeNull();
  });

  it("keeps the anchor where it is, and unrated models unrated", () => {
    const battles = [...GAMES, ...repeat("champion", "Boston", 3, 0)];
    const ranked = bootstrapBradleyTerry(battles, {
      seed: 5,
      replicates: 100,
      anchor: { model: "Boston", rating: 1000 },
    });
    const boston = ranked.find(({ model }) => model === "Boston");
    expect(boston).toMatchObject({ rating: 1000, interval: { low: 1000, high: 1000 } });
    const champion = ranked.find(({ model }) => model === "champion");
    expect(champion).toMatchObject({ rating: null, interval: null, rank: null });
    expect(champion?.reason).toContain("never lost");
  });

  it("says what it cannot tell", () => {
    const [x] = bootstrapBradleyTerry([{ a: "x", b: "y", shareA: 0.5 }], { seed: 1 });
    expect(x).toMatchObject({ rating: 1000, interval: null, rank: null });
    expect(x?.reason).toContain("one battle alone");
    expect(bootstrapBradleyTerry([], { seed: 1 })).toEqual([]);
    expect(() => bootstrapBradleyTerry(GAMES, { seed: 1, replicates: 0 })).toThrow(RangeError);
  });
});

it("400 points are odds of 10 to 1", () => {
  expectRelative(pointsPerLogOdds(), 400 / Math.log(10));
});
