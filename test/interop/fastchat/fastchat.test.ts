import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type JsonLine, readJsonLines } from "../../../harness/core/jsonl.js";
import type { Judgment, Question } from "../../../harness/core/records.js";
import { importFastChatAnswers, readFastChatAnswers } from "../../../harness/interop/fastchat/answers.js";
import {
  exportFastChat,
  type FastChatFile,
  writeFastChatFiles,
} from "../../../harness/interop/fastchat/export.js";
import { fastChatFormatOf } from "../../../harness/interop/fastchat/fields.js";
import {
  type FastChatJudgmentOptions,
  importFastChatJudgments,
  readFastChatJudgments,
} from "../../../harness/interop/fastchat/judgments.js";

const lines = (rows: readonly unknown[]): JsonLine[] =>
  rows.map((value, index) => ({ line: index + 1, value }));

const ANSWER = {
  question_id: 81,
  answer_id: "abc",
  model_id: "bot",
  choices: [{ index: 0, turns: ["one", "two"] }],
  tstamp: 1686286924.844282,
};

const SINGLE = {
  question_id: 81,
  model: "bot",
  judge: ["gpt-4", "single-v1"],
  user_prompt: "Rate this.",
  judgment: "Rating: [[7]]",
  score: 7,
  turn: 1,
  tstamp: 1726554543.2810242,
};

const PAIR = {
  question_id: "q-7",
  model_1: "bot",
  model_2: "base",
  g1_winner: "model_1",
  g2_winner: "tie",
  judge: ["gpt-4", "pair-v2-multi-turn"],
  g1_user_prompt: "bot then base",
  g1_judgment: "[[A]]",
  g2_user_prompt: "base then bot",
  g2_judgment: "[[C]]",
  turn: 2,
  tstamp: 1700000000,
};

function answers(rows: readonly unknown[], options: { model?: string } = {}) {
  return [...importFastChatAnswers(lines(rows), { file: "bot.jsonl", suite: "mt-bench", ...options })];
}

function judgments(rows: readonly unknown[], options: Partial<FastChatJudgmentOptions> = {}): Judgment[] {
  return [...importFastChatJudgments(lines(rows), { file: "j.jsonl", suite: "mt-bench", ...options })];
}

function rowsOf(files: readonly FastChatFile[], path: string) {
  return files.find((file) => file.path === path)?.rows;
}

describe("FastChat answers", () => {
  it("become answer records and the same rows again", () => {
    const read = answers([ANSWER]);
    expect(read).toMatchObject([
      {
        taskId: "abc",
        questionId: "81",
        model: "bot",
        trial: 1,
        at: "2023-06-09T05:02:04.844282Z",
        status: "completed",
        turns: [{ text: "one" }, { text: "two" }],
      },
    ]);
    const { files } = exportFastChat({ questions: [], answers: read, judgments: [] });
    expect(rowsOf(files, "model_answer/bot.jsonl")).toEqual([ANSWER]);
  });

  it("with several choices become trials, and choices again", () => {
    const row = { ...ANSWER, choices: [...ANSWER.choices, { index: 1, turns: ["uno", "due"] }] };
    const read = answers([row]);
    expect(read.map((answer) => answer.trial)).toEqual([1, 2]);
    expect(new Set(read.map((answer) => answer.taskId)).size).toBe(2);
    const { files } = exportFastChat({ questions: [], answers: read.toReversed(), judgments: [] });
    expect(rowsOf(files, "model_answer/bot.jsonl")).toEqual([row]);
  });

  it("that hold $ERROR$ are failed records, not answers", () => {
    const row = { ...ANSWER, choices: [{ index: 0, turns: ["one", "$ERROR$"] }] };
    const [answer] = answers([row]);
    expect(answer).toMatchObject({
      status: "failed",
      turns: [{ text: "one" }],
      error: { code: "recorded-error", retryable: true },
    });
    const question: Question = { id: "81", category: "writing", turns: ["a", "b"] };
    const { files } = exportFastChat({ questions: [question], answers: answers([row]), judgments: [] });
    expect(rowsOf(files, "model_answer/bot.jsonl")).toEqual([row]);
  });

  it.each([
    ["[]", "is not a JSON object"],
    ['{"question_id": null, "choices": [{"turns": ["x"]}], "model_id": "m"}', '"question_id" is missing'],
    ['{"question_id": 1, "model_id": "m"}', '"choices" is missing or empty'],
    ['{"question_id": 1, "model_id": "m", "choices": [{}]}', '"choices" holds no list of turns'],
    ['{"question_id": 1, "model_id": "m", "choices": [{"turns": [1]}]}', "a turn is not text"],
    ['{"question_id": 1, "choices": [{"turns": ["x"]}]}', '"model_id" is missing'],
    [
      '{"question_id": 1, "model_id": "m", "choices": [{"turns": ["x"]}], "tstamp": "now"}',
      '"tstamp" is not',
    ],
  ])("%s is refused with its line", (text, message) => {
    expect(() => answers([ANSWER, JSON.parse(text)])).toThrow(`bot.jsonl:2: ${message}`);
  });
});

