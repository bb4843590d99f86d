import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import type { PreferenceRow, Scores } from "../../../harness/core/board.js";
import { annotation } from "../../interop/alpaca-eval/annotation-files.js";
import { useBench } from "../command-runner.js";
import { makeRecordedRun } from "../recorded-run.js";

const mirror = process.env.ASSAY_MIRROR;

function rowsOf(document: unknown): readonly PreferenceRow[] {
  return (document as Scores).boards.flatMap((board) => (board.metric === "preference" ? board.models : []));
}

describe("assay score", () => {
  const bench = useBench();

  /** Odd questions are hard for everybody; each model has its own level. */
  function annotate(model: string, level: number): string {
    const rows = Array.from({ length: 40 }, (_, question) => {
      const noise = ((question * 29 + level * 7) % 17) / 80;
      const preference = 1 + (question % 2 === 0 ? 0.65 : 0.1) + level / 20 + noise;
      return annotation(question, preference, { generator_2: model });
    });
    return bench.write(`${model}.json`, JSON.stringify(rows));
  }

  async function score(...words: string[]): Promise<Scores> {
    const { code, document } = await bench.json("score", ...words);
    expect(code).toBe(0);
    return document as Scores;
  }

  async function refusal(...words: string[]): Promise<string> {
    const { code, stdout, stderr } = await bench.assay("score", ...words);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr.match(/^assay: /gm)).toHaveLength(1);
    return stderr;
  }

  test("gives a file's model another name, and picks one of several", async () => {
    const file = annotate("m1", 0);
    const both = bench.write(
      "both.json",
      JSON.stringify([annotation(0, 2, { generator_2: "a" }), annotation(0, 1, { generator_2: "b" })]),
    );
    expect(rowsOf(await score(`mine=${file}`)).map((row) => row.model)).toEqual(["mine"]);
    expect(rowsOf(await score(`${both}#b`))).toMatchObject([{ model: "b", wins: 0, losses: 1 }]);
    expect(await refusal(`${both}#c`)).toMatch(/has no model "c"\n.*Valid: a, b/);
    expect(await refusal("mine=none.json")).toMatch(/no file or run folder none\.json/);
    annotate("m1", 1);
    const twin = bench.write("twin.json", JSON.stringify([annotation(1, 1.25, { generator_2: "m1" })]));
    expect(await refusal(file, twin)).toMatch(/m1/);
    expect(rowsOf(await score(file, `other=${twin}`)).map((row) => row.model)).toContain("other");
  });

  test("estimates difficulties over the models once, and a later model moves nobody", async () => {
    const files = ["m1", "m2", "m3"].map(annotate);
    const estimated = await score(...files, "--fit-difficulties", "difficulties.json");
    expect(estimated.warnings.map((one) => one.code)).toContain("difficulties-estimated");
    const later = await score(...files, annotate("m4", 3), "--difficulties", "difficulties.json");
    const figures = (scores: Scores) =>
      Object.fromEntries(rowsOf(scores).map((row) => [row.model, row.lengthControlledWinRate]));
    expect(figures(later)).toMatchObject(figures(estimated));
    expect(figures(later).m4).not.toBeNull();
    expect(await refusal(...files, "--difficulties", "a.json", "--fit-difficulties", "b.json")).toMatch(
      /exclude each other\n.*--fit-difficulties FILE; from then on/,
    );
    expect(await refusal(files[0] ?? "", "--fit-difficulties", "one.json")).toMatch(/one model/);
    expect(existsSync("one.json")).toBe(false);
    expect(await refusal(files[0] ?? "", "--difficulties", "none.json")).toMatch(
      /none\.json.*cannot be read/s,
    );
  });

  test("scores a run and files together; the run keeps its own figures", async () => {
    await makeRecordedRun(bench, "run");
    const before = readFileSync("run/scores.json", "utf8");
    const { boards, sources } = await score("run", annotate("m1", 0));
    expect(sources.map((source) => source.format)).toEqual(["assay-run", "alpaca-eval"]);
    expect(boards.at(-1)).toMatchObject({ suite: "custom-instructions" });
    expect(readFileSync("run/scores.json", "utf8")).toBe(before);
    expect((await score("run")).boards).toEqual(JSON.parse(before).boards);
  });

  test("predicts from AlpacaEval 2 alone", async () => {
    expect(await refusal(annotate("m1", 0), "--predict-against", "m1")).toMatch(
      /predicted from AlpacaEval 2's fits alone/,
    );
  });

  test("puts published rows on no board but their own", async () => {
    await makeRecordedRun(bench, "run");
    const columns = ",win_rate,n_total\n";
    const leaderboard = bench.write("judge_leaderboard.csv", `${columns}known,60.5,805\n`);
    expect(await refusal("run", "--leaderboard", leaderboard)).toMatch(
      /published figures of judge do not belong beside those of assay-single@.*\n.*same annotator/,
    );
    expect(await refusal("run", "--leaderboard", "minimla")).toMatch(/Did you mean "minimal"\?/);
    const broken = bench.write("broken_leaderboard.csv", `${columns}known,much,805\n`);
    expect(await refusal("run", "--leaderboard", broken)).toMatch(/broken_leaderboard\.csv:2/);
  });

  test.skipIf(mirror === undefined)(
    "says of which alpaca_eval compat figures are, and gives those of today's (needs ASSAY_MIRROR)",
    async () => {
      vi.stubEnv("ASSAY_MIRROR", mirror);
      const file = join(
        mirror ?? "",
        "alpaca_eval/results/alpaca-7b_concise/weighted_alpaca_eval_gpt4_turbo/annotations.json",
      );
      const board = await score(file, "--compat");
      expect(rowsOf(board)[0]?.lengthControlledWinRate).toBeCloseTo(4.46725168, 7);
      expect(board.warnings.map(({ code }) => code)).toContain("alpaca-eval-folds");
      const today = await score(file, "--compat", "--folds", "package");
      expect(rowsOf(today)[0]?.lengthControlledWinRate).toBeCloseTo(4.57623243, 7);
      expect(today.warnings.map(({ code }) => code)).not.toContain("alpaca-eval-folds");
      expect(await bench.assay("import", file, "--out", "run")).toMatchObject({ code: 0 });
      const run = await score("run", "--compat", "--folds", "package");
      expect(rowsOf(run)[0]?.lengthControlledWinRate).toBeCloseTo(4.57623243, 7);
    },
  );

  test.skipIf(mirror === undefined)(
    "shows a checkpoint among the models that people know (needs ASSAY_MIRROR)",
    async () => {
      vi.stubEnv("ASSAY_MIRROR", mirror);
      const file = join(
        mirror ?? "",
        "alpaca_eval/results/claude-2/weighted_alpaca_eval_gpt4_turbo/annotations.json",
      );
      const rowsAt = async (depth: string) => rowsOf(await score(`mine=${file}`, "--leaderboard", depth));
      const minimal = await rowsAt("minimal");
      const own = minimal.findIndex((row) => row.model === "mine");
      expect(minimal.map((row) => row.model).slice(own - 1, own + 2)).toEqual([
        "Meta-Llama-3-70B-Instruct",
        "mine",
        "gemini-pro",
      ]);
      expect(minimal.filter((row) => row.origin !== "published").map((row) => row.model)).toEqual(["mine"]);
      const [verified, community] = [await rowsAt("verified"), await rowsAt("community")];
      expect([minimal, verified, community].map((rows) => rows.length)).toEqual(
        [minimal, verified, community].map((rows) => rows.length).sort((one, other) => one - other),
      );
      expect(community.find((row) => row.model === "claude-2")?.winRate).toBeCloseTo(
        minimal[own]?.winRate ?? 0,
        6,
      );
      const { stdout } = await bench.assay("score", `mine=${file}`, "--leaderboard", "minimal");
      expect(stdout).toContain("gemini-pro (published)");
      const predicted = await score(`mine=${file}`, "--predict-against", "gpt-3.5-turbo-1106");
      expect(rowsOf(predicted)[0]?.predicted).toEqual({
        opponent: "gpt-3.5-turbo-1106",
        winRate: expect.closeTo(67.28, 1),
      });
      expect(await refusal(file, "--predict-against", "claude-22")).toMatch(/Did you mean "claude-2"\?/);
      const byCategory = stdout.slice(stdout.indexOf("by category"));
      expect(byCategory).toContain("mine");
      expect(byCategory).not.toContain("gemini-pro");
    },
  );
});
