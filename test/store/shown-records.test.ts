import { expect, test } from "vitest";
import type { Answer, Judgment } from "../../harness/core/records.js";
import { ShownRecords } from "../../harness/store/shown-records.js";

const call = { finishReason: "stop", latencyMs: 1 } as const;

function answerOf(model: string, ...texts: string[]): Answer {
  return {
    ...{
      taskId: "t",
      suite: "s",
      questionId: "q",
      category: "c",
      model,
      trial: 1,
      at: "2026-01-01T00:00:00Z",
    },
    status: "completed",
    turns: texts.map((text) => ({ ...call, text, parameters: {} })),
  };
}

test("reports keep the beginning of a long text, with its length and where all of it stands", () => {
  const long = `${"x".repeat(99_999)}😀${"y".repeat(200_000)}`;
  const [whole, cut] = new ShownRecords().answer(answerOf("org/model", "short", long)).turns;
  expect(whole).toEqual({ ...call, text: "short", parameters: {} });
  expect(cut).toEqual({
    ...call,
    text: "x".repeat(99_999),
    parameters: {},
    cut: { text: 300_000, file: expect.stringMatching(/^answers\/org_model-[0-9a-f]{8}\.jsonl$/) },
  });
});

test("a judge's prompt, tokens and the rest of its long reasoning are left out", () => {
  const judgment: Judgment = {
    ...{ taskId: "t", protocol: "p", suite: "s", questionId: "q", category: "c", turn: 1, trial: 1 },
    ...{ a: "a", answers: ["x"], at: "2026-01-01T00:00:00Z", status: "judged" },
    request: { messages: [{ role: "user", content: "rate" }], parameters: {} },
    replies: [
      {
        ...{ ...call, text: "=7", reasoning: "z".repeat(150_000), verdict: { kind: "rating", rating: 7 } },
        logprobs: [{ token: "7", logprob: 0, top: [] }],
      },
    ],
    verdict: { kind: "rating", rating: 7 },
  };
  const shown = new ShownRecords().judgment(judgment);
  expect(shown).toEqual({
    ...{ ...judgment, request: undefined },
    replies: [
      {
        ...{ ...call, text: "=7", reasoning: "z".repeat(100_000), verdict: { kind: "rating", rating: 7 } },
        cut: { reasoning: 150_000, file: "judgments/p/a.jsonl" },
      },
    ],
  });
});

test("what a judge's replacement wrote is cut like the judge's own replies", () => {
  const key = { taskId: "t", protocol: "p", suite: "s", questionId: "q", category: "c", turn: 1, trial: 1 };
  const failure = { code: "x", message: "y", retryable: false };
  const verdict = { kind: "rating", rating: 7 } as const;
  const judgment: Judgment = {
    ...{ ...key, a: "a", answers: ["x"], at: "2026-01-01T00:00:00Z" },
    ...{ status: "failed", replies: [], error: failure, attempts: [] },
    replacement: {
      ...{ protocol: "q", judgeModel: "other", at: "2026-01-01T00:00:00Z", status: "judged", verdict },
      replies: [{ ...call, text: "z".repeat(150_000), verdict }],
    },
  };
  expect(new ShownRecords().judgment(judgment)).toEqual({
    ...judgment,
    replacement: {
      ...judgment.replacement,
      replies: [
        {
          ...{ ...call, text: "z".repeat(100_000), verdict },
          cut: { text: 150_000, file: "judgments/p/a.jsonl" },
        },
      ],
    },
  });
});

test("once much is kept, later texts keep shorter beginnings", () => {
  const shown = new ShownRecords(120_000);
  const lengths = [90_000, 90_000, 90_000, 3000].map(
    (length) => shown.answer(answerOf("m", "x".repeat(length))).turns[0]?.text.length,
  );
  expect(lengths).toEqual([90_000, 90_000, 4000, 3000]);
});
