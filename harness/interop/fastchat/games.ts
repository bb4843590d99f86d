import type { RatingScale } from "../../core/board.js";
import {
  badRow,
  type FastChatRow,
  nameField,
  questionIdOf,
  rowOf,
  textField,
} from "../../core/fastchat-row.js";
import type { JsonLine } from "../../core/jsonl.js";
import type { Verdict } from "../../core/records.js";
import { fastChatFormatOf } from "./fields.js";

/** How the rows of a judgment file are read. */
export interface FastChatReading {
  /** File that the rows come from, for messages. */
  readonly file: string;
  readonly suite: string;
  /** Category of a question; `general` where it is not known. */
  readonly categoryOf?: (questionId: string) => string | undefined;
  /** Scores outside of it are unreadable. Left out: every score counts but −1, by which FastChat means none. */
  readonly scale?: RatingScale | undefined;
}

/** MT-Bench's own prompts are called `single-v1`, `pair-math-v1-multi-turn` and the like. */
const MT_BENCH_PROMPT = /^((single|pair)\b.*)?$/;

/** Whether a prompt goes by one of MT-Bench's names, or by none. */
export function isMtBenchPrompt(name: string): boolean {
  return MT_BENCH_PROMPT.test(name);
}

/** Judge model and prompt name of a row. */
export interface RowJudge {
  readonly model: string;
  /** "" where the row names none. */
  readonly prompt: string;
}

/** The judge of a row. @throws DataError. */
export function judgeOf(row: FastChatRow): RowJudge {
  const { judge } = row.fields;
  const [model, prompt]: readonly unknown[] = Array.isArray(judge) ? judge : [judge, ""];
  if (typeof model !== "string" || model === "" || typeof prompt !== "string") {
    throw badRow(row, '"judge" is not a pair of judge model and prompt name');
  }
  return { model, prompt };
}

function turnOf(row: FastChatRow, prompt: string): number {
  const { turn } = row.fields;
  if (turn === undefined) return prompt.endsWith("-multi-turn") ? 2 : 1;
  if (typeof turn === "number" && Number.isInteger(turn) && turn >= 1) return turn;
  throw badRow(row, '"turn" is not a whole number from 1');
}

function trialOf(row: FastChatRow): number {
  const { trial = 1 } = row.fields;
  if (typeof trial === "number" && Number.isInteger(trial) && trial >= 1) return trial;
  throw badRow(row, '"trial" is not a whole number from 1');
}

/** One game as it was played: which texts, and what FastChat made of them. */
export interface Game {
  readonly row: FastChatRow;
  readonly kind: "single" | "pair";
  readonly models: readonly string[];
  readonly order?: 1 | 2;
  readonly prompt: string;
  readonly text: string;
  readonly verdict: Verdict;
}

/** Where the verdict of a game stands. @throws DataError. */
export function placeOf(game: Game, judge: RowJudge, options: FastChatReading) {
  const { row, models, order } = game;
  const questionId = questionIdOf(row);
  const [a = "", b] = models;
  return {
    suite: options.suite,
    questionId,
    category: options.categoryOf?.(questionId) ?? "general",
    turn: turnOf(row, judge.prompt),
    trial: trialOf(row),
    a,
    ...(b === undefined ? {} : { b }),
    ...(order === undefined ? {} : { order }),
  };
}

function optionalText(row: FastChatRow, name: string): string {
  return row.fields[name] === undefined ? "" : textField(row, name);
}

function ratingOf(row: FastChatRow, { scale }: FastChatReading): Verdict {
  const { score } = row.fields;
  if (typeof score !== "number") throw badRow(row, '"score" is not a number');
  if (score === -1 && !(scale !== undefined && scale.low <= -1)) {
    return { kind: "unreadable", reason: "FastChat found no rating in the judge's text" };
  }
  if (scale !== undefined && (score < scale.low || score > scale.high)) {
    const reason = `the recorded score ${score} is outside the scale of ${scale.low} to ${scale.high}`;
    return { kind: "unreadable", reason };
  }
  return { kind: "rating", rating: score };
}

function singleGame(row: FastChatRow, options: FastChatReading): Game {
  const text = textField(row, "judgment");
  return {
    row,
    kind: "single",
    models: [nameField(row, "model")],
    prompt: optionalText(row, "user_prompt"),
    text,
    verdict: ratingOf(row, options),
  };
}

function choiceOf(row: FastChatRow, name: string, order: 1 | 2): Verdict {
  const winner = row.fields[name];
  if (winner === "tie") return { kind: "preference", winner: "tie", weightB: 0.5 };
  if (winner === "model_1" || winner === "model_2") {
    // In game 2 the models stand the other way round.
    const isFirst = (winner === "model_1") === (order === 1);
    return { kind: "preference", winner: isFirst ? "a" : "b", weightB: isFirst ? 0 : 1 };
  }
  if (winner !== "error") throw badRow(row, `"${name}" is none of model_1, model_2, tie, error`);
  return { kind: "unreadable", reason: "FastChat found no verdict in the judge's text" };
}

function pairGame(row: FastChatRow, order: 1 | 2): Game {
  const models = [nameField(row, "model_1"), nameField(row, "model_2")];
  if (models[0] === models[1])
    throw badRow(row, '"model_1" and "model_2" are one model, which cannot meet itself');
  const text = textField(row, `g${order}_judgment`);
  return {
    row,
    kind: "pair",
    models: order === 1 ? models : models.reverse(),
    order,
    prompt: optionalText(row, `g${order}_user_prompt`),
    text,
    verdict: choiceOf(row, `g${order}_winner`, order),
  };
}

/**
 * The games that a FastChat row stands for: one of single grading, two of pairwise judging.
 * @throws DataError with file and line for a row that is no judgment.
 */
export function gamesOf({ line, value }: JsonLine, options: FastChatReading): readonly Game[] {
  const row = rowOf(options.file, line, value);
  const format = fastChatFormatOf(value);
  if (format === "fastchat-single") return [singleGame(row, options)];
  if (format === "fastchat-pair") return [pairGame(row, 1), pairGame(row, 2)];
  throw badRow(row, "is neither a single nor a pairwise judgment of FastChat");
}
