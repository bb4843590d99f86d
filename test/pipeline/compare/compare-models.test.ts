import { describe, expect, test } from "vitest";
import { compareModels } from "../../../harness/pipeline/compare/compare-models.js";
import type { ComparedModel } from "../../../harness/pipeline/compare/question-values.js";

const options = { margin: 0, level: 95, seed: 1 };

/** A model with one value per question and turn; undefined is a lost verdict. */
function model(
  id: string,
  values: Readonly<Record<string, readonly (number | undefined)[]>>,
  changes: Partial<ComparedModel> = {},
): ComparedModel {
  const slots = Object.entries(values).flatMap(([questionId, turns]) =>
    turns.map((value, index) => ({
      slot: { questionId, category: questionId.startsWith("w") ? "writing" : "math", turn: index + 1 },
      value,
    })),
  );
  return {
    suite: "s",
    protocol: "p",
    mode: "single",
    metric: "score",
    model: id,
    scale: { low: 1, high: 10 },
    slots,
    ...changes,
  };
}

const base = model("base", { w1: [5, 7], w2: [8, 8], m1: [2, 4], m2: [6, 6] });
const better = model("better", { w1: [6, 8], w2: [8, 10], m1: [4, 4], m2: [5, 5] });

describe("a paired comparison", () => {
  const comparison = compareModels(base, better, options);

  test("differences of per-question means over turns", () => {
    // d = 1, 1, 1, −1: mean 0.5, sd 1, SE 0.5; the interval in exact rational arithmetic on Gaffke's bound.
    expect(comparison).toMatchObject({
      questions: 4,
      delta: 0.5,
      standardError: 0.5,
      wins: 3,
      losses: 1,
      ties: 0,
    });
    expect(comparison.interval?.low).toBeCloseTo(-5.239396906914, 6);
    expect(comparison.interval?.high).toBeCloseTo(5.636414338985, 6);
    expect(comparison.baseValue).toBe(5.75);
    expect(comparison.candidateValue).toBe(6.25);
    // All 16 sign patterns: |Σ| ≥ 2 in 10 of them.
    expect(comparison.pValue).toBe(10 / 16);
    expect(comparison.minimumDetectableEffect).toBeCloseTo((1.959963985 + 0.841621234) * 0.5, 8);
  });

  test("by turn and by category, p-values adjusted over the groups", () => {
    expect(comparison.turns["1"]).toMatchObject({ delta: 0.5, questions: 4 });
    expect(comparison.categories.writing).toMatchObject({
      delta: 1,
      questions: 2,
      pValue: 0.5,
      adjustedPValue: 1,
    });
    expect(comparison.categories.math).toMatchObject({ delta: 0, pValue: 1 });
  });

  test("movers in both directions, largest first", () => {
    expect(comparison.movers.up.map((one) => [one.questionId, one.delta])).toEqual([
      ["w1", 1],
      ["w2", 1],
      ["m1", 1],
    ]);
    expect(comparison.movers.down.map((one) => one.questionId)).toEqual(["m2"]);
  });

  test("movers show their question on one line", () => {
    const asking = { ...better, textOf: () => "Notes by two:\n\n  Heron: 2.4 m\n" };
    const { up } = compareModels(base, asking, options).movers;
    expect(up[0]?.text).toBe("Notes by two: Heron: 2.4 m");
  });

  test("swapping the sides mirrors everything", () => {
    const back = compareModels(better, base, options);
    expect(back).toMatchObject({ delta: -0.5, wins: 1, losses: 3, pValue: comparison.pValue });
    expect(back.interval?.low).toBeCloseTo(-(comparison.interval?.high ?? 0), 7);
  });

  test("a model against itself never fails, whatever the margin", () => {
    for (const margin of [0, 0.1, 1]) {
      const same = compareModels(base, base, { ...options, margin });
      expect(same).toMatchObject({ delta: 0, wins: 0, losses: 0, ties: 4, pValue: 1 });
      expect(same.verdict).not.toBe("fail");
    }
  });
});