describe("FastChat single judgments", () => {
  it("become judgment records and the same rows again", () => {
    const read = judgments([SINGLE], {
      categoryOf: () => "writing",
      answerIdOf: (model, question) => `${model}/${question}`,
    });
    expect(read).toMatchObject([
      {
        suite: "mt-bench",
        questionId: "81",
        category: "writing",
        turn: 1,
        trial: 1,
        a: "bot",
        answers: ["bot/81"],
        at: "2024-09-17T06:29:03.2810242Z",
        status: "judged",
        request: { messages: [{ role: "user", content: "Rate this." }] },
        replies: [{ text: "Rating: [[7]]", endpointModel: "gpt-4" }],
        verdict: { kind: "rating", rating: 7 },
      },
    ]);
    expect(read[0]?.protocol).toMatch(/^mt-bench-single@gpt-4~[0-9a-f]{6}$/);
    const { files } = exportFastChat({ questions: [], answers: [], judgments: read });
    expect(rowsOf(files, "model_judgment/gpt-4_single.jsonl")).toEqual([SINGLE]);
  });

  it("keep every row, also what is said twice", () => {
    expect(judgments([SINGLE, SINGLE, { ...SINGLE, judgment: "[[8]]", score: 8 }])).toHaveLength(3);
  });

  it("with −1 are unreadable", () => {
    const row = { ...SINGLE, judgment: "I say [[6]]", score: -1 };
    expect(judgments([row])[0]).toMatchObject({ status: "judged", verdict: { kind: "unreadable" } });
    const { files } = exportFastChat({ questions: [], answers: [], judgments: judgments([row]) });
    expect(rowsOf(files, "model_judgment/gpt-4_single.jsonl")).toEqual([row]);
  });

  it("are kept as recorded; outside a scale that was named they are unreadable, and written again", () => {
    const row = { ...SINGLE, judgment: "[[95]]", score: 95 };
    expect(judgments([row])[0]).toMatchObject({ verdict: { kind: "rating", rating: 95 } });
    const [named] = judgments([row], { scale: { low: 1, high: 10 } });
    expect(named).toMatchObject({ verdict: { kind: "unreadable" } });
    const again = exportFastChat({
      questions: [],
      answers: [],
      judgments: judgments([row], { scale: { low: 1, high: 10 } }),
    });
    expect(rowsOf(again.files, "model_judgment/gpt-4_single.jsonl")).toEqual([row]);
  });

  it("that hold $ERROR$ are failed records", () => {
    const row = { ...SINGLE, judgment: "$ERROR$", score: -1 };
    const read = judgments([row]);
    expect(read[0]).toMatchObject({ status: "failed", replies: [], error: { code: "recorded-error" } });
    const { files } = exportFastChat({ questions: [], answers: [], judgments: read });
    expect(rowsOf(files, "model_judgment/gpt-4_single.jsonl")).toEqual([row]);
  });

  it("take the turn from the prompt's name where there is none", () => {
    const { turn: _, ...row } = { ...SINGLE, judge: ["gpt-4", "single-v1-multi-turn"] };
    expect(judgments([row])[0]?.turn).toBe(2);
  });

  it.each([
    [{ score: "7" }, '"score" is not a number'],
    [{ judgment: null }, '"judgment" is not text'],
    [{ judge: [] }, '"judge" is not a pair'],
    [{ model: "" }, '"model" is empty'],
    [{ turn: 0 }, '"turn" is not a whole number'],
    [{ user_prompt: 3 }, '"user_prompt" is not text'],
  ])("%j is refused with its line", (change, message) => {
    expect(() => judgments([SINGLE, { ...SINGLE, ...change }])).toThrow(`j.jsonl:2: ${message}`);
  });

  it("are told from other records", () => {
    expect(() => judgments([ANSWER])).toThrow("j.jsonl:1: is neither a single nor a pairwise judgment");
    expect([SINGLE, PAIR, ANSWER, { question_id: 1, turns: ["x"] }, {}, null].map(fastChatFormatOf)).toEqual([
      "fastchat-single",
      "fastchat-pair",
      "fastchat-answers",
      "fastchat-questions",
      undefined,
      undefined,
    ]);
  });
});

