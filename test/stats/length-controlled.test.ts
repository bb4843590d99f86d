import { describe, expect, it } from "vitest";
import { seededRandom } from "../../harness/core/random.js";
import {
  fitDifficulties,
  type GamedRows,
  isExtremeChange,
  type LengthControlledRows,
  lengthControlledWinRate,
  predictWinRate,
} from "../../harness/stats/length-controlled.js";
import { summarizePreferences } from "../../harness/stats/preference-summary.js";
import { fitL1Logistic } from "../../harness/stats/regression/l1-logistic.js";
import { fitPreferenceModel } from "../../harness/stats/regression/preference-model.js";

const QUESTIONS = 200;
const sigmoid = (score: number) => 1 / (1 + Math.exp(-score));

interface MadeUpRows extends LengthControlledRows {
  readonly questionOf: number[];
  /** tanh(Δ/sd(Δ)) */
  readonly lengthFeature: number[];
}

/** A made-up model with known φ = −1, ψ = 0.8 and the given θ. */
function madeUpRows(seed: string, strength = 0.5): MadeUpRows {
  const random = seededRandom(seed);
  const difficulty = seededRandom("difficulties");
  const byQuestion = Float64Array.from({ length: QUESTIONS }, () => difficulty.normal());
  const baselineLengths = Array.from({ length: QUESTIONS }, () => 500 + random.integer(1000));
  const modelLengths = Array.from({ length: QUESTIONS }, () => 500 + random.integer(1500));
  const delta = baselineLengths.map((length, row) => length - (modelLengths[row] ?? 0));
  const mean = delta.reduce((sum, value) => sum + value, 0) / QUESTIONS;
  const spread = Math.sqrt(delta.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (QUESTIONS - 1));
  const lengthFeature = delta.map((value) => Math.tanh(value / spread));
  const preferences = lengthFeature.map((value, row) =>
    sigmoid(-value + 0.8 * (byQuestion[row] ?? 0) + strength),
  );
  const questionOf = Array.from({ length: QUESTIONS }, (_, row) => row);
  return {
    preferences,
    baselineLengths,
    modelLengths,
    difficulties: { byQuestion, questionOf },
    questionOf,
    lengthFeature,
  };
}

function madeUpGamed(): GamedRows {
  const random = seededRandom("gamed");
  const standardizedLengths = Float64Array.from({ length: 2 * QUESTIONS }, () => 1.5 * random.normal());
  const difficulties = Float64Array.from({ length: 2 * QUESTIONS }, () => random.normal());
  const preferences = standardizedLengths.map((length, row) =>
    sigmoid(-Math.tanh(length) + 0.8 * (difficulties[row] ?? 0)),
  );
  return { preferences, standardizedLengths, difficulties };
}

/** The rows at these positions, their difficulties still those of their questions. */
function pick(rows: LengthControlledRows, order: readonly number[]): LengthControlledRows {
  const take = <T>(values: ArrayLike<T>) => order.map((row) => values[row] as T);
  const { difficulties } = rows;
  return {
    ...rows,
    preferences: take(rows.preferences),
    baselineLengths: take(rows.baselineLengths),
    modelLengths: take(rows.modelLengths),
    ...(difficulties && {
      difficulties: { byQuestion: difficulties.byQuestion, questionOf: take(difficulties.questionOf) },
    }),
  };
}