describe("ties on all of 24 questions", () => {
  const values = (rating: (index: number) => number) =>
    Object.fromEntries(Array.from({ length: 24 }, (_, index) => [`w${index}`, [rating(index)]]));
  const compared = (id: string, rating: (index: number) => number) =>
    compareModels(model("base", values(rating)), model(id, values(rating)), { ...options, margin: 0.2 });
  const varied = (index: number) => 4 + (index % 4);

  test("are certain for the same measurement of one model, by category too", () => {
    const same = compared("base", varied);
    expect(same).toMatchObject({ verdict: "pass", interval: { low: 0, high: 0 } });
    expect(same.interval?.method).toContain("the model against itself");
    expect(same.categories.writing?.interval).toMatchObject({ low: 0, high: 0 });
  });

  test.each([
    ["another model", "other", varied],
    ["a judge that gives 7 to everything", "base", () => 7],
  ] as const)("are not for %s", (_, id, rating) => {
    const { verdict, interval } = compared(id, rating);
    expect(verdict).toBe("inconclusive");
    expect(interval?.high).toBeCloseTo(9 * (1 - 0.025 ** (1 / 24)), 6);
  });
});

describe("the verdict", () => {
  const many = (difference: number, spread: number) => {
    const questions = Array.from(
      { length: 200 },
      (_, index) => [`w${index}`, 5, 5 + difference + spread * ((index % 5) - 2)] as const,
    );
    return compareModels(
      model("a", Object.fromEntries(questions.map(([id, value]) => [id, [value]]))),
      model("b", Object.fromEntries(questions.map(([id, , value]) => [id, [value]]))),
      { ...options, margin: 0.2 },
    );
  };
  test("pass, fail and inconclusive for a margin of 0.2, and a sentence that says no more than the interval", () => {
    expect(many(1, 0.6)).toMatchObject({
      verdict: "pass",
      sentence: expect.stringMatching(/^b is better than a: \+1\.00 points/),
    });
    expect(many(0, 0.6)).toMatchObject({
      verdict: "pass",
      sentence: expect.stringMatching(/^b is not worse than a by more than 0\.2/),
    });
    expect(many(-1, 0.6)).toMatchObject({
      verdict: "fail",
      sentence: expect.stringMatching(/^b is worse than a by more than the margin of 0\.2: −1\.00/),
    });
    expect(many(-0.1, 1)).toMatchObject({
      verdict: "inconclusive",
      sentence: expect.stringMatching(/^Inconclusive/),
    });
  });
});

describe("what is lost", () => {
  test("lost verdicts are counted, bound the difference, and never become zeros", () => {
    const holed = model("holed", { w1: [6, undefined], w2: [8, 10], m1: [undefined, undefined], m2: [5, 5] });
    const comparison = compareModels(base, holed, options);
    // w1 0, w2 1, m2 −1; m1 has no usable verdict.
    expect(comparison).toMatchObject({ questions: 3, delta: 0, unmatched: { base: ["m1"], candidate: [] } });
    expect(comparison.warnings.map((warning) => warning.code)).toEqual([
      "lost-verdicts",
      "unmatched-questions",
      "pooled-difference",
    ]);
    // All four questions with 1 or 10 in the three holes: w1 (6+1)/2−6 or (6+10)/2−6, m1 1−3 or 10−3.
    expect(comparison.bounds.low).toBeCloseTo((-2.5 + 1 - 2 - 1) / 4, 12);
    expect(comparison.bounds.high).toBeCloseTo((2 + 1 + 7 - 1) / 4, 12);
  });

  test("questions of one side only are listed", () => {
    const comparison = compareModels(base, model("other", { w1: [6, 8], w9: [1, 1] }), options);
    expect(comparison.unmatched).toEqual({ base: ["w2", "m1", "m2"], candidate: ["w9"] });
    expect(comparison).toMatchObject({ questions: 1, standardError: null, verdict: "inconclusive" });
  });
});