describe("FastChat pairwise judgments", () => {
  it("become one judgment for each order and the same row again", () => {
    const read = judgments([PAIR]);
    expect(read).toMatchObject([
      {
        order: 1,
        a: "bot",
        b: "base",
        verdict: { winner: "a", weightB: 0 },
        request: { messages: [{ content: "bot then base" }] },
      },
      { order: 2, a: "base", b: "bot", verdict: { winner: "tie", weightB: 0.5 } },
    ]);
    const { files, omitted } = exportFastChat({ questions: [], answers: [], judgments: read });
    expect(rowsOf(files, "model_judgment/gpt-4_pair.jsonl")).toEqual([PAIR]);
    expect(omitted).toEqual([]);
  });

  it("name the winner by its slot: model_1 is shown second in game 2", () => {
    const winners = (g1_winner: string, g2_winner: string) =>
      judgments([{ ...PAIR, g1_winner, g2_winner }]).map((judgment) =>
        judgment.status === "judged" && judgment.verdict.kind === "preference"
          ? judgment.verdict.winner
          : "none",
      );
    expect(winners("model_1", "model_1")).toEqual(["a", "b"]);
    expect(winners("model_2", "model_2")).toEqual(["b", "a"]);
    expect(winners("error", "tie")).toEqual(["none", "tie"]);
  });

  it("survive errors and repetitions", () => {
    const rows = [
      { ...PAIR, g1_winner: "error", g1_judgment: "no verdict" },
      { ...PAIR, g2_winner: "error", g2_judgment: "$ERROR$" },
      PAIR,
    ];
    const { files } = exportFastChat({ questions: [], answers: [], judgments: judgments(rows) });
    expect(rowsOf(files, "model_judgment/gpt-4_pair.jsonl")).toEqual(rows);
  });

  it("refuse an unknown winner", () => {
    expect(() => judgments([{ ...PAIR, g2_winner: "model_3" }])).toThrow('j.jsonl:1: "g2_winner" is none of');
  });
});

