import { basename, extname } from "node:path";
import { badRow, type FastChatRow, questionIdOf, rowOf, timeOf } from "../../core/fastchat-row.js";
import { contentId } from "../../core/hash.js";
import { type JsonLine, readJsonLines } from "../../core/jsonl.js";
import type { Answer, AnswerTurn, GenerationParameters, Json } from "../../core/records.js";
import { FASTCHAT_ERROR } from "./fields.js";

/** What an answer record needs that FastChat's file does not say. */
export interface FastChatAnswerOptions {
  /** File that the rows come from, for messages. */
  readonly file: string;
  readonly suite: string;
  /** Display id of the model. Default: each row's `model_id`. FastChat itself goes by the file's name. */
  readonly model?: string;
  /** Category of a question; `general` where it is not known. */
  readonly categoryOf?: (questionId: string) => string | undefined;
}

function textsOf(choice: unknown, row: FastChatRow): readonly string[] {
  const turns: unknown =
    typeof choice === "object" && choice !== null && "turns" in choice ? choice.turns : undefined;
  const texts: readonly unknown[] = Array.isArray(turns) ? turns : [];
  if (texts.length === 0) throw badRow(row, '"choices" holds no list of turns');
  return texts.map((text) => {
    if (typeof text !== "string") throw badRow(row, "a turn is not text");
    return text;
  });
}

const KNOWN_KEYS: ReadonlySet<string> = new Set([
  "question_id",
  "answer_id",
  "model_id",
  "choices",
  "tstamp",
]);

/** Keys of a row besides FastChat's own; they go with the first turn of its first choice. */
function otherKeys(row: FastChatRow): GenerationParameters {
  const entries = Object.entries(row.fields).filter(([key]) => !KNOWN_KEYS.has(key));
  if (entries.length === 0) return {};
  // What JSON.parse gave is JSON.
  return { extra: { fastchatKeys: Object.fromEntries(entries) as { readonly [key: string]: Json } } };
}

function turnOf(text: string, parameters: GenerationParameters): AnswerTurn {
  return { text, parameters, finishReason: "unknown", latencyMs: 0, source: "recording" };
}

function modelOf(row: FastChatRow, options: FastChatAnswerOptions): string {
  const given = options.model ?? row.fields.model_id;
  if (typeof given === "string" && given !== "") return given;
  throw badRow(row, '"model_id" is missing');
}

function answerOf(row: FastChatRow, choice: unknown, index: number, options: FastChatAnswerOptions): Answer {
  const questionId = questionIdOf(row);
  const model = modelOf(row, options);
  const texts = textsOf(choice, row);
  const { answer_id: answerId } = row.fields;
  const named = typeof answerId === "string" && answerId !== "" && index === 0;
  const key = {
    taskId: named ? answerId : contentId({ kind: "fastchat-answer", model, questionId, index, texts }),
    suite: options.suite,
    questionId,
    category: options.categoryOf?.(questionId) ?? "general",
    model,
    trial: index + 1,
    at: timeOf(row),
  };
  const turns = texts.map((text, turn) => turnOf(text, index === 0 && turn === 0 ? otherKeys(row) : {}));
  const broken = texts.indexOf(FASTCHAT_ERROR);
  if (broken < 0) return { ...key, status: "completed", turns };
  return {
    ...key,
    status: "failed",
    turns: turns.slice(0, broken),
    error: {
      code: "recorded-error",
      message: `FastChat recorded ${FASTCHAT_ERROR} as the answer to turn ${broken + 1}`,
      retryable: true,
    },
    attempts: [],
  };
}

/**
 * Answers from the rows of a FastChat `model_answer/*.jsonl` file, one for each choice (a trial of ours). A turn that
 * reads `$ERROR$` makes a failed record, not an answer.
 * @throws DataError with file and line for a row that is not an answer.
 */
export function* importFastChatAnswers(
  rows: Iterable<JsonLine>,
  options: FastChatAnswerOptions,
): Generator<Answer> {
  for (const { line, value } of rows) {
    const row = rowOf(options.file, line, value);
    const choices: readonly unknown[] = Array.isArray(row.fields.choices) ? row.fields.choices : [];
    if (choices.length === 0) throw badRow(row, '"choices" is missing or empty');
    for (const [index, choice] of choices.entries()) yield answerOf(row, choice, index, options);
  }
}

/** Reads a FastChat answer file; the model's id is the file's name, as in FastChat, unless another is given. */
export function readFastChatAnswers(
  file: string,
  options: Omit<FastChatAnswerOptions, "file">,
): Generator<Answer> {
  const model = options.model ?? basename(file, extname(file));
  return importFastChatAnswers(readJsonLines(file), { ...options, file, model });
}
