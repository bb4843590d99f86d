import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { z } from "zod";

const data = new URL("../../suites/data/", import.meta.url);
const categories = [
  "writing",
  "roleplay",
  "reasoning",
  "math",
  "coding",
  "extraction",
  "stem",
  "humanities",
] as const;
const models = ["sample-large", "sample-small"] as const;
const turns = [1, 2] as const;

const categoryFile = z.object({ questions: z.array(z.object({ id: z.string() })) });
const text = z.string().trim().min(1);
const model = z.enum(models);
const turn = z.union([z.literal(1), z.literal(2)]);
const answerLine = z.strictObject({ questionId: z.string(), turns: z.tuple([text, text]) });
const singleLine = z.strictObject({ questionId: z.string(), turn, model, text });
const pairLine = z.strictObject({ questionId: z.string(), turn, a: model, b: model, text });

function readLines<T>(path: string, line: z.ZodType<T>): T[] {
  const content = readFileSync(new URL(`quickstart/${path}`, data), "utf8");
  expect(content.endsWith("\n"), `${path} ends with a newline`).toBe(true);
  return content
    .slice(0, -1)
    .split("\n")
    .map((row) => line.parse(JSON.parse(row)));
}

/** Ids of the first three questions of every category, in the order of the categories. */
function quickstartQuestionIds(): string[] {
  return categories.flatMap((category) => {
    const file = readFileSync(new URL(`assay-80/${category}.yaml`, data), "utf8");
    return categoryFile
      .parse(parse(file))
      .questions.slice(0, 3)
      .map((question) => question.id);
  });
}

function lastLine(reply: string): string {
  return reply.slice(reply.lastIndexOf("\n") + 1);
}

const questionIds = quickstartQuestionIds();
const single = readLines("verdicts/single.jsonl", singleLine);
const pair = readLines("verdicts/pair.jsonl", pairLine);

describe("quickstart answers", () => {
  it.each(models)("%s answers both turns of each of the 24 questions once, in order", (name) => {
    const answers = readLines(`answers/${name}.jsonl`, answerLine);
    expect(questionIds).toHaveLength(24);
    expect(answers.map((answer) => answer.questionId)).toEqual(questionIds);
  });

  it("holds no text that could be taken for a verdict", () => {
    for (const name of models) {
      for (const answer of readLines(`answers/${name}.jsonl`, answerLine)) {
        expect(answer.turns.join("\n"), answer.questionId).not.toMatch(/FINAL (RATING|VERDICT)/i);
      }
    }
  });
});

describe("quickstart verdicts", () => {
  it("rate every turn of every answer exactly once", () => {
    const expected = questionIds.flatMap((id) =>
      turns.flatMap((number) => models.map((name) => `${id} ${number} ${name}`)),
    );
    const found = single.map((row) => `${row.questionId} ${row.turn} ${row.model}`);
    expect(found.toSorted()).toEqual(expected.toSorted());
  });

  it("compare every turn of every pair exactly once in each order", () => {
    const orders = ["sample-small sample-large", "sample-large sample-small"];
    const expected = questionIds.flatMap((id) =>
      turns.flatMap((number) => orders.map((order) => `${id} ${number} ${order}`)),
    );
    const found = pair.map((row) => `${row.questionId} ${row.turn} ${row.a} ${row.b}`);
    expect(found.toSorted()).toEqual(expected.toSorted());
  });

  it("end in one rating from 1 to 10 in the strict form", () => {
    for (const row of single) {
      const where = `${row.questionId} turn ${row.turn} ${row.model}`;
      expect(lastLine(row.text), where).toMatch(/^FINAL RATING: (10|[1-9](\.\d+)?)$/);
      expect(row.text.match(/FINAL (RATING|VERDICT)/gi), where).toHaveLength(1);
    }
  });

  it("end in one preference in the strict form", () => {
    for (const row of pair) {
      const where = `${row.questionId} turn ${row.turn} ${row.a} first`;
      expect(lastLine(row.text), where).toMatch(/^FINAL VERDICT: (A|B|TIE)$/);
      expect(row.text.match(/FINAL (RATING|VERDICT)/gi), where).toHaveLength(1);
    }
  });

  it("give evidence of their own: no two replies are the same", () => {
    const replies = [...single, ...pair].map((row) => row.text);
    expect(new Set(replies).size).toBe(replies.length);
  });
});
