import { expect, test } from "vitest";
import { answerRatingRow, parseAnswerRating, parsePeoplesWord } from "../../harness/core/answer-rating.js";

test("a rating of a single answer is read, and written as it was read", () => {
  const row = {
    question_id: 81,
    turn: 2,
    model: "m",
    rating: 7.5,
    voter: "anna",
    at: "2026-11-28T10:15:00.000Z",
    inclusion_probability: 0.25,
    vote_id: "r1",
    trial: 2,
    scale: [1, 10],
  };
  const rating = parseAnswerRating("a.jsonl", 3, row);
  expect(rating).toMatchObject({ questionId: "81", rating: 7.5, scale: { low: 1, high: 10 } });
  expect(answerRatingRow(rating)).toEqual(row);
});

test.each([
  [{ question_id: "q", model: "m", rating: "8" }, 'a.jsonl:3: "rating" is not a number'],
  [{ question_id: "q", rating: 8 }, 'a.jsonl:3: "model" is missing'],
  [{ question_id: "q", model: "m", rating: 8, at: "noon" }, 'a.jsonl:3: "at" is no time'],
  [{ question_id: "q", model: "m", rating: 8, scale: [5, 1] }, 'a.jsonl:3: "scale" is not the worst'],
  [{ question_id: "q", model: "m", inclusion_probability: 1 }, "a.jsonl:3: is neither a vote nor a rating"],
  [{ question_id: "q", model_a: "m", model_b: "n" }, 'a.jsonl:3: "winner" is missing'],
])("%j is refused with file and line", (row, message) => {
  expect(() => parsePeoplesWord("a.jsonl", 3, row)).toThrow(message);
});
