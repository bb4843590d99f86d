import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { BatchState, type StoredFailure, type Submission } from "../../harness/batch/batch-state.js";
import { temporaryFolder } from "../pipeline/sample-plan.js";

const reply = {
  generation: { text: "hi", finishReason: "stop" },
  latencyMs: 5,
  at: "2025-01-01T00:00:00.000Z",
} as const;
const failure: StoredFailure = {
  attempt: { at: "2025-01-01T00:00:00.000Z", latencyMs: 5, outcome: "server-error", status: 500 },
  error: { code: "server-error", message: "no", retryable: true, status: 500 },
  line: "0123",
  learned: false,
};
const submission: Submission = {
  submission: "s1",
  at: "2025-01-01T00:00:00.000Z",
  stage: "answers",
  model: "x",
  endpoint: "http://localhost/v1",
  customIds: ["a", "b"],
  reservedUsd: 0.5,
};

/** What a later process finds. */
async function reopened<Result>(run: string, look: (state: BatchState) => Result): Promise<Result> {
  const state = await BatchState.open(run);
  try {
    return look(state);
  } finally {
    await state.close();
  }
}

describe("the journal of batches", () => {
  test("tells a later process everything that was noted", async () => {
    const run = temporaryFolder();
    const state = await BatchState.open(run);
    expect(state.isNew).toBe(true);
    await state.noteSubmitting(submission);
    await state.noteSubmitted("s1", "batch_1");
    await state.noteSubmitting({ ...submission, submission: "s2", customIds: ["c"] });
    await state.noteReply("a", reply);
    await state.noteFailure("b", failure);
    await state.noteExport({ round: 1, at: submission.at, customIds: ["d"] });
    await state.close();
    await reopened(run, (later) => {
      expect(later.isNew).toBe(false);
      expect(later.reply("a")).toMatchObject(reply);
      expect(later.failuresOf("b")).toMatchObject([failure]);
      expect(later.open.map(({ submission, batch }) => [submission, batch])).toEqual([
        ["s1", "batch_1"],
        ["s2", undefined],
      ]);
      expect(["a", "b", "c", "d", "e"].filter((id) => later.isKnown(id))).toEqual(["a", "b", "c", "d"]);
      expect(later.exportedAt("d")).toBe(submission.at);
      expect(later.lastExport?.round).toBe(1);
    });
  });

  test("forgets failures that went into a record, and batches that have ended", async () => {
    const run = temporaryFolder();
    const state = await BatchState.open(run);
    await state.noteSubmitting(submission);
    await state.noteFailure("b", failure);
    await state.noteReply("a", reply);
    await state.noteSettled(["b"], ["a"]);
    await state.noteEnded("s1", "completed");
    await state.close();
    await reopened(run, (later) => {
      expect(later.failuresOf("b")).toEqual([]);
      expect(later.isRecorded("a")).toBe(true);
      expect(later.open).toEqual([]);
    });
  });

  test("survives a line that a kill tore, and no other damage", async () => {
    const run = temporaryFolder();
    const state = await BatchState.open(run);
    await state.noteReply("a", reply);
    await state.close();
    const file = join(run, "batch", "state.jsonl");
    const whole = readFileSync(file, "utf8");
    appendFileSync(file, '{"type":"reply","customId":"b","gener');
    await reopened(run, (later) => {
      expect(later.reply("a")).toMatchObject(reply);
      expect(later.reply("b")).toBeUndefined();
    });
    writeFileSync(file, `not json\n${whole}`);
    await expect(BatchState.open(run)).rejects.toMatchObject({ code: "broken-json-line", line: 1 });
  });
});
