import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { Scores } from "../../harness/core/board.js";
import { useBench } from "./command-runner.js";

/** A judgment of single grading as FastChat writes it. */
function single(id: number, model: string, score: number, changes: object = {}) {
  return {
    question_id: id,
    model,
    judge: ["judge-x", "single-v1"],
    user_prompt: `[Instruction]\nGrade it from 1 to 10.\n\n[Question]\nWhat is ${id} in words?\n\n[Answer]\nAnswer ${id} of ${model}`,
    judgment: `So it is. Rating: [[${score}]]`,
    score,
    turn: 1,
    tstamp: id,
    ...changes,
  };
}

function pair(id: number, winner: string, changes: object = {}) {
  return {
    question_id: id,
    model_1: "a",
    model_2: "b",
    g1_winner: winner,
    g2_winner: winner,
    judge: ["judge-x", "pair-v2"],
    g1_user_prompt: `${id}: a, b`,
    g1_judgment: "So. [[A]]",
    g2_user_prompt: `${id}: b, a`,
    g2_judgment: "So. [[B]]",
    turn: 1,
    tstamp: 1,
    ...changes,
  };
}

const lines = (rows: readonly object[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join("");

function figures({ boards }: Scores): unknown[] {
  return boards.flatMap((board) =>
    board.models.map((row) =>
      "score" in row
        ? [row.model, row.score, row.n, row.invalid + row.missing]
        : [row.model, row.winRate, row.n, row.invalid + row.missing],
    ),
  );
}

function rowsIn(folder: string): Record<string, unknown>[] {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
  const found = files.filter((file) => /_(single|pair)\.jsonl$/.test(file));
  return found.flatMap((file) =>
    readFileSync(`${folder}/${file}`, "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line)),
  );
}

describe("judgment files, scored, imported, scored again and exported", () => {
  const bench = useBench();

  async function score(...words: string[]): Promise<Scores> {
    const { code, document, stderr } = await bench.json("score", ...words);
    expect({ code, stderr }).toMatchObject({ code: 0 });
    return document as Scores;
  }

  /** Figures of the file, and of the run that it is imported as; the rows that are exported again. */
  async function thereAndBack(rows: readonly object[], ...flags: string[]) {
    const file = bench.write("judgments.jsonl", lines(rows));
    const scores = await score(file, ...flags);
    expect(await bench.assay("import", file, "--out", "run", ...flags)).toMatchObject({ code: 0 });
    const again = await score("run");
    expect(figures(again)).toEqual(figures(scores));
    await bench.assay("export", "run", "--format", "fastchat", "--out", "back");
    return { scores, again, exported: rowsIn("back") };
  }

  test("repeats of a judgment all count, and unknown keys stay", async () => {
    const rows = [2, 2, 8].flatMap((mark, take) =>
      [901, 902].map((id) => single(id, "demo", mark + (id - 901), { take, judgment: `Take ${take}` })),
    );
    const { scores, exported } = await thereAndBack(rows);
    expect(figures(scores)).toEqual([["demo", 4.5, 6, 0]]);
    expect(exported).toHaveLength(6);
    expect(exported).toEqual(expect.arrayContaining(rows));
  });

  test("pairs count where the files hold the answers of the second model alone", async () => {
    const rows = [900, 901].map((id) => pair(id, "model_1"));
    bench.write("bench/model_judgment/judge-x_pair.jsonl", lines(rows));
    const answers = [900, 901].map((id) => ({
      question_id: id,
      answer_id: `b-${id}`,
      model_id: "b",
      choices: [{ index: 0, turns: ["Here."] }],
    }));
    bench.write("bench/model_answer/b.jsonl", lines(answers));
    expect(await bench.assay("import", "bench", "--out", "run")).toMatchObject({ code: 0 });
    const scores = await score("run");
    expect(scores.warnings.map(({ code }) => code)).not.toContain("stale-judgments");
    expect(figures(scores)).toEqual([
      ["a", 100, 2, 0],
      ["b", 0, 2, 0],
    ]);
  });

  test("repeats of a pair are comparisons of their own, whichever model a row names first", async () => {
    const rows = [900, 901].flatMap((id) => [
      ...[0, 1, 2].map((tstamp) => pair(id, "model_1", { tstamp })),
      pair(id, "model_1", {
        model_1: "b",
        model_2: "a",
        g1_user_prompt: `${id}: b, a`,
        g2_user_prompt: `${id}: a, b`,
        tstamp: 3,
      }),
    ]);
    const { scores, exported } = await thereAndBack(rows);
    expect(figures(scores)).toEqual([
      ["a", 75, 8, 0],
      ["b", 25, 8, 0],
    ]);
    expect(scores.warnings).toMatchObject([{ code: "judge-repeats", count: 6 }]);
    expect(exported).toEqual(expect.arrayContaining(rows));
    expect(exported).toHaveLength(8);
  });

  test("a verdict beside a failed attempt counts, whichever came first", async () => {
    const failed = { judgment: "$ERROR$", score: -1 };
    const { scores } = await thereAndBack([
      single(901, "m", 4),
      single(901, "m", 0, failed),
      single(902, "m", 0, failed),
      single(902, "m", 8),
    ]);
    expect(figures(scores)).toEqual([["m", 6, 2, 0]]);
    const lost = { g2_winner: "error", g2_judgment: "$ERROR$" };
    const file = bench.write("pairs.jsonl", lines([pair(900, "model_1"), pair(900, "model_1", lost)]));
    expect(figures(await score(file))).toEqual([
      ["a", 100, 1, 0],
      ["b", 0, 1, 0],
    ]);
  });

  test("ratings of zero are ratings: the scale is found, said and kept", async () => {
    const rows = [900, 901, 902, 903].flatMap((id) => [
      single(id, "steady", 8),
      single(id, "erratic", id % 2 === 0 ? 9 : 0),
    ]);
    const { scores, again, exported } = await thereAndBack(rows);
    expect(figures(scores)).toEqual([
      ["steady", 8, 4, 0],
      ["erratic", 4.5, 4, 0],
    ]);
    expect(scores.boards[0]).toMatchObject({ scale: { low: 0, high: 10 } });
    expect(again.boards[0]).toMatchObject({ scale: { low: 0, high: 10 } });
    expect(scores.warnings).toMatchObject([
      { code: "rating-scale", message: expect.stringMatching(/from 0 to 10.*--scale/s) },
    ]);
    expect(exported.filter((row) => row.score === 0)).toHaveLength(2);
  });

  test("percent, a named scale, and ratings that tell of no one scale", async () => {
    const percent = [900, 901, 902].map((id) => single(id, "p", 70 + (id - 900)));
    const { scores } = await thereAndBack(percent);
    expect(scores.boards[0]).toMatchObject({ scale: { low: 0, high: 100 }, models: [{ score: 71 }] });
    const slip = bench.write(
      "slip.jsonl",
      lines([single(901, "m", 4), single(902, "m", 6), single(903, "m", 11)]),
    );
    const { code, stderr } = await bench.assay("score", slip);
    expect(code).toBe(2);
    expect(stderr).toMatch(/slip\.jsonl:3.*1 lie above 10.*\n.*--scale 0\.\.100 or --scale 1\.\.10/s);
    const named = await score(slip, "--scale", "1..10");
    expect(figures(named)).toEqual([["m", 5, 2, 1]]);
    expect(named.boards[0]).toMatchObject({ models: [{ bounds: { low: 11 / 3, high: 20 / 3 } }] });
    const mixed = bench.write(
      "mixed.jsonl",
      lines([...percent, ...[900, 901].map((id) => single(id, "q", 7))]),
    );
    expect(await bench.assay("score", mixed)).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/different scales.*--scale 0\.\.100/s),
    });
    expect(await bench.assay("score", mixed, "--scale", "ten")).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/0\.\.100/),
    });
    const file = bench.write("ten.jsonl", lines([900, 901].map((id) => single(id, "q", 7))));
    expect(await bench.assay("compare", "judgments.jsonl", file)).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/different scales/),
    });
  });
});

