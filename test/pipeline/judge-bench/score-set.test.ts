import { describe, expect, test } from "vitest";
import type { GameOutcome, JudgedPair, PairChoice } from "../../../harness/core/labelled-pair.js";
import type { JudgedSet, SetRule } from "../../../harness/pipeline/judge-bench/bench-set.js";
import { compareJudges } from "../../../harness/pipeline/judge-bench/compare-judges.js";
import { scoreSet } from "../../../harness/pipeline/judge-bench/score-set.js";

type Row = readonly [label: PairChoice, first: GameOutcome, second: GameOutcome, extra?: Partial<JudgedPair>];

function judged(
  rows: readonly Row[],
  rule: SetRule = "judgebench",
  more: Partial<JudgedSet> = {},
): JudgedSet {
  const pairs = rows.map(([label, first, second, extra], index) => ({
    id: String(index + 1),
    label,
    games: [first, second] as const,
    ...extra,
  }));
  return { set: "s", rule, judge: "j", answersBy: [], pairs, ...more };
}

const ROWS: readonly Row[] = [
  ["a", "a", "a", { group: "x", lengths: { a: 9, b: 3 } }],
  ["a", "a", "b", { group: "x", lengths: { a: 2, b: 3 } }],
  ["b", "b", "tie", { group: "y", lengths: { a: 1, b: 3 } }],
  ["b", "a", "a", { group: "y", lengths: { a: 9, b: 3 } }],
  ["b", "tie", "tie", { group: "y", lengths: { a: 4, b: 4 } }],
  ["a", "unreadable", "a", { group: "x" }],
  ["a", "a", "missing", { group: "x" }],
];