describe("what must not be compared", () => {
  test.each([
    ["suites", { suite: "t" }],
    ["suites", { suiteHash: "1234567890" }],
    ["protocols", { protocol: "q" }],
  ] as const)("different %s are refused, or said when that is wanted", (what, change) => {
    const left = { ...base, suiteHash: "abcdefghij" };
    const other = model("other", { w1: [6, 8] }, { suiteHash: "abcdefghij", ...change });
    expect(() => compareModels(left, other, options)).toThrow(
      expect.objectContaining({ code: `different-${what}` }),
    );
    const forced = compareModels(left, other, { ...options, acrossProtocols: true });
    expect(forced.warnings[0]?.code).toBe(`different-${what}`);
  });

  test("a rating and a win rate never", () => {
    const other = model("other", { w1: [50] }, { metric: "winRate" });
    expect(() => compareModels(base, other, { ...options, acrossProtocols: true })).toThrow(
      /cannot be compared/,
    );
  });
});

describe("intervals of few questions", () => {
  test("end where differences can: ±9 points between ratings of 1 to 10", () => {
    const low = model("low", { w1: [1], w2: [6], m1: [1], m2: [2] });
    const high = model("high", { w1: [10], w2: [6], m1: [1], m2: [2] });
    const { categories } = compareModels(low, high, options);
    // d = 9, 0: mean 4.5, where t would reach from −52.7 to 61.7. Exact rational arithmetic on Gaffke's bound.
    expect(categories.writing?.delta).toBe(4.5);
    expect(categories.writing?.interval?.low).toBeCloseTo(-6.98753882025, 6);
    expect(categories.writing?.interval?.high).toBeCloseTo(8.886787946159, 6);
    // Two ties: 9·(1 − √0.025).
    expect(categories.math?.interval?.high).toBeCloseTo(9 * (1 - Math.sqrt(0.025)), 6);
  });
});

describe("models judged against a baseline", () => {
  const against = (answers: readonly [string, number][]) => ({
    baselineAnswers: { known: "texts", byQuestion: new Map(answers) } as const,
  });

  test("whose answers differ are compared, and that is said", () => {
    const one = model(
      "base",
      { w1: [5], w2: [6], w3: [7] },
      against([
        ["w1", 1],
        ["w2", 2],
      ]),
    );
    const other = model(
      "better",
      { w1: [6], w2: [6], w3: [7] },
      against([
        ["w1", 1],
        ["w2", 3],
        ["w3", 9],
      ]),
    );
    expect(compareModels(one, other, options).warnings).toEqual([
      expect.objectContaining({ code: "different-baseline-answers", count: 1 }),
    ]);
    expect(compareModels(one, one, options).warnings).toEqual([]);
  });

  test("are of one protocol also where one still goes by its former id", () => {
    const held = model("base", { w1: [5], w2: [6] }, { protocol: "old" });
    const renewed = model("better", { w1: [6], w2: [6] }, { protocol: "new", former: "old" });
    const twin = model("twin", { w1: [6], w2: [6] }, { protocol: "newer", former: "old" });
    expect(compareModels(held, renewed, options).delta).toBe(0.5);
    expect(() => compareModels(renewed, twin, options)).toThrow(/different protocols/);
  });

  test("are not compared across scales", () => {
    const percent = model("percent", { w1: [50], w2: [60] }, { scale: { low: 0, high: 100 } });
    expect(() => compareModels(base, percent, { ...options, acrossProtocols: true })).toThrow(
      /different scales, 1 to 10 and 0 to 100/,
    );
  });
});

describe("two differences for one pair", () => {
  const codesOf = (candidate: ComparedModel) =>
    compareModels(base, candidate, options).warnings.map(({ code }) => code);

  test("are explained where the board pools verdicts and the comparison averages questions", () => {
    // Pooled: 46/8 against 48/7. By question: 6, 8, 3, 6 against 6, 8, 6, 7.
    const torn = model("torn", { w1: [5, 7], w2: [8, 8], m1: [undefined, 6], m2: [7, 7] });
    const { delta, warnings } = compareModels(base, torn, options);
    expect(delta).toBeCloseTo((0 + 0 + 3 + 1) / 4, 12);
    const told = warnings.find(({ code }) => code === "pooled-difference");
    expect(told?.message).toContain("differ by +1.11, this comparison by +1.00");
    expect(codesOf(better)).toEqual([]);
  });

  test("are explained where the board ranks by length control", () => {
    expect(codesOf({ ...better, isRankedByFit: true })).toEqual(["raw-win-rate"]);
  });
});
