import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ConfigError, DataError } from "../../harness/core/errors.js";
import { canonicalJson, sha256 } from "../../harness/core/hash.js";
import { loadSuite } from "../../suites/registry.js";
import type { SuiteContext } from "../../suites/suite-context.js";
import { loadUserSuite } from "../../suites/user-suite.js";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "assay-suites-"));
});
afterAll(() => rm(folder, { recursive: true }));

const noAssets: SuiteContext = {
  locateAsset: () => Promise.reject(new Error("no asset is needed here")),
};

async function file(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

async function refusal(name: string, text: string): Promise<DataError> {
  const path = await file(name, text);
  const thrown: unknown = await loadUserSuite(path).then(
    () => undefined,
    (error: unknown) => error,
  );
  if (thrown instanceof DataError) return thrown;
  throw new Error(`expected a DataError, got ${String(thrown)}`);
}

describe("assay's own format", () => {
  it("reads a YAML suite with its head", async () => {
    const path = await file(
      "My Suite.yaml",
      `title: Support desk
category: support
judge: assay
mode: pairwise-baseline
baseline: old-bot
sampling: { maxTokens: 300, temperature: 0.2 }
questions:
  - id: greet
    turns:
      - Say hello in one word.
      - Now in French.
    reference: [Hello., Bonjour.]
    probes: brevity
  - id: 2
    category: refund
    prompt: May I return a used kettle?
    reference: Only within 14 days.
    system: You work for Kettle & Co.
    temperature: 1
    metadata: { team: returns }
`,
    );
    const suite = await loadUserSuite(path);
    expect(suite).toMatchObject({
      id: "my-suite",
      title: "Support desk",
      categories: ["support", "refund"],
      sampling: { maxTokens: 300, temperature: 0.2 },
      defaultJudge: "assay",
      defaultMode: "pairwise-baseline",
      defaultBaseline: "old-bot",
    });
    expect(suite.questions).toEqual([
      {
        id: "greet",
        category: "support",
        turns: ["Say hello in one word.", "Now in French."],
        reference: ["Hello.", "Bonjour."],
        metadata: { probes: "brevity" },
      },
      {
        id: "2",
        category: "refund",
        turns: ["May I return a used kettle?"],
        reference: ["Only within 14 days."],
        requiredTemperature: 1,
        system: "You work for Kettle & Co.",
        metadata: { team: "returns" },
      },
    ]);
    expect(suite.hash).toBe(sha256(canonicalJson(suite.questions)));
    expect(suite.assets).toMatchObject([{ id: "My Suite.yaml", pinned: null }]);
  });

  it("reads the same questions from YAML, JSON and JSONL", async () => {
    const rows = [
      { id: "a", prompt: "One?" },
      { id: "b", prompt: "Two?", category: "second" },
    ];
    const suites = await Promise.all([
      loadUserSuite(await file("same.json", JSON.stringify({ questions: rows }))),
      loadUserSuite(await file("list.json", JSON.stringify(rows))),
      loadUserSuite(await file("same.jsonl", rows.map((row) => JSON.stringify(row)).join("\n"))),
      loadUserSuite(
        await file("same.yml", "- id: a\n  prompt: One?\n- id: b\n  prompt: Two?\n  category: second\n"),
      ),
    ]);
    expect(new Set(suites.map((suite) => suite.hash)).size).toBe(1);
    expect(suites[0]?.categories).toEqual(["general", "second"]);
    expect(suites[0]?.sampling).toEqual({ maxTokens: 2048, temperature: 0 });
  });
});

describe("MT-Bench's format", () => {
  it("is read with FastChat's temperatures; foreign keys become metadata", async () => {
    const path = await file(
      "bench.jsonl",
      [
        '{"question_id": 7, "category": "math", "turns": ["1+1?", "and twice that?"], "reference": ["2", "4"]}',
        '{"question_id": 8, "turns": ["Hi"], "required_temperature": 0.3, "author": "Ann"}',
        "",
      ].join("\r\n"),
    );
    const suite = await loadUserSuite(path);
    expect(suite.questions).toEqual([
      { id: "7", category: "math", turns: ["1+1?", "and twice that?"], reference: ["2", "4"] },
      {
        id: "8",
        category: "general",
        turns: ["Hi"],
        requiredTemperature: 0.3,
        metadata: { author: "Ann" },
      },
    ]);
    expect(suite.sampling).toMatchObject({ maxTokens: 1024, temperature: 0.7 });
    expect(suite.sampling.temperatureByCategory?.math).toBe(0);
  });
});

describe("AlpacaEval's format", () => {
  it("is read with its outputs as recorded answers of the baseline", async () => {
    const path = await file(
      "mine.json",
      JSON.stringify([
        { instruction: "Name a colour.", output: "Blue.", generator: "old-bot", dataset: "tiny" },
        { instruction: "Translate.", input: "chat", output: "", generator: "old-bot" },
      ]),
    );
    const suite = await loadUserSuite(path);
    expect(suite.questions).toEqual([
      { id: "0", category: "tiny", turns: ["Name a colour."], metadata: { dataset: "tiny" } },
      { id: "1", category: "general", turns: ["Translate.\n\nchat"] },
    ]);
    expect(suite).toMatchObject({ defaultMode: "pairwise-baseline", defaultBaseline: "old-bot" });
    expect(
      suite.recordedAnswers?.map((answer) => [answer.questionId, answer.model, answer.turns[0]?.text]),
    ).toEqual([
      ["0", "old-bot", "Blue."],
      ["1", "old-bot", ""],
    ]);
  });

  it("has no baseline without outputs", async () => {
    const suite = await loadUserSuite(await file("plain.json", '[{"instruction": "Go on."}]'));
    expect(suite.recordedAnswers).toBeUndefined();
    expect(suite.defaultBaseline).toBeUndefined();
  });
});

describe("what is not right is refused with file and line", () => {
  const yaml = (question: string) => `questions:\n  - id: a\n    prompt: One?\n${question}`;

  it.each([
    ["an id that occurs twice", yaml("  - id: a\n    prompt: Two?\n"), 4, 'repeats the id "a" of line 2'],
    ["a blank turn", yaml('  - id: b\n    turns: ["x", " "]\n'), 5, '"turns[1]" is empty'],
    ["no turn", yaml("  - id: b\n    turns: []\n"), 5, '"turns" has no turn'],
    ["neither turns nor prompt", yaml("  - id: b\n"), 4, 'needs either "turns"'],
    ["both turns and prompt", yaml("  - id: b\n    turns: [x]\n    prompt: x\n"), 4, 'needs either "turns"'],
    ["a number for text", yaml("  - id: b\n    prompt: 42\n"), 5, '"prompt" should be text; put quotes'],
    ["a text for a list", yaml("  - id: b\n    turns: hello\n"), 5, '"turns" should be a list of texts'],
    ["no id", yaml("  - prompt: Two?\n"), 4, '"id" should be text or a whole number'],
    ["an unknown key", yaml("  - id: b\n    prompt: x\n    refrence: y\n"), 6, 'unknown key "refrence"'],
    [
      "too few references",
      yaml("  - id: b\n    turns: [x, y]\n    reference: [z]\n"),
      6,
      "has 1 reference answer for 2 turns",
    ],
    [
      "a temperature out of range",
      yaml("  - id: b\n    prompt: x\n    temperature: 3\n"),
      6,
      '"temperature" is above 2',
    ],
    ["a question that is no object", yaml("  - just text\n"), 4, "is not an object with keys"],
    ["an unknown key of the head", `titel: x\n${yaml("")}`, 1, 'unknown key "titel"'],
    ["an unknown mode", `mode: pairwise\n${yaml("")}`, 1, '"mode" should be single'],
    ["broken YAML", "questions:\n  - id: [a\n    prompt: x\n", 3, "not valid YAML"],
    ["a key given twice", "questions:\n  - id: a\n    id: b\n    prompt: x\n", 3, "not valid YAML"],
    ["an empty suite", "title: x\nquestions: []\n", 2, "holds no question"],
    ["records of no known format", "- colour: red\n", 1, "is not a question of a known format"],
  ])("%s", async (name, text, line, message) => {
    const error = await refusal(`${name.replace(/\W+/g, "-")}.yaml`, text);
    expect(error.line).toBe(line);
    expect(error.message).toContain(message);
    expect(error.file.startsWith(folder)).toBe(true);
  });

  it.each([
    ["empty.yaml", "", "holds no question"],
    ["empty.json", "[]", "holds no question"],
    ["empty.jsonl", "\n\n", "holds no question"],
  ])("nothing at all: %s", async (name, text, message) => {
    expect((await refusal(name, text)).message).toContain(message);
  });

  it("names the nearest spelling", async () => {
    const error = await refusal("typo.yaml", yaml("  - id: b\n    prompt: x\n    refrence: y\n"));
    expect(error.remedy).toContain('Did you mean "reference"?');
    const slip = await refusal("typo.jsonl", '{"question_id": 1, "turns": ["x"], "referense": ["y"]}\n');
    expect(slip.remedy).toContain('Did you mean "reference"?');
  });

  it("finds lines in JSON and JSONL too", async () => {
    const json = await refusal(
      "lines.json",
      '[\n  {"id": "a", "prompt": "x"},\n  {"id": "b",\n   "prompt": 3}\n]',
    );
    expect(json.line).toBe(4);
    const cut = await refusal("cut.json", '[\n  {"id": "a", "prompt": "x"},\n  {"id"');
    expect(cut.message).toContain("not valid JSON");
    expect(cut.line).toBe(3);
    const rows = await refusal(
      "lines.jsonl",
      '{"question_id": 1, "turns": ["x"]}\n\n{"question_id": 1, "turns": ["y"]}\n',
    );
    expect(rows.message).toContain('lines.jsonl:3: repeats the id "1" of line 1');
    const broken = await refusal("broken.jsonl", '{"question_id": 1, "turns": ["x"]}\n{"question_id": \n');
    expect(broken.line).toBe(2);
  });

  it("an instruction that occurs twice, which alpaca_eval could not join", async () => {
    const rows = [{ instruction: "Go." }, { instruction: "Stop." }, { instruction: "Go." }];
    const error = await refusal("twice.json", JSON.stringify(rows, undefined, 1));
    expect(error.message).toContain("repeats the instruction of line 2");
  });

  it("bytes that are not UTF-8, and alias bombs", async () => {
    const path = join(folder, "latin.yaml");
    await writeFile(path, Buffer.from([0x2d, 0x20, 0xe9, 0x0a]));
    await expect(loadUserSuite(path)).rejects.toMatchObject({ code: "not-utf-8" });
    const bomb = `a: &a [x, x, x, x, x, x, x, x, x, x]
b: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]
c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b]
questions: [*c, *c, *c]\n`;
    expect((await refusal("bomb.yaml", bomb)).code).toBe("broken-yaml");
  });
});

describe("a suite by name or path", () => {
  it("is answered with the nearest name where there is none", async () => {
    await expect(loadSuite("mt-bensh", noAssets)).rejects.toMatchObject({
      code: "unknown-suite",
      remedy: expect.stringContaining('"mt-bench"'),
    });
  });

  it("must be a file that exists, of a kind that holds questions", async () => {
    await expect(loadSuite("./no-such.yaml", noAssets)).rejects.toMatchObject({
      code: "suite-file-missing",
    });
    const text = await file("notes.txt", "hello");
    await expect(loadSuite(text, noAssets)).rejects.toMatchObject({ code: "unknown-suite-format" });
    await expect(loadSuite(text, noAssets)).rejects.toBeInstanceOf(ConfigError);
  });

  it("may be a module", async () => {
    const good = await file(
      "suite.mjs",
      `export default () => ({ id: "mine", title: "Mine", hash: "0", questions: [{ id: "a", category: "x", turns: ["?"] }],
        categories: ["x"], sampling: { maxTokens: 1, temperature: 0 }, defaultJudge: "assay", defaultMode: "single", assets: [] });`,
    );
    expect((await loadSuite(good, noAssets)).id).toBe("mine");
    const bad = await file("bad.mjs", `export default { id: "mine", title: "Mine" };`);
    await expect(loadSuite(bad, noAssets)).rejects.toMatchObject({ code: "bad-suite-module" });
    const failing = await file("failing.mjs", `throw new Error("broken at line one");`);
    await expect(loadSuite(failing, noAssets)).rejects.toThrow("broken at line one");
  });
});
