import { cpSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Bridge } from "../../../harness/core/judge-bridge.js";
import { useBench } from "../command-runner.js";
import { makeRecordedRun } from "../recorded-run.js";

const HEADER =
  ",win_rate,standard_error,n_wins,n_wins_base,n_draws,n_total,discrete_win_rate,mode,avg_length";

/** A leaderboard of alpaca_eval; its baseline stands at 50%. */
function leaderboard(rates: Readonly<Record<string, number>>, baseline = "base", n = 100): string {
  const row = (model: string, rate: number, error: number) =>
    `${model},${rate},${error},${rate},${n - rate},0,${n},${rate},minimal,900`;
  const rows = Object.entries(rates).map(([model, rate]) => row(model, rate, rate === 100 ? 0 : 2));
  return `${[HEADER, ...rows, row(baseline, 50, 0)].join("\n")}\n`;
}

/** Ratings as FastChat writes them. */
function ratings(judge: string, byModel: Readonly<Record<string, readonly number[]>>): string {
  return Object.entries(byModel)
    .flatMap(([model, scores]) =>
      scores.map((score, index) =>
        JSON.stringify({
          question_id: 900 + index,
          model,
          judge: [judge, "single-v1"],
          user_prompt: `[Instruction]\nGrade it from 1 to 10.\n\n[Question]\nWhat is ${index} in words?\n\n[Answer]\nAnswer ${index} of ${model}`,
          judgment: `Rating: [[${score}]]`,
          score,
          turn: 1,
          tstamp: 1,
        }),
      ),
    )
    .join("\n");
}

const OLD = { a: 20, b: 35, c: 50.5, d: 65, e: 80, f: 90 };
const NEW = { a: 28, b: 39, c: 50, d: 60, e: 69, f: 77 };

