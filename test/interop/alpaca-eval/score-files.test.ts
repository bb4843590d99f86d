import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { PreferenceRow } from "../../../harness/core/board.js";
import { ConfigError } from "../../../harness/core/errors.js";
import { isSwitched } from "../../../harness/core/python-random.js";
import type { AssetFinder } from "../../../harness/data/asset-finder.js";
import {
  type DifficultyOptions,
  withInstructionDifficulties,
} from "../../../harness/interop/alpaca-eval/instruction-difficulties.js";
import { type AlpacaBoardOptions, alpacaBoards } from "../../../harness/interop/alpaca-eval/score-files.js";
import { buildBoard } from "../../../harness/pipeline/scores/build-board.js";
import { annotation, annotations, madeUpPreference, writeJson } from "./annotation-files.js";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "assay-score-alpaca-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A machine without assets and without a network. */
const noAssets: AssetFinder = {
  locateAsset: (id) => Promise.reject(new ConfigError(`${id} is not here`, { code: "asset-missing" })),
};

async function score(
  files: readonly string[],
  options: Partial<AlpacaBoardOptions & DifficultyOptions> = {},
) {
  const found = await alpacaBoards(files, {
    compat: false,
    finder: noAssets,
    seed: 1,
    bootstrapReplicates: 0,
    ...options,
  });
  const fitted = await withInstructionDifficulties(found.inputs, found.suites, options);
  const built = fitted.inputs.map(buildBoard);
  const boards = built.map(({ board }) => board);
  const rows = boards.flatMap((board) => (board.metric === "preference" ? board.models : []));
  const warnings = [...found.warnings, ...fitted.warnings, ...built.flatMap((one) => one.warnings)];
  return { ...found, boards, rows, warnings, codes: warnings.map((warning) => warning.code) };
}

const write = (content: unknown, name = "annotations.json") => writeJson(folder, name, content);
const rowOf = (rows: readonly PreferenceRow[], model: string) => rows.find((row) => row.model === model);