describe("judgments of different questions under the same ids", () => {
  const bench = useBench();
  const german = (id: number) => ({
    user_prompt: `[Anweisung]\nBitte urteilen Sie.\n\n[Frage]\nWas heißt ${id}?\n\n[Antwort]\nAntwort ${id}`,
  });
  const write = (name: string, model: string, changes: (id: number) => object = () => ({}), mark = 6) =>
    bench.write(name, lines([81, 82, 83, 84].map((id) => single(id, model, mark + (id % 2), changes(id)))));

  test("stand on boards of their own, without MT-Bench's categories", async () => {
    const files = [write("one.jsonl", "m"), write("two.jsonl", "n", german, 8)];
    const { document } = await bench.json("score", ...files);
    const { boards } = document as Scores;
    expect(boards).toHaveLength(2);
    expect(new Set(boards.map((board) => board.protocol)).size).toBe(2);
    expect(new Set(boards.map((board) => board.suite)).size).toBe(2);
    for (const board of boards) {
      expect(board.suite).not.toBe("mt-bench");
      expect(board.models.map((row) => Object.keys(row.categories))).toEqual([["general"]]);
    }
    expect(await bench.assay("score", write("both.jsonl", "m"), write("again.jsonl", "n"))).toMatchObject({
      code: 0,
    });
  });

  test("are not compared, nor held against each other", async () => {
    const files = [write("one.jsonl", "m"), write("two.jsonl", "m", german, 8)];
    expect(await bench.assay("compare", ...files, "--margin", "0.2")).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/different (suites|protocols)/),
    });
    expect(await bench.assay("agreement", ...files)).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/different questions/),
    });
    // The same template over another question is another suite as well.
    const other = write("three.jsonl", "m", (id) => ({
      user_prompt: single(id, "m", 1).user_prompt.replace("What is", "How much is"),
    }));
    expect(await bench.assay("compare", "one.jsonl", other)).toMatchObject({ code: 2 });
    expect(await bench.assay("agreement", "one.jsonl", other)).toMatchObject({ code: 2 });
    expect(await bench.assay("compare", "one.jsonl", write("same.jsonl", "n"))).toMatchObject({ code: 0 });
  });

  test("are refused within one file", async () => {
    const mixed = bench.write(
      "mixed.jsonl",
      lines([81, 82, 83].flatMap((id) => [single(id, "m", 5), single(id, "n", 7, german(id))])),
    );
    expect(await bench.assay("score", mixed)).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/mixed\.jsonl.*two judge templates/s),
    });
    expect(await bench.assay("score", mixed, "--compat")).toMatchObject({ code: 0 });
  });
});