describe("assay bridge", () => {
  const bench = useBench();

  async function bridge(...words: string[]): Promise<Bridge> {
    const { code, document } = await bench.json("bridge", ...words);
    expect(code).toBe(0);
    return document as Bridge;
  }

  test("refuses to lead from a judge to itself", async () => {
    bench.write("old_leaderboard.csv", leaderboard(OLD));
    const { code, stderr } = await bench.assay("bridge", "old_leaderboard.csv", "./old_leaderboard.csv");
    expect([code, /are the same verdicts/.test(stderr)]).toEqual([2, true]);
  });

  test("links two leaderboards, states each model on both scales, and proposes what to judge next", async () => {
    bench.write("old_leaderboard.csv", leaderboard({ ...OLD, g: 86, h: 55 }));
    bench.write("new_leaderboard.csv", leaderboard({ ...NEW, z: 72 }));
    const found = await bridge("old_leaderboard.csv", "new_leaderboard.csv");
    // By hand: (8 + 4 + 0.5 + 5 + 11 + 13)/6 points of carrying over, in equal order.
    expect(found).toMatchObject({ schema: "assay.bridge/1", n: 6, spearman: 1, metric: "winRate" });
    expect(found.naiveError).toBeCloseTo(41.5 / 6, 10);
    expect(found.fit?.slope).toBeGreaterThan(found.ols?.slope ?? 1);
    expect(found.fit?.predictions).toHaveLength(6);
    expect(found.items).toBeNull();
    const of = (model: string) => found.restated.find((one) => one.model === model);
    expect(of("a")).toMatchObject({
      role: "anchor",
      old: { value: 20 },
      new: { value: 28, origin: "judged" },
    });
    const z = of("z");
    expect(z).toMatchObject({ role: "new", new: { value: 72 }, old: { origin: "predicted" } });
    expect(z?.old.value).toBeGreaterThan(80);
    expect(z?.old.interval?.low).toBeLessThan(z?.old.value as number);
    expect(found.next.map(({ model }) => model).sort()).toEqual(["g", "h"]);
    expect(found.next[0]).toMatchObject({ calls: 100, costUsd: null });
    expect(found.next[0]?.widthThen).toBeLessThan(found.next[0]?.widthNow as number);
  });

  test("goes over shared verdicts where both sides have them: drift, agreement, a page of both scales", async () => {
    bench.write("old.jsonl", ratings("judge-old", { a: [2, 4], b: [4, 5], c: [6, 6], "<b>d</b>": [8, 9] }));
    bench.write("new.jsonl", ratings("judge-new", { a: [3, 5], b: [4, 6], c: [6, 6], "<b>d</b>": [7, 8] }));
    const found = await bridge("old.jsonl", "new.jsonl", "--html", "page.html");
    // Differences 1, 1, 0, 1, 0, 0, −1, −1: mean 1/8; by question 0/4 and 1/4, so √(2/1 · 2 · 0.5²)/8.
    expect(found.items?.overall).toMatchObject({ difference: 0.125, items: 8, questions: 2 });
    expect(found.items?.overall.standardError).toBeCloseTo(1 / 8, 10);
    expect(found.items).toMatchObject({ sameSide: 37.5, slotEffect: null });
    expect(found).toMatchObject({ n: 4, metric: "score", scale: { low: 1, high: 10 } });
    expect(found.warnings.map(({ code }) => code)).toContain("few-anchors");
    const page = readFileSync("page.html", "utf8");
    expect(page).toContain("From judge-old to judge-new");
    expect(page).toContain('class="band"');
    expect(page).not.toContain("<b>d");
    const refused = await bench.assay("bridge", "old.jsonl", "new.jsonl", "--html", "old.jsonl/page.html");
    expect(refused.stderr).toContain("--html");
    expect(refused.stderr).not.toContain("unexpected");
  });

  test("says of boards where all models meet how each drifted, and nothing over all of them", async () => {
    await makeRecordedRun(bench, "run");
    cpSync("run", "again", { recursive: true });
    const { items, sentence } = await bridge("run#assay-pair", "again#assay-pair");
    expect(items?.overall).toMatchObject({ difference: null, interval: null, items: 96, questions: 24 });
    expect(items?.overall.reason).toContain("what one gains another loses");
    expect(items?.categories).toEqual({});
    expect(items?.models["sample-large"]).toMatchObject({ difference: 0, items: 48 });
    expect(sentence).toMatch(/^There is no bridge/);
    const { stdout } = await bench.assay("bridge", "run#assay-pair", "again#assay-pair");
    expect(stdout).not.toContain("new − old 0.00");
  });

  test("states a new run in the old judge's units, and refuses one of another judge", async () => {
    bench.write("old.jsonl", ratings("judge-old", { a: [2, 4], b: [4, 5], c: [6, 6], d: [8, 9], e: [7, 7] }));
    bench.write("new.jsonl", ratings("judge-new", { a: [3, 5], b: [4, 6], c: [6, 6], d: [7, 8], e: [7, 6] }));
    bench.write("ckpt.jsonl", ratings("judge-new", { ckpt: [6, 7] }));
    const found = await bridge("old.jsonl", "new.jsonl", "--predict", "ckpt.jsonl");
    expect(found.restated[0]).toMatchObject({ model: "ckpt", role: "predict", new: { value: 6.5 } });
    expect(found.restated[0]?.old).toMatchObject({ origin: "predicted", value: expect.any(Number) });
    const shown = await bench.assay("bridge", "old.jsonl", "new.jsonl", "--predict", "ckpt.jsonl");
    expect(shown.stdout).toMatch(/ckpt +≈\d\.\d\d \[/);
    bench.write("other.jsonl", ratings("judge-old", { ckpt: [6, 7] }));
    const refused = await bench.assay("bridge", "old.jsonl", "new.jsonl", "--predict", "other.jsonl");
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain("the bridge leads from");
  });

  test.each<[string, Readonly<Record<string, string>>, string]>([
    [
      "another baseline",
      {
        "old_leaderboard.csv": leaderboard({ ...OLD, other: 70 }),
        "new_leaderboard.csv": leaderboard(NEW, "other"),
      },
      "different comparisons: the baselines are base and other",
    ],
    [
      "another number of questions",
      { "old_leaderboard.csv": leaderboard(OLD), "new_leaderboard.csv": leaderboard(NEW, "base", 200) },
      "different comparisons: 100 and 200 verdicts",
    ],
    [
      "no model in common",
      { "old_leaderboard.csv": leaderboard({ a: 20 }), "new_leaderboard.csv": leaderboard({ b: 20 }) },
      "no model in common",
    ],
    [
      "too few anchors",
      {
        "old_leaderboard.csv": leaderboard({ a: 20, b: 30, c: 100 }),
        "new_leaderboard.csv": leaderboard({ a: 25, b: 33, c: 97 }),
      },
      "2 anchors are too few for a line",
    ],
  ])("refuses %s", async (_, files, message) => {
    for (const [name, text] of Object.entries(files)) bench.write(name, text);
    const { code, stderr } = await bench.assay("bridge", "old_leaderboard.csv", "new_leaderboard.csv");
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });

  test("refuses other questions under the same ids, and ratings against win rates", async () => {
    bench.write("old.jsonl", ratings("judge-old", { a: [2, 4] }));
    bench.write("new.jsonl", ratings("judge-new", { a: [3, 5] }).replaceAll("in words", "in Latin"));
    const other = await bench.assay("bridge", "old.jsonl", "new.jsonl");
    expect(other).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("different comparisons: the suites are"),
    });
    bench.write("new_leaderboard.csv", leaderboard(NEW));
    const rates = await bench.assay("bridge", "old.jsonl", "new_leaderboard.csv");
    expect(rates).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("ratings from 1 to 10 and win rates"),
    });
  });
});

