import { describe, expect, test } from "vitest";
import { choiceKey } from "../../../harness/pipeline/agreement/choice-agreement.js";
import { compareVerdictSets } from "../../../harness/pipeline/agreement/compare-sets.js";
import { matchSets, matchWithin } from "../../../harness/pipeline/agreement/match-verdicts.js";
import {
  type AnswerChoice,
  type AnswerRating,
  choicesFromRatings,
  orderedChoice,
  type VerdictSet,
  verdictSetOf,
} from "../../../harness/pipeline/agreement/verdict-set.js";
import { pairInput, ratingInput } from "../gates/gate-boards.js";

const options = { seed: 1, replicates: 500 };

function setOf(name: string, verdicts: Partial<VerdictSet>): VerdictSet {
  return { name, suite: "s", ratings: [], choices: [], unusable: 0, ...verdicts };
}

/** A rating per question q0, q1, …, of one model. */
function rated(model: string, ratings: readonly number[], rater = "judge"): AnswerRating[] {
  return ratings.map((rating, index) => ({
    questionId: `q${index}`,
    turn: 1,
    trial: 1,
    rater,
    model,
    rating,
  }));
}

const CHOICES = { A: "first", B: "second", T: "tie" } as const;

/** A choice per question between models `a` and `b`, such as `AABT`. */
function chosen(letters: string, turn = 1, rater = "judge"): AnswerChoice[] {
  return [...letters].map((letter, index) => ({
    questionId: `q${index}`,
    turn,
    trial: 1,
    rater,
    models: ["a", "b"],
    choice: CHOICES[letter as keyof typeof CHOICES],
  }));
}

describe("agreement of choices", () => {
  // The counts of the specification: AA 40, AB 5, BA 10, BB 25, TT 8, TA 2, AT 4, BT 6.
  const cells = { AA: 40, AB: 5, BA: 10, BB: 25, TT: 8, TA: 2, AT: 4, BT: 6 };
  const letters = (side: 0 | 1) =>
    Object.entries(cells)
      .map(([pair, count]) => (pair[side] ?? "").repeat(count))
      .join("");
  const found = compareVerdictSets(
    setOf("x", { choices: chosen(letters(0)) }),
    setOf("y", { choices: chosen(letters(1)) }),
    options,
  );

  test("S1 gives κ 0.55313, AC1 0.61446 and α 0.55176, with ties as a choice", () => {
    const setup = found.choices?.turns["1"]?.s1;
    expect(setup).toMatchObject({ items: 100, questions: 100 });
    expect(setup?.raw.value).toBeCloseTo(73, 10);
    expect(setup?.random).toBeCloseTo(100 / 3, 10);
    expect(setup?.kappa.value).toBeCloseTo(0.55313, 5);
    expect(setup?.ac1.value).toBeCloseTo(0.61446, 5);
    expect(setup?.alpha.value).toBeCloseTo(0.55176, 5);
    expect(setup?.raw.interval?.low).toBeLessThan(73);
    expect(setup?.raw.interval?.high).toBeGreaterThan(73);
  });

  test("S2 leaves out what either side calls a tie: 65 of 80", () => {
    const setup = found.choices?.turns["1"]?.s2;
    expect(setup).toMatchObject({ items: 80, random: 50 });
    expect(setup?.raw.value).toBeCloseTo(81.25, 10);
    // Chance: (45·50 + 35·30)/80² = 0.515625; κ = (0.8125 − 0.515625)/(1 − 0.515625).
    expect(setup?.kappa.value).toBeCloseTo(0.296875 / 0.484375, 10);
  });

  test("one turn has no figures of all turns beside it; two have", () => {
    expect(Object.keys(found.choices?.turns ?? {})).toEqual(["1"]);
    const two = compareVerdictSets(
      setOf("x", { choices: [...chosen("AB"), ...chosen("AT", 2)] }),
      setOf("y", { choices: [...chosen("AA"), ...chosen("AA", 2)] }),
      options,
    );
    expect(Object.keys(two.choices?.turns ?? {})).toEqual(["1", "2", "all"]);
    expect(two.choices?.turns.all?.s1).toMatchObject({ items: 4, questions: 2 });
    expect(two.choices?.turns["2"]?.s1.raw.value).toBe(50);
    expect(two.choices?.turns["2"]?.s2.raw.value).toBe(100);
  });

  test("the bias of a model is the difference of its points, ties half", () => {
    // First side: A 49, B 41, T 10; second side: A 52, B 30, T 18.
    const [a, b] = found.choices?.models ?? [];
    expect(a).toMatchObject({ model: "a", items: 100, first: 54, second: 61 });
    expect(a?.difference.value).toBeCloseTo((a?.second ?? 0) - (a?.first ?? 0), 10);
    expect(b?.difference.value).toBeCloseTo(-(a?.difference.value ?? 0), 10);
  });
});

