import { describe, expect, it } from "vitest";
import { seededRandom } from "../../harness/core/random.js";
import { type Battle, countWins, indexBattles } from "../../harness/stats/battles.js";
import { bootstrapBradleyTerry } from "../../harness/stats/bradley-terry.js";
import { solveBradleyTerry } from "../../harness/stats/bradley-terry-solver.js";
import { SparseWins } from "../../harness/stats/sparse-wins.js";
import { findRatedGroup } from "../../harness/stats/win-graph.js";

/** Battles of models that meet by chance: with few of them several groups stay apart, and some never lose. */
function randomBattles(seed: string, models: number, count: number): Battle[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, (_, index) => {
    const a = random.integer(models);
    const b = (a + 1 + random.integer(models - 1)) % models;
    const shareA = random.integer(8) < 4 + (a < b ? 2 : -2) ? 1 : random.integer(4) === 0 ? 0.5 : 0;
    return { a: `m${a}`, b: `m${b}`, shareA, cluster: index % 20, weight: 1 + random.integer(3) };
  });
}

describe("wins of the pairs that met", () => {
  it("finds the groups and the optimum that the table of all pairs gives, in resamples too", () => {
    const anchors = [undefined, undefined, 3, 0];
    let rated = 0;
    for (const [at, count] of [12, 30, 60, 90, 150, 400].entries()) {
      const indexed = indexBattles(randomBattles(`groups ${count}`, 30, count));
      const models = indexed.models.length;
      const sparse = new SparseWins(indexed);
      const drawn = Float64Array.from({ length: indexed.clusters }, (_, cluster) => (cluster + at) % 3);
      for (const counts of [undefined, drawn]) {
        const anchor = anchors[at % anchors.length];
        const table = countWins(indexed, counts);
        sparse.count(counts);
        const found = findRatedGroup(table, models, anchor);
        expect(sparse.standings(anchor)).toEqual(found);
        const size = found.group.length;
        const dense = solveBradleyTerry(table, models, found.group, new Float64Array(size));
        const own = sparse.solve(found.group, new Float64Array(size), 1e-10);
        if (size < 2 || dense === null || own === null) continue;
        rated++;
        for (let member = 0; member < size; member++)
          expect((own[member] ?? 0) - (own[0] ?? 0)).toBeCloseTo((dense[member] ?? 0) - (dense[0] ?? 0), 9);
      }
    }
    expect(rated).toBeGreaterThan(6);
  });

  it("rates 300 models against a baseline by the logarithm of their odds, with intervals and ranks", () => {
    const random = seededRandom("against a baseline");
    const wins = Array.from({ length: 300 }, (_, model) => 12 + 2 * (model % 20));
    const battles = wins.flatMap((won, model) =>
      random.shuffle(Array.from({ length: 60 }, (_, question) => question)).map(
        (question, at): Battle => ({
          a: `m${model}`,
          b: "base",
          shareA: at < won ? 1 : 0,
          cluster: question,
        }),
      ),
    );
    const rated = bootstrapBradleyTerry(battles, { seed: 1, replicates: 60, anchor: { model: "base" } });
    const byName = new Map(rated.map((one) => [one.model, one]));
    wins.forEach((won, model) => {
      const one = byName.get(`m${model}`);
      expect(one?.rating).toBeCloseTo(1000 + 400 * Math.log10(won / (60 - won)), 6);
      const high = one?.interval?.high ?? Number.NaN;
      if (one?.rank === null || one === undefined) return;
      const above = rated.filter(({ interval }) => interval !== null && interval.low > high).length;
      expect(one.rank).toBe(1 + above);
    });
    expect(rated.filter(({ rank }) => rank !== null).length).toBeGreaterThan(250);
  });
});
