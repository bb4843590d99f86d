import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Judgment } from "../../harness/core/records.js";
import { PieceRecords } from "../../harness/store/pieces/piece-records.js";
import { readJudgments } from "../../harness/store/run-folder.js";
import { temporaryFolder } from "../pipeline/sample-plan.js";

const RATING = { kind: "rating", rating: 7 };

function line(more: object = {}): string {
  return JSON.stringify({
    taskId: "00aa",
    protocol: "mt-bench@judge~1",
    suite: "mt-bench",
    questionId: "81",
    category: "writing",
    turn: 2,
    trial: 1,
    a: "model",
    answers: ["task"],
    at: "2025-01-01T00:00:00.000Z",
    status: "judged",
    request: { messages: [{ role: "user", content: 'Rate "this"\n😀' }], parameters: { temperature: 0 } },
    replies: [{ text: "Rating: [[7]]", finishReason: "stop", latencyMs: 1.5, verdict: RATING }],
    verdict: RATING,
    ...more,
  });
}

/** A run folder with one file of judgments. */
function runOf(...lines: readonly string[]): string {
  const run = temporaryFolder();
  mkdirSync(join(run, "judgments", "p"), { recursive: true });
  writeFileSync(join(run, "judgments", "p", "model.jsonl"), lines.map((one) => `${one}\n`).join(""));
  return run;
}

/** The judgments of a run as scoring reads them. */
function* sparseJudgments(run: string): Generator<Judgment> {
  const reader = new PieceRecords(run, true);
  try {
    yield* reader.judgments();
  } finally {
    reader.close();
  }
}

/** What visitors of judgments look at. */
function seen(judgment: Judgment) {
  const { taskId, protocol, suite, questionId, category, turn, trial, a, b, order, repeat, answers, ranked } =
    judgment;
  const more = judgment.status === "judged" ? { verdict: judgment.verdict, request: judgment.request } : {};
  const place = {
    taskId,
    protocol,
    suite,
    questionId,
    category,
    turn,
    trial,
    a,
    b,
    order,
    repeat,
    answers,
    ranked,
  };
  return { ...place, ...more, at: judgment.at, status: judgment.status };
}

const preference = { kind: "preference", winner: "b", weightB: 0.75, strong: true };
const unreadable = { kind: "unreadable", reason: 'no "verdict"', final: true };

describe("judgments of which only a part is read", () => {
  test("say what whole ones say, whatever they are", () => {
    const run = runOf(
      line(),
      line({ questionId: "ä😀", category: 'a "b"\\', model: "x".repeat(100) }),
      line({
        a: "x".repeat(100),
        b: "other",
        order: 2,
        repeat: 3,
        answers: ["one", "two"],
        verdict: preference,
      }),
      line({ verdict: unreadable, trial: 12 }),
      line({ status: "skipped", reason: "nothing to judge" }),
      line({ status: "failed", error: { code: "x", message: "y", retryable: true }, attempts: [] }),
      line({ ranked: { models: ["m", "n"], labels: ["A", "B"] }, verdict: { kind: "ranking", ranking: [] } }),
      ` ${line()}`,
      "",
      line({ answers: ['quo"te', "ä"], trial: 1.5 }),
    );
    const whole = Array.from(readJudgments(run), seen);
    expect(whole).toHaveLength(9);
    expect(Array.from(sparseJudgments(run), seen)).toEqual(whole);
  });

  test("a line of many megabytes is read like any other, and those around it", () => {
    const long = 'Answer "so"\n✓ '.repeat(200_000);
    const request = { messages: [{ role: "user", content: long }], parameters: {} };
    const run = runOf(line(), line({ request, a: "long" }), line({ a: "after" }), line({ request }));
    const whole = Array.from(readJudgments(run), seen);
    expect(Array.from(sparseJudgments(run), seen)).toEqual(whole);
    expect(whole.map(({ a }) => a)).toEqual(["model", "long", "after", "model"]);
  });

  test("a line is refused with the words that reading all of it has", () => {
    const broken = [
      line({ verdict: { rating: 7 } }),
      line({ verdict: { kind: "rating", rating: "7" } }),
      line({ verdict: { kind: "preference", winner: "b" } }),
      line({ verdict: { kind: "preference", winner: "model-b", weightB: 1 } }),
      line({ verdict: { kind: "vote" } }),
      line({ replies: [null] }),
      line({ answers: [1] }),
      line({ taskId: 3 }),
      line({ trial: "1" }),
      line({ verdict: "7" }),
      line({ status: "done" }),
      line().replace("Rate", "R\u0001te"),
      line().slice(0, -1),
    ];
    const messageOf = (read: (run: string) => Iterable<Judgment>, run: string) => {
      try {
        return Array.from(read(run), () => "read").join();
      } catch (error) {
        return String(error);
      }
    };
    for (const bad of broken) {
      const run = runOf(line(), bad, line());
      expect(messageOf(sparseJudgments, run)).toMatch(/model\.jsonl:2: /);
      expect(messageOf(sparseJudgments, run)).toBe(messageOf(readJudgments, run));
    }
    const latin = runOf();
    const lines = [Buffer.from(`${line()}\n`), Buffer.from(`${line({ a: "é", request: {} })}\n`, "latin1")];
    writeFileSync(join(latin, "judgments", "p", "m.jsonl"), Buffer.concat(lines));
    expect(messageOf(sparseJudgments, latin)).toBe(messageOf(readJudgments, latin));
    expect(messageOf(sparseJudgments, latin)).toMatch(/m\.jsonl:2: is not UTF-8/);
  });

  test("what was not read is no longer there when the next one is", () => {
    const judgments = sparseJudgments(runOf(line(), line()));
    const first = judgments.next().value as Judgment;
    expect(first.taskId).toBe("00aa");
    const second = judgments.next().value as Judgment;
    expect(second.at).toBe("2025-01-01T00:00:00.000Z");
    const [early, late] = sparseJudgments(runOf(line(), line()));
    expect(() => (early as Judgment).taskId).toThrow(/after its visit/);
    expect(late).toBeDefined();
  });
});
