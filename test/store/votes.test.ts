import { appendFileSync, existsSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Vote } from "../../harness/core/vote.js";
import { identified, readVotes, VoteBox, type VoteEntry, votePaths } from "../../harness/store/votes.js";
import { temporaryFolder } from "../pipeline/sample-plan.js";

const now = Date.UTC(2026, 10, 28);

function vote(fields: Partial<Vote> = {}): VoteEntry {
  const base: Vote = {
    questionId: "1",
    turn: 1,
    modelA: "x",
    modelB: "y",
    winner: "a",
    voter: "anna",
    id: "v1",
  };
  return { kind: "vote", vote: identified({ ...base, ...fields }) };
}

function skip(id: string, questionId: string): VoteEntry {
  return { kind: "skip", skip: { questionId, turn: 1, modelA: "x", modelB: "y", voter: "anna", id } };
}

const withdrawal = (id: string, at = "2026-11-28T00:00:00Z"): VoteEntry => ({
  kind: "withdrawal",
  id,
  voter: "anna",
  at,
});

test("votes, skips and withdrawals are kept voter by voter, and read together", async () => {
  const run = temporaryFolder();
  const box = await VoteBox.open(run, now);
  const entries = [
    vote(),
    vote({ id: "v2", questionId: "2" }),
    withdrawal("v2"),
    vote({ id: "v3", questionId: "2", winner: "both-bad" }),
    skip("s1", "3"),
    skip("s2", "4"),
    withdrawal("s2"),
    vote({ id: "v4", modelA: "y", modelB: "x", winner: "b" }),
    vote({ id: "v5", voter: "../ben" }),
  ];
  for (const entry of entries) expect(await box.add(entry)).toBe("saved");
  await box.close();
  const { votes, skips, voters } = readVotes(run);
  expect(votes.map(({ id, winner, repeat }) => [id, winner, repeat]).sort()).toEqual([
    ["v1", "a", 0],
    ["v3", "both-bad", 0],
    ["v4", "b", 1],
    ["v5", "a", 0],
  ]);
  expect(skips.map(({ id }) => id)).toEqual(["s1"]);
  expect(voters).toEqual(["../ben", "anna"]);
  // A voter's name is no path.
  const files = readdirSync(votePaths.folder(run)).sort();
  expect(files).toEqual([expect.stringMatching(/^_\._ben-[0-9a-f]{8}\.jsonl$/), "anna.jsonl"]);
});

test("what comes again is known and written once, another vote under the same id is refused", async () => {
  const run = temporaryFolder();
  const box = await VoteBox.open(run, now);
  const together = await Promise.all([box.add(vote()), box.add(vote()), box.add(withdrawal("v0"))]);
  expect(together).toEqual(["saved", "known", "saved"]);
  await box.close();
  const again = await VoteBox.open(run, now);
  expect(await again.add(vote())).toBe("known");
  expect(await again.add(withdrawal("v0", "2026-11-29T00:00:00Z"))).toBe("known");
  await expect(again.add(vote({ winner: "b" }))).rejects.toMatchObject({ code: "vote-id-taken" });
  await again.close();
  expect(readFileSync(votePaths.voter(run, "anna"), "utf8").trim().split("\n")).toHaveLength(2);
});

test("a torn last line costs no other vote, and one process takes votes at a time", async () => {
  const run = temporaryFolder();
  const box = await VoteBox.open(run, now);
  await box.add(vote());
  await expect(VoteBox.open(run, now)).rejects.toMatchObject({
    code: "run-folder-in-use",
    remedy: /assay vote serve/,
  });
  await box.close();
  appendFileSync(votePaths.voter(run, "anna"), '{"question_id":2,"mod');
  expect(readVotes(run).votes).toHaveLength(1);
  const again = await VoteBox.open(run, now);
  await again.add(vote({ id: "v2", questionId: "2" }));
  await again.close();
  expect(readVotes(run).votes.map(({ id }) => id)).toEqual(["v1", "v2"]);
});

test("a vote without an id gets one from what it says; a damaged line is named", async () => {
  const run = temporaryFolder();
  const one = identified({ questionId: "1", turn: 1, modelA: "x", modelB: "y", winner: "a", voter: "anna" });
  expect(one.id).toMatch(/^[0-9a-f]{16}$/);
  expect(identified({ ...one, id: one.id }).id).toBe(one.id);
  const box = await VoteBox.open(run, now);
  await box.add({ kind: "vote", vote: one });
  await box.close();
  appendFileSync(votePaths.voter(run, "anna"), '{"question_id":2,"model_a":"x"}\n');
  expect(() => readVotes(run)).toThrow(/anna\.jsonl:2: "model_b" is missing/);
});

test.each([
  ["the votes' folder is removed", (run: string) => rmSync(votePaths.folder(run), { recursive: true })],
  ["the whole run folder is moved", (run: string) => renameSync(run, `${run}-elsewhere`)],
])("a vote is refused once %s, and nothing is made in its place", async (_, vanish) => {
  const run = join(temporaryFolder(), "run");
  const box = await VoteBox.open(run, now);
  await box.add(vote());
  vanish(run);
  const gone = { code: "run-folder-gone" };
  await expect(box.add(vote({ id: "v2", questionId: "2" }))).rejects.toMatchObject(gone);
  await expect(box.add(vote({ id: "v2", questionId: "2" }))).rejects.toMatchObject(gone);
  await expect(box.add(vote({ id: "v3", voter: "ben" }))).rejects.toMatchObject(gone);
  expect(existsSync(votePaths.folder(run))).toBe(false);
  await box.close();
});
