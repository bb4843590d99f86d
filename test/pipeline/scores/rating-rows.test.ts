import { describe, expect, test } from "vitest";
import { ratingRows } from "../../../harness/pipeline/scores/rating-rows.js";
import { expectRelative } from "../../stats/relative.js";
import { rated, slotsOf, UNREADABLE, verdictAt } from "./verdict-rows.js";

const slots = [1, 2].flatMap((turn) => [
  ...slotsOf("writing", ["q1", "q2"], turn),
  ...slotsOf("math", ["q3"], turn),
]);
const frame = { slots, trials: 1, categories: ["writing", "math"] };

describe("the rating of one model over two turns", () => {
  // q1 8 and 6, q2 4 and unreadable, q3 10 and missing.
  const [row] = ratingRows(
    ["x"],
    [
      verdictAt("q1", rated(8)),
      verdictAt("q1", rated(6), { turn: 2 }),
      verdictAt("q2", rated(4)),
      verdictAt("q2", UNREADABLE, { turn: 2 }),
      verdictAt("q3", rated(10)),
      verdictAt("q1", rated(1), { a: "another model" }),
    ],
    frame,
  );

  test("is the mean over verdicts, its error clustered by question", () => {
    // Mean 28/4 = 7. Deviations by question: q1 1 − 1 = 0, q2 −3, q3 3; SE = √(3/2 · 18)/4.
    expect(row).toMatchObject({ score: 7, n: 4, invalid: 1, missing: 1, questions: 3 });
    expectRelative(row?.standardError ?? null, Math.sqrt(27) / 4);
  });

  test("has an interval that stays on the scale, each question weighed by its verdicts", () => {
    expect(row?.interval?.method).toBe("bounded-mean interval (Gaffke) on the scale of 1 to 10, 3 clusters");
    // Weights 1, ½, ½ for question means 7, 4, 10. The upper end μ solves P(Σ E·weight·(x − μ) + E₀·(10 − μ) > 0) = 2.5%,
    // hypoexponential partial fractions.
    const chance = (limit: number) => {
      const a = [7 - limit, (4 - limit) / 2, (10 - limit) / 2, 10 - limit];
      const share = (one: number) =>
        a.reduce((product, other) => (other === one ? product : (product * one) / (one - other)), 1);
      return a.filter((one) => one > 0).reduce((sum, one) => sum + share(one), 0);
    };
    expect(chance(row?.interval?.high ?? 0)).toBeCloseTo(0.025, 6);
  });

  test("is bounded by what the two lost verdicts can have been", () => {
    // (28 + 2 · 1)/6 and (28 + 2 · 10)/6.
    expect(row?.bounds).toEqual({ low: 5, high: 8 });
  });

  test("is split by turn and by category", () => {
    // Turn 1 (8, 4, 10): deviations 2/3, −10/3 and 8/3, SE = √(3/2 · 168/9)/3.
    expect(row?.turns["2"]).toMatchObject({ score: 6, standardError: null, n: 1 });
    expectRelative(row?.turns["1"]?.score ?? null, 22 / 3);
    expectRelative(row?.turns["1"]?.standardError ?? null, Math.sqrt(28) / 3);
    // Writing (8, 6, 4): deviations by question 2 and −2, SE = √(2 · 8)/3.
    expect(row?.categories.writing).toMatchObject({ score: 6, n: 3, invalid: 1, missing: 0 });
    expectRelative(row?.categories.writing?.standardError ?? null, 4 / 3);
    expect(row?.categories.math).toMatchObject({
      score: 10,
      standardError: null,
      n: 1,
      invalid: 0,
      missing: 1,
    });
  });
});

test("every trial expects its own verdict", () => {
  // q1 (2, 4), q2 (6, missing): mean 4; deviations by question −2 and 2, SE = √(2 · 8)/3.
  const rows = [
    verdictAt("q1", rated(2)),
    verdictAt("q1", rated(4), { trial: 2 }),
    verdictAt("q2", rated(6)),
  ];
  const [row] = ratingRows(["x"], rows, { ...frame, slots: slotsOf("writing", ["q1", "q2"]), trials: 2 });
  expect(row).toMatchObject({ score: 4, n: 3, missing: 1, bounds: { low: 13 / 4, high: 22 / 4 } });
  expectRelative(row?.standardError ?? null, 4 / 3);
});

test("a model without a verdict has no score and says why; each model has one row", () => {
  const rows = ratingRows(["x", "y", "x"], [verdictAt("q1", rated(5), { a: "y" })], frame);
  expect(rows.map(({ model, score }) => [model, score])).toEqual([
    ["x", null],
    ["y", 5],
  ]);
  expect(rows[0]).toMatchObject({ n: 0, missing: 6, bounds: { low: 1, high: 10 } });
  expect(Object.keys(rows[0]?.reasons ?? {}).sort()).toEqual(["interval", "score", "standardError"]);
  expect(Object.keys(rows[1]?.reasons ?? {})).toEqual(["standardError"]);
});