const mirror = process.env.ASSAY_MIRROR;

describe.skipIf(mirror === undefined)("published files of two judges (needs ASSAY_MIRROR)", () => {
  const bench = useBench();
  const folder = join(mirror ?? "", "alpaca_eval");
  const annotations = (model: string, judge: string) =>
    join(folder, "results", model, judge, "annotations.json");
  const board = (judge: string) => join(folder, "leaderboards", `${judge}_leaderboard.csv`);

  test("claude-2.1 under one judge model and two protocols", async () => {
    const files = ["weighted_alpaca_eval_gpt4_turbo", "alpaca_eval_cot_gpt4_turbo_fn"].map((judge) =>
      annotations("claude-2.1", judge),
    );
    const { document } = await bench.json("bridge", ...files);
    const { items, fit, n } = document as Bridge;
    expect({ fit, n }).toEqual({ fit: null, n: 1 });
    expect(items?.overall.difference).toBeCloseTo(-2.814252, 6);
    expect(items?.overall.standardError).toBeCloseTo(0.968008, 6);
    expect(items?.overall.items).toBe(805);
    expect(items?.correlation).toBeCloseTo(0.6468, 4);
    expect(items?.sameSide).toBeCloseTo(90.8, 1);
    expect(Object.keys(items?.categories ?? {})).toHaveLength(5);
  });

  test("claude-2's two files are different comparisons", async () => {
    const files = ["weighted_alpaca_eval_gpt4_turbo", "alpaca_eval_gpt4"].map((judge) =>
      annotations("claude-2", judge),
    );
    const { code, stderr } = await bench.assay("bridge", ...files);
    expect(code).toBe(2);
    expect(stderr).toContain(
      "different comparisons: the baselines are gpt4_1106_preview and text_davinci_003",
    );
  });

  test("boards of two judge families, and of one", async () => {
    const { document } = await bench.json("bridge", board("alpaca_eval_gpt4"), board("claude"));
    expect(document).toMatchObject({
      n: 28,
      spearman: expect.closeTo(0.9329318368464277, 9),
      naiveError: expect.closeTo(9.946792964116511, 9),
      ols: {
        slope: expect.closeTo(0.5078837760600716, 9),
        intercept: expect.closeTo(-0.1190955359220106, 9),
        leaveOneOutError: expect.closeTo(3.997251392706151, 9),
      },
    });
    const within = await bench.json(
      "bridge",
      board("weighted_alpaca_eval_gpt4_turbo"),
      board("alpaca_eval_cot_gpt4_turbo_fn"),
    );
    expect(within.document).toMatchObject({
      n: 11,
      naiveError: expect.closeTo(2.101981368087094, 9),
      ols: { leaveOneOutError: expect.closeTo(2.2822511247149775, 9) },
      sentence: expect.stringContaining("hardly helps"),
    });
  });
});
