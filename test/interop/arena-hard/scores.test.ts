import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import type { OutcomeRow, Scores } from "../../../harness/core/board.js";
import { readCsvTable } from "../../../harness/core/csv-table.js";
import { readFileVerdicts } from "../../../harness/interop/score-files.js";
import { compareModels } from "../../../harness/pipeline/compare/compare-models.js";
import { comparedModels, directPair } from "../../../harness/pipeline/compare/question-values.js";
import { meanFigure } from "../../../harness/pipeline/gates/gate-figures.js";
import { boardHasMetric } from "../../../harness/pipeline/gates/gate-request.js";
import { scoresOf } from "../../../harness/pipeline/scores/verdicts.js";

const mirror = process.env.ASSAY_MIRROR ?? "";
const folder = mkdtempSync(join(tmpdir(), "assay-arena-scores-"));

interface Options {
  readonly compat?: boolean;
  readonly baseline?: string;
}

function read(files: readonly string[], options: Options = {}) {
  const finder = { locateAsset: () => Promise.reject(new Error("no asset is needed")) };
  return readFileVerdicts(files, { compat: false, seed: 1, finder, ...options });
}

async function score(files: readonly string[], options: Options = {}): Promise<Scores> {
  return scoresOf(await read(files, options));
}

function outcomes(scores: Scores, board = 0): Map<string, OutcomeRow> {
  const found = scores.boards[board];
  if (found?.metric !== "outcomes") throw new Error("there is no board of outcomes");
  return new Map(found.models.map((row) => [row.model, row]));
}

function file(name: string, rows: readonly object[]): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  return path;
}

const game = (score: string | null) => ({ score, judgment: { answer: "" }, prompt: [] });

function row(uid: string, first: string | null | undefined, second: string | null | undefined, more = {}) {
  const games = [first, second].map((label) => (label === undefined ? null : game(label)));
  return { uid, category: "hard_prompt", judge: "j", model: "m", baseline: "b", games, ...more };
}

