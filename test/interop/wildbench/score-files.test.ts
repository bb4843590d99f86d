import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { PreferenceRow, RatingRow, Scores } from "../../../harness/core/board.js";
import { readFileVerdicts, requireVerdicts } from "../../../harness/interop/score-files.js";
import { scoresOf } from "../../../harness/pipeline/scores/verdicts.js";
import { temporaryFolder } from "../../pipeline/sample-plan.js";

const mirror = process.env.ASSAY_MIRROR;
const finder = { locateAsset: () => Promise.reject(new Error("no asset is needed")) };

async function score(files: readonly string[], compat = false) {
  return scoresOf(await readFileVerdicts(files, { compat, finder, seed: 1 }));
}

const rowsOf = <Row>({ boards }: Scores) => (boards[0]?.models ?? []) as unknown as Row[];

type Json = Record<string, unknown>;

function write(rows: Json, name = "pairwise-gpt4t-K=500.json"): string {
  const file = join(temporaryFolder(), name);
  writeFileSync(file, JSON.stringify(rows));
  return file;
}

const counts = (win_much: number, win: number, tie: number, lose: number, lose_much: number) => ({
  win_much,
  win,
  tie,
  lose,
  lose_much,
});

const rewards = (model: string, changes: Json = {}): Json => ({
  model,
  ...counts(2, 1, 2, 1, 0),
  total: 8,
  avg_len: 1000.5,
  task_categorized_results: {
    "Creative Tasks": counts(1, 0, 1, 0, 0),
    "Math & Data Analysis": counts(1, 1, 1, 1, 0),
  },
  reward: 0.25,
  task_macro_reward: (0.5 * 0.5 + 0.25) / 1.5,
  K: 500,
  ...changes,
});

const rewardRow = async (file: string, compat = false) => {
  const scores = await score([file], compat);
  return { scores, row: scores.boards[0]?.models[0] as PreferenceRow };
};

describe("WildBench's rewards, by hand", () => {
  test("judged pairs divide; the groups' own weights make the macro reward", async () => {
    const { scores, row } = await rewardRow(write({ m: rewards("m") }));
    expect(scores.boards[0]).toMatchObject({
      suite: "wildbench",
      mode: "pairwise-baseline",
      metric: "preference",
      baseline: "gpt-4-turbo-2024-04-09",
      protocol: "wildbench-reward-K=500@published",
      answersChecked: false,
    });
    expect(row).toMatchObject({ wins: 3, losses: 1, draws: 2, n: 6, missing: 2, averageLength: 1000.5 });
    expect(row.reward).toBeCloseTo(2 / 6, 14);
    expect(row.winRate).toBeCloseTo(50 + 50 / 3, 12);
    expect(row.macroReward).toBeCloseTo(1 / 3, 14);
    expect(row.categories["Creative Tasks"]).toMatchObject({ reward: 0.5, score: 75, n: 2 });
    // Two lost pairs are two rewards of −1 at worst and of 1 at best.
    expect(row.bounds).toEqual({ low: 50, high: 75 });
    expect(row.interval?.low).toBeLessThan(row.winRate as number);
    const unjudged = scores.warnings.find(({ code }) => code === "unjudged-pairs");
    expect(unjudged).toMatchObject({ count: 2 });
    expect(unjudged?.message).toContain("2 pairs have no verdict");
    expect(scores.warnings.map(({ code }) => code)).not.toContain("published-differs");
  });

  test("--compat divides by all pairs", async () => {
    const { row } = await rewardRow(write({ m: rewards("m") }), true);
    expect(row).toMatchObject({ reward: 0.25, winRate: 62.5, n: 6, missing: 2 });
  });

  test("what the file claims of itself is held against its counts", async () => {
    const { scores } = await rewardRow(write({ m: rewards("m", { reward: 0.9 }) }));
    expect(scores.warnings.find(({ code }) => code === "published-differs")?.message).toContain(" m ");
  });

  test("no pair judged: no reward, with the reason", async () => {
    const empty = counts(0, 0, 0, 0, 0);
    const { row } = await rewardRow(
      write({ m: rewards("m", { ...empty, task_categorized_results: { "Creative Tasks": empty } }) }),
    );
    expect(row).toMatchObject({ reward: null, macroReward: null, winRate: null, n: 0 });
    expect(row.reasons?.winRate).toBe("no row has a verdict");
  });

  test("one model is picked and renamed; length rules are boards of their own; two rows of a name are refused", async () => {
    const file = write({ m: rewards("m"), other: rewards("other") });
    const wide = write({ m: rewards("m", { K: -1 }) }, "pairwise-gpt4t-K=-1.json");
    const scores = await score([`mine=${file}#m`, wide]);
    expect(scores.boards.map(({ protocol, models }) => [protocol, models.map(({ model }) => model)])).toEqual(
      [
        ["wildbench-reward-K=500@published", ["mine"]],
        ["wildbench-reward-no-length-rule@published", ["m"]],
      ],
    );
    await expect(score([`${file}#n`])).rejects.toThrow('has no model "n"');
    await expect(score([file, write({ m: rewards("m") })])).rejects.toMatchObject({
      code: "duplicate-model",
    });
  });

  test("bad rows are named by their key; counts cannot be compared by question", async () => {
    await expect(score([write({ m: rewards("m", { win: "3" }) })])).rejects.toThrow("m.win is not a number");
    await expect(score([write({ m: rewards("m", { total: 5 }) })])).rejects.toThrow("fewer than the 6 pairs");
    await expect(score([write({ models: [] })])).rejects.toMatchObject({ code: "unknown-format" });
    const file = write({ m: rewards("m") });
    const verdicts = await readFileVerdicts([file], { compat: false, finder, seed: 1 });
    expect(() => requireVerdicts(file, verdicts)).toThrow("holds counts of each model and no verdicts");
  });
});

