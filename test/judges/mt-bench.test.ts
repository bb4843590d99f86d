import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DataError } from "../../harness/core/errors.js";
import { readJsonLines } from "../../harness/core/jsonl.js";
import type { JudgeItem, Question } from "../../harness/core/records.js";
import { locateAsset } from "../../harness/data/locate-asset.js";
import { createMtBenchPairJudge, createMtBenchSingleJudge } from "../../judges/mt-bench.js";
import { readMtBenchPreference, readMtBenchRating } from "../../judges/mt-bench-verdict.js";
import { loadSuite } from "../../suites/registry.js";
import { type FixtureFolder, makeFixtures } from "./judge-fixtures.js";

describe("MT-Bench's rating", () => {
  const read = (text: string, compat = false) => {
    const verdict = readMtBenchRating({ text, finishReason: "stop" }, { compat, version: 2 });
    return verdict.kind === "rating" ? verdict.rating : verdict.kind;
  };

  it.each([
    ["Rating: [[7]]", 7],
    ["[[6.5]] at first, then [[9]]", 6.5],
    ["See [3] in the text. Rating: [[8]]", 8],
    ["Rating: [4]", 4],
    ["Rating: [[7.]]", 7],
    ["[[rating]] is what was asked for", "unreadable"],
    ["[[7/10]]", "unreadable"],
    ["no number at all", "unreadable"],
  ])("%s → %s, compat or not", (text, expected) => {
    expect(read(text)).toBe(expected);
    expect(read(text, true)).toBe(expected);
  });

  it("refuses what lies outside 1 to 10, unless compat", () => {
    expect(read("[[0]]")).toBe("unreadable");
    expect(read("[[11]]")).toBe("unreadable");
    expect(read("[[0]]", true)).toBe(0);
    expect(read("[[95]]", true)).toBe(95);
  });

  it("is never one that the original would not have read: invisible characters are characters", () => {
    const text = "Rating: [[\u200b8]\ufeff]";
    expect([read(text), read(text, true)]).toEqual(["unreadable", "unreadable"]);
    const older = readMtBenchRating({ text, finishReason: "stop" }, { compat: false, version: 1 });
    expect(older).toEqual({ kind: "rating", rating: 8 });
  });

  it("is not read from a reply that ended at its token limit, unless compat", () => {
    const reply = { text: 'It says "[[10]]", which', finishReason: "length" } as const;
    expect(readMtBenchRating(reply, { compat: false, version: 2 })).toEqual({
      kind: "unreadable",
      reason: "the reply was cut off at the token limit",
    });
    expect(readMtBenchRating(reply, { compat: true, version: 2 })).toEqual({ kind: "rating", rating: 10 });
    expect(readMtBenchPreference({ ...reply, text: "[[A]]" }, { compat: false, version: 2 }).kind).toBe(
      "unreadable",
    );
  });
});

describe("MT-Bench's choice", () => {
  it("looks for A before B before C, wherever they stand", () => {
    const weight = (text: string) => {
      const verdict = readMtBenchPreference({ text, finishReason: "stop" }, { compat: false, version: 2 });
      return verdict.kind === "preference" ? verdict.weightB : verdict.kind;
    };
    expect(weight("[[B]]")).toBe(1);
    expect(weight("[[C]] rather than [[B]]")).toBe(1);
    expect(weight("[[B]] or [[A]]")).toBe(0);
    expect(weight("[[C]]")).toBe(0.5);
    expect(weight("[[D]]")).toBe("unreadable");
    expect(weight("[A]")).toBe("unreadable");
  });
});

