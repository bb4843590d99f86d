import { compositeKey } from "./composite-key.js";
import { DataError } from "./errors.js";
import {
  badRow,
  type FastChatRow,
  fastChatQuestionId,
  nameField,
  questionIdOf,
  type RowPlace,
  rowOf,
  timeOf,
} from "./fastchat-row.js";
import type { RatingScale } from "./interval.js";
import { COUNT, optionalNumber, optionalText, PROBABILITY } from "./optional-fields.js";
import { presentFields } from "./present-fields.js";
import { type Counted, type CountedVote, markRepeated, markRepeats, parseVote, type Vote } from "./vote.js";

/** One person's rating of one answer to one turn of a question, on the scale of the board that it is for. */
export interface AnswerRating {
  readonly questionId: string;
  /** Turn that was rated, from 1; 1 where a file does not say. */
  readonly turn: number;
  readonly model: string;
  readonly rating: number;
  /** Who rated it; `unknown` where a file does not say. */
  readonly voter: string;
  /** When, ISO 8601 in UTC. */
  readonly at?: string;
  /** {@link Vote.inclusionProbability}, of the answer. */
  readonly inclusionProbability?: number;
  /** Distinguishes ratings, so that one that arrives twice counts once. */
  readonly id?: string;
  readonly suite?: string;
  /** Trial of the answer, from 1; 1 where nothing is said. */
  readonly trial?: number;
  /** Worst and best rating there is, where a suite's boards differ in it. */
  readonly scale?: RatingScale;
  /** Task id of the answer: a rating of a replaced answer does not count. */
  readonly answer?: string;
  /** Where it was read; no part of its row. */
  readonly place?: RowPlace;
}

/** A rating as files hold it. */
export interface AnswerRatingRow {
  /** An integer where the id is one. */
  readonly question_id: string | number;
  readonly turn: number;
  readonly model: string;
  readonly rating: number;
  readonly voter: string;
  readonly at?: string;
  readonly inclusion_probability?: number;
  readonly vote_id?: string;
  readonly suite?: string;
  readonly trial?: number;
  readonly scale?: readonly [number, number];
  readonly answer?: string;
}

/** A rating among others of its voter. */
export interface CountedRating extends AnswerRating, Counted {}

/** What people said of answers: a choice between two of them, or a rating of one. */
export type PeoplesWord = CountedVote | CountedRating;

/** Tells a rating from a choice. */
export function isRating(word: AnswerRating | Vote): word is AnswerRating {
  return "rating" in word;
}

/** Whether a parsed record looks like a rating of a single answer. */
function isRatingRow(value: unknown): boolean {
  return (
    value !== null &&
    typeof value === "object" &&
    "rating" in value &&
    !("model_a" in value || "model_b" in value || "winner" in value)
  );
}

function ratingOf(row: FastChatRow): number {
  const { rating } = row.fields;
  if (typeof rating === "number" && Number.isFinite(rating)) return rating;
  throw badRow(row, `"rating" is ${rating === undefined ? "missing" : "not a number"}`);
}

function atOf(row: FastChatRow): string | undefined {
  const { at, tstamp } = row.fields;
  if (typeof at === "string" && !Number.isNaN(Date.parse(at))) return new Date(at).toISOString();
  if (at !== undefined && at !== null) throw badRow(row, '"at" is no time as 2026-11-28T10:15:00Z');
  return tstamp === undefined || tstamp === null ? undefined : timeOf(row);
}

function scaleOf(row: FastChatRow): RatingScale | undefined {
  const { scale } = row.fields;
  if (scale === undefined || scale === null) return undefined;
  const [low, high] = Array.isArray(scale) && scale.length === 2 ? scale : [];
  if (typeof low === "number" && typeof high === "number" && low < high) return { low, high };
  throw badRow(row, '"scale" is not the worst and the best rating, such as [1, 10]');
}

/** Reads a rating of a single answer; keys that no rating has are passed over. @throws DataError naming file, line and key. */
export function parseAnswerRating(file: string, line: number, value: unknown): AnswerRating {
  const row = rowOf(file, line, value, "bad-rating-row");
  return presentFields({
    questionId: questionIdOf(row),
    turn: optionalNumber(row, "turn", COUNT) ?? 1,
    model: nameField(row, "model"),
    rating: ratingOf(row),
    voter: optionalText(row, "voter") ?? optionalText(row, "judge") ?? "unknown",
    at: atOf(row),
    inclusionProbability: optionalNumber(row, "inclusion_probability", PROBABILITY),
    id: optionalText(row, "vote_id"),
    suite: optionalText(row, "suite"),
    trial: optionalNumber(row, "trial", COUNT),
    scale: scaleOf(row),
    answer: optionalText(row, "answer"),
    place: { file, line },
  });
}

/** What a row must have to say anything. */
const SAYS_SOMETHING = ["model_a", "model_b", "winner", "judge"];

/** Reads a rating, or a vote where a row holds none. @throws DataError naming file, line and key, or for what is neither. */
export function parsePeoplesWord(file: string, line: number, value: unknown): AnswerRating | Vote {
  if (isRatingRow(value)) return parseAnswerRating(file, line, value);
  const { fields } = rowOf(file, line, value);
  if (SAYS_SOMETHING.some((key) => key in fields)) return parseVote(file, line, value);
  throw new DataError("is neither a vote nor a rating", {
    code: "not-votes",
    ...{ file, line },
    remedy:
      "A vote has question_id, model_a, model_b, winner and judge (the voter); a rating question_id, turn, model, rating and voter.",
  });
}

/** A rating as files hold it; {@link parseAnswerRating} reads the same rating back. */
export function answerRatingRow(rating: AnswerRating): AnswerRatingRow {
  return presentFields({
    question_id: fastChatQuestionId(rating.questionId),
    turn: rating.turn,
    model: rating.model,
    rating: rating.rating,
    voter: rating.voter,
    at: rating.at,
    inclusion_probability: rating.inclusionProbability,
    vote_id: rating.id,
    suite: rating.suite,
    trial: rating.trial,
    scale: rating.scale && ([rating.scale.low, rating.scale.high] as const),
    answer: rating.answer,
  });
}

/** What a rating is about, as one text for maps: suite, question, trial, turn, model and, where it says one, the scale. */
export function ratedAnswer({ suite, questionId, trial = 1, turn, model, scale }: AnswerRating): string {
  return compositeKey(suite, questionId, trial, turn, model, scale && `${scale.low} ${scale.high}`);
}

/** Marks what one voter rated or voted on twice, in the order given. */
export function markRepeatedWords(words: readonly (AnswerRating | Vote)[]): PeoplesWord[] {
  const ratings = words.filter(isRating);
  const votes = words.filter((word): word is Vote => !isRating(word));
  return [...markRepeats(votes), ...markRepeated(ratings, ratedAnswer)];
}
