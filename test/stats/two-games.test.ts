import { describe, expect, test } from "vitest";
import type { GameOutcome, JudgedPair, PairChoice } from "../../harness/core/labelled-pair.js";
import { mcNemar } from "../../harness/stats/mcnemar.js";
import {
  endingOf,
  judgeBenchPoint,
  mergedChoice,
  slotCounts,
  slotTest,
} from "../../harness/stats/two-games.js";

function pair(label: PairChoice, ...games: [GameOutcome, GameOutcome]): JudgedPair {
  return { id: `${label}-${games.join("-")}`, label, games };
}

describe("two games on a labelled pair", () => {
  test.each<[PairChoice, [GameOutcome, GameOutcome], number, string, PairChoice]>([
    ["a", ["a", "a"], 1, "bothRight", "a"],
    ["a", ["tie", "a"], 1, "oneRight", "a"],
    ["a", ["a", "b"], 0, "split", "tie"],
    ["a", ["tie", "tie"], 0, "bothTie", "tie"],
    ["b", ["a", "tie"], -1, "oneWrong", "a"],
    ["b", ["a", "a"], -1, "bothWrong", "a"],
    ["b", ["unreadable", "b"], 1, "unreadable", "b"],
    ["b", ["unreadable", "unreadable"], 0, "unreadable", "tie"],
    ["tie", ["tie", "tie"], 1, "bothRight", "tie"],
    ["tie", ["tie", "a"], 0, "split", "a"],
  ])("label %s, games %s: %d points, %s", (label, games, points, ending, merged) => {
    const judged = pair(label, ...games);
    expect(judgeBenchPoint(judged)).toBe(points);
    expect(endingOf(judged)).toBe(ending);
    expect(mergedChoice(judged)).toBe(merged);
  });

  test("a judge that always takes the answer shown first has a large but finite z", () => {
    const pairs = Array.from({ length: 16 }, (_, index) => ({ ...pair("a", "a", "b"), id: `${index}` }));
    expect(slotCounts(pairs)).toEqual({ first: [16, 16], second: [0, 0] });
    // Sixteen pairs that each add 2: 32/√64.
    expect(slotTest(pairs).z).toBe(4);
    expect(slotTest(pairs.map((one) => ({ ...one, cluster: "same" }))).z).toBe(1);
    expect(slotTest([pair("a", "a", "a")])).toEqual({ z: 0, pValue: 1 });
    expect(slotTest([])).toEqual({ z: null, pValue: null });
  });
});

describe("McNemar's exact test", () => {
  test("is the two-sided sign test of the items on which two raters differ", () => {
    // By hand: 2·(1 + 7)/2^7 and 2·(1 + 10 + 45)/2^10.
    expect(mcNemar(1, 6).pValue).toBeCloseTo(0.125, 12);
    expect(mcNemar(8, 2).pValue).toBeCloseTo(0.109375, 12);
    expect(mcNemar(0, 5).pValue).toBeCloseTo(0.0625, 12);
    expect([mcNemar(3, 3).pValue, mcNemar(0, 0).pValue]).toEqual([1, 1]);
    expect(() => mcNemar(1.5, 2)).toThrow(RangeError);
  });
});