describe("MT-Bench's prompts", () => {
  let fixtures: FixtureFolder;
  beforeAll(async () => {
    fixtures = await makeFixtures();
  });
  afterAll(() => fixtures.remove());

  const question = (category: string): Question => ({
    id: "q",
    category,
    turns: ["Q1", "Q2"],
    ...(category === "math" ? { reference: ["R1", "R2"] } : {}),
  });
  const single = (category: string, turn: number): JudgeItem => ({
    kind: "single",
    question: question(category),
    turn,
    answer: ["A1", "A2"].slice(0, turn),
    nonce: "c0de",
  });

  it("are chosen by turn and by whether the category wants a reference", async () => {
    const judge = await createMtBenchSingleJudge(fixtures.context);
    const shown = (category: string, turn: number) =>
      judge.request(single(category, turn)).messages.map((message) => message.content);
    expect(shown("writing", 1)).toEqual(["Be kind.", "Q: Q1\nA: A1"]);
    expect(shown("math", 1)).toEqual(["Be exact.", "Q: Q1\nR: R1\nA: A1"]);
    expect(shown("writing", 2)).toEqual(["Be kind twice.", "Q1|A1|Q2|A2"]);
    expect(shown("math", 2)).toEqual(["Be exact twice.", "R1|R2|Q1|A1|Q2|A2"]);
    expect(judge.request(single("math", 1)).parameters).toEqual({ temperature: 0, maxTokens: 2048 });
  });

  it("show both conversations to the pairwise judge, with Python's doubled braces as single ones", async () => {
    const judge = await createMtBenchPairJudge(fixtures.context);
    const shown = (category: string, turn: number) =>
      judge.request({
        kind: "pair",
        question: question(category),
        turn,
        a: ["A1", "A2"].slice(0, turn),
        b: ["B1", "B2"].slice(0, turn),
        nonce: "c0de",
      }).messages[1]?.content;
    expect(shown("writing", 1)).toBe("Q: Q1\n1: A1\n2: B1");
    expect(shown("math", 1)).toBe("Q1 R1 {literal} A1 B1");
    expect(shown("writing", 2)).toBe("Q1 A1 Q2 A2 / Q1 B1 Q2 B2");
    expect(shown("math", 2)).toBe("R1 R2 / A1 A2 / B1 B2");
    expect(judge.orders).toBe("both");
  });

  it("need a reference in math, reasoning and coding, and at most two turns", async () => {
    const judge = await createMtBenchSingleJudge(fixtures.context);
    const without = { ...question("coding") };
    expect(() => judge.request({ ...single("coding", 1), question: without })).toThrow(DataError);
    expect(() => judge.request({ ...single("coding", 1), question: without })).toThrow(
      "question q: has no reference answer to turn 1 in category coding",
    );
    expect(() => judge.request({ ...single("writing", 2), turn: 3 })).toThrow("two turns at most");
  });

  it("that are missing or broken are named", async () => {
    const broken = await fixtures.write("broken.jsonl", '{"name": "single-v1"}\n');
    const partial = await fixtures.write(
      "partial.jsonl",
      '{"name": "single-v1", "system_prompt": "s", "prompt_template": "t"}\n',
    );
    const judgeFrom = (path: string) =>
      createMtBenchSingleJudge({ locateAsset: async () => ({ path, sha256: "", pinned: false }) });
    await expect(judgeFrom(broken)).rejects.toThrow("broken.jsonl:1: is not a judge prompt");
    await expect(judgeFrom(partial)).rejects.toThrow("has no prompt called single-math-v1");
  });

  it("go into the identity, as does the way of reading", async () => {
    const strict = await createMtBenchSingleJudge(fixtures.context);
    const compat = await createMtBenchSingleJudge(fixtures.context, { compat: true });
    const pair = await createMtBenchPairJudge(fixtures.context);
    expect(new Set([strict, compat, pair].map((judge) => JSON.stringify(judge.identity))).size).toBe(3);
    expect(compat.protocolPrefix).toBe("mt-bench-single-compat");
  });
});

const mirror = process.env.ASSAY_MIRROR;

interface PublishedJudgment {
  readonly question_id: number;
  readonly model: string;
  readonly judge: readonly string[];
  readonly user_prompt: string;
  readonly judgment: string;
  readonly score: number;
  readonly turn: number;
}

interface PublishedAnswer {
  readonly question_id: number;
  readonly choices: readonly { readonly turns: readonly string[] }[];
}

function rows<Row>(...path: string[]): Row[] {
  return [...readJsonLines(join(mirror ?? "", ...path))].map((line) => line.value as Row);
}

describe.skipIf(!mirror)("MT-Bench's published judgments (needs ASSAY_MIRROR)", () => {
  it("all 480: the prompt is the recorded one byte for byte, and the rating is the recorded one", async () => {
    const access = { environment: { ASSAY_MIRROR: mirror } };
    const context = { locateAsset: (id: string) => locateAsset(id, access) };
    const suite = await loadSuite("mt-bench", context);
    const judge = await createMtBenchSingleJudge(context);
    const compat = await createMtBenchSingleJudge(context, { compat: true });
    const questions = new Map(suite.questions.map((question) => [question.id, question]));
    const answers = new Map(
      ["ultrachat_baseline", "ultrachat_cai", "ultrachat_sai"].flatMap((model) =>
        rows<PublishedAnswer>("mt_bench", "model_answer", `${model}.jsonl`).map(
          (row) => [`${model} ${row.question_id}`, row.choices[0]?.turns ?? []] as const,
        ),
      ),
    );
    let compared = 0;
    for (const row of rows<PublishedJudgment>("mt_bench", "model_judgment", "gpt-4_single.jsonl")) {
      const question = questions.get(String(row.question_id));
      const answer = answers.get(`${row.model} ${row.question_id}`);
      if (question === undefined || answer === undefined) throw new Error("a judgment without its answer");
      const item: JudgeItem = {
        kind: "single",
        question,
        turn: row.turn,
        answer: answer.slice(0, row.turn),
        nonce: "c0de",
      };
      expect(judge.request(item).messages[1]?.content).toBe(row.user_prompt);
      for (const one of [judge, compat]) {
        expect(one.read({ text: row.judgment, finishReason: "stop" }, item)).toEqual({
          kind: "rating",
          rating: row.score,
        });
      }
      compared++;
    }
    expect(compared).toBe(480);
  });
});
