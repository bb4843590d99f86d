import { describe, expect, test } from "vitest";
import { type DrawnPlace, jointProbabilities } from "../../../harness/pipeline/people/joint-probabilities.js";
import { drawPairs } from "../../../harness/pipeline/votes/draw-pairs.js";

/** Comparisons of two models; the more interesting ones are those that people decide for the second. */
const units = Array.from({ length: 60 }, (_, at) => ({
  at,
  stratum: "s",
  interest: at % 3 === 0 ? 1 : 0.1,
  share: at % 3 === 0 ? 0.9 : 0.3,
}));
const truth = units.reduce((sum, { share }) => sum + share, 0) / units.length;

type Ballots = readonly {
  readonly count: number;
  readonly design: "uniform" | "active";
  readonly seed: string;
}[];

function drawnBy(ballots: Ballots) {
  const places = new Map<string, DrawnPlace>();
  ballots.forEach((ballot, number) => {
    for (const { unit, probability } of drawPairs(units, ballot)) {
      const there = places.get(String(unit.at)) ?? { population: "x y", ballots: new Map<string, number>() };
      places.set(String(unit.at), there);
      there.ballots.set(String(number), probability);
    }
  });
  return places;
}

/** Mean of weighted estimates over many drawings, and its standard error. */
function estimates(
  ballotsOf: (round: number) => Ballots,
  chancesOf: (places: Map<string, DrawnPlace>) => Map<string, number>,
) {
  const found = Array.from({ length: 1500 }, (_, round) => {
    let [sum, weights] = [0, 0];
    for (const [key, chance] of chancesOf(drawnBy(ballotsOf(round)))) {
      sum += (units[Number(key)]?.share ?? 0) / chance;
      weights += 1 / chance;
    }
    return sum / weights;
  });
  const mean = found.reduce((sum, one) => sum + one, 0) / found.length;
  const squares = found.reduce((sum, one) => sum + (one - mean) ** 2, 0);
  return { bias: mean - truth, error: Math.sqrt(squares / found.length / (found.length - 1)) };
}

describe("chances of votes that several ballots asked for", () => {
  const uneven = (round: number): Ballots => [
    { count: 30, design: "active", seed: `a${round}` },
    { count: 20, design: "uniform", seed: `b${round}` },
  ];

  test("leave the estimate unbiased, where the larger chance of each does not", () => {
    const { bias, error } = estimates(uneven, jointProbabilities);
    expect(Math.abs(bias)).toBeLessThan(4 * error);
    const larger = estimates(
      uneven,
      (places) => new Map(Array.from(places, ([key, { ballots }]) => [key, Math.max(...ballots.values())])),
    );
    expect(Math.abs(larger.bias)).toBeGreaterThan(10 * larger.error);
  });

  test("leave it unbiased where one seed drew both", () => {
    const same = (round: number): Ballots =>
      uneven(round).map((ballot) => ({ ...ballot, seed: `s${round}` }));
    const { bias, error } = estimates(same, jointProbabilities);
    expect(Math.abs(bias)).toBeLessThan(4 * error);
  });

  test("are those of being drawn at all where every ballot drew evenly", () => {
    const places = drawnBy([
      { count: 15, design: "uniform", seed: "a" },
      { count: 30, design: "uniform", seed: "b" },
    ]);
    expect(new Set([...jointProbabilities(places).values()].map((one) => one.toFixed(12)))).toEqual(
      new Set([(1 - 0.75 * 0.5).toFixed(12)]),
    );
    const one = drawnBy([{ count: 15, design: "uniform", seed: "a" }]);
    expect([...jointProbabilities(one).values()]).toEqual(Array.from({ length: 15 }, () => 0.25));
  });
});
