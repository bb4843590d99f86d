import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readFastChatJudgments, readFastChatVerdicts } from "../../../harness/interop/fastchat/judgments.js";

const options = {
  scale: { low: 1, high: 10 },
  suite: "mt-bench",
  categoryOf: (id: string) => (id === "81" ? "writing" : undefined),
};

function fileOf(rows: readonly object[]): string {
  const file = join(mkdtempSync(join(tmpdir(), "assay-test-")), "judgments.jsonl");
  writeFileSync(file, rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  return file;
}

const single = {
  question_id: 81,
  model: "m",
  judge: ["gpt-4", "single-v1-multi-turn"],
  user_prompt: "p",
  judgment: "Rating: [[7]]",
  score: 7,
  tstamp: 1,
};
const pair = {
  question_id: 95,
  model_1: "x",
  model_2: "y",
  g1_winner: "model_1",
  g2_winner: "tie",
  g1_user_prompt: "p1",
  g2_user_prompt: "p2",
  g1_judgment: "[[A]]",
  g2_judgment: "[[C]]",
  judge: ["gpt-4", "pair-v2"],
  turn: 1,
  tstamp: 1,
};

describe("verdicts of a FastChat file without its texts", () => {
  test("agree with the records in everything that scoring reads", () => {
    const file = fileOf([
      single,
      { ...single, score: -1, turn: 1, trial: 2 },
      { ...single, judgment: "$ERROR$", score: -1, judge: ["claude", "single-v1"] },
      { ...single, score: 42 },
      pair,
      { ...pair, g1_winner: "error", g2_judgment: "$ERROR$" },
    ]);
    const records = [...readFastChatJudgments(file, options)];
    const verdicts = [...readFastChatVerdicts(file, options)];
    expect(verdicts).toHaveLength(8);
    const scored = records.map((record, index) => ({
      judge: index === 2 ? "claude" : "gpt-4",
      line: [1, 2, 3, 4, 5, 5, 6, 6][index],
      protocol: record.protocol,
      kind: record.b === undefined ? "single" : "pair",
      suite: record.suite,
      questionId: record.questionId,
      category: record.category,
      turn: record.turn,
      trial: record.trial,
      a: record.a,
      ...(record.b === undefined ? {} : { b: record.b, order: record.order }),
      prompt: record.status === "skipped" ? "" : record.request?.messages[0]?.content,
      verdict: record.status === "judged" ? record.verdict : undefined,
    }));
    expect(verdicts).toEqual(scored);
    expect(verdicts.map(({ verdict }) => verdict?.kind)).toEqual([
      "rating",
      "unreadable",
      undefined,
      "unreadable",
      "preference",
      "preference",
      "unreadable",
      undefined,
    ]);
  });

  test("name file and line of a row that is no judgment", () => {
    const file = fileOf([single, { question_id: 1, answer: "no" }]);
    expect(() => [...readFastChatVerdicts(file, options)]).toThrow(`${file}:2`);
  });
});