describe("lengthControlledWinRate", () => {
  it("recovers the coefficients that made noiseless preferences, and their win rate at equal length", () => {
    const rows = madeUpRows("a");
    const result = lengthControlledWinRate({ ...rows, gamed: madeUpGamed() }, { regression: { c: 1e6 } });
    expect(result.coefficients?.length).toBeCloseTo(-1, 4);
    expect(result.coefficients?.difficulty).toBeCloseTo(0.8, 4);
    expect(result.coefficients?.model).toBeCloseTo(0.5, 4);
    const { byQuestion } = rows.difficulties ?? { byQuestion: new Float64Array(0) };
    const atEqualLength = byQuestion.reduce((sum, gamma) => sum + sigmoid(0.8 * gamma + 0.5), 0) / QUESTIONS;
    expect(result.lengthControlledWinRate).toBeCloseTo(100 * atEqualLength, 3);
    expect(result.warnings).toEqual([]);
    expect(result.reason).toBeNull();
  });

  it("publishes the standard error of the mean of the fitted chances, and hands those out", () => {
    const result = lengthControlledWinRate(madeUpRows("a"));
    const chances = [...result.chances];
    const mean = chances.reduce((sum, chance) => sum + chance, 0) / QUESTIONS;
    const squares = chances.reduce((sum, chance) => sum + (chance - mean) ** 2, 0);
    expect(result.lengthControlledWinRate).toBeCloseTo(100 * mean, 10);
    expect(result.lengthControlledStandardError).toBeCloseTo(
      100 * Math.sqrt(squares / (QUESTIONS - 1) / QUESTIONS),
      10,
    );
  });

  it("gives 50 for the baseline against itself, whatever its rows", () => {
    const result = lengthControlledWinRate({ ...madeUpRows("a"), isBaseline: true });
    expect(result).toMatchObject({
      lengthControlledWinRate: 50,
      lengthControlledStandardError: 0,
      coefficients: { length: 0, difficulty: 0, model: 0 },
      reason: null,
    });
    expect(result.chances[3]).toBe(0.5);
  });

  it("does not depend on the order of the rows: difficulties go with their questions", () => {
    const rows = { ...madeUpRows("b"), gamed: madeUpGamed() };
    const shuffled = pick(rows, seededRandom("shuffle").shuffle(rows.questionOf));
    const [first, second] = [lengthControlledWinRate(rows), lengthControlledWinRate(shuffled)];
    expect(second.lengthControlledWinRate).toBeCloseTo(first.lengthControlledWinRate ?? Number.NaN, 8);
    expect(second.c).toBe(first.c);
    expect(second.warnings).toEqual([]);
    const compat = lengthControlledWinRate(shuffled, { compat: true });
    expect(Math.abs((compat.coefficients?.difficulty ?? 0) - 0.8)).toBeGreaterThan(0.3);
    expect(Math.abs((second.coefficients?.difficulty ?? 0) - 0.8)).toBeLessThan(0.1);
  });

  it("keeps the other rows' difficulties when one row is missing; compat shifts them", () => {
    const rows = { ...madeUpRows("b"), gamed: madeUpGamed() };
    const short = pick(rows, rows.questionOf.slice(1));
    const whole = lengthControlledWinRate(rows).lengthControlledWinRate ?? 0;
    const joined = lengthControlledWinRate(short);
    expect(Math.abs((joined.lengthControlledWinRate ?? 0) - whole)).toBeLessThan(0.5);
    expect(joined.coefficients?.difficulty).toBeCloseTo(0.8, 1);
    const compat = lengthControlledWinRate(short, { compat: true });
    expect(compat.coefficients?.difficulty).toBeLessThan(0.5);
  });

  it("joined as published, fits like the original and predicts each row with its own difficulty", () => {
    const rows = { ...madeUpRows("b"), gamed: madeUpGamed() };
    const short = pick(rows, rows.questionOf.slice(1));
    const c = 1;
    const byPosition = lengthControlledWinRate(short, { join: "position", regression: { c } });
    const published = lengthControlledWinRate(short, { join: "published", regression: { c } });
    expect(published.coefficients).toEqual(byPosition.coefficients);
    const { difficulty, model } = published.coefficients ?? { difficulty: null, model: 0 };
    const byQuestion = rows.difficulties?.byQuestion ?? new Float64Array(0);
    for (const row of [0, 57, QUESTIONS - 2]) {
      const chanceAt = (question: number) => sigmoid(model + (difficulty ?? 0) * (byQuestion[question] ?? 0));
      expect(published.chances[row]).toBeCloseTo(chanceAt(row + 1), 12);
      expect(byPosition.chances[row]).toBeCloseTo(chanceAt(row), 12);
    }
    const whole = lengthControlledWinRate(rows, { join: "published", regression: { c } });
    expect(whole.lengthControlledWinRate).toBe(
      lengthControlledWinRate(rows, { regression: { c } }).lengthControlledWinRate,
    );
  });

  it("joined as published, bootstraps around its own figure", () => {
    const rows = { ...madeUpRows("b"), gamed: madeUpGamed() };
    const byQuestion = rows.difficulties?.byQuestion ?? new Float64Array(0);
    const easiest = byQuestion.indexOf(Math.max(...byQuestion));
    const difficulties = { byQuestion, questionOf: rows.questionOf.map(() => easiest) };
    const bootstrap = { seed: 1, replicates: 100, fewest: QUESTIONS };
    const result = lengthControlledWinRate({ ...rows, difficulties }, { join: "published", bootstrap });
    const figure = result.lengthControlledWinRate ?? 0;
    expect(figure).toBeGreaterThan((lengthControlledWinRate(rows).lengthControlledWinRate ?? 100) + 15);
    expect(result.lengthControlledInterval?.low).toBeLessThan(figure);
    expect(result.lengthControlledInterval?.high).toBeGreaterThan(figure);
  });

  it("fits rows with a verdict and predicts the others too, as the original does", () => {
    const rows = madeUpRows("c");
    const preferences = Array.from(rows.preferences, (preference, row) =>
      row % 10 === 0 ? null : preference,
    );
    const result = lengthControlledWinRate({ ...rows, preferences }, { regression: { c: 1e6 } });
    expect(result.coefficients?.model).toBeCloseTo(0.5, 3);
    expect(result.chances.every((chance) => chance > 0 && chance < 1)).toBe(true);
  });

  it("leaves out rows of unknown questions, and says how many", () => {
    const rows = madeUpRows("d");
    const questionOf = rows.questionOf.map((question) => (question < 5 ? -1 : question));
    const byQuestion = rows.difficulties?.byQuestion ?? new Float64Array(0);
    const result = lengthControlledWinRate({ ...rows, difficulties: { byQuestion, questionOf } });
    expect(result.warnings).toContainEqual(
      expect.objectContaining({ code: "rows-without-difficulty", count: 5 }),
    );
    expect(result.chances[4]).toBeNaN();
    expect(result.chances[5]).toBeGreaterThan(0);
  });

  it("says what it was fitted without", () => {
    const { difficulties: _, ...rows } = madeUpRows("e");
    const result = lengthControlledWinRate(rows);
    expect(result.warnings.map((warning) => warning.code)).toEqual(["no-gamed-rows", "no-difficulties"]);
    expect(result.coefficients?.difficulty).toBeNull();
    expect(new Set(result.chances).size).toBe(1);
  });

  it("is the plain win rate, give or take the shrinkage, when all answers are equally long", () => {
    const { difficulties: _, ...rows } = madeUpRows("f");
    const lengths = new Float64Array(QUESTIONS).fill(800);
    const result = lengthControlledWinRate(
      { ...rows, baselineLengths: lengths, modelLengths: lengths },
      { regression: { c: 1e9 } },
    );
    expect(result.coefficients?.length).toBe(0);
    const plain = summarizePreferences({ preferences: rows.preferences }).winRate ?? 0;
    expect(result.lengthControlledWinRate).toBeCloseTo(plain, 4);
  });

  it("has a reason instead of a figure without verdicts or with too few rows", () => {
    const rows = madeUpRows("g");
    const silent = lengthControlledWinRate({ ...rows, preferences: new Array<null>(QUESTIONS).fill(null) });
    expect(silent).toMatchObject({ lengthControlledWinRate: null, reason: "no row has a verdict" });
    const few = lengthControlledWinRate(pick(rows, [0, 1, 2]));
    expect(few.reason).toBe("3 rows are too few for a 5-fold cross-validation");
    expect(lengthControlledWinRate(pick(rows, [0, 1, 2]), { regression: { c: 1 } }).reason).toBeNull();
    expect(lengthControlledWinRate(pick(rows, [])).lengthControlledWinRate).toBeNull();
  });

  it("warns when the figure leaves the neighbourhood of the win rate", () => {
    const { difficulties: _, ...rows } = madeUpRows("h");
    const preferences = Array.from(rows.baselineLengths, () => 0.98);
    const verbose = Array.from(rows.baselineLengths, (length, row) => length + 400 + 3 * row);
    const gamed = madeUpGamed();
    const steep = gamed.standardizedLengths.map((length) => sigmoid(-5 * Math.tanh(length)));
    const result = lengthControlledWinRate({
      ...rows,
      preferences,
      modelLengths: verbose,
      gamed: { ...gamed, preferences: steep },
    });
    expect(result.lengthControlledWinRate).toBeLessThan(73);
    expect(result.warnings.map((warning) => warning.code)).toContain("length-control-extreme");
  });

  it("refuses arrays of different length", () => {
    expect(() => lengthControlledWinRate({ ...madeUpRows("i"), modelLengths: [1] })).toThrow(RangeError);
  });
});

