import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { ContaminationScan } from "../../../harness/core/contamination.js";
import { loadSuite } from "../../../suites/registry.js";
import { useBench } from "../command-runner.js";
import { makeRecordedRun } from "../recorded-run.js";

const bench = useBench();
const noAssets = { locateAsset: () => Promise.reject(new Error("no asset is needed")) };

/** A corpus with a question, and with another's reference answer, among rows of no interest; foreign text in the rows. */
async function plantedCorpus(): Promise<{ readonly question: string; readonly answer: string }> {
  const { questions } = await loadSuite("quickstart", noAssets);
  const [one] = questions;
  const other = questions.find(({ id, reference }) => id !== one?.id && (reference?.[0]?.length ?? 0) > 100);
  if (one === undefined || other === undefined) throw new Error("the suite has no such questions");
  const rows = [
    { text: "Nothing of interest stands in this row, however long it may be, and so it is not found." },
    { text: `<script>alert(1)</script>\u001b[31m ${one.turns[0]} \u202e` },
    { other: `=cmd() ${other.reference?.[0]}` },
  ];
  bench.write("corpus/a.jsonl", rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  return { question: one.id, answer: other.id };
}

describe("assay contamination", () => {
  test("names each question that a corpus holds with the place, and keeps scan, split scores and a warning with the run", async () => {
    const planted = await plantedCorpus();
    await makeRecordedRun(bench, "run");
    const { code, document } = await bench.json(
      "contamination",
      "run",
      "--corpus",
      "corpus",
      "--matches",
      "found.jsonl",
    );
    const scan = document as ContaminationScan;
    expect(code).toBe(0);
    const found = scan.items.filter((item) => item.contaminated);
    expect(found.map(({ id, found: what }) => [id, what]).sort()).toEqual(
      [
        [planted.question, "question"],
        [planted.answer, "answer"],
      ].sort(),
    );
    expect(found.find(({ id }) => id === planted.question)?.passages[0]).toMatchObject({
      ...{ file: "corpus/a.jsonl", row: 2, field: "text", part: "question", turn: 1 },
    });
    expect(scan.corpus).toMatchObject({ files: 1, rows: 3, matchedRows: 2 });
    const lines = readFileSync("found.jsonl", "utf8").trim().split("\n");
    expect(lines.map((line) => JSON.parse(line).row)).toEqual(expect.arrayContaining([2, 3]));
    const small = scan.scores.find(({ model, metric }) => model === "sample-small" && metric === "score");
    expect(small?.all).toMatchObject({ score: 4.8125, questions: 24 });
    expect([small?.clean.questions, small?.contaminated.questions]).toEqual([22, 2]);
    const mean = ((small?.clean.score ?? 0) * 22 + (small?.contaminated.score ?? 0) * 2) / 24;
    expect(mean).toBeCloseTo(4.8125, 10);
    expect(small?.difference.interval).not.toBeNull();
    const scored = await bench.json("score", "run");
    expect(scored.document).toMatchObject({
      boards: expect.arrayContaining([
        expect.objectContaining({
          contamination: expect.objectContaining({ contaminated: 2, questions: 24 }),
        }),
      ]),
      warnings: expect.arrayContaining([
        expect.objectContaining({ code: "contaminated-questions", count: 2 }),
      ]),
    });
    const shown = await bench.assay("score", "run");
    expect(shown.stdout).toContain("2 of 24 questions are in the corpus");
  });

  test("quotes foreign text harmlessly on the terminal, in HTML and in CSV", async () => {
    await plantedCorpus();
    const flags = ["--html", "page.html", "--csv", "table.csv", "--verbose"];
    const { code, stdout } = await bench.assay(
      "contamination",
      "quickstart",
      "--corpus",
      "corpus/*.jsonl",
      ...flags,
    );
    expect(code).toBe(0);
    expect(stdout).not.toContain("\u001b");
    expect(stdout).toContain("2 of 24 questions are in 1 file");
    const page = readFileSync("page.html", "utf8");
    expect(page).not.toMatch(/<script|\u001b|\u202e/);
    expect(page).toContain("What was found");
    const cells = readFileSync("table.csv", "utf8");
    expect(cells.split("\r\n")).toHaveLength(26);
    expect(cells).not.toMatch(/(^|,)"?[=+\-@]cmd/m);
  });

  test.each([
    [["quickstart"], "no corpus is named"],
    [["quickstart", "--corpus", "nowhere.jsonl"], "there is nothing at nowhere.jsonl"],
    [["quickstart", "--corpus", "empty"], "no file to read below empty"],
    [["quickstart", "--corpus", "packed.jsonl.zst"], "packed in a way that is not read"],
    [["quickstart", "--corpus", "binary.txt"], "is not text"],
    [["quikstart", "--corpus", "fine.txt"], "quickstart"],
    [["quickstart", "--corpus", "fine.txt", "--method", "ngrams"], "ngram-13"],
    [["quickstart", "--corpus", "fine.txt", "--run", "nowhere"], "is not a run folder"],
  ])("refuses %j with a remedy", async (words, message) => {
    bench.write("empty/x.bin", "x");
    bench.write("packed.jsonl.zst", "x");
    bench.write("binary.txt", "a\u0000b");
    bench.write("fine.txt", "Fine.");
    const { code, stderr } = await bench.assay("contamination", ...words);
    expect([code, stderr.includes(message)]).toEqual([2, true]);
  });
});
