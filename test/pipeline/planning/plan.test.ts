import { describe, expect, test } from "vitest";
import type { ComparedModel } from "../../../harness/pipeline/compare/question-values.js";
import { designCosts } from "../../../harness/pipeline/planning/design-costs.js";
import { eliminate } from "../../../harness/pipeline/planning/eliminate.js";
import { pairsAmong } from "../../../harness/pipeline/planning/pair-evidence.js";
import { eliminationRates } from "./made-up-checkpoints.js";

/** A model with a value for each of 80 questions in two categories, the second of them more scattered. */
function measured(model: string, valueAt: (question: number) => number): ComparedModel {
  return {
    suite: "sample",
    protocol: "sample@judge",
    mode: "single",
    metric: "score",
    model,
    scale: { low: 1, high: 10 },
    slots: Array.from({ length: 80 }, (_, index) => ({
      slot: { questionId: `q${index}`, category: index % 2 === 0 ? "writing" : "math", turn: 1 },
      value: valueAt(index),
    })),
  };
}

const base = measured("base", () => 5);
const close = measured("close", (index) => 5.1 + (index % 4 === 1 ? 3 : index % 4 === 3 ? -3 : 0.1));
const better = measured("better", (index) => 7 + (index % 3) / 10);

describe("planning from earlier runs", () => {
  const pairs = pairsAmong([base, close, better]);

  test("says which pair is undecided, what would decide it, and where least is known", () => {
    const states = pairs.map(({ evidence }) => `${evidence.candidate}/${evidence.base} ${evidence.state}`);
    expect(states).toEqual(["close/base undecided", "better/base better", "better/close better"]);
    const [{ evidence } = { evidence: undefined }] = pairs;
    // Mean 0.15, ((1.96 + 0.84)·sd/0.15)² questions.
    expect(evidence?.delta).toBeCloseTo(0.15, 10);
    const expected = ((2.801585 * (evidence?.standardDeviation ?? 0)) / 0.15) ** 2;
    expect(evidence?.questionsToDecide).toBe(Math.ceil(expected));
    expect(evidence?.widestCategory?.category).toBe("math");
  });

  test("takes the spread apart where answers were judged again, and shares a budget by it", () => {
    const [evidence] = pairs.map((pair) => pair.evidence);
    expect(evidence?.spread).toMatchObject({ perRound: null, betweenQuestions: null, of: null });
    // Each model's two verdicts lie 2 apart: 2 of variance for a round of either, 2 of the mean of two rounds.
    const twice = (one: ComparedModel): ComparedModel => ({
      ...one,
      slots: one.slots.flatMap(({ slot, value = 0 }) => [
        { slot, value: value - 1 },
        { slot, value: value + 1 },
      ]),
    });
    const prices = { answers: 1, verdicts: 0.1 };
    const [again] = pairsAmong([twice(base), twice(close)], () => ({ amount: 110, prices }));
    const { spread, standardDeviation } = again?.evidence ?? {};
    expect(spread).toMatchObject({ of: "repeats", reason: null, splitReason: null });
    expect(spread?.perRound).toBeCloseTo(4, 10);
    const between = (standardDeviation ?? 0) ** 2 - 2;
    expect(spread?.betweenQuestions).toBeCloseTo(between, 10);
    const best = Math.sqrt((4 / between) * (1 / 0.1));
    expect(Math.abs((spread?.split?.rounds ?? 0) - best)).toBeLessThan(1);
  });

  test("drops what is not the best, as soon as that is known", () => {
    const { kept, eliminated, level } = eliminate(["base", "close", "better"], pairs, 1);
    expect(level).toBe(95);
    expect(kept).toEqual(["better"]);
    expect(eliminated.map(({ model, by }) => `${model} by ${by}`).sort()).toEqual([
      "base by better",
      "close by better",
    ]);
    for (const { after } of eliminated) expect(after).toBeLessThan(40);
  });

  test("drops a model that is as good as the best in at most 5% of runs, and finds those that are worse", () => {
    const alike = eliminationRates([0, 0, 0, 0], 80, 60, "alike");
    expect(alike.wrong).toBeLessThanOrEqual(5);
    const { wrong, found, after } = eliminationRates([0, 0, 1.5, 2.5], 80, 40, "some worse");
    expect(wrong).toBeLessThanOrEqual(5);
    expect(found).toBeGreaterThan(90);
    expect(after).toBeLessThan(60);
  });

  test("simulates each design at each effect, and the margin of a gate where there is one", () => {
    const [pair] = pairs;
    if (pair === undefined) throw new Error("no pair");
    const costs = designCosts(pair, 80, 0.5, { repetitions: 100, seed: 1 });
    expect(costs).toHaveLength(4 * 5);
    const at = (design: string, effect: string) =>
      costs.find((one) => one.design === design && one.effect === effect);
    expect(at("fixed", "the MDE")?.questions).toBe(80);
    expect(at("fixed", "the MDE")?.pass).toBeGreaterThan(65);
    expect(at("anytime", "twice the MDE")?.questions).toBeLessThan(60);
    expect(at("anytime", "none")?.fail).toBeLessThanOrEqual(8);
    expect(at("anytime", "unchanged")?.distance).toBe(0.5);
    expect(designCosts(pair, 80, undefined, { repetitions: 100, seed: 1 })).toHaveLength(3 * 5);
  });
});
