import { badRow, type FastChatRow, nameField, rowOf, timeOf } from "./fastchat-row.js";
import { isJsonObject, type Json, type JsonObject } from "./json.js";
import { presentFields } from "./present-fields.js";
import type { Question } from "./question.js";

/** The kinds of records that Arena-Hard's `data/` folder holds; either version's layout. */
export type ArenaHardFormat = "arena-hard-questions" | "arena-hard-answers" | "arena-hard-judgments";

/** v0.1's answers and questions have FastChat's keys, but their turns are objects that hold `content`. */
function holdsContent(turns: unknown): boolean {
  const [first]: readonly unknown[] = Array.isArray(turns) ? turns : [];
  return isJsonObject(first) && "content" in first;
}

/** Tells what kind of Arena-Hard record a parsed line is; undefined when it is none. */
export function arenaHardFormatOf(value: unknown): ArenaHardFormat | undefined {
  if (!isJsonObject(value) || !("uid" in value || "question_id" in value)) return undefined;
  if (Array.isArray(value.games) && "model" in value) return "arena-hard-judgments";
  if (Array.isArray(value.messages) && "model" in value) return "arena-hard-answers";
  const [choice]: readonly unknown[] = Array.isArray(value.choices) ? value.choices : [];
  if (isJsonObject(choice) && holdsContent(choice.turns)) return "arena-hard-answers";
  const isQuestion = ("uid" in value && "prompt" in value) || holdsContent(value.turns);
  return isQuestion ? "arena-hard-questions" : undefined;
}

/** A parsed line as a row of Arena-Hard. @throws DataError `bad-arena-hard-row` when it is not a JSON object. */
export function arenaHardRow(file: string, line: number, value: unknown): FastChatRow {
  return rowOf(file, line, value, "bad-arena-hard-row");
}

/** The question's id: `uid`, or `question_id` in the older layout. @throws DataError. */
export function arenaHardId(row: FastChatRow): string {
  const value = row.fields.uid ?? row.fields.question_id;
  if (typeof value === "number" && Number.isFinite(value)) return String(value);
  if (typeof value === "string" && value !== "") return value;
  throw badRow(row, '"uid" (or "question_id") is missing or neither a number nor text');
}

function textOf(row: FastChatRow, name: string, value: unknown): string {
  if (typeof value === "string" && value.trim() !== "") return value;
  throw badRow(row, `${name} is ${value === undefined ? "missing" : "empty or not text"}`);
}

function optionalName(row: FastChatRow, name: string): string | undefined {
  const value = row.fields[name];
  return value === undefined || value === null ? undefined : nameField(row, name);
}

const QUESTION_KEYS: ReadonlySet<string> = new Set(["uid", "question_id", "subcategory", "prompt", "turns"]);

/**
 * A question of either layout: `{uid, category, prompt}` or `{question_id, category, turns: [{content}]}`. Where v2 names a
 * subcategory (coding, math, creative_writing), that is the question's category; further keys are kept.
 * @throws DataError naming file, line and key.
 */
export function arenaHardQuestion(row: FastChatRow): Question {
  const { prompt, turns } = row.fields;
  const [first]: readonly unknown[] = Array.isArray(turns) ? turns : [];
  const text =
    prompt === undefined
      ? textOf(row, '"turns[0].content"', isJsonObject(first) ? first.content : undefined)
      : textOf(row, '"prompt"', prompt);
  const kept = Object.entries(row.fields).filter(([key]) => !QUESTION_KEYS.has(key));
  return {
    id: arenaHardId(row),
    category: optionalName(row, "subcategory") ?? optionalName(row, "category") ?? "general",
    turns: [text],
    // What JSON.parse gave is JSON.
    ...(kept.length === 0 ? {} : { metadata: Object.fromEntries(kept) as Record<string, Json> }),
  };
}

/** Marks of style that a file tells of an answer; each left out where it does not. */
export interface ArenaHardCounts {
  /** Tokens (tiktoken's encoding of gpt-4o in Arena-Hard's own files). */
  readonly tokens?: number;
  /** Markdown headers of all levels, outside of fenced code. */
  readonly headers?: number;
  /** List items, ordered and unordered. */
  readonly lists?: number;
  /** Bold stretches of either spelling. */
  readonly bold?: number;
}

