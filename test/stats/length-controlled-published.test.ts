import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

import { isSwitched } from "../../harness/core/python-random.js";
import { codePointLength } from "../../harness/core/text.js";
import {
  parseDifficulties,
  parseGamedRows,
  parseWeights,
} from "../../harness/interop/alpaca-eval/calibration-files.js";
import {
  type LengthControlledRows,
  lengthControlledWinRate,
  predictWinRate,
} from "../../harness/stats/length-controlled.js";
import { averageLength, summarizePreferences } from "../../harness/stats/preference-summary.js";

interface Annotation {
  readonly instruction: string;
  readonly output_1: string;
  readonly output_2: string;
  readonly preference: number | null;
}

interface Published {
  readonly [column: string]: string;
}

/** A t interval whose ends were computed apart. */
const between = (low: number, high: number) =>
  expect.objectContaining({ low: expect.closeTo(low, 4), high: expect.closeTo(high, 4), level: 95 });

describe.skipIf(!mirrorFolder())("the published figures of AlpacaEval (needs ASSAY_MIRROR)", () => {
  const folder = mirrorFolder() ?? "";
  const read = (path: string) => readFileSync(join(folder, path), "utf8");

  function leaderboard(annotator: string): Map<string, Published> {
    const [header = [], ...rows] = read(`leaderboards/${annotator}_leaderboard.csv`)
      .trim()
      .split("\n")
      .map((line) => line.split(","));
    return new Map(
      rows.map((cells) => [
        cells[0] ?? "",
        Object.fromEntries(header.map((column, index) => [column, cells[index] ?? ""])),
      ]),
    );
  }

  function annotated(annotator: string): string[] {
    return readdirSync(join(folder, "results")).filter((model) =>
      existsSync(join(folder, "results", model, annotator, "annotations.json")),
    );
  }

  function load(annotator: string, model: string) {
    const rows = JSON.parse(read(`results/${model}/${annotator}/annotations.json`)) as Annotation[];
    const suite = JSON.parse(read("results/gpt4_1106_preview/model_outputs.json")) as Annotation[];
    const positions = new Map(suite.map((row, position) => [row.instruction, position]));
    const preferences = rows.map((row) => {
      if (row.preference === null) return null;
      return row.preference === 0 ? 0.5 : row.preference - 1;
    });
    const instructions = rows.map((row) => row.instruction);
    const input: LengthControlledRows = {
      preferences,
      baselineLengths: rows.map((row) => codePointLength(row.output_1)),
      modelLengths: rows.map((row) => codePointLength(row.output_2)),
      difficulties: {
        byQuestion: parseDifficulties(read("length_controlled_v1/instruction_difficulty.csv"), "difficulty"),
        questionOf: instructions.map((instruction) => positions.get(instruction) ?? -1),
      },
      gamed: parseGamedRows(read("length_controlled_v1/df_gamed.csv"), "gamed"),
      isBaseline: model === "gpt4_1106_preview",
    };
    return { input, preferences, instructions, suite };
  }

  const weighted = "weighted_alpaca_eval_gpt4_turbo";
  const files = ["alpaca_eval_gpt4", weighted].flatMap((annotator) =>
    folder === "" ? [] : annotated(annotator).map((model) => ({ annotator, model })),
  );
  /** Files with missing rows, joined by question: a tight scikit-learn fit (tol 1e-12) at C = 21.544. */
  const aligned = new Map([
    ["phi-2", 3.823763731],
    ["alpaca-7b_concise", 4.5716044965],
  ]);

  it.each(files)("$annotator/$model: win rate, error and counts", ({ annotator, model }) => {
    const { preferences } = load(annotator, model);
    const published = leaderboard(annotator).get(model) ?? {};
    const summary = summarizePreferences({ preferences });
    expect(summary.winRate).toBeCloseTo(Number(published.win_rate), 7);
    expect(summary.standardError).toBeCloseTo(Number(published.standard_error), 7);
    expect(summary.discreteWinRate).toBeCloseTo(Number(published.discrete_win_rate), 7);
    expect([summary.wins, summary.losses, summary.draws, summary.n].map(String)).toEqual([
      published.n_wins,
      published.n_wins_base,
      published.n_draws,
      published.n_total,
    ]);
  });

  it.each(files)("$annotator/$model: length-controlled, compat", ({ annotator, model }) => {
    const { input } = load(annotator, model);
    const published = leaderboard(annotator).get(model) ?? {};
    // NullModel's published figure was made where NumPy sorts with vector instructions; see the weights below.
    const foldOrder = model === "NullModel" ? "in-order" : "introsort";
    const result = lengthControlledWinRate(input, { compat: true, regression: { foldOrder } });
    if (published.length_controlled_winrate !== "") {
      expect(result.lengthControlledWinRate).toBeCloseTo(Number(published.length_controlled_winrate), 7);
    }
    if (published.lc_standard_error) {
      expect(result.lengthControlledStandardError).toBeCloseTo(Number(published.lc_standard_error), 8);
    }
  });

  /** Fitted apart, by scikit-learn 1.9.1's LogisticRegression (liblinear, tolerance 1e-4) over its GroupKFold. */
  const today = new Map([
    ["weighted_alpaca_eval_gpt4_turbo/NullModel", 86.457806912823],
    ["weighted_alpaca_eval_gpt4_turbo/alpaca-7b_concise", 4.576232433217],
    ["weighted_alpaca_eval_gpt4_turbo/claude-2", 28.155196143633],
    ["weighted_alpaca_eval_gpt4_turbo/FuseChat-Gemma-2-9B-Instruct", 70.181062639256],
    ["alpaca_eval_gpt4/gpt4", 86.200930345711],
    ["alpaca_eval_gpt4/claude-2", 74.335505605365],
  ]);

  it.each([...today])("%s: length-controlled, compat with the folds of today's package", (file, expected) => {
    const [annotator = "", model = ""] = file.split("/");
    const { input } = load(annotator, model);
    const { lengthControlledWinRate: rate } = lengthControlledWinRate(input, {
      compat: true,
      regression: { foldOrder: "in-order" },
    });
    expect(rate).toBeCloseTo(expected, 7);
  });

  it.each(files.filter((file) => file.annotator === weighted))(
    "$model: published weights, compat",
    ({ model }) => {
      const { input } = load(weighted, model);
      const published = parseWeights(read("length_controlled_v1/baseline_gpt4_1106_preview.csv"), "w").get(
        model,
      );
      const { coefficients } = lengthControlledWinRate(input, { compat: true });
      expect(coefficients?.length).toBeCloseTo(published?.length ?? Number.NaN, 8);
      expect(coefficients?.difficulty).toBeCloseTo(published?.difficulty ?? Number.NaN, 8);
      expect(coefficients?.model).toBeCloseTo(published?.strength ?? Number.NaN, 8);
    },
  );

  it("every row of the board follows from its published coefficients, but five", () => {
    const weights = parseWeights(read("length_controlled_v1/baseline_gpt4_1106_preview.csv"), "w");
    const gammas = parseDifficulties(read("length_controlled_v1/instruction_difficulty.csv"), "d");
    const none = { length: 0, difficulty: 0, model: 0 };
    const others = [...leaderboard(weighted)].flatMap(([model, published]) => {
      const own = weights.get(model);
      if (own === undefined) return [];
      // Difficulties are joined by row position, so that of n rows the first n count.
      const rows = gammas.slice(0, Number(published.n_total));
      const coefficients = { length: own.length, difficulty: own.difficulty, model: own.strength };
      const off =
        (predictWinRate(coefficients, none, rows) ?? Number.NaN) -
        Number(published.length_controlled_winrate);
      return Math.abs(off) < 1e-6 ? [] : [[model, off.toFixed(3)]];
    });
    expect(Object.fromEntries(others)).toEqual({
      NullModel: "-0.133",
      "dbrx-instruct": "-0.190",
      // Of these rows are missing: 802, 804 and 804 of 805 are there.
      "Meta-Llama-3.1-8B-Instruct-Turbo": "-0.014",
      "Snorkel-Mistral-PairRM-DPO": "0.013",
      "Qwen1.5-1.8B-Chat": "0.003",
    });
  });

  it.each(files)(
    "$annotator/$model: length-controlled, converged, joined as published",
    ({ annotator, model }) => {
      const { input } = load(annotator, model);
      const published = leaderboard(annotator).get(model) ?? {};
      const result = lengthControlledWinRate(input, { join: "published" });
      if (result.model !== null) expect(result.model.certificate?.dualityGap).toBeLessThan(1e-8);
      if (published.length_controlled_winrate === "") return;
      const difference = Math.abs(
        (result.lengthControlledWinRate ?? Number.NaN) - Number(published.length_controlled_winrate),
      );
      expect(difference).toBeLessThan(model === "NullModel" ? 0.15 : 0.02);
    },
  );

  it.each([...aligned])("%s, which lacks rows: joined by question", (model, reference) => {
    const { input } = load(weighted, model);
    expect(lengthControlledWinRate(input).lengthControlledWinRate).toBeCloseTo(reference, 6);
  });

  it("gives alpaca-7b_concise 4.4680 with the published fit and its prediction by question", () => {
    const { input } = load(weighted, "alpaca-7b_concise");
    const result = lengthControlledWinRate(input, { compat: true, join: "published" });
    expect(result.lengthControlledWinRate).toBeCloseTo(4.468, 4);
  });

  it("finds FuseChat-Gemma's 60.14 in the first slot and 81.03 in the second, z 8.10", () => {
    const { preferences, instructions } = load(weighted, "FuseChat-Gemma-2-9B-Instruct");
    const { slots } = summarizePreferences({
      preferences,
      modelFirst: instructions.map((text) => isSwitched(text)),
    });
    expect(slots).toEqual({
      first: { winRate: expect.closeTo(60.1431, 4), interval: between(56.2188, 64.0675), n: 406 },
      // Too skewed for t: values crowd at 100.
      second: { winRate: expect.closeTo(81.0328, 4), interval: between(77.4987, 84.1391), n: 399 },
      z: expect.closeTo(8.1, 2),
    });
    const human = load("alpaca_eval_gpt4", "claude-2");
    const { slots: quiet } = summarizePreferences({
      preferences: human.preferences,
      modelFirst: human.instructions.map((text) => isSwitched(text)),
    });
    expect(Math.abs(quiet?.z ?? 9)).toBeLessThan(2);
  });

  it("predicts the published boards' neighbours from weights: a model against the board's own baseline", () => {
    const weights = parseWeights(read("length_controlled_v1/baseline_gpt4_1106_preview.csv"), "w");
    const difficulties = parseDifficulties(read("length_controlled_v1/instruction_difficulty.csv"), "d");
    const of = (model: string) => {
      const row = weights.get(model);
      return { length: row?.length ?? 0, difficulty: row?.difficulty ?? 0, model: row?.strength ?? 0 };
    };
    const published = leaderboard(weighted).get("claude-2")?.length_controlled_winrate;
    expect(predictWinRate(of("claude-2"), of("gpt4_1106_preview"), difficulties)).toBeCloseTo(
      Number(published),
      4,
    );
    const against = predictWinRate(of("claude-2"), of("gpt-3.5-turbo-1106"), difficulties) ?? 0;
    expect(against).toBeGreaterThan(50);
    expect(
      against + (predictWinRate(of("gpt-3.5-turbo-1106"), of("claude-2"), difficulties) ?? 0),
    ).toBeCloseTo(100, 9);
  });

  it("has the published average lengths where the outputs are there", () => {
    for (const model of [
      "claude-2",
      "FuseChat-Gemma-2-9B-Instruct",
      "gpt-3.5-turbo-1106",
      "gpt4_1106_preview",
    ]) {
      const outputs = JSON.parse(read(`results/${model}/model_outputs.json`)) as { output: string }[];
      const lengths = outputs.map((row) => codePointLength(row.output));
      expect(String(averageLength(lengths))).toBe(leaderboard(weighted).get(model)?.avg_length);
    }
  });
});

function mirrorFolder(): string | undefined {
  const mirror = process.env.ASSAY_MIRROR;
  return mirror === undefined ? undefined : join(mirror, "alpaca_eval");
}
