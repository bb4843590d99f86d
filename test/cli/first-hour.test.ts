import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { useBench } from "./command-runner.js";

describe("a file in a place for another", () => {
  const bench = useBench();
  const judgment = {
    question_id: 81,
    model: "m",
    judge: ["j", "single-v1"],
    user_prompt: "",
    judgment: "Rating: [[7]]",
    score: 7,
    turn: 1,
    tstamp: 1,
  };

  test("judgments given to report: how their figures are seen, and how a run is made of them", async () => {
    const file = bench.write("gpt-4_single.jsonl", `${JSON.stringify(judgment)}\n`);
    expect(await bench.assay("report", file)).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(
        /is a file, not a run folder\n.*assay score gpt-4_single\.jsonl.*assay import/,
      ),
    });
    expect(await bench.assay("report", "none")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("none is not a run folder: there is no such folder"),
    });
  });

  test("one file of judgments imports with MT-Bench's categories", async () => {
    const file = bench.write("gpt-4_single.jsonl", `${JSON.stringify(judgment)}\n`);
    expect(await bench.assay("import", file, "--out", "run")).toMatchObject({ code: 0 });
    const { document } = await bench.json("score", "run");
    expect(document).toMatchObject({
      boards: [{ suite: "mt-bench", models: [{ score: 7, categories: { writing: { score: 7 } } }] }],
    });
    expect(await bench.assay("import", bench.write("x.json", "{}"), "--out", "other")).toMatchObject({
      code: 2,
    });
  });

  test.each([
    ["suite.yaml", "questions:\n  - id: q1\n    turns: [What is it?]\n"],
    ["suite.json", '[{"instruction": "Say it."}]'],
    ["suite.jsonl", '{"id": "q1", "turns": ["What is it?"]}\n{"id": "q2", "turns": ["And that?"]}\n'],
  ])("questions given as a config: %s", async (name, text) => {
    bench.write(name, text);
    expect(await bench.assay("run", name)).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(
        new RegExp(`${name}: holds questions, not a configuration\n.*assay run --suite ${name}`),
      ),
    });
  });

  test("a file in Latin-1 is named with its line and the way to UTF-8", async () => {
    const text = `${JSON.stringify(judgment)}\n${JSON.stringify({ ...judgment, user_prompt: "café" })}\n`;
    writeFileSync(join(bench.folder, "latin.jsonl"), text, "latin1");
    expect(await bench.assay("score", "latin.jsonl")).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/latin\.jsonl:2.*not UTF-8 text.*\n.*iconv/),
    });
    writeFileSync(join(bench.folder, "latin.yaml"), "title: x\n# café\n", "latin1");
    expect(await bench.assay("run", "latin.yaml")).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/latin\.yaml:2.*not UTF-8/),
    });
    const question = "questions:\n  - id: q1\n    turns: [Où est le café?]\n";
    writeFileSync(join(bench.folder, "suite.yaml"), question, "latin1");
    const words = [
      "run",
      "--suite",
      "suite.yaml",
      "--model",
      "m",
      "--judge",
      "j",
      "--base-url",
      "http://127.0.0.1:9/v1",
    ];
    expect(await bench.assay(...words, "--dry-run")).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/suite\.yaml.*UTF-8/s),
    });
  });

  test.each(["run", "answer"])("assay %s in an empty folder leads to where one begins", async (command) => {
    expect(await bench.assay(command)).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/nothing to run.*\n.*assay quickstart.*assay init/),
    });
  });
});
