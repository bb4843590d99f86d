import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Scores } from "../../../harness/core/board.js";
import { systemClock } from "../../../harness/core/clock.js";
import { exportArenaHard } from "../../../harness/interop/arena-hard/export-run.js";
import { importArenaHard } from "../../../harness/interop/arena-hard/import-run.js";
import { formatOfImport } from "../../../harness/interop/import-format.js";
import { readFileVerdicts } from "../../../harness/interop/score-files.js";
import { scoreRun } from "../../../harness/pipeline/scores/score-run.js";
import { scoresOf } from "../../../harness/pipeline/scores/verdicts.js";

const clock = { ...systemClock, now: () => Date.UTC(2026, 10, 28) };
const mirror = process.env.ASSAY_MIRROR ?? "";

function write(folder: string, path: string, rows: readonly object[]): string {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  return file;
}

function rowsOf(file: string): Record<string, unknown>[] {
  return readFileSync(file, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
}

const temporary = () => mkdtempSync(join(tmpdir(), "assay-arena-exchange-"));

async function scoreFiles(files: readonly string[], baseline?: string): Promise<Scores> {
  const finder = { locateAsset: () => Promise.reject(new Error("no asset is needed")) };
  return scoresOf(await readFileVerdicts(files, { compat: false, seed: 1, finder, baseline }));
}

function figures({ boards }: Scores) {
  return boards.map((board) => ({
    suite: board.suite,
    protocol: board.protocol,
    rows: board.models.map((row) =>
      "rating" in row && "score" in row
        ? [row.model, row.score, row.n, row.missing, row.invalid, row.standardError]
        : [],
    ),
  }));
}

const prompt = [
  { role: "system", content: "Judge." },
  { role: "user", content: "P" },
];
const game = (score: string | null) => ({ score, judgment: { answer: `So ${score}` }, prompt });
const questions = ["q1", "q2", "q3"].map((uid, index) => ({
  uid,
  category: "hard_prompt",
  subcategory: index === 2 ? "math" : "coding",
  prompt: `Prompt ${uid}`,
}));
const metadata = {
  token_len: 3,
  header_count: { h1: 0, h2: 1, h3: 0, h4: 0, h5: 0, h6: 0 },
  list_count: { ordered: 0, unordered: 0 },
  bold_count: { "**": 0, __: 0 },
};
const answer = (uid: string, model: string, more: object = { metadata }) => ({
  uid,
  ans_id: `${model}-${uid}`,
  model,
  messages: [
    { role: "user", content: `Prompt ${uid}` },
    { role: "assistant", content: { answer: `## ${model} on ${uid}` } },
  ],
  tstamp: 1744155079.25,
  ...more,
});
const judged = (uid: string, games: readonly unknown[]) => {
  return { uid, category: "hard_prompt", judge: "gpt-4.1", model: "m", baseline: "b", games };
};
const rows = [
  judged("q1", [game("B>>A"), game("A>B")]),
  judged("q2", [game("A=B"), null]),
  judged("q3", [game(null), game("C>B")]),
];

function v2Folder(): string {
  const folder = temporary();
  write(folder, "arena-hard-v2.0/question.jsonl", questions);
  for (const model of ["m", "b"])
    write(
      folder,
      `arena-hard-v2.0/model_answer/${model}.jsonl`,
      questions.map(({ uid }) => answer(uid, model)),
    );
  write(folder, "arena-hard-v2.0/model_judgment/gpt-4.1/m.jsonl", rows);
  return folder;
}

describe("Arena-Hard's files, imported and exported", () => {
  test("come back as they were, with the same figures on the way", async () => {
    const [folder, out] = [v2Folder(), temporary()];
    const run = join(temporary(), "run");
    expect(formatOfImport([folder])).toBe("arena-hard");
    const manifest = await importArenaHard([folder], run, { clock });
    expect(manifest).toMatchObject({
      answers: { completed: 6 },
      judgments: { judged: 3, unreadable: 2, failed: 1 },
    });
    const file = join("arena-hard-v2.0", "model_judgment", "gpt-4.1", "m.jsonl");
    expect(figures(scoreRun(run))).toEqual(figures(await scoreFiles([join(folder, file)])));
    const { files, warnings } = await exportArenaHard(run, out);
    expect(warnings).toEqual([]);
    // `show_result.py` stops at a label that it does not know, and leaves out a judgment with a null one.
    const unknown = { ...game("C>B"), score: null, unknown_label: "C>B" };
    expect(rowsOf(join(out, file))).toEqual([...rows.slice(0, 2), judged("q3", [game(null), unknown])]);
    for (const path of ["question.jsonl", "model_answer/m.jsonl", "model_answer/b.jsonl"]) {
      const at = join("arena-hard-v2.0", path);
      expect(rowsOf(join(out, at)), path).toEqual(rowsOf(join(folder, at)));
    }
    expect(figures(await scoreFiles([join(out, file)]))).toEqual(figures(scoreRun(run)));
    const csv = files.find((path) => path.endsWith(".csv")) ?? "";
    expect(readFileSync(csv, "utf8").split("\n")).toEqual([
      "model,score,rating_q025,rating_q975,CI,avg_tokens,date",
      'm,90.0,6.61,99.84,"(-83.39, +9.84)",3.0,2026-11-28',
      'b,50.0,50.0,50.0,"(-0.00, +0.00)",3.0,2026-11-28',
      "",
    ]);
  });

  test("of v0.1 come back in the older layout, with battle rows", async () => {
    const folder = temporary();
    const choices = [{ index: 0, turns: [{ content: "**Yes**", token_len: 4 }] }];
    const older = (id: string, games: readonly unknown[]) => ({
      question_id: id,
      model: "m",
      judge: "j",
      games,
      tstamp: 7,
    });
    const oldGame = (score: string) => ({ user_prompt: "P", judgment: `[[${score}]]`, score });
    const all = [older("q1", [oldGame("B>>A"), oldGame("A=B")]), older("q2", [oldGame("A>B")])];
    const file = write(folder, "model_judgment/j/m.jsonl", all);
    write(folder, "model_answer/m.jsonl", [
      { question_id: "q1", answer_id: "x", model_id: "m", choices, tstamp: 5 },
    ]);
    const run = join(temporary(), "run");
    await importArenaHard([folder], run, { clock, baseline: "b" });
    expect(figures(scoreRun(run))).toEqual(figures(await scoreFiles([file], "b")));
    const out = temporary();
    await exportArenaHard(run, out, "v0.1");
    const bench = join(out, "arena-hard-v0.1");
    expect(rowsOf(join(bench, "model_judgment/j/m.jsonl"))).toEqual(all);
    const won = (winner: string, id = "q1") => ({ question_id: id, model_a: "b", model_b: "m", winner });
    expect(rowsOf(join(bench, "battles/j.jsonl"))).toEqual([
      ...Array.from({ length: 3 }, () => won("model_b")),
      won("tie"),
      won("model_a", "q2"),
    ]);
    const battles = await scoreFiles([join(bench, "battles/j.jsonl")]);
    expect(battles.boards[0]?.models[0]).toMatchObject({ wins: 3, ties: 1, losses: 1, score: 70 });
    // No metadata came with the answer: the counts are made here.
    expect(rowsOf(join(bench, "model_answer/m.jsonl"))[0]).toMatchObject({
      question_id: "q1",
      conv_metadata: { bold_count: { "**": 1, __: 0 }, list_count: { ordered: 0, unordered: 0 } },
    });
  });

  test("of games in one order alone lack nothing, scored or imported", async () => {
    const one = (id: string, score: string) => ({
      question_id: id,
      model: "m",
      judge: "j",
      games: [{ score }],
    });
    const file = write(temporary(), "m.jsonl", [one("q1", "B>A"), one("q2", "A=B")]);
    const run = join(temporary(), "run");
    await importArenaHard([file], run, { clock, baseline: "b" });
    const told: string[] = [];
    const onWarning = ({ code }: { readonly code: string }) => told.push(code);
    const other = await importArenaHard([file], join(temporary(), "run"), { clock, onWarning });
    expect([told, other.protocols[0]?.baseline]).toEqual([["assumed-baseline"], "gpt-4-0314"]);
    const scores = scoreRun(run);
    expect(scores.boards[0]?.models[0]).toMatchObject({
      score: 75,
      n: 2,
      missing: 0,
      bounds: { low: 75, high: 75 },
    });
    expect(figures(scores)).toEqual(figures(await scoreFiles([file], "b")));
  });

  test("of answers alone make a run that can be judged", async () => {
    const folder = temporary();
    const failed = answer("q2", "m", {});
    failed.messages[1] = { role: "assistant", content: { answer: null } } as never;
    write(folder, "m.jsonl", [answer("q1", "m"), failed]);
    const run = join(temporary(), "run");
    const manifest = await importArenaHard([folder], run, { clock });
    expect(manifest).toMatchObject({ answers: { completed: 1, failed: 1 }, judgments: { planned: 0 } });
    expect(readdirSync(join(run, "suites"))).toHaveLength(1);
    const { warnings } = await exportArenaHard(run, temporary());
    expect(warnings).toMatchObject([{ code: "failed-answers", count: 1 }]);
  });

  test("that hold nothing of it are refused", async () => {
    const folder = temporary();
    write(folder, "x.jsonl", [{ id: 1 }]);
    const run = join(folder, "run");
    await expect(importArenaHard([folder], run, { clock })).rejects.toThrow(
      /no Arena-Hard answers or judgments/,
    );
    expect(existsSync(run)).toBe(false);
    write(folder, "y.jsonl", rows);
    write(folder, "z.jsonl", [{ question_id: 1, model: "m", judgment: "", score: 5, judge: ["j", "p"] }]);
    expect(() => formatOfImport([folder])).toThrow(/of Arena-Hard and of FastChat/);
  });
});

describe.skipIf(mirror === "")("published files (need ASSAY_MIRROR)", () => {
  test("a published answer file comes back with its counts, and without them they are counted alike", async () => {
    const published = join(mirror, "arena_hard", "v2.0", "model_answer", "o3-mini-2025-01-31.jsonl");
    const run = join(temporary(), "run");
    await importArenaHard([published], run, { clock });
    const out = temporary();
    const { files } = await exportArenaHard(run, out);
    const written = files.find((path) => path.endsWith("o3-mini-2025-01-31.jsonl")) ?? "";
    const byId = (all: Record<string, unknown>[]) => new Map(all.map((row) => [row.uid, row]));
    const [back, given] = [byId(rowsOf(written)), byId(rowsOf(published))];
    expect(back.size).toBe(given.size);
    for (const [uid, row] of back) expect(row.metadata).toEqual(given.get(uid)?.metadata);
  });
});