describe("boards of outcomes", () => {
  // For m: q1 a double win and a win; q2 a tie and a loss; q3 one game alone, unknown; q4 no label, a double loss.
  const rows = [
    row("q1", "B>>A", "A>B"),
    row("q2", "A=B", "B>A"),
    row("q3", undefined, "C>B"),
    row("q4", null, "B>>A"),
  ];

  test("count every game for itself, a double arrow three times", async () => {
    const scores = await score([file("v2.jsonl", rows)]);
    const board = scores.boards[0];
    expect(board).toMatchObject({ suite: "arena-hard-v2", judge: "j", baseline: "b", metric: "outcomes" });
    const m = outcomes(scores).get("m");
    // 3 + 1 wins, 1 tie, 1 + 3 losses.
    expect(m).toMatchObject({ wins: 4, ties: 1, losses: 4, n: 9, score: 50, rating: 1000 });
    // q3 lacks one game and has one that cannot be read; q4 has one that cannot be read.
    expect(m).toMatchObject({ missing: 1, invalid: 2, questions: 3 });
    // Each of the three could have been three losses, or three wins.
    expect(m?.bounds).toEqual({ low: (100 * 4.5) / 18, high: (100 * 13.5) / 18 });
    expect(outcomes(scores).get("b")).toMatchObject({ reference: true, score: 50, rating: 1000, n: 0 });
  });

  test("are gated and compared by the same weighted outcomes", async () => {
    const verdicts = await read([file("v2.jsonl", rows)]);
    const [input] = verdicts.inputs;
    if (input === undefined) throw new Error("there is no board");
    const models = comparedModels(input);
    const [m, b] = ["m", "b"].map((id) => models.find(({ model }) => model === id));
    if (m === undefined || b === undefined) throw new Error("both models have values");
    expect(meanFigure(m, undefined, 95)).toMatchObject({ estimate: 50, questions: 3, lost: 3 });
    expect(boardHasMetric("outcomes", "winRate")).toBe(true);
    // By question: 100 and 0, 25 and 75, 0 and 100.
    const pair = directPair(input, "b", "m");
    expect(pair && compareModels(pair.base, pair.candidate, { margin: 0, level: 95, seed: 1 })).toMatchObject(
      {
        metric: "winRate",
        questions: 3,
        wins: 1,
        losses: 2,
        delta: (100 - 50 - 100) / 3,
      },
    );
  });

  test("drop a question whole under --compat where v2 does, and say so", async () => {
    const scores = await score([file("v2.jsonl", rows)], { compat: true });
    expect(outcomes(scores).get("m")).toMatchObject({ wins: 4, ties: 1, losses: 1, n: 6, score: 75 });
    expect(outcomes(scores).get("m")?.interval).toMatchObject({ level: 90 });
    const codes = scores.warnings.map(({ code }) => code);
    expect(codes).toContain("original-intervals");
    expect(scores.warnings).toContainEqual(
      expect.objectContaining({ code: "original-dropped-questions", count: 2 }),
    );
  });

  test("cluster the games and repeats of a prompt", async () => {
    const some = [row("q1", "B>A", "A>B"), row("q2", "A>B", "B>A"), row("q3", "B>A", "B>A")];
    const once = outcomes(await score([file("once.jsonl", some)])).get("m");
    const scores = await score([file("thrice.jsonl", [...some, ...some, ...some])]);
    const thrice = outcomes(scores).get("m");
    expect(thrice?.n).toBe(18);
    expect(thrice?.standardError).toBeCloseTo(once?.standardError ?? Number.NaN, 12);
    expect(scores.warnings).toContainEqual(expect.objectContaining({ code: "judge-repeats", count: 6 }));
  });

  test("of two judges stand apart; v2's creative prompts are pooled besides", async () => {
    const of = (judge: string, label: string) =>
      row("c1", label, "A=B", { judge, category: "creative_writing", baseline: "g" });
    const scores = await score([file("x.jsonl", [of("x", "B>A")]), file("y.jsonl", [of("y", "A>B")])]);
    expect(scores.boards.map(({ suite, judge }) => [suite, judge])).toEqual([
      ["arena-hard-v2-creative", "x"],
      ["arena-hard-v2-creative", "y"],
      ["arena-hard-v2-creative", "x + y"],
    ]);
    expect(outcomes(scores, 2).get("m")).toMatchObject({ wins: 1, ties: 2, losses: 1, n: 4, score: 50 });
    expect(scores.warnings).toContainEqual(expect.objectContaining({ code: "pooled-judges" }));
  });

  test("drop one judge's judgment of a pooled question, not the other's, under --compat", async () => {
    const of = (judge: string, first: string | null | undefined, second: string) =>
      row("c1", first, second, { judge, category: "creative_writing", baseline: "g" });
    for (const half of [null, undefined]) {
      const files = [file("x.jsonl", [of("x", half, "A>>B")]), file("y.jsonl", [of("y", "B>A", "A=B")])];
      const pooled = outcomes(await score(files, { compat: true }), 2).get("m");
      expect(pooled).toMatchObject({ wins: 1, ties: 1, losses: 0, n: 2, score: 75 });
    }
  });

  test("of v2 whose files name no baseline are against its authors'", async () => {
    const bare = (uid: string, category: string) => {
      const { baseline: _, ...rest } = row(uid, "B>A", "A=B");
      return { ...rest, category };
    };
    const scores = await score([
      file("hard.jsonl", [bare("q1", "hard_prompt")]),
      file("creative.jsonl", [bare("c1", "creative_writing")]),
    ]);
    expect(scores.boards.map(({ baseline }) => baseline)).toEqual([
      "o3-mini-2025-01-31",
      "gemini-2.0-flash-001",
    ]);
    expect(scores.warnings.filter(({ code }) => code === "assumed-baseline")).toHaveLength(2);
  });

  test("have no rating where everything was won, and say why", async () => {
    const m = outcomes(
      await score([file("won.jsonl", [row("q1", "B>A", "A>B"), row("q2", "B>A", "A>B")])]),
    ).get("m");
    expect(m).toMatchObject({ score: 100, rating: null });
    expect(m?.reasons?.rating).toMatch(/no finite rating/);
  });

  test("take the categories of question.jsonl two folders above", async () => {
    file("m-arena-hard/question.jsonl", [
      { uid: "q1", category: "hard_prompt", subcategory: "coding", prompt: "P" },
      { uid: "q2", category: "hard_prompt", subcategory: "math", prompt: "Q" },
    ]);
    const path = file("m-arena-hard/model_judgment/j/m.jsonl", rows.slice(0, 2));
    const [board] = (await score([path])).boards;
    expect(board?.suite).toBe("m-arena-hard-hard-prompt");
    expect(board?.models[0]?.categories).toMatchObject({
      coding: { score: 100, n: 4 },
      math: { score: 25, n: 2 },
    });
  });
});

