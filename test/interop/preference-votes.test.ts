import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { isVoteFile, readPreferenceVotes } from "../../harness/interop/preference-votes.js";

const folder = mkdtempSync(join(tmpdir(), "assay-votes-"));
const vote = { question_id: 81, model_a: "x", model_b: "y", winner: "model_b", judge: "expert_0", turn: 2 };

function file(name: string, value: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, typeof value === "string" ? value : JSON.stringify(value));
  return path;
}

describe("votes between two answers", () => {
  test("are read from an array and from lines alike", () => {
    const others = [
      { ...vote, winner: "tie", judge: ["gpt-4", "pair-v2"] },
      { ...vote, winner: "tie (inconsistent)", turn: undefined },
      { ...vote, winner: "model_a" },
    ];
    const expected = [
      { questionId: "81", turn: 2, modelA: "x", modelB: "y", winner: "b", voter: "expert_0" },
      { questionId: "81", turn: 2, modelA: "x", modelB: "y", winner: "tie", voter: "gpt-4/pair-v2" },
      { questionId: "81", turn: 1, modelA: "x", modelB: "y", winner: "tie", voter: "expert_0" },
      { questionId: "81", turn: 2, modelA: "x", modelB: "y", winner: "a", voter: "expert_0" },
    ];
    const rows = [vote, ...others];
    expect(readPreferenceVotes(file("votes.json", rows))).toEqual(expected);
    const lines = rows.map((row) => JSON.stringify(row)).join("\n");
    expect(readPreferenceVotes(file("votes.jsonl", lines))).toEqual(expected);
  });

  test("are told from judgments by their first record", () => {
    expect(isVoteFile(file("a.json", [vote]))).toBe(true);
    expect(isVoteFile(file("b.jsonl", JSON.stringify({ question_id: 1, model: "x", score: 5 })))).toBe(false);
    expect(isVoteFile(file("c.json", []))).toBe(false);
  });

  test.each([
    [{ ...vote, winner: "x" }, /votes\.json:2: "winner" is "x", none of model_a, model_b, tie/],
    [{ ...vote, turn: "one" }, /:2: "turn" is not a whole number from 1/],
    [{ ...vote, model_a: "" }, /:2: "model_a" is empty/],
    [{ ...vote, question_id: null }, /:2: "question_id"/],
  ])("that are none name file and record: %j", (row, message) => {
    expect(() => readPreferenceVotes(file("votes.json", [vote, row]))).toThrow(message);
  });
});