describe("alpacaBoards", () => {
  it("gives the figures that can be counted by hand", async () => {
    const file = write([
      annotation(0, 2),
      annotation(1, 1),
      annotation(2, 1.5),
      annotation(3, 1.75),
      annotation(4, 0),
    ]);
    const { boards, sources } = await score([file]);
    expect(sources).toEqual([{ path: file, format: "alpaca-eval", records: 5 }]);
    expect(boards).toMatchObject([
      {
        suite: "custom-instructions",
        mode: "pairwise-baseline",
        judge: "judge",
        protocol: "judge@published",
        baseline: "baseline",
        metric: "preference",
      },
    ]);
    const [row] = boards[0]?.models ?? [];
    expect(row).toMatchObject({
      model: "model",
      // (1 + 0 + ½ + ¾ + ½)/5, and its standard error with n − 1.
      winRate: expect.closeTo(55, 10),
      standardError: expect.closeTo(100 * Math.sqrt((0.2025 + 0.3025 + 0.0025 + 0.04 + 0.0025) / 4 / 5), 8),
      wins: 2,
      losses: 1,
      draws: 2,
      n: 5,
      missing: 0,
      invalid: 0,
      discreteWinRate: 60,
      // 19 code points of text and 0 to 4 marks.
      averageLength: 21,
    });
  });

  it("has no interval beyond 0 and 100%, where few questions would reach", async () => {
    const { rows } = await score([write([annotation(0, 2), annotation(1, 1.9)])]);
    // Exact rational arithmetic on Gaffke's bound, where t with one degree of freedom would reach 158.
    expect(rows[0]?.interval).toMatchObject({
      low: expect.closeTo(15, 6),
      high: expect.closeTo(99.874208829, 6),
    });
  });

  it("says by slot how often the model won, each instruction in the order that alpaca_eval drew", async () => {
    const count = 40;
    const records = Array.from({ length: count }, (_, question) =>
      annotation(question, isSwitched(`Question ${question}?`) ? 1.25 : 2),
    );
    const { rows } = await score([write(records)]);
    const first = records.filter((record) => isSwitched(String(record.instruction))).length;
    expect(first).toBeGreaterThan(5);
    expect(rows[0]?.slots).toMatchObject({
      first: { winRate: 25, n: first },
      second: { winRate: 100, n: count - first },
    });
  });

  it("raises the alarm for a large position effect, and for no small one", async () => {
    const lopsided = (question: number) => {
      const noise = (question % 5) / 20;
      return isSwitched(`Question ${question}?`) ? 1.1 + noise : 1.5 + noise;
    };
    const loud = Array.from({ length: 60 }, (_, question) => annotation(question, lopsided(question)));
    expect((await score([write(loud)])).codes).toContain("position-effect");
    expect((await score([write(annotations(60), "quiet.json")])).codes).not.toContain("position-effect");
  });

  it("makes one board per annotator and baseline, with all models of all files", async () => {
    const first = write([...annotations(10), ...annotations(10, { generator_2: "other" })], "a.json");
    const second = write(
      [...annotations(10, { generator_2: "third" }), ...annotations(10, { generator_1: "stronger" })],
      "b.json",
    );
    const third = write(annotations(10, { annotator: "another judge" }), "c.json");
    const { boards } = await score([first, second, third]);
    expect(
      boards.map(({ judge, baseline, models }) => [judge, baseline, models.map((row) => row.model).sort()]),
    ).toEqual([
      ["judge", "baseline", ["model", "other", "third"]],
      ["judge", "stronger", ["model"]],
      ["another judge", "baseline", ["model"]],
    ]);
  });

  it("expects of every model what any file of the board holds", async () => {
    const whole = write(annotations(30), "whole.json");
    const part = write(annotations(20, { generator_2: "partial" }).slice(5), "part.json");
    const { rows } = await score([whole, part]);
    expect(rowOf(rows, "model")).toMatchObject({ n: 30, missing: 0, questions: 30 });
    expect(rowOf(rows, "partial")).toMatchObject({ n: 15, missing: 15, questions: 15 });
    // 15 losses and 15 wins more.
    const mean = rowOf(rows, "partial")?.winRate ?? 0;
    expect(rowOf(rows, "partial")?.bounds).toEqual({
      low: expect.closeTo(mean / 2, 9),
      high: expect.closeTo(mean / 2 + 50, 9),
    });
  });

  it("counts rows without a verdict as missing and impossible ones as invalid", async () => {
    const text = JSON.stringify([
      ...annotations(8),
      annotation(8, null),
      annotation(9, undefined),
      annotation(10, "NAN"),
      annotation(11, 7),
    ]).replace('"NAN"', "NaN");
    const { rows } = await score([write(text)]);
    expect(rows[0]).toMatchObject({ n: 8, missing: 3, invalid: 1, questions: 8 });
    const all = annotations(8).reduce((sum, record) => sum + Number(record.preference) - 1, 0);
    expect(rows[0]?.bounds.low).toBeCloseTo((100 * all) / 12, 9);
  });

  it("gives 50 for the baseline against itself, without a slot", async () => {
    const own = annotations(12, { generator_2: "baseline" }).map((record) => ({
      ...record,
      preference: 1.5,
    }));
    const { rows } = await score([write(own)]);
    expect(rows[0]).toMatchObject({ winRate: 50, standardError: 0, draws: 12, lengthControlledWinRate: 50 });
    expect(rows[0]?.slots).toBeUndefined();
  });

  it("knows by the column `model_shown` that both orders were judged", async () => {
    const records = annotations(10).map((record) => ({ ...record, model_shown: "both" }));
    const { rows } = await score([write(records)]);
    expect(rows[0]?.n).toBe(10);
    expect(rows[0]?.slots).toBeUndefined();
    const shown = annotations(10).map((record, row) => ({
      ...record,
      model_shown: row < 4 ? "first" : "second",
    }));
    expect((await score([write(shown, "shown.json")])).rows[0]?.slots).toMatchObject({
      first: { n: 4 },
      second: { n: 6 },
    });
  });

  it("takes a protocol of assay's own for what it is", async () => {
    const { boards } = await score([write(annotations(5, { annotator: "assay-pair@gpt-4.1~0a1b2c" }))]);
    expect(boards[0]).toMatchObject({ protocol: "assay-pair@gpt-4.1~0a1b2c", judge: "gpt-4.1" });
  });

  it("fits custom instructions without difficulties and gamed rows, and says so once for all models", async () => {
    const { rows, warnings } = await score([
      write([...annotations(30), ...annotations(30, { generator_2: "other" })]),
    ]);
    expect(rows[0]?.lengthControlled?.coefficients.difficulty).toBeNull();
    expect(warnings.map(({ code, message }) => [code, message.split(":")[0]])).toEqual([
      ["no-gamed-rows", "model, other"],
      ["no-difficulties", "model, other"],
    ]);
  });

  it("has an interval whose resamples the seed decides", async () => {
    const records = Array.from({ length: 800 }, (_, question) =>
      annotation(question, 1 + (madeUpPreference(question) > 1.3 ? 0.9 : 0.2)),
    );
    const file = write(records);
    const intervalWith = async (seed: number) =>
      (await score([file], { seed, bootstrapReplicates: 50 })).rows[0]?.lengthControlledInterval;
    expect(await intervalWith(1)).toMatchObject({
      level: 95,
      method: expect.stringContaining("50 resamples"),
    });
    expect(await intervalWith(1)).toEqual(await intervalWith(1));
    expect(await intervalWith(2)).not.toEqual(await intervalWith(1));
  });
});