describe.skipIf(mirror === "")("Arena-Hard's published boards (need ASSAY_MIRROR)", () => {
  const at = (...parts: string[]) => join(mirror, "arena_hard", ...parts);
  const koFiles = () => readdirSync(at("ko", "judgments")).map((name) => at("ko", "judgments", name));

  test("v0.1's battles of gpt-4-0613, to the last digit", async () => {
    const scores = await score([at("v0.1", "battles.gpt-4-1106-preview.jsonl")]);
    const found = outcomes(scores).get("gpt-4-0613");
    expect(found).toMatchObject({ wins: 385, ties: 173, losses: 686, n: 1244, missing: 0 });
    expect(found?.score).toBeCloseTo(37.901929, 6);
    expect(found?.standardError).toBeCloseTo(2.0246, 4);
    expect(scores.boards[0]).toMatchObject({ baseline: "gpt-4-0314", suite: "arena-hard-v0.1" });
  });

  test("the Korean board: every row to its decimals, Elo within 7e-4, clustered errors", async () => {
    const table = readCsvTable(readFileSync(at("ko", "no_control.csv"), "utf8"), "no_control.csv", [], {
      code: "x",
      remedy: "",
    });
    const scores = await score(koFiles());
    expect(scores.boards).toHaveLength(1);
    expect(scores.warnings.map(({ code }) => code)).toEqual(
      expect.arrayContaining(["assumed-baseline", "self-battles", "missing-verdicts"]),
    );
    const compat = outcomes(await score(koFiles(), { compat: true, baseline: "claude-3.7-sonnet" }));
    const [models, published, elo] = [
      table.texts("model"),
      table.numbers("score"),
      table.numbers("elo_score"),
    ];
    expect(models).toHaveLength(38);
    models.forEach((model, index) => {
      const found = compat.get(model);
      expect(Math.round(100 * (found?.score ?? 0)) / 100, model).toBe(published[index]);
      expect(Math.abs((found?.rating ?? 0) - (elo[index] ?? Number.NaN)), model).toBeLessThan(7e-4);
    });
    const own = outcomes(scores);
    expect(own.get("o4-mini-high")).toMatchObject({ n: 1645, missing: 1 });
    expect(own.get("o4-mini-high")?.score).toBeCloseTo(74.589666, 6);
    expect(own.get("o4-mini-high")?.bounds).toEqual({ low: 122700 / 1648, high: 123000 / 1648 });
    expect(compat.get("o4-mini-high")?.score).toBeCloseTo(74.54435, 6);
    expect(compat.get("o4-mini-high")?.n).toBe(1646);
    for (const [model, standardError] of [
      ["o3-high", 1.268449],
      ["deepseek-r1", 2.201675],
      ["gpt-4.1-2025-04-14", 2.215795],
      ["gpt-4o-mini", 1.112647],
      ["gemma-2-9b-it", 0.625293],
    ] as const)
      expect(own.get(model)?.standardError, model).toBeCloseTo(standardError, 6);
    // Published −0.69 and +1.19: another seed, the same far too narrow interval.
    const original = compat.get("o3-high")?.interval;
    expect((original?.high ?? 0) - (original?.low ?? 0)).toBeLessThan(2.9);
    expect((own.get("o3-high")?.interval?.high ?? 0) - 87.293388).toBeGreaterThan(2.3);
  });
});