describe("export of our own records", () => {
  const question: Question = {
    id: "101",
    category: "math",
    turns: ["1+1?", "twice?"],
    reference: ["2", "4"],
    requiredTemperature: 0.2,
    metadata: { reference: ["two", "four"], author: "Ann" },
  };
  const base = judgments([SINGLE], { categoryOf: () => "math" })[0];
  if (base?.status !== "judged") throw new Error("not judged");

  it("writes questions with the file's own hints, and references under each judge's name", () => {
    const { files } = exportFastChat({ questions: [question], answers: [], judgments: [base] });
    expect(rowsOf(files, "question.jsonl")).toEqual([
      {
        question_id: 101,
        category: "math",
        turns: ["1+1?", "twice?"],
        reference: ["two", "four"],
        required_temperature: 0.2,
        author: "Ann",
      },
    ]);
    expect(rowsOf(files, "reference_answer/gpt-4.jsonl")).toMatchObject([
      { question_id: 101, model_id: "gpt-4", choices: [{ index: 0, turns: ["2", "4"] }] },
    ]);
  });

  it("names MT-Bench's prompts by category and turn, other protocols by their own name", () => {
    const request = { ...base.request, parameters: {} };
    const promptOf = (change: Partial<Judgment>) => {
      const { files } = exportFastChat({
        questions: [],
        answers: [],
        judgments: [{ ...base, request, ...change } as Judgment],
      });
      const [row] = files.find((file) => file.path.startsWith("model_judgment/"))?.rows ?? [];
      return row?.judge;
    };
    expect(promptOf({})).toEqual(["gpt-4", "single-math-v1"]);
    expect(promptOf({ turn: 2 })).toEqual(["gpt-4", "single-math-v1-multi-turn"]);
    expect(promptOf({ category: "writing" })).toEqual(["gpt-4", "single-v1"]);
    expect(promptOf({ protocol: "assay-single@my-judge~0a1b2c" })).toEqual(["my-judge", "assay-single"]);
  });

  it("keeps trials apart and counts what has no place", () => {
    const skipped: Judgment = {
      taskId: "s",
      protocol: base.protocol,
      suite: "mt-bench",
      questionId: "81",
      category: "math",
      turn: 1,
      trial: 1,
      a: "bot",
      answers: [],
      at: base.at,
      status: "skipped",
      reason: "no answer",
    };
    const [half] = judgments([PAIR]);
    if (half === undefined) throw new Error("no judgment");
    const { files, omitted } = exportFastChat({
      questions: [],
      answers: [],
      judgments: [{ ...base, trial: 2 }, skipped, half],
    });
    const rows = rowsOf(files, "model_judgment/gpt-4_single.jsonl");
    expect(rows).toEqual([{ ...SINGLE, trial: 2 }]);
    expect(judgments(rows ?? [])[0]?.trial).toBe(2);
    expect(omitted.map((one) => [one.code, one.count])).toEqual([
      ["skipped-judgments", 1],
      ["one-sided-comparisons", 1],
    ]);
  });

  it("writes files that no model's name leads out of the folder", async () => {
    const folder = await mkdtemp(join(tmpdir(), "assay-fastchat-"));
    try {
      const evil = answers([ANSWER], { model: "../../evil" });
      await writeFastChatFiles(folder, exportFastChat({ questions: [], answers: evil, judgments: [] }).files);
      expect((await readdir(folder)).sort()).toEqual(["model_answer", "question.jsonl"]);
      const [name = ""] = await readdir(join(folder, "model_answer"));
      const written = await readFile(join(folder, "model_answer", name), "utf8");
      expect(JSON.parse(written)).toEqual({ ...ANSWER, model_id: "../../evil" });
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

const mirror = process.env.ASSAY_MIRROR ?? "";

describe.skipIf(mirror === "")("FastChat's published files (needs ASSAY_MIRROR)", () => {
  const parsed = (file: string) => [...readJsonLines(file)].map((one) => one.value);

  it("come back from our records without loss: 480 judgments and their answers", async () => {
    const folder = join(mirror, "mt_bench");
    const file = join(folder, "model_judgment", "gpt-4_single.jsonl");
    const read = [...readFastChatJudgments(file, { suite: "mt-bench" })];
    const models = [...new Set(read.map((one) => one.a))];
    const { files } = exportFastChat({
      questions: [],
      answers: models.flatMap((model) => [
        ...readFastChatAnswers(join(folder, "model_answer", `${model}.jsonl`), { suite: "mt-bench" }),
      ]),
      judgments: read,
    });
    expect(rowsOf(files, "model_judgment/gpt-4_single.jsonl")).toEqual(parsed(file));
    for (const model of models) {
      expect(rowsOf(files, `model_answer/${model}.jsonl`)).toEqual(
        parsed(join(folder, "model_answer", `${model}.jsonl`)),
      );
    }
    expect(models).toHaveLength(3);
  });
});
