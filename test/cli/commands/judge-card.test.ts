import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Scores } from "../../../harness/core/board.js";
import { useBench } from "../command-runner.js";
import { runRecordings } from "../recorded-run.js";

describe("the judge card beside the boards of a run", () => {
  const bench = useBench();

  const decisions = (judge: string, ...games: readonly string[]) =>
    games
      .map((second, index) =>
        JSON.stringify({
          judge_model: judge,
          judge_name: "own-prompt",
          pair_id: String(index),
          source: "mmlu-pro-law",
          label: "A>B",
          decisions: ["A>B", second],
        }),
      )
      .join("\n");

  /** Three of four pairs right, one of them changed. */
  async function writeCard(name: string): Promise<void> {
    bench.write("decisions.jsonl", decisions("sample-judge", "B>A", "B>A", "A>B", "A=B"));
    const { code } = await bench.assay("judge-bench", "--replay", "decisions.jsonl", "--card", name);
    expect(code).toBe(0);
  }

  async function qualities(...words: string[]) {
    const { document } = await bench.json("score", "run", ...words);
    return (document as Scores).boards.map(({ judgeQuality }) => judgeQuality);
  }

  test("is updated, not replaced", async () => {
    await writeCard("card.json");
    bench.write("decisions.jsonl", decisions("other-judge", "B>A"));
    await bench.assay("judge-bench", "--replay", "decisions.jsonl", "--card", "card.json");
    const card = JSON.parse(readFileSync(join(bench.folder, "card.json"), "utf8"));
    expect(Object.keys(card.judges)).toEqual(["own-prompt@sample-judge", "own-prompt@other-judge"]);
    expect(card.judges["own-prompt@sample-judge"].sets).toMatchObject([
      { set: "judgebench", n: 4, score: 75, consistency: { percent: 50, n: 4 } },
    ]);
  });

  test("says that nothing is known where there is none", async () => {
    await runRecordings(bench, "run");
    for (const quality of await qualities()) expect(quality).toMatchObject({ known: "nothing" });
    const { stdout } = await bench.assay("score", "run");
    expect(stdout).toContain("Nothing is known of how good this judge is");
    expect(existsSync(join(bench.folder, "run", "judge-card.json"))).toBe(false);
  });

  test("is found beside the configuration, kept in the run folder, and shown everywhere", async () => {
    await writeCard("judge-card.json");
    await runRecordings(bench, "run");
    const sentence =
      "Nothing is known of this judge under this protocol; the same judge model under own-prompt@sample-judge: 75% on judgebench (4 only), changes its mind in 50% of swapped pairs.";
    for (const quality of await qualities())
      expect(quality).toMatchObject({ known: "model", card: "own-prompt@sample-judge", sentence });
    expect(existsSync(join(bench.folder, "run", "judge-card.json"))).toBe(true);
    await bench.assay("report", "run", "--format", "markdown", "--out", "report");
    expect(readFileSync(join(bench.folder, "report", "summary.md"), "utf8")).toContain("75% on judgebench");
    bench.write("judge-card.json", JSON.stringify({ schema: "assay.judge-card/1", judges: {} }));
    for (const quality of await qualities()) expect(quality).toMatchObject({ sentence });
  });

  test("that is named goes before all others; a wrong one is refused before anything is done", async () => {
    await runRecordings(bench, "run");
    await writeCard("named.json");
    for (const quality of await qualities("--judge-card", "named.json"))
      expect(quality).toMatchObject({ known: "model" });
    const missing = await bench.assay("score", "run", "--judge-card", "nowhere.json");
    expect([missing.code, missing.stderr]).toEqual([
      2,
      expect.stringContaining("there is no judge card nowhere.json"),
    ]);
    bench.write("bad.json", "{}");
    const bad = await bench.assay("run", "recorded.json", "--out", "other", "--judge-card", "bad.json");
    expect([bad.code, bad.stderr]).toEqual([2, expect.stringContaining("bad.json: is no judge card")]);
    expect(existsSync(join(bench.folder, "other"))).toBe(false);
  });
});
