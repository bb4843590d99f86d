import { describe, expect, it } from "vitest";
import { pairsOfPools, rankedAnswers, rankedGroups, rankingsPerTurn } from "../../harness/core/ranking.js";
import { pairDisagreement } from "../../harness/core/ranks.js";

const models = (count: number) => Array.from({ length: count }, (_, at) => `m${String(at).padStart(2, "0")}`);
const place = (question: number) => ({ suite: "s", questionId: `q${question}`, trial: 1 });

describe("the groups of a ranking", () => {
  it("are one where all fit, whatever the order of the names", () => {
    expect(rankedGroups(["b", "a", "c"], 9, place(1))).toEqual([["a", "b", "c"]]);
    expect(rankedGroups(["a"], 9, place(1))).toEqual([]);
  });

  it("hold every model once, in sizes that differ by one at most, drawn again for each question", () => {
    for (const [count, together, sizes] of [
      [10, 9, [5, 5]],
      [20, 9, [7, 7, 6]],
      [7, 3, [3, 2, 2]],
      [5, 2, [2, 2]],
    ] as const) {
      const groups = rankedGroups(models(count), together, place(1));
      expect(groups.map((group) => group.length)).toEqual(sizes);
      expect(new Set(groups.flat()).size).toBe(sizes.reduce<number>((sum, size) => sum + size, 0));
      expect(rankedGroups([...models(count)].reverse(), together, place(1))).toEqual(groups);
      expect(rankedGroups(models(count), together, place(2))).not.toEqual(groups);
      expect(rankingsPerTurn({ together, pools: [models(count)] })).toBe(sizes.length);
    }
  });

  it("let every pair meet equally often on average", () => {
    const met = new Map<string, number>();
    for (let question = 0; question < 1000; question++)
      for (const group of rankedGroups(models(12), 4, place(question)))
        for (const [one, other] of pairsOfPools([group]))
          met.set(`${one} ${other}`, (met.get(`${one} ${other}`) ?? 0) + 1);
    expect(met.size).toBe(66);
    // A pair meets with chance 3/11: 273 of 1,000, standard deviation 14.
    for (const count of met.values()) expect(Math.abs(count - 272.7)).toBeLessThan(57);
  });
});

describe("the slots of a ranking", () => {
  const at = { protocol: "p", questionId: "q1", turn: 1, trial: 1 };

  it("are drawn from protocol, place and models, not from the order of their names", () => {
    const drawn = rankedAnswers(models(7), at);
    expect(rankedAnswers([...models(7)].reverse(), at)).toEqual(drawn);
    expect(drawn.labels).toEqual(["A", "B", "C", "D", "E", "F", "G"]);
    for (const other of [{ protocol: "p2" }, { questionId: "q2" }, { turn: 2 }, { trial: 2 }])
      expect(rankedAnswers(models(7), { ...at, ...other }).models).not.toEqual(drawn.models);
  });

  it("give every model every slot alike", () => {
    const first = Array.from({ length: 4000 }, (_, q) =>
      rankedAnswers(models(4), { ...at, questionId: `q${q}` }),
    ).filter((ranked) => ranked.models[0] === "m03").length;
    // 1,000 expected, standard deviation 27.
    expect(Math.abs(first - 1000)).toBeLessThan(110);
  });
});

it("pairs are named once over pools that share models, the earlier one first", () => {
  expect(
    pairsOfPools([
      ["b", "a", "c"],
      ["a", "b"],
    ]),
  ).toEqual([
    ["b", "a"],
    ["b", "c"],
    ["a", "c"],
  ]);
});

it("pair lines that say otherwise than the ranking are counted, equal ones too", () => {
  const lines = [
    { pair: ["A", "B"], better: "B" },
    { pair: ["C", "A"], better: "A" },
    { pair: ["B", "C"], better: null },
  ] as const;
  expect(pairDisagreement([["A"], ["B", "C"]], lines)).toEqual({ pairs: 3, differ: 1 });
});
