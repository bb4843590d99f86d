import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { CheckResult } from "../../../harness/core/check.js";
import { loadAssay80 } from "../../../suites/assay-80.js";
import { checksOf } from "../../../suites/checks/check-answers.js";
import { numbersIn, sentencesIn, wordsIn } from "../../../suites/checks/counted-text.js";
import { jsonSchema } from "../../../suites/checks/json-schema.js";
import { loadUserSuite } from "../../../suites/user-suite.js";

function suiteFile(checks: unknown, turns = ["One?"]): string {
  const file = join(mkdtempSync(join(tmpdir(), "assay-checks-")), "suite.json");
  writeFileSync(file, JSON.stringify({ questions: [{ id: "q", turns, checks }] }));
  return file;
}

async function run(check: unknown, ...answers: string[]): Promise<CheckResult[]> {
  const suite = await loadUserSuite(
    suiteFile(
      [check],
      answers.map(() => "Ask."),
    ),
  );
  return checksOf(suite)?.("q", answers) ?? [];
}

const passes = async (check: unknown, answer: string) => (await run(check, answer))[0]?.passed;

describe("what is counted", () => {
  test("a pattern is shown by its name where it has one", async () => {
    const pattern = { matches: "\\?\\s*\\z" };
    const wanted = async (check: object) => (await run(check, "Is it?"))[0]?.wanted;
    expect(await wanted({ ...pattern, name: "ends with a question" })).toBe("ends with a question");
    expect(await wanted(pattern)).toBe("matches \\?\\s*\\z");
  });

  test("words, sentences and numbers", () => {
    expect(wordsIn("It's 4:52 — well-kept, *** 3")).toBe(4);
    expect(wordsIn(" \n ")).toBe(0);
    expect(sentencesIn('Dr. Smith came at 5 p.m. today. "Why?" he said... No one knew!')).toBe(4);
    expect(sentencesIn("1. First point.\n2. Second point\n\nThe end")).toBe(3);
    expect(sentencesIn("今日は。元気ですか？")).toBe(2);
    expect(numbersIn("v2 costs 1,234.50 or −3e2, not 3,5 but 50%")).toEqual([1234.5, -300, 3, 5, 50]);
  });

  test.each([
    [{ words: { min: 2, max: 3 } }, "one two", "one"],
    [{ words: 2 }, "one two", "one two three"],
    [{ sentences: { max: 1 } }, "One.", "One. Two."],
    [{ characters: 2 }, "🙂🙂", "🙂"],
    [{ contains: ["4:52", "bell"] }, "the bell at 4:52", "the bell"],
    [{ contains: "Bell", ignoreCase: true }, "the bell", "the ball"],
    [{ excludes: "r", ignoreCase: true }, "a tub", "a Rub"],
    [{ forbiddenWords: ["sink", "new chapter"] }, "sinking newer chapters", "A NEW CHAPTER."],
    [{ matches: "\\?\\s*\\z" }, "Is it?\n", "Is it? Yes."],
    [{ equals: "42" }, " 42\n", "42."],
    [{ json: { type: "object", required: ["id"] } }, '```json\n{"id": 1}\n```', '{"no": 1}'],
    [{ number: { value: 3.14, tolerance: 0.01 } }, "so it is 3.145", "3.14 or 4"],
    [{ number: { value: 3, which: "any" } }, "3 or 4", "4"],
  ])("%j", async (check, good, bad) => {
    expect(await passes(check, good)).toBe(true);
    expect(await passes(check, bad)).toBe(false);
  });

  test("every turn unless one is named; what was wanted and found, without words of the answer", async () => {
    expect(await run({ words: { max: 1 } }, "one", "one two")).toEqual([
      { name: "words", wanted: "at most 1 word", turn: 1, passed: true, found: "1 word" },
      { name: "words", wanted: "at most 1 word", turn: 2, passed: false, found: "2 words" },
    ]);
    expect(await run({ excludes: ["x", "y"], turn: 2, name: "letters" }, "x", "y z")).toEqual([
      { name: "letters", wanted: 'without "x", "y"', turn: 2, passed: false, found: 'has "y"' },
    ]);
  });

  test("hostile answers cost linear time, and those beyond the limit fail", async () => {
    const started = performance.now();
    expect(await passes({ matches: "(a+)+b" }, "a".repeat(100_000))).toBe(false);
    expect(await passes({ number: 1 }, `${"1".repeat(100_000)}x`)).toBe(false);
    expect(await passes({ json: { type: "array" } }, "[".repeat(100_000))).toBe(false);
    expect(await passes({ sentences: 1 }, `${'"'.repeat(100_000)}.`)).toBe(false);
    expect(await passes({ contains: "a" }, "a".repeat(200_001))).toBe(false);
    expect(performance.now() - started).toBeLessThan(20_000);
  });
});