describe("judgments that stand twice", () => {
  const twice = (second: Record<string, unknown>) => [
    ...annotations(20),
    { ...annotation(3, madeUpPreference(3)), ...second },
  ];

  it("are refused when they differ, with the lines of both", async () => {
    for (const second of [
      { output_2: "Another answer" },
      { output_1: "Another baseline" },
      { preference: 1 },
    ]) {
      await expect(score([write(twice(second))])).rejects.toMatchObject({
        code: "duplicate-judgments",
        // Ten lines each, after the bracket.
        line: 202,
        message: expect.stringContaining("line 32"),
      });
    }
  });

  it("count once when they are the same, and that is said", async () => {
    const { rows, warnings } = await score([write(twice({}))]);
    expect(rows[0]).toMatchObject({ n: 20, missing: 0 });
    expect(warnings).toContainEqual(expect.objectContaining({ code: "duplicate-judgments", count: 1 }));
  });

  it("all count under compat, as in the original, and others lack nothing by it", async () => {
    const other = annotations(20, { generator_2: "other" });
    const { rows, warnings } = await score([write([...twice({ preference: 1 }), ...other])], {
      compat: true,
    });
    const values = [...annotations(20).map((record) => Number(record.preference) - 1), 0];
    expect(rowOf(rows, "model")).toMatchObject({
      n: 21,
      missing: 0,
      winRate: expect.closeTo((100 * values.reduce((sum, value) => sum + value, 0)) / 21, 9),
    });
    expect(rowOf(rows, "other")).toMatchObject({ n: 20, missing: 0 });
    expect(warnings).toContainEqual(expect.objectContaining({ code: "duplicate-judgments", count: 1 }));
  });
});

describe("several files with one model's name", () => {
  it("are refused when their answers differ, with the way out", async () => {
    const first = write(annotations(10), "first.json");
    const second = write(annotations(10, { output_2: "Quite another model." }), "second.json");
    await expect(score([first, second])).rejects.toMatchObject({
      code: "duplicate-model",
      remedy: expect.stringContaining(`NAME=${second}`),
    });
    const { rows } = await score([first, `renamed=${second}`]);
    expect(rows.map((row) => row.model).sort()).toEqual(["model", "renamed"]);
  });

  it("count once when they are the same file under two names, or one named twice", async () => {
    const first = write(annotations(10), "first.json");
    const copy = write(annotations(10), "copy.json");
    const { rows, warnings } = await score([first, copy, first]);
    expect(rows).toMatchObject([{ model: "model", n: 10, missing: 0 }]);
    expect(warnings).toContainEqual(expect.objectContaining({ code: "duplicate-judgments", count: 10 }));
    expect(warnings).toContainEqual(expect.objectContaining({ code: "file-named-twice" }));
  });

  it("go together when each holds a part", async () => {
    const records = annotations(10);
    const { rows } = await score([write(records.slice(0, 6), "a.json"), write(records.slice(6), "b.json")]);
    expect(rows).toMatchObject([{ model: "model", n: 10, missing: 0 }]);
  });
});

describe("PATH#MODEL and NAME=PATH", () => {
  it("pick one model of a file, or rename the only one", async () => {
    const file = write([...annotations(6), ...annotations(6, { generator_2: "other" })]);
    expect((await score([`${file}#other`])).rows.map((row) => row.model)).toEqual(["other"]);
    await expect(score([`${file}#othre`])).rejects.toMatchObject({
      code: "unknown-model",
      remedy: expect.stringContaining("other"),
    });
    await expect(score([`both=${file}`])).rejects.toMatchObject({ code: "several-models" });
  });

  it("leave a file alone that is called so", async () => {
    const file = write(annotations(6), "a=b#c.json");
    expect((await score([file])).rows).toMatchObject([{ model: "model", n: 6 }]);
  });
});

