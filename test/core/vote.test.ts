import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readJsonLines } from "../../harness/core/jsonl.js";
import { markRepeats, parseVote, type Vote, votedPair, voteFor, voteRow } from "../../harness/core/vote.js";

const whole = {
  question_id: 81,
  model_a: "gpt-4",
  model_b: "llama-13b",
  winner: "tie (bothbad)",
  judge: "anna",
  turn: 2,
  tstamp: 1764337505.25,
  anony: true,
  language: "English",
  slot_seed: 4294967295,
  ms: 41_250,
  inclusion_probability: 0.05,
  vote_id: "v1",
  suite: "mt-bench",
  trial: 1,
  ballot: "b1",
} as const;

describe("a vote", () => {
  test("keeps all it says on the way from a row and back", () => {
    const vote = parseVote("v.jsonl", 1, whole);
    expect(vote).toEqual({
      questionId: "81",
      turn: 2,
      modelA: "gpt-4",
      modelB: "llama-13b",
      winner: "both-bad",
      voter: "anna",
      at: "2025-11-28T13:45:05.25Z",
      anonymous: true,
      language: "English",
      slotSeed: 4294967295,
      ms: 41_250,
      inclusionProbability: 0.05,
      id: "v1",
      suite: "mt-bench",
      trial: 1,
      ballot: "b1",
    });
    expect(voteRow(vote)).toEqual(whole);
  });

  test("is read from Chatbot Arena's rows, whose other keys are passed over", () => {
    const row = {
      question_id: "58210e39b3fd4441a2bd4a518bb44c2d",
      model_a: "chatglm-6b",
      model_b: "koala-13b",
      winner: "model_b",
      judge: "arena_user_0",
      conversation_a: [{ content: "Hi", role: "user" }],
      turn: 1,
      anony: true,
      language: "English",
      tstamp: 1682351591.1322,
    };
    const { conversation_a, ...kept } = row;
    expect(voteRow(parseVote("v.jsonl", 1, row))).toEqual(kept);
    expect(parseVote("v.jsonl", 1, { ...row, winner: "both_bad" }).winner).toBe("both-bad");
    expect(parseVote("v.jsonl", 1, { ...row, winner: "tie (inconsistent)" }).winner).toBe("tie");
  });

  test.each([
    [[], /^v\.jsonl:7: is not a JSON object/],
    [{ ...whole, question_id: null }, /^v\.jsonl:7: "question_id"/],
    [{ ...whole, model_b: " " }, /"model_b" is empty/],
    [{ ...whole, winner: "modelA" }, /"winner" is "modelA", none of model_a, model_b, tie/],
    [{ ...whole, winner: undefined }, /"winner" is missing/],
    [{ ...whole, winner: "toString" }, /"winner" is "toString"/],
    [{ ...whole, judge: 5 }, /"judge" is not a name/],
    [{ ...whole, turn: 0 }, /"turn" is not a whole number from 1/],
    [{ ...whole, tstamp: "today" }, /"tstamp" is not a number of seconds/],
    [{ ...whole, anony: "yes" }, /"anony" is neither true nor false/],
    [{ ...whole, slot_seed: -1 }, /"slot_seed" is not a whole number from 0/],
    [{ ...whole, ms: -5 }, /"ms" is not a number of milliseconds/],
    [{ ...whole, inclusion_probability: 0 }, /"inclusion_probability" is not a probability above 0/],
    [{ ...whole, inclusion_probability: 1.01 }, /"inclusion_probability"/],
    [{ ...whole, trial: 1.5 }, /"trial" is not a whole number/],
  ])("that cannot be read names file, line and key: %j", (row, message) => {
    expect(() => parseVote("v.jsonl", 7, row)).toThrow(message);
  });

  test("is worth 1, ½ or 0 for a model", () => {
    const vote = parseVote("v.jsonl", 1, { ...whole, winner: "model_a" });
    expect([voteFor(vote, "gpt-4"), voteFor(vote, "llama-13b")]).toEqual([1, 0]);
    const ties = (["tie", "both-bad"] as const).map((winner) => voteFor({ ...vote, winner }, "gpt-4"));
    expect(ties).toEqual([0.5, 0.5]);
  });

  test("given again by the same voter is a repeat, whichever slots the answers stood in", () => {
    const vote: Vote = parseVote("v.jsonl", 1, whole);
    const turned = { ...vote, modelA: vote.modelB, modelB: vote.modelA };
    const others = [
      { ...vote, voter: "ben" },
      { ...vote, turn: 1 },
      { ...vote, suite: "other" },
    ];
    expect(votedPair(turned)).toBe(votedPair(vote));
    expect(markRepeats([vote, ...others, turned, vote]).map(({ repeat }) => repeat)).toEqual([
      0, 0, 0, 0, 1, 2,
    ]);
  });
});

const published = join(process.env.ASSAY_MIRROR ?? "", "mt_bench/human/human.jsonl");

test.skipIf(!existsSync(published))(
  "MT-Bench's published votes go through unchanged (needs ASSAY_MIRROR)",
  () => {
    const lines = [...readJsonLines(published)];
    const votes = lines.map(({ line, value }) => parseVote(published, line, value));
    expect(votes.map(voteRow)).toEqual(lines.map(({ value }) => value));
    expect(votes.length).toBe(3355);
  },
);
