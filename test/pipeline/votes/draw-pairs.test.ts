import { describe, expect, test } from "vitest";
import {
  type Drawable,
  drawPairs,
  inclusionProbabilities,
} from "../../../harness/pipeline/votes/draw-pairs.js";

interface Unit extends Drawable {
  readonly id: number;
}

/** 400 pairs in eight categories of unequal size; a few of them of much interest. */
const units: Unit[] = Array.from({ length: 400 }, (_, id) => ({
  id,
  stratum: `category ${Math.floor(Math.sqrt(id / 6.25))}`,
  interest: id % 40 === 0 ? 1 : (id % 10) / 200,
}));

const draw = (design: "uniform" | "active", seed: number, count = 60) =>
  drawPairs(units, { design, seed, count });

describe("a draw", () => {
  test("is the same for the same seed, and another for another one", () => {
    expect(draw("active", 1)).toEqual(draw("active", 1));
    expect(draw("uniform", 1).map(({ unit }) => unit.id)).not.toEqual(
      draw("uniform", 2).map(({ unit }) => unit.id),
    );
  });

  test("has its count, no pair twice, and every stratum's share up to rounding", () => {
    for (let seed = 0; seed < 50; seed++) {
      const drawn = draw("uniform", seed);
      expect(new Set(drawn.map(({ unit }) => unit.id)).size).toBe(60);
      for (const stratum of new Set(units.map((unit) => unit.stratum))) {
        const share = (60 * units.filter((unit) => unit.stratum === stratum).length) / units.length;
        const got = drawn.filter(({ unit }) => unit.stratum === stratum).length;
        expect(Math.abs(got - share)).toBeLessThan(1);
      }
    }
  });

  test("takes all there is where less is there than was asked for", () => {
    const all = drawPairs(units, { design: "active", seed: 1, count: 1000 });
    expect(all.length).toBe(400);
    expect(new Set(all.map(({ probability }) => probability))).toEqual(new Set([1]));
  });
});

describe("inclusion probabilities", () => {
  test("are equal by default, add up to the count, and are never below a tenth of the uniform one", () => {
    const uniform = inclusionProbabilities(units, { design: "uniform", seed: 1, count: 60 });
    expect(new Set(uniform)).toEqual(new Set([0.15]));
    for (const count of [10, 60, 200, 390]) {
      const active = inclusionProbabilities(units, { design: "active", seed: 1, count });
      expect(active.reduce((sum, one) => sum + one, 0)).toBeCloseTo(count, 9);
      expect(Math.min(...active)).toBeGreaterThanOrEqual((0.1 * count) / units.length);
      expect(Math.max(...active)).toBeLessThanOrEqual(1);
      // What is of most interest is asked most.
      expect(active[40]).toBe(Math.max(...active));
    }
  });

  test("are uniform where nothing is of interest", () => {
    const dull = units.map((unit) => ({ ...unit, interest: 0 }));
    const active = inclusionProbabilities(dull, { design: "active", seed: 1, count: 60 });
    expect(new Set(active)).toEqual(new Set([0.15]));
  });

  test("are the ones that draws keep: frequencies over seeds, and totals weighted with their inverse", () => {
    const draws = 1500;
    const frequency = new Map<number, number>();
    const probability = new Map<number, number>();
    let weighted = 0;
    for (let seed = 0; seed < draws; seed++) {
      for (const { unit, probability: p } of draw("active", seed)) {
        frequency.set(unit.id, (frequency.get(unit.id) ?? 0) + 1);
        probability.set(unit.id, p);
        weighted += (unit.id % 7) / p;
      }
    }
    for (const [id, p] of probability) {
      // Five standard deviations of a count.
      const allowed = 5 * Math.sqrt((p * (1 - p)) / draws) + 1e-9;
      expect(Math.abs((frequency.get(id) ?? 0) / draws - p)).toBeLessThan(allowed);
    }
    const total = units.reduce((sum, { id }) => sum + (id % 7), 0);
    expect(weighted / draws / total).toBeCloseTo(1, 2);
  });
});