describe("difficulties of custom instructions", () => {
  const models = ["m1", "m2", "m3"];
  /** Odd questions are hard for everybody; each model has its own level. */
  const judged = (model: string, level: number) =>
    Array.from({ length: 40 }, (_, question) => {
      const noise = ((question * 29 + level * 7) % 17) / 80;
      return annotation(question, 1 + (question % 2 === 0 ? 0.65 : 0.1) + level / 20 + noise, {
        generator_2: model,
      });
    });

  it("are estimated over the user's models, kept, and used again, so that a new model moves nobody", async () => {
    const files = models.map((model, level) => write(judged(model, level), `${model}.json`));
    const kept = join(folder, "difficulties.json");
    const estimated = await score(files, { fitDifficultiesTo: kept });
    expect(estimated.codes).toContain("difficulties-estimated");
    const saved = JSON.parse(readFileSync(kept, "utf8"));
    expect(saved).toMatchObject({
      schema: "assay.difficulties/1",
      baseline: "baseline",
      protocol: "judge@published",
      models,
      verdicts: 120,
    });
    expect(readFileSync(kept, "utf8")).not.toContain("Question");
    expect(Object.keys(saved.difficulties)).toHaveLength(40);
    expect(estimated.rows[0]?.lengthControlled?.coefficients.difficulty).toBeGreaterThan(0.3);

    const newcomer = write(judged("m4", 3), "m4.json");
    const later = await score([...files, newcomer], { difficultiesFile: kept });
    for (const model of models) {
      expect(rowOf(later.rows, model)?.lengthControlledWinRate).toBe(
        rowOf(estimated.rows, model)?.lengthControlledWinRate,
      );
    }
    expect(rowOf(later.rows, "m4")?.lengthControlled?.coefficients.difficulty).not.toBeNull();
  });

  it("go with their questions, however a file orders or lacks them", async () => {
    const files = models.map((model, level) => write(judged(model, level), `${model}.json`));
    const kept = join(folder, "difficulties.json");
    const { rows } = await score(files, { fitDifficultiesTo: kept });
    const reversed = write(judged("m1", 0).reverse(), "reversed.json");
    const again = await score([reversed], { difficultiesFile: kept });
    expect(again.rows[0]?.lengthControlledWinRate).toBeCloseTo(
      rowOf(rows, "m1")?.lengthControlledWinRate ?? 0,
      6,
    );
    expect(again.codes).not.toContain("difficulties-joined-by-position");
  });

  it("need two models, one board and the same baseline", async () => {
    const kept = join(folder, "difficulties.json");
    const [one, two] = models.map((model, level) => write(judged(model, level), `${model}.json`));
    await expect(score([one ?? ""], { fitDifficultiesTo: kept })).rejects.toMatchObject({
      code: "too-few-models",
    });
    expect(existsSync(kept)).toBe(false);
    await score([one ?? "", two ?? ""], { fitDifficultiesTo: kept });
    const elsewhere = write(annotations(10, { generator_1: "another baseline" }), "elsewhere.json");
    await expect(score([elsewhere], { difficultiesFile: kept })).rejects.toMatchObject({
      code: "other-baseline",
    });
    await expect(score([one ?? "", elsewhere], { fitDifficultiesTo: kept })).rejects.toMatchObject({
      code: "several-boards",
    });
    const otherJudge = write(annotations(10, { annotator: "another judge" }), "judge.json");
    expect((await score([otherJudge], { difficultiesFile: kept })).codes).toContain(
      "difficulties-of-another-protocol",
    );
  });

  it.each([
    ["nonsense", "cannot be read as JSON"],
    [{ schema: "assay.scores/1" }, "does not hold difficulties"],
    [
      { schema: "assay.difficulties/1", baseline: "b", protocol: "p", difficulties: { a: "x" } },
      "is not a number",
    ],
  ])("are refused from a file that holds %j", async (content, message) => {
    const file = write(content, "difficulties.json");
    await expect(score([write(annotations(10))], { difficultiesFile: file })).rejects.toMatchObject({
      code: "broken-difficulties",
      message: expect.stringContaining(message),
    });
  });
});