test("JSON schemas: what fits and what does not", () => {
  const schema = {
    type: "object",
    required: ["id"],
    properties: {
      id: { type: "integer", minimum: 1 },
      tags: { type: "array", items: { enum: ["a", "b"] }, uniqueItems: true, maxItems: 2 },
      name: { type: ["string", "null"], minLength: 1, pattern: "^[A-Z]" },
      next: { $ref: "#" },
      pair: { prefixItems: [{ const: 0 }], items: { multipleOf: 0.1 } },
      either: { oneOf: [{ type: "string" }, { type: "number" }], not: { const: "no" } },
    },
    additionalProperties: false,
  };
  const fits = jsonSchema(schema);
  const good = { id: 1, tags: ["a", "b"], name: "Ann", next: { id: 2 }, pair: [0, 0.3], either: "x" };
  expect(fits(good)).toBe(true);
  expect(fits({ id: 1, name: null })).toBe(true);
  const wrong = [
    [],
    {},
    { id: 1.5 },
    { id: 0 },
    { id: 1, more: 1 },
    { id: 1, tags: ["a", "a"] },
    { id: 1, tags: ["c"] },
    { id: 1, name: "ann" },
    { id: 1, next: {} },
    { id: 1, pair: [1] },
    { id: 1, pair: [0, 0.25] },
    { id: 1, either: "no" },
    { id: 1, either: null },
  ];
  expect(wrong.filter((value) => fits(value))).toEqual([]);
  // Names that are not among `properties` are required all the same.
  expect(jsonSchema({ required: ["x"] })({})).toBe(false);
  expect(() => jsonSchema({ $ref: "#" })({})).toThrow("nested too deeply");
});

describe("a suite's checks", () => {
  test("change neither hash nor questions", async () => {
    const [bare, checked] = await Promise.all([
      loadUserSuite(suiteFile(undefined)),
      loadUserSuite(suiteFile([{ words: 3 }])),
    ]);
    expect(checked.hash).toBe(bare.hash);
    expect(checked.questions).toEqual(bare.questions);
    expect(bare.checks).toBeUndefined();
    expect(checked.checks).toEqual({ q: [{ kind: "words", min: 3, max: 3, name: "words" }] });
  });

  test.each([
    [{ word: 3 }, 'unknown key "word"'],
    [{ words: 3, sentences: 2 }, "needs exactly one of"],
    [{ words: { min: 4, max: 3 } }, '"min" is above "max"'],
    [{ matches: "(a" }, "no regular expression of RE2's syntax"],
    [{ matches: "(?=a)" }, "no regular expression of RE2's syntax"],
    [{ matches: "((a{1,100}){1,100}){1,100}" }, "RE2's syntax|too large"],
    [{ json: { properties: { a: { format: "date" } } } }, 'keyword "format" is not known'],
    [{ json: { items: { $ref: "#/$defs/a" } } }, '"\\$ref" names nothing'],
    [{ words: 3, ignoreCase: true }, '"ignoreCase" goes with'],
    [{ words: 3, turn: 2 }, "checks turn 2 of a question with 1 turn"],
  ])("%j is refused with its line", async (check, message) => {
    const refusal = loadUserSuite(suiteFile([check]));
    await expect(refusal).rejects.toThrow(new RegExp(message));
    await expect(refusal).rejects.toMatchObject({ code: "bad-question", line: 1 });
  });

  test("assay-80: hash as before its checks, each check of a question and turn that is there", async () => {
    const suite = await loadAssay80();
    expect(suite.hash).toBe("e01c85219c4109061b4d80897489c02e8b4ee6e26a6c52cef04f63557f294cc9");
    const { checks = {} } = suite;
    expect(Object.keys(checks).length).toBeGreaterThan(30);
    const turns = new Map(suite.questions.map((question) => [question.id, question.turns.length]));
    for (const [id, list] of Object.entries(checks))
      for (const check of list) expect(check.turn ?? 1).toBeLessThanOrEqual(turns.get(id) ?? 0);
    const check = checksOf(suite);
    const label = "The clock stands at 4:52. Ilse Marrow took it for a wreck.";
    expect(check?.("a80-writing-01", [label]).map(({ name, passed }) => [name, passed])).toEqual([
      ["words", false],
      ["forbidden-words", false],
      ["contains", true],
    ]);
  });
});
