import { readFileSync } from "node:fs";
import { DataError, messageOf } from "../core/errors.js";
import { type JsonLine, readJsonLines } from "../core/jsonl.js";
import { badRow, type FastChatRow, nameField, questionIdOf, rowOf } from "./fastchat/fields.js";

/** One vote between two answers, by a person or a judge, in the layout of MT-Bench's published votes. */
export interface PreferenceVote {
  readonly questionId: string;
  /** From 1. */
  readonly turn: number;
  readonly modelA: string;
  readonly modelB: string;
  readonly winner: "a" | "b" | "tie";
  /** Who voted, such as `expert_12` or `gpt-4`. */
  readonly rater: string;
}

/** Whether a parsed record looks like a vote. */
function isVote(value: unknown): boolean {
  return (
    value !== null &&
    typeof value === "object" &&
    "model_a" in value &&
    "model_b" in value &&
    "winner" in value &&
    "question_id" in value
  );
}

function raterOf({ fields }: FastChatRow): string {
  const { judge } = fields;
  if (typeof judge === "string") return judge;
  return Array.isArray(judge) ? judge.map(String).join("/") : "unknown";
}

function turnOf(row: FastChatRow): number {
  const { turn = 1 } = row.fields;
  if (typeof turn === "number" && Number.isInteger(turn) && turn >= 1) return turn;
  throw badRow(row, '"turn" is not a whole number from 1');
}

function winnerOf(row: FastChatRow): PreferenceVote["winner"] {
  const { winner } = row.fields;
  if (winner === "model_a") return "a";
  if (winner === "model_b") return "b";
  // FastChat also writes `tie (inconsistent)`, the Chatbot Arena `tie (bothbad)`.
  if (typeof winner === "string" && winner.startsWith("tie")) return "tie";
  throw badRow(row, '"winner" is none of model_a, model_b, tie');
}

function voteOf(file: string, line: number, value: unknown): PreferenceVote {
  const row = rowOf(file, line, value);
  return {
    questionId: questionIdOf(row),
    turn: turnOf(row),
    modelA: nameField(row, "model_a"),
    modelB: nameField(row, "model_b"),
    winner: winnerOf(row),
    rater: raterOf(row),
  };
}

/** The records of a JSON array or of a JSONL file; those of an array are counted as lines. */
function* recordsOf(file: string): Generator<JsonLine> {
  if (!file.endsWith(".json")) {
    yield* readJsonLines(file);
    return;
  }
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, "utf8"));
  } catch (cause) {
    throw new DataError(`cannot be read as JSON (${messageOf(cause)})`, { code: "broken-json", file, cause });
  }
  const records: readonly unknown[] = Array.isArray(value) ? value : [value];
  for (const [index, record] of records.entries()) yield { line: index + 1, value: record };
}

/** Whether a file holds votes, by its first record. @throws DataError when it cannot be read. */
export function isVoteFile(file: string): boolean {
  for (const { value } of recordsOf(file)) return isVote(value);
  return false;
}

/**
 * Reads votes in the layout of MT-Bench's published ones (FastChat, `llm_judge/compute_agreement.py`): `question_id`,
 * `model_a`, `model_b`, `winner` (model_a, model_b or tie), `judge`, `turn`; a JSON array or JSONL.
 * @throws DataError with file and line (in an array: number of the record) for a record that is no vote.
 */
export function readPreferenceVotes(file: string): PreferenceVote[] {
  return [...recordsOf(file)].map(({ line, value }) => voteOf(file, line, value));
}