describe("agreement of ratings", () => {
  const first = setOf("x", { ratings: [...rated("m", [5, 6, 7, 8]), ...rated("n", [3, 4, 5, 6])] });
  const second = setOf("y", { ratings: [...rated("m", [5, 7, 9, 8]), ...rated("n", [2, 4, 5, 6.5])] });
  const found = compareVerdictSets(first, second, options).ratings;

  test("counts equal ratings and those within a point", () => {
    // Equal: 5, 8, 4, 5 of eight; 7 → 9 alone is further apart than a point.
    expect(found).toMatchObject({ items: 8, questions: 4 });
    expect(found?.exact.value).toBe(50);
    expect(found?.withinOne.value).toBe(87.5);
  });

  test("weighs disagreements by their square: κ by hand", () => {
    // Squared differences 0, 1, 4, 0, 1, 0, 0, 0.25: 6.25. Expected: Σᵢⱼ(xᵢ − yⱼ)²/8 = (8·Σx² + 8·Σy² − 2·Σx·Σy)/8
    // with Σx = 44, Σy = 46.5, Σx² = 260, Σy² = 306.25.
    const expected = (8 * 260 + 8 * 306.25 - 2 * 44 * 46.5) / 8;
    expect(found?.weightedKappa.value).toBeCloseTo(1 - 6.25 / expected, 10);
  });

  test("gives each model's mean by both, and the difference", () => {
    expect(found?.models).toMatchObject([
      { model: "m", items: 4, first: 6.5, second: 7.25, difference: { value: 0.75 } },
      { model: "n", items: 4, first: 4.5, second: 4.375, difference: { value: -0.125 } },
    ]);
    expect(found?.meanDifference.value).toBeCloseTo(0.3125, 10);
    // m: 0, 1, 2, 0 on a scale of −9 to 9: exact rational arithmetic on Gaffke's bound.
    expect(found?.models[0]?.difference.interval?.high).toBeCloseTo(5.736728082, 6);
  });

  test("α for interval data is Krippendorff's", () => {
    const values = first.ratings.flatMap((one, index) => [one.rating, second.ratings[index]?.rating ?? 0]);
    const n = values.length;
    let among = 0;
    for (const x of values) for (const y of values) among += (x - y) ** 2;
    expect(found?.alphaInterval.value).toBeCloseTo(1 - (2 * 6.25 * (n - 1)) / among, 10);
  });

  test("of a set with itself is complete agreement", () => {
    const copy = { ...first, name: "copy" };
    expect(compareVerdictSets(first, copy, options).ratings).toMatchObject({
      exact: { value: 100 },
      weightedKappa: { value: 1 },
      alphaInterval: { value: 1 },
      meanDifference: { value: 0 },
    });
  });
});

