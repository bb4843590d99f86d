import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { labelOfVerdict, verdictOfLabel } from "../../../harness/core/arena-hard-labels.js";
import { arenaHardFormatOf } from "../../../harness/core/arena-hard-row.js";
import { readArenaHardAnswers, readArenaHardQuestions } from "../../../harness/interop/arena-hard/answers.js";
import { readArenaHardJudgments } from "../../../harness/interop/arena-hard/judgments.js";

const folder = mkdtempSync(join(tmpdir(), "assay-arena-hard-"));
const mirror = process.env.ASSAY_MIRROR ?? "";

function file(name: string, ...rows: readonly unknown[]): string {
  const path = join(folder, name);
  writeFileSync(path, rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  return path;
}

const metadata = {
  token_len: 12,
  header_count: { h1: 1, h2: 2 },
  list_count: { ordered: 3, unordered: 4 },
  bold_count: { "**": 5, __: 0 },
};
const style = { tokens: 12, headers: 3, lists: 7, bold: 5 };

describe("Arena-Hard's labels", () => {
  test.each([
    ["A>>B", "a", 0, true],
    ["B<<A", "a", 0, true],
    ["A>B", "a", 0, undefined],
    ["A=B", "tie", 0.5, undefined],
    ["B=A", "tie", 0.5, undefined],
    ["A<B", "b", 1, undefined],
    ["B>>A", "b", 1, true],
  ])("%s is a choice with its weight", (label, winner, weightB, strong) => {
    const verdict = verdictOfLabel(label);
    expect(verdict).toEqual({
      kind: "preference",
      winner,
      weightB,
      ...(strong === undefined ? {} : { strong }),
    });
    expect(verdictOfLabel(labelOfVerdict(verdict) ?? "")).toEqual(verdict);
  });

  test.each(["A>>>B", "A>A", "a>b", "", "C"])("%j is unreadable, never a tie", (label) => {
    expect(verdictOfLabel(label).kind).toBe("unreadable");
    expect(labelOfVerdict(verdictOfLabel(label))).toBeNull();
  });
});

describe("Arena-Hard's questions and answers", () => {
  test("are read from either layout", () => {
    const v2 = { uid: "q1", category: "hard_prompt", subcategory: "coding", prompt: "Write it." };
    const older = {
      question_id: "q2",
      category: "arena-hard-v0.1",
      cluster: "C",
      turns: [{ content: "Do." }],
    };
    expect(readArenaHardQuestions(file("questions.jsonl", v2, older))).toEqual([
      { id: "q1", category: "coding", turns: ["Write it."], metadata: { category: "hard_prompt" } },
      {
        id: "q2",
        category: "arena-hard-v0.1",
        turns: ["Do."],
        metadata: { category: "arena-hard-v0.1", cluster: "C" },
      },
    ]);
    const user = { role: "user", content: "Write it." };
    const newer = {
      uid: "q1",
      ans_id: "x",
      model: "m",
      messages: [user, { role: "assistant", content: { answer: "Done.", thoughts: "Hm." } }],
      tstamp: 1744155079.25,
    };
    const choices = [{ index: 0, turns: [{ content: "Yes.", token_len: 9 }] }];
    const rows = [
      { ...newer, metadata },
      newer,
      { question_id: "q2", answer_id: "y", model_id: "m", choices, conv_metadata: metadata },
      { question_id: "q2", model_id: "m", choices },
      { ...newer, messages: [user, { role: "assistant", content: { answer: null } }] },
    ];
    const read = [...readArenaHardAnswers(file("answers.jsonl", ...rows))];
    expect(read.map(({ text, reasoning, counts }) => [text, reasoning, counts])).toEqual([
      ["Done.", "Hm.", style],
      ["Done.", "Hm.", {}],
      ["Yes.", undefined, style],
      ["Yes.", undefined, { tokens: 9 }],
      [undefined, undefined, {}],
    ]);
    expect(read[0]).toMatchObject({
      questionId: "q1",
      model: "m",
      answerId: "x",
      at: "2025-04-08T23:31:19.25Z",
    });
    expect([v2, older, ...rows].map(arenaHardFormatOf)).toEqual([
      ...Array<string>(2).fill("arena-hard-questions"),
      ...Array<string>(5).fill("arena-hard-answers"),
    ]);
  });

  test("of FastChat's own layout are not taken for them", () => {
    const fastChat = [
      { question_id: 81, category: "writing", turns: ["Compose."] },
      { question_id: 81, model_id: "m", choices: [{ index: 0, turns: ["Here."] }] },
      { question_id: 81, model: "m", judgment: "", score: 5 },
    ];
    expect(fastChat.map(arenaHardFormatOf)).toEqual([undefined, undefined, undefined]);
  });

  test.each([
    [{ uid: "q1", prompt: "" }, /:2: "prompt" is empty or not text/],
    [{ question_id: "q", turns: [] }, /:2: "turns\[0\].content" is missing/],
    [{ prompt: "x" }, /:2: "uid" \(or "question_id"\) is missing/],
    [{ uid: "q0", prompt: "y" }, /:2: repeats the id "q0" of line 1/],
    [[], /:2: is not a JSON object/],
  ])("a question that is none names file and line: %j", (row, message) => {
    const path = file("bad-questions.jsonl", { uid: "q0", prompt: "x" }, row);
    expect(() => readArenaHardQuestions(path)).toThrow(message);
    expect(() => readArenaHardQuestions(path)).toThrow(
      expect.objectContaining({ code: "bad-arena-hard-row" }),
    );
  });

  test.each([
    [{ uid: "q", model: "m", messages: [] }, /"messages" does not end with an assistant's message/],
    [{ uid: "q", model: "m", messages: [{ role: "assistant", content: {} }] }, /has no text in "answer"/],
    [{ question_id: "q", model_id: "m", choices: [] }, /"choices\[0\].turns" holds no turn/],
    [{ question_id: "q", choices: [{ turns: [{ content: "x" }] }] }, /"model_id" is missing/],
  ])("an answer that is none says what is wrong: %j", (row, message) => {
    expect(() => [...readArenaHardAnswers(file("bad-answers.jsonl", row))]).toThrow(message);
  });
});

describe("Arena-Hard's judgments", () => {
  const game = (score: string | null) => ({ score, judgment: { answer: `[[${score}]]` }, prompt: [] });

  test("are read from either layout, with what is missing or unknown as records", () => {
    const path = file(
      "judgments.jsonl",
      {
        uid: "q1",
        category: "hard_prompt",
        judge: "gpt-4.1",
        model: "m",
        baseline: "b",
        games: [game("B>>A"), null],
      },
      {
        question_id: "q2",
        model: "m",
        judge: "gpt-4",
        games: [{ user_prompt: "P", judgment: "t", score: "A=B" }],
      },
      { question_id: 3, model: "m", judge: "ensemble", games: [{ score: null }, { score: "C>B" }] },
    );
    const read = [...readArenaHardJudgments(path)];
    expect(read[0]).toMatchObject({ layout: "v2", category: "hard_prompt", baseline: "b", judge: "gpt-4.1" });
    expect(read[0]?.games).toEqual([
      {
        label: "B>>A",
        verdict: { kind: "preference", winner: "b", weightB: 1, strong: true },
        text: "[[B>>A]]",
        prompt: [],
      },
      undefined,
    ]);
    expect(read[1]?.games[0]).toMatchObject({ label: "A=B", prompt: [{ role: "user", content: "P" }] });
    expect(read[1]?.games[1]).toBeUndefined();
    expect(read[2]).toMatchObject({ questionId: "3", layout: "v0.1" });
    expect(read[2]?.games.map((one) => one?.verdict.kind)).toEqual(["unreadable", "unreadable"]);
  });

  test.each([
    [{ games: "x" }, /"games" is not a list of one or two games/],
    [{ games: [{}, {}, {}] }, /"games" is not a list of one or two games/],
    [{ games: [{ winner: "a" }] }, /game 1 is neither null nor an object with "score"/],
    [{ games: [null, { score: 1 }] }, /"score" of game 2 is neither a label nor null/],
    [{ games: [], model: "" }, /"model" is empty/],
  ])("that are none name file and line: %j", (fields, message) => {
    const path = file("bad.jsonl", { uid: "q", model: "m", judge: "j", ...fields });
    expect(() => [...readArenaHardJudgments(path)]).toThrow(message);
    expect(() => [...readArenaHardJudgments(path)]).toThrow(/bad\.jsonl:1/);
  });
});

describe.skipIf(mirror === "")("Arena-Hard's published files (need ASSAY_MIRROR)", () => {
  const at = (...parts: string[]) => join(mirror, "arena_hard", ...parts);

  test("are read whole, with the counts that they hold", () => {
    expect(readArenaHardQuestions(at("v0.1", "question.jsonl"))).toHaveLength(500);
    const byCategory = new Map<string, number>();
    for (const { category } of readArenaHardQuestions(at("v2.0", "question.jsonl")))
      byCategory.set(category, (byCategory.get(category) ?? 0) + 1);
    expect(Object.fromEntries(byCategory)).toEqual({ coding: 253, math: 247, creative_writing: 250 });
    const counted = (...parts: string[]) =>
      [...readArenaHardAnswers(at(...parts))].filter(({ counts }) => Object.keys(counts).length === 4).length;
    expect(counted("v2.0", "model_answer", "o3-mini-2025-01-31.jsonl")).toBeGreaterThanOrEqual(750);
    expect(counted("v0.1", "model_answer", "gpt-4-0314.jsonl")).toBe(0);
    const games = [...readArenaHardJudgments(at("ko", "judgments", "o4-mini-high.jsonl"))];
    expect(games).toHaveLength(500);
    expect(games.filter(({ games: [, second] }) => second === undefined)).toHaveLength(1);
  });
});