/** An answer as a file of either layout holds it. */
export interface ArenaHardAnswer {
  readonly questionId: string;
  readonly model: string;
  /** Undefined where the call failed and the file holds no text. */
  readonly text: string | undefined;
  /** The thinking that stands beside the answer, where a file has it. */
  readonly reasoning?: string;
  /** What the file counted; empty where it has no metadata, as v0.1's converted answers. */
  readonly counts: ArenaHardCounts;
  /** The prompt as the file holds it (v2). */
  readonly prompt?: string;
  /** `metadata`, or `conv_metadata`, as it stands. */
  readonly metadata?: Json;
  /** `ans_id`, or `answer_id` in the older layout. */
  readonly answerId?: string;
  /** ISO 8601 in UTC. */
  readonly at: string;
}

/** A count, or the sum of counts by kind (level, spelling); undefined for what is none. */
function countIn(value: unknown): number | undefined {
  const parts = isJsonObject(value) ? Object.values(value) : [value];
  let sum = 0;
  for (const part of parts) {
    if (typeof part !== "number" || !(part >= 0 && Number.isFinite(part))) return undefined;
    sum += part;
  }
  return sum;
}

function countsOf(metadata: unknown, tokens: unknown): ArenaHardCounts {
  const { token_len, header_count, list_count, bold_count }: JsonObject = isJsonObject(metadata)
    ? metadata
    : {};
  return presentFields({
    tokens: countIn(token_len) ?? countIn(tokens),
    headers: countIn(header_count),
    lists: countIn(list_count),
    bold: countIn(bold_count),
  });
}

/** The text of a v2 message: `{answer, …}`, or the text itself; undefined for a null that a failed call left. */
function messageText(row: FastChatRow, content: unknown): string | undefined {
  const text = isJsonObject(content) ? content.answer : content;
  if (text === null) return undefined;
  if (typeof text === "string") return text;
  throw badRow(
    row,
    `the assistant's "content" ${isJsonObject(content) ? 'has no text in "answer"' : "is not text"}`,
  );
}

function newAnswer(row: FastChatRow): Pick<ArenaHardAnswer, "text" | "reasoning" | "prompt"> {
  const messages: readonly unknown[] = Array.isArray(row.fields.messages) ? row.fields.messages : [];
  const last = messages.at(-1);
  if (!isJsonObject(last) || last.role !== "assistant" || last.content === undefined)
    throw badRow(row, '"messages" does not end with an assistant\'s message');
  const { content } = last;
  const beside = isJsonObject(content) ? (content.thoughts ?? content.reasoning) : undefined;
  const reasoning = typeof beside === "string" ? beside : undefined;
  const asked = messages.find((message) => isJsonObject(message) && message.role === "user");
  const prompt = isJsonObject(asked) && typeof asked.content === "string" ? asked.content : undefined;
  return { text: messageText(row, content), ...presentFields({ reasoning, prompt }) };
}

function olderTurn(row: FastChatRow): JsonObject {
  const choices: readonly unknown[] = Array.isArray(row.fields.choices) ? row.fields.choices : [];
  const turns: unknown = isJsonObject(choices[0]) ? choices[0].turns : undefined;
  const last: unknown = Array.isArray(turns) ? turns.at(-1) : undefined;
  if (isJsonObject(last) && last.content !== undefined) return last;
  throw badRow(row, '"choices[0].turns" holds no turn with "content"');
}

/**
 * An answer of either layout: `{uid, model, messages, metadata}` or `{question_id, model_id, choices, conv_metadata}`.
 * @throws DataError naming file, line and key.
 */
export function arenaHardAnswer(row: FastChatRow): ArenaHardAnswer {
  const isNew = row.fields.messages !== undefined;
  const turn = isNew ? {} : olderTurn(row);
  const said = isNew ? newAnswer(row) : { text: messageText(row, turn.content) };
  const metadata = row.fields.metadata ?? row.fields.conv_metadata;
  const answerId = optionalName(row, isNew ? "ans_id" : "answer_id");
  return {
    questionId: arenaHardId(row),
    model: nameField(row, row.fields.model === undefined ? "model_id" : "model"),
    ...said,
    counts: countsOf(metadata, turn.token_len),
    // What JSON.parse gave is JSON.
    ...presentFields({ answerId, metadata: metadata as Json | undefined }),
    at: timeOf(row),
  };
}