describe("the bootstrap of the length-controlled win rate", () => {
  /** Preferences that scatter around the model, as judges' do. */
  function noisyRows(): LengthControlledRows {
    const rows = madeUpRows("noisy");
    const random = seededRandom("noise");
    const preferences = Array.from(rows.preferences, (chance) => (random.next() < (chance ?? 0) ? 1 : 0));
    return { ...rows, preferences, gamed: madeUpGamed() };
  }

  it("agrees with refitting every resample to the end", () => {
    const rows = noisyRows();
    const result = lengthControlledWinRate(rows, {
      bootstrap: { seed: 7, replicates: 200, fewest: QUESTIONS },
    });
    const random = seededRandom(7);
    const drawn = new Int32Array(QUESTIONS);
    const replicates = Array.from({ length: 200 }, () => {
      random.fillIntegers(drawn, QUESTIONS);
      return refitted(rows, drawn, result.c ?? 1);
    });
    const mean = replicates.reduce((sum, value) => sum + value, 0) / 200;
    const squares = replicates.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    const standardError = Math.sqrt(squares / 199);
    expect(standardError).toBeGreaterThan(2);
    expect(Math.abs((result.bootstrapStandardError ?? 0) / standardError - 1)).toBeLessThan(0.02);
    expect(result.lengthControlledInterval?.method).toMatch(
      /percentile bootstrap, 200 resamples, 200 clusters/,
    );
  });

  /** 100 · mean chance over the drawn rows, every row weighted by how often it was drawn. */
  function refitted(rows: LengthControlledRows, drawn: Int32Array, c: number): number {
    const { gamed = madeUpGamed(), difficulties } = rows;
    const delta = Array.from(rows.baselineLengths, (length, row) => length - (rows.modelLengths[row] ?? 0));
    const mean = delta.reduce((sum, value) => sum + value, 0) / QUESTIONS;
    const spread = Math.sqrt(delta.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (QUESTIONS - 1));
    const byQuestion = difficulties?.byQuestion ?? new Float64Array(0);
    const anchors = gamed.preferences.length;
    const weights = new Float64Array(anchors + QUESTIONS).fill(0.1, 0, anchors);
    for (const row of drawn) weights[anchors + row] = (weights[anchors + row] ?? 0) + 1;
    const { coefficients } = fitL1Logistic(
      {
        featureNames: ["length", "difficulty", "model"],
        columns: [
          Float64Array.of(...gamed.standardizedLengths, ...delta.map((value) => value / spread)).map(
            Math.tanh,
          ),
          Float64Array.of(...gamed.difficulties, ...byQuestion),
          Float64Array.from(weights, (_, row) => (row < anchors ? 0 : 1)),
        ],
        targets: Float64Array.of(
          ...gamed.preferences,
          ...Array.from(rows.preferences, (value) => value ?? 0),
        ),
        weights,
      },
      c,
    );
    const [, difficulty = 0, model = 0] = coefficients;
    return (
      (100 * drawn.reduce((sum, row) => sum + sigmoid(model + difficulty * (byQuestion[row] ?? 0)), 0)) /
      QUESTIONS
    );
  }

  it("is left out below 800 questions, where the penalty's pull towards 50 outweighs it", () => {
    const result = lengthControlledWinRate(noisyRows(), { bootstrap: { seed: 1, replicates: 10 } });
    expect(result.lengthControlledInterval).toBeNull();
    expect(result.warnings.at(-1)?.message).toContain("200 questions are too few: below 800");
  });

  it("is repeatable, and BCa when asked", () => {
    const rows = noisyRows();
    const run = (seed: string) =>
      lengthControlledWinRate(rows, {
        bootstrap: { seed, replicates: 100, method: "bca", fewest: QUESTIONS },
      }).lengthControlledInterval;
    expect(run("s")).toEqual(run("s"));
    expect(run("s")).not.toEqual(run("t"));
    expect(run("s")?.method).toMatch(/BCa/);
  });

  it("covers rows without a verdict", () => {
    const rows = noisyRows();
    const preferences = Array.from(rows.preferences, (preference, row) =>
      row % 3 === 0 ? null : preference,
    );
    const interval = lengthControlledWinRate(
      { ...rows, preferences },
      { bootstrap: { seed: 1, replicates: 100, fewest: QUESTIONS } },
    ).lengthControlledInterval;
    expect((interval?.high ?? 0) - (interval?.low ?? 0)).toBeGreaterThan(5);
  });
});