test("WildBench's scores, by hand: groups are told on the adjusted scale", async () => {
  const row = (model: string, total: number) => ({
    model,
    score: 7,
    total,
    task_categorized_scores: { "Creative Tasks": 5, "Coding & Debugging": 3 },
  });
  const scores = await score([write({ m: row("m", 4), n: row("n", 3) }, "score.json")]);
  expect(scores.boards[0]).toMatchObject({
    metric: "rating",
    mode: "single",
    protocol: "wildbench-score@published",
  });
  const [first, second] = rowsOf<RatingRow>(scores);
  expect(first).toMatchObject({ score: 7, adjustedScore: 4, n: 4, missing: 0, interval: null });
  expect(first?.macroScore).toBeCloseTo((0.5 * 5 + 1.25 * 3) / 1.75, 14);
  expect(first?.categories["Creative Tasks"]).toMatchObject({ score: 7.5, adjustedScore: 5, n: null });
  expect(second).toMatchObject({ missing: 1, bounds: { low: 5.5, high: 7.75 } });
});

const data = mirror === undefined ? "" : join(mirror, "wildbench");

describe.skipIf(mirror === undefined)("published result files of WildBench (needs ASSAY_MIRROR)", () => {
  const published = (file: string) =>
    JSON.parse(readFileSync(join(data, file), "utf8")) as Record<string, Json>;
  const near = (found: unknown, wanted: unknown) =>
    expect(Math.abs((found as number) - (wanted as number))).toBeLessThan(1e-12);

  test.each(["pairwise-gpt4t-K=-1.json", "pairwise-gpt4t-K=500.json", "pairwise-haiku-K=500.json"])(
    "every reward of %s",
    async (file) => {
      const [compat, corrected] = await Promise.all(
        [true, false].map(async (mode) => {
          const scores = await score([join(data, file)], mode);
          return new Map(rowsOf<PreferenceRow>(scores).map((found) => [found.model, found]));
        }),
      );
      const wanted = published(file);
      expect(compat?.size).toBe(Object.keys(wanted).length);
      for (const [model, row] of Object.entries(wanted)) {
        const [found, fixed] = [compat?.get(model), corrected?.get(model)];
        near(found?.reward, row.reward);
        near(found?.macroReward, row.task_macro_reward);
        near(fixed?.macroReward, row.task_macro_reward);
        for (const [group, reward] of Object.entries(row.task_categorized_rewards as Json))
          near(found?.categories[group]?.reward, reward);
        near(fixed?.reward, ((row.reward as number) * (row.total as number)) / (fixed?.n as number));
      }
    },
  );

  test("every score", async () => {
    const scores = await score([join(data, "score.json")]);
    const rows = new Map(rowsOf<RatingRow>(scores).map((found) => [found.model, found]));
    const wanted = published("score.json");
    expect(rows.size).toBe(61);
    for (const [model, row] of Object.entries(wanted)) {
      const found = rows.get(model);
      near(found?.score, row.score);
      near(found?.adjustedScore, row.adjusted_score);
      near(found?.macroScore, row.task_macro_score);
      for (const [group, value] of Object.entries(row.task_categorized_scores as Json))
        near(found?.categories[group]?.adjustedScore, value);
    }
  });
});