describe("a judge on labelled pairs, by hand", () => {
  const result = scoreSet(judged(ROWS));

  test("JudgeBench's rule, together and by group", () => {
    expect(result).toMatchObject({ n: 6, correct: 3, incorrect: 1, ties: 2, missing: 1, score: 50 });
    expect(result.groups).toMatchObject({
      x: { n: 3, correct: 2 },
      y: { n: 3, correct: 1 },
    });
    expect(result.interval?.method).toBe("Clopper–Pearson interval, 6 clusters");
  });

  test("two games: endings, consistency, slots, ties and what could not be read", () => {
    expect(result.endings).toEqual({
      bothRight: 1,
      oneRight: 1,
      split: 1,
      bothTie: 1,
      oneWrong: 0,
      bothWrong: 1,
      unreadable: 1,
    });
    expect(result).toMatchObject({
      original: 3,
      swapped: 2,
      both: 1,
      equal: 3,
      inconsistent: 3,
      firstSlot: [3, 1],
    });
    expect(result.consistency).toMatchObject({ value: 60, n: 5 });
    // Decided games: 4 in game 1 (3 first), 4 in game 2 (1 first).
    expect(result.firstSlotRate).toMatchObject({ value: 50, n: 8 });
    // By pair +2, −1 and −1 … 0 in sum.
    expect(result.firstSlotRate?.z).toBe(0);
    expect(result.tieRate).toBeCloseTo(300 / 11, 10);
    expect(result.unreadableRate).toBeCloseTo(100 / 12, 10);
  });

  test("κ between the orders and against the label, without what could not be read", () => {
    // Game 1: a a b a tie; game 2: a b tie a tie. Agreed 3/5, by chance (3·2 + 1·1 + 1·2)/25.
    expect(result.kappa).toBeCloseTo((0.6 - 0.36) / (1 - 0.36), 12);
    // Merged a tie b a tie against a a b b b: agreed 2/5, by chance (2·2 + 1·3 + 2·0)/25.
    expect(result.labelKappa?.merged).toBeCloseTo((0.4 - 0.28) / (1 - 0.28), 12);
  });

  test("sensitivity by label and Youden's J, ties as nothing and as half", () => {
    expect(result.sensitivity).toMatchObject({ a: { value: 50, n: 2 }, b: { n: 3 } });
    expect(result.sensitivity?.youden).toBeCloseTo(0.5 + 1 / 3 - 1, 12);
    expect(result.sensitivity?.tiesAsHalf).toEqual({ a: 75, b: 50, youden: 0.25 });
  });

  test("right answers that are longer against those that are shorter", () => {
    expect(result.length).toMatchObject({
      longer: { value: 100, n: 2 },
      shorter: { value: 0, n: 2 },
      // Two of two and none of two reach to 15.81 and 84.19 (Clopper–Pearson): 100 − √2 · 84.19.
      difference: { value: 100, interval: { low: expect.closeTo(100 - Math.SQRT2 * 84.19, 1), high: 100 } },
    });
    expect(scoreSet(judged([["a", "a", "a"]]))).toMatchObject({
      length: null,
      reasons: { length: expect.stringContaining("not known") },
    });
  });

  test("pairs of one prompt are one cluster", () => {
    const same = ROWS.map(([label, first, second]): Row => [label, first, second, { cluster: "c" }]);
    expect(scoreSet(judged(same)).interval?.method).toContain("1 cluster");
  });

  test("LLMBar: mean accuracy of the orders; its own κ takes an unreadable winner for a 2", () => {
    const rows: readonly Row[] = [
      ["a", "a", "a"],
      ["a", "b", "b"],
      ["b", "b", "a"],
      ["b", "unreadable", "b"],
    ];
    const llmbar = scoreSet(judged(rows, "llmbar"));
    expect(llmbar).toMatchObject({ original: 2, swapped: 2, both: 1, equal: 2, score: 50 });
    // Without the last pair: agreed 2/3, by chance (1·2 + 2·1)/9.
    expect(llmbar.kappa).toBeCloseTo((2 / 3 - 4 / 9) / (1 - 4 / 9), 12);
    // With it as b, b: agreed 3/4, by chance (1·2 + 3·2)/16.
    expect(llmbar.publishedKappa).toBeCloseTo(0.5, 12);
    expect(llmbar.isPublishedKappaDefined).toBe(false);
    expect(scoreSet(judged(rows.slice(0, 3), "llmbar")).isPublishedKappaDefined).toBe(true);
  });

  test("best of n: a prompt counts once, right where all of its pairs are", () => {
    const rows: readonly Row[] = [
      ["a", "a", "a", { cluster: "p" }],
      ["b", "b", "b", { cluster: "p" }],
      ["a", "a", "a", { cluster: "q" }],
      ["a", "b", "b", { cluster: "q" }],
      ["a", "a", "b", { cluster: "r" }],
    ];
    expect(scoreSet(judged(rows, "best-of-n"))).toMatchObject({ n: 3, correct: 1, incorrect: 1, ties: 1 });
  });

  test("without any pair every figure is null with a reason, none is NaN", () => {
    const empty = scoreSet(judged([["a", "missing", "missing"]]));
    expect(empty).toMatchObject({ n: 0, missing: 1, score: null, kappa: null, tieRate: null });
    expect(JSON.stringify(empty)).not.toContain("NaN");
    expect(empty.reasons).toMatchObject({ kappa: "there are no items", length: "there are no judged pairs" });
  });

  test("cost and time are per thousand pairs of two verdicts", () => {
    const calls = { verdicts: 4, priced: 2, costUsd: 0.01, timed: 4, seconds: 8 };
    expect(scoreSet(judged(ROWS, "judgebench", { calls })).cost).toEqual({
      usdPer1000: 10,
      secondsPer1000: 4000,
      costUsd: 0.01,
      verdicts: 4,
    });
  });
});

describe("two judges on the same pairs", () => {
  test("McNemar on right and not right, with the flips; what either lacks is left out", () => {
    const first = judged(ROWS);
    const second = judged([
      ["a", "b", "b"],
      ["a", "a", "a"],
      ["b", "b", "b"],
      ["b", "b", "b"],
      ["b", "b", "a"],
    ]);
    const compared = compareJudges(first, { ...second, judge: "k" });
    expect(compared?.pValue).toBeCloseTo(1, 12);
    expect(compared).toMatchObject({
      n: 5,
      bothRight: 1,
      onlyFirst: 1,
      onlySecond: 2,
      neitherRight: 1,
      difference: { value: -20 },
      flips: [
        { id: "1", group: "x", right: "first" },
        { id: "2", group: "x", right: "second" },
        { id: "4", group: "y", right: "second" },
      ],
    });
    expect(compareJudges(first, judged([]))).toBeUndefined();
  });
});