describe("assay import", () => {
  const bench = useBench();
  const question = (id: number, text: string) => ({ question_id: id, category: "x", turns: [text] });
  const answer = (id: number, text: string) => ({
    question_id: id,
    answer_id: `${id}${text}`,
    model_id: "m",
    choices: [{ index: 0, turns: [text] }],
    tstamp: 1,
  });

  test("makes a suite of each bench of a folder", async () => {
    for (const name of ["one_bench", "two_bench"]) {
      bench.write(`data/${name}/question.jsonl`, lines([question(1, `what is ${name}?`)]));
      bench.write(`data/${name}/model_answer/m.jsonl`, lines([answer(1, `it is ${name}`)]));
    }
    expect(await bench.assay("import", "--format", "fastchat", "data", "--out", "run")).toMatchObject({
      code: 0,
    });
    const { suites, status } = JSON.parse(readFileSync("run/run.json", "utf8"));
    expect(suites.map((suite: { id: string }) => suite.id)).toEqual(["one-bench", "two-bench"]);
    expect(status).toBe("complete");
    const answers = readFileSync("run/answers/m.jsonl", "utf8").trimEnd().split("\n");
    expect(answers.map((one) => JSON.parse(one).turns[0].text)).toEqual([
      "it is one_bench",
      "it is two_bench",
    ]);
  });

  test("leaves no whole-looking folder behind when it fails, and waits for nobody", async () => {
    bench.write("data/a/question.jsonl", lines([question(1, "q")]));
    bench.write("data/a/model_answer/m.jsonl", lines([answer(1, "a")]));
    mkdirSync("run");
    bench.write("run/.lock", JSON.stringify({ pid: process.ppid, host: "elsewhere", startedAt: "now" }));
    expect(await bench.assay("import", "data", "--out", "run")).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/in use|elsewhere/),
    });
    expect(existsSync("run/run.json")).toBe(false);
  });

  test("compares a folder whose name holds a number sign", async () => {
    bench.write("one.jsonl", lines([81, 82, 83].map((id) => single(id, "m", 5 + (id % 2)))));
    for (const run of ["runs/q#1", "runs/q#2"])
      expect(await bench.assay("import", "one.jsonl", "--out", run)).toMatchObject({ code: 0 });
    expect(await bench.assay("compare", "runs/q#1", "runs/q#2#m")).toMatchObject({ code: 0 });
  });
});
