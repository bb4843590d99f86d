import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { readFileVerdicts } from "../../harness/interop/score-files.js";
import { scoresOf } from "../../harness/pipeline/scores/verdicts.js";
import { temporaryFolder } from "../pipeline/sample-plan.js";

const mirror = process.env.ASSAY_MIRROR ?? "";
const finder = { locateAsset: () => Promise.reject(new Error("no asset is needed")) };

async function score(files: readonly string[], compat = false) {
  return scoresOf(await readFileVerdicts(files, { compat, finder, seed: 1 }));
}

function write(rows: readonly unknown[], path = "bench/model_judgment/gpt-4_single.jsonl"): string {
  const file = join(temporaryFolder(), path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, rows.map((row) => `${typeof row === "string" ? row : JSON.stringify(row)}\n`).join(""));
  return file;
}

const single = (questionId: number, turn: number, score: number, changes: object = {}) => ({
  question_id: questionId,
  model: "m",
  judge: ["gpt-4", turn === 1 ? "single-v1" : "single-v1-multi-turn"],
  user_prompt: `prompt ${questionId} ${turn}`,
  judgment: `Rating: [[${score}]]`,
  score,
  turn,
  tstamp: 1,
  ...changes,
});

describe("FastChat's single judgments", () => {
  test("pooled mean, turns, categories by id, clustered error", async () => {
    const scores = await score([
      write([single(81, 1, 8), single(81, 2, 6), single(101, 1, 4), single(101, 2, 10)]),
    ]);
    const [board] = scores.boards;
    expect(board).toMatchObject({ suite: "mt-bench", mode: "single", judge: "gpt-4", metric: "rating" });
    expect(board?.models[0]).toMatchObject({
      model: "m",
      score: 7,
      // Both question means are 7, so the clusters do not differ at all.
      standardError: 0,
      n: 4,
      questions: 2,
      turns: { "1": { score: 6, n: 2 }, "2": { score: 8, n: 2 } },
      categories: { writing: { score: 7, n: 2 }, reasoning: { score: 7, n: 2 } },
    });
  });

  test("−1 is an unreadable verdict that is counted and bounded, not a mark", async () => {
    const scores = await score([write([single(81, 1, 8), single(81, 2, -1, { judgment: "no mark" })])]);
    expect(scores.boards[0]?.models[0]).toMatchObject({
      score: 8,
      n: 1,
      invalid: 1,
      bounds: { low: 4.5, high: 9 },
    });
    expect(scores.warnings[0]).toMatchObject({ code: "unreadable-verdicts", count: 1 });
  });

  test("what another model has and this one lacks is missing", async () => {
    const rows = [single(81, 1, 8), single(82, 1, 6), single(81, 1, 4, { model: "n" })];
    const scores = await score([write(rows)]);
    expect(scores.boards[0]?.models.map((row) => [row.model, row.missing])).toEqual([
      ["m", 0],
      ["n", 1],
    ]);
  });

  test("two judgments of one place with different prompts are refused; compat pools them and says so", async () => {
    const file = write([single(81, 1, 8), single(81, 1, 4, { user_prompt: "another answer" })]);
    await expect(score([file])).rejects.toMatchObject({ code: "duplicate-judgments" });
    const scores = await score([file], true);
    expect(scores.boards[0]?.models[0]).toMatchObject({ score: 6, n: 2 });
    expect(scores.warnings).toEqual([expect.objectContaining({ code: "duplicate-judgments", count: 1 })]);
  });

  test("repeats of the very same prompt all count", async () => {
    const scores = await score([write([single(81, 1, 8), single(81, 1, 5)])]);
    expect(scores.boards[0]?.models[0]).toMatchObject({ score: 6.5, n: 2 });
    expect(scores.warnings[0]?.code).toBe("judge-repeats");
  });

  test("a broken line, a row that is no judgment, a file of another kind: named, with what to do", async () => {
    await expect(score([write([single(81, 1, 8), "{broken"])])).rejects.toThrow(
      /gpt-4_single\.jsonl:2: not valid JSON/,
    );
    await expect(score([write([single(81, 1, 8), { question_id: 82 }])])).rejects.toThrow(
      /gpt-4_single\.jsonl:2/,
    );
    await expect(score([write([{ hello: 1 }])])).rejects.toMatchObject({ code: "unknown-format" });
    await expect(score(["no/such/file.jsonl"])).rejects.toMatchObject({ code: "file-not-found" });
  });
});

describe("FastChat's pair judgments", () => {
  const pair = (questionId: number, g1: string, g2: string) => ({
    question_id: questionId,
    model_1: "x",
    model_2: "y",
    g1_winner: g1,
    g2_winner: g2,
    judge: ["gpt-4", "pair-v2"],
    g1_user_prompt: `p1 ${questionId}`,
    g1_judgment: "…",
    g2_user_prompt: `p2 ${questionId}`,
    g2_judgment: "…",
    turn: 1,
    tstamp: 1,
  });

  test("both orders agree → winner, otherwise a tie, either unreadable → error", async () => {
    const rows = [
      pair(81, "model_1", "model_1"),
      pair(82, "model_1", "model_2"),
      pair(83, "tie", "model_2"),
      pair(84, "error", "model_1"),
      pair(85, "model_2", "model_2"),
    ];
    const scores = await score([write(rows, "bench/model_judgment/gpt-4_pair.jsonl")]);
    const [board] = scores.boards;
    expect(board).toMatchObject({ mode: "pairwise-all", metric: "win-rate" });
    const row = board?.models.find((one) => one.model === "x");
    expect(row).toMatchObject({
      wins: 1,
      losses: 1,
      ties: 2,
      errors: 1,
      n: 4,
      winRate: 25,
      winRateAdjusted: 50,
      positionConsistency: 50,
    });
  });
});

describe.skipIf(mirror === "")("published judgments (need ASSAY_MIRROR)", () => {
  test("GPT-4's marks of the three UltraChat checkpoints, to the last digit", async () => {
    const scores = await score([join(mirror, "mt_bench/model_judgment/gpt-4_single.jsonl")]);
    expect(scores.sources[0]).toMatchObject({ format: "fastchat-single", records: 480 });
    const rows = scores.boards[0]?.models.map((row) =>
      "score" in row ? [row.model, row.score, row.turns["1"]?.score, row.turns["2"]?.score, row.n] : [],
    );
    expect(rows).toEqual([
      ["ultrachat_sai", 6.675, 7.15, 6.2, 160],
      ["ultrachat_cai", 6.5125, 7.1, 5.925, 160],
      ["ultrachat_baseline", 6.39375, 6.7625, 6.025, 160],
    ]);
    expect(scores.boards[0]?.models[0]?.standardError).toBeCloseTo(0.34829, 5);
    expect(scores.warnings).toEqual([]);
  });
});