describe("fitPreferenceModel", () => {
  it("controls for any features that are marked so: style, for one", () => {
    const random = seededRandom("style");
    const column = () => Float64Array.from({ length: 400 }, () => random.normal());
    const [lists, headings] = [column(), column()];
    const preferences = lists.map((value, row) => sigmoid(0.7 * value - 0.4 * (headings[row] ?? 0) + 0.3));
    const model = fitPreferenceModel(
      {
        features: [
          { name: "lists", values: lists, controlled: true },
          { name: "headings", values: headings, controlled: true },
          { name: "model", values: new Float64Array(400).fill(1), controlled: false },
        ],
        preferences,
      },
      { c: 1e7 },
    );
    expect([...model.coefficients]).toEqual([0.7, -0.4, 0.3].map((value) => expect.closeTo(value, 5)));
    expect(model.controlledChances[17]).toBeCloseTo(sigmoid(0.3), 6);
  });
});

describe("predictWinRate", () => {
  const strong = { length: -1, difficulty: 0.7, model: 1 };
  const weak = { length: -2, difficulty: 0.2, model: -0.5 };

  it("is 50 for a model against itself and mirrors when the two swap", () => {
    const difficulties = Float64Array.of(-1, 0, 2.5);
    expect(predictWinRate(strong, strong, difficulties)).toBe(50);
    const forward = predictWinRate(strong, weak, difficulties) ?? 0;
    expect(forward + (predictWinRate(weak, strong, difficulties) ?? 0)).toBeCloseTo(100, 10);
    // (σ(1.5 − 0.5) + σ(1.5) + σ(1.5 + 1.25))/3
    expect(forward).toBeCloseTo((100 * (sigmoid(1) + sigmoid(1.5) + sigmoid(2.75))) / 3, 10);
  });

  it("has no figure without questions", () => {
    expect(predictWinRate(strong, weak, new Float64Array(0))).toBeNull();
  });
});