describe("sets of verdicts", () => {
  test("a board's comparisons are merged over both orders, seen from the model whose name comes first", () => {
    const set = verdictSetOf("run", [pairInput(["m", "b"], ["WW", "WL", "TT", "LL", "W?"])]);
    expect(set.choices.map((one) => [one.models.join("/"), one.choice])).toEqual([
      ["b/m", "second"],
      ["b/m", "tie"],
      ["b/m", "tie"],
      ["b/m", "first"],
    ]);
    expect(set.unusable).toBe(1);
  });

  test("weighted preferences are choices by their mean weight", () => {
    const board = pairInput(["m", "b"], ["W", "L", "T"]);
    const set = verdictSetOf("run", [{ ...board, metric: "preference" }]);
    expect(set.choices.map((one) => one.choice)).toEqual(["second", "first", "tie"]);
  });

  test("ratings stay ratings; unreadable ones are counted", () => {
    const set = verdictSetOf("run", [ratingInput({ m: [5, null, 7] })]);
    expect(set.ratings.map((one) => [one.questionId, one.rating])).toEqual([
      ["q1", 5],
      ["q3", 7],
    ]);
    expect(set.unusable).toBe(1);
  });

  test("ratings imply choices, compared with a set of choices", () => {
    const ratings = [...rated("a", [5, 6, 7]), ...rated("b", [5, 7, 6])];
    expect(choicesFromRatings(ratings).map((one) => one.choice)).toEqual(["tie", "second", "first"]);
    const found = compareVerdictSets(
      setOf("ratings", { ratings }),
      setOf("people", { choices: chosen("TBB") }),
      options,
    );
    expect(found.ratings).toBeNull();
    expect(found.choices?.turns["1"]?.s1.raw.value).toBeCloseTo(200 / 3, 10);
    expect(found.warnings.map((one) => one.code)).toEqual(["derived-choices"]);
  });

  test("swapping the sides of a pair mirrors the choice", () => {
    const place = { questionId: "q", turn: 1, trial: 1, rater: "j" };
    expect(orderedChoice(place, ["x", "y"], 0)).toEqual(orderedChoice(place, ["y", "x"], 1));
    expect(orderedChoice(place, ["x", "y"], "tie")).toEqual(orderedChoice(place, ["y", "x"], "tie"));
  });

  test("one verdict meets every vote on the same thing; what has no counterpart is counted", () => {
    const people = [...chosen("A", 1, "one"), ...chosen("AB", 1, "two")];
    const { pairs, unmatched } = matchSets(chosen("AAA"), people, choiceKey);
    expect(pairs.map(({ first, second }) => [first.questionId, second.rater])).toEqual([
      ["q0", "one"],
      ["q0", "two"],
      ["q1", "two"],
    ]);
    expect(unmatched).toEqual({ first: 1, second: 0 });
  });

  test("within one set every two raters meet once", () => {
    const votes = [...chosen("A", 1, "one"), ...chosen("B", 1, "two"), ...chosen("AB", 1, "three")];
    const { pairs } = matchWithin(votes, choiceKey);
    expect(pairs.map(({ first, second }) => `${first.rater} ${second.rater}`)).toEqual([
      "one two",
      "one three",
      "two three",
    ]);
    const set = setOf("people", { choices: votes });
    expect(compareVerdictSets(set, set, options).choices?.turns["1"]?.s1).toMatchObject({ items: 3 });
  });

  test("sets without anything in common are refused, with what differs", () => {
    const other = setOf("y", { ratings: rated("other", [5]) });
    const attempt = () => compareVerdictSets(setOf("x", { ratings: rated("m", [5]) }), other, options);
    expect(attempt).toThrow("x and y have no verdict on the same answers");
    const alone = setOf("x", { ratings: rated("m", [5]) });
    expect(() => compareVerdictSets(alone, alone, options)).toThrow("no two verdicts on the same thing");
  });

  test("different suites are matched by id, and said", () => {
    const [x, y] = ["s", "t"].map((suite) => setOf(suite, { suite, ratings: rated("m", [5, 6]) }));
    if (x === undefined || y === undefined) throw new Error("two sets");
    expect(compareVerdictSets(x, y, options).warnings.map((one) => one.code)).toEqual(["different-suites"]);
  });
});