describe("isExtremeChange", () => {
  it.each([
    [50, 37.4, true],
    [50, 37.6, false],
    [50, 62.6, true],
    [50, 62.4, false],
    [20, 9.9, true],
    [20, 10.1, false],
    [20, 40.1, true],
    [20, 39.9, false],
    [95, 100, false],
  ])("win rate %d to %d: %s", (from, to, extreme) => {
    expect(isExtremeChange(from, to)).toBe(extreme);
  });
});

describe("fitDifficulties", () => {
  function models(count: number) {
    return Array.from({ length: count }, (_, index) => {
      const rows = madeUpRows(`joint ${index}`, (index - count / 2) / 10);
      return { preferences: rows.preferences, lengths: rows.lengthFeature };
    });
  }

  /** Slope of the fitted difficulties on the ones that made the preferences. */
  function slopeOnTruth(penalty: number): number {
    const truth = madeUpRows("x").difficulties?.byQuestion ?? new Float64Array(0);
    const { difficulties, residual, ...counts } = fitDifficulties(models(20), { penalty });
    expect(counts).toEqual({ models: 20, verdicts: 20 * QUESTIONS });
    expect(residual).toBeLessThan(1e-8);
    const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / QUESTIONS;
    const [centre, fittedCentre] = [mean(truth), mean(difficulties)];
    let [product, square] = [0, 0];
    for (const [question, gamma] of truth.entries()) {
      product += (gamma - centre) * ((difficulties[question] ?? 0) - fittedCentre);
      square += (gamma - centre) ** 2;
    }
    return product / square;
  }

  it("recovers the difficulties that made noiseless preferences, shrunk as the prior says", () => {
    expect(slopeOnTruth(1e-6)).toBeCloseTo(0.8, 3);
    // Each γ has 20 verdicts of curvature p(1 − p), near 0.2, against a prior of 1: some four fifths remain.
    expect(slopeOnTruth(1) / 0.8).toBeGreaterThan(0.7);
    expect(slopeOnTruth(1) / 0.8).toBeLessThan(0.85);
  });

  it("meets the condition of the optimum by hand: λγ is the sum of a question's residuals", () => {
    // Equal lengths and two models, mirrored: by symmetry θ = 0 and γ = 2(1 − σ(γ)).
    const rows = [
      { preferences: [1, 0], lengths: [0, 0] },
      { preferences: [1, 0], lengths: [0, 0] },
    ];
    const { difficulties, residual } = fitDifficulties(rows);
    expect(residual).toBeLessThan(1e-9);
    const gamma = difficulties[0] ?? 0;
    expect(gamma).toBeCloseTo(2 * (1 - sigmoid(gamma)), 9);
    expect(difficulties[1]).toBeCloseTo(-gamma, 9);
  });

  it("gives 0 where no model has a verdict, and stays finite when all verdicts agree", () => {
    const rows = { preferences: [1, 1, null], lengths: [0.1, -0.1, 0] };
    const { difficulties } = fitDifficulties([rows, rows]);
    expect(difficulties[2]).toBe(0);
    expect(difficulties.every((gamma) => Math.abs(gamma) < 5)).toBe(true);
  });

  it("refuses one model alone, whose verdicts it would only repeat", () => {
    expect(() => fitDifficulties(models(1))).toThrow("1 model cannot be compared");
  });
});
