import { compositeKey } from "../../core/composite-key.js";
import { contentId } from "../../core/hash.js";
import { type JsonLine, readJsonLines } from "../../core/jsonl.js";
import { presentFields } from "../../core/present-fields.js";
import { printableName, protocolId } from "../../core/protocol-id.js";
import type { JudgeRequest, JudgingMode, Judgment, Protocol, Verdict } from "../../core/records.js";
import {
  badRow,
  FASTCHAT_ERROR,
  type FastChatRow,
  fastChatFormatOf,
  nameField,
  questionIdOf,
  rowOf,
  textField,
  timeOf,
} from "./fields.js";

/** What a judgment record needs that FastChat's file does not say. */
export interface FastChatJudgmentOptions {
  /** File that the rows come from, for messages. */
  readonly file: string;
  readonly suite: string;
  /** Category of a question; `general` where it is not known. */
  readonly categoryOf?: (questionId: string) => string | undefined;
  /** Task id of the answer that was judged, where the answers are known too. */
  readonly answerIdOf?: (model: string, questionId: string) => string | undefined;
  /** Reads a rating once more where FastChat recorded −1. Without it such a row is unreadable. */
  readonly readRating?: (text: string) => Verdict;
  /** Reads a choice once more where FastChat recorded `error`. */
  readonly readPreference?: (text: string) => Verdict;
  /** Take scores outside 1–10 as they are, as FastChat does. Default false: they are unreadable. */
  readonly compat?: boolean;
}

/** MT-Bench's own prompts are called `single-v1`, `pair-math-v1-multi-turn` and the like. */
const MT_BENCH_PROMPT = /^((single|pair)\b.*)?$/;

/**
 * The protocol under which FastChat's judgments of one judge model stand. MT-Bench's four prompts of a kind make one
 * protocol; which one a row was made with is kept in the record. Prompts of another name, such as the `assay-single`
 * that an export of a run writes, are another protocol.
 */
function fastChatProtocol(
  kind: "single" | "pair",
  judge: { readonly model: string; readonly prompt: string },
  suite: string,
  mode: JudgingMode,
): Protocol {
  const { model, prompt } = judge;
  const isOwn = MT_BENCH_PROMPT.test(prompt);
  const prefix = isOwn ? `mt-bench-${kind}` : printableName(prompt);
  const hash = contentId({ source: "fastchat", kind, judgeModel: model, ...(isOwn ? {} : { prompt }) });
  const id = protocolId(prefix, model, hash);
  return { id, judge: prefix.replace(/-(single|pair)$/, ""), judgeModel: model, mode, suite };
}

/** `[judge model, prompt name]` of a row. */
function judgeOf(row: FastChatRow): { readonly model: string; readonly prompt: string } {
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
interface Game {
  readonly row: FastChatRow;
  readonly kind: "single" | "pair";
  readonly models: readonly string[];
  readonly order?: 1 | 2;
  readonly prompt: string;
  readonly text: string;
  readonly verdict: Verdict;
}

/** The prompt's name stands among the parameters, so that an export can write it again. */
function requestOf(game: Game, promptName: string): JudgeRequest {
  return {
    messages: [{ role: "user", content: game.prompt }],
    parameters: promptName === "" ? {} : { extra: { fastchatPrompt: promptName } },
  };
}

/** Where the verdict of a game stands. */
function placeOf(game: Game, judge: { readonly prompt: string }, options: FastChatJudgmentOptions) {
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
    ...presentFields({ b, order }),
  };
}

function judgmentOf(game: Game, options: FastChatJudgmentOptions): Judgment {
  const { row, kind, models, order } = game;
  const judge = judgeOf(row);
  const place = placeOf(game, judge, options);
  const { questionId, turn, trial } = place;
  const protocol = fastChatProtocol(kind, judge, options.suite, "single").id;
  const key = {
    taskId: contentId({
      protocol,
      suite: options.suite,
      questionId,
      turn,
      trial,
      models,
      order,
      prompt: game.prompt,
    }),
    protocol,
    ...place,
    answers: models.flatMap((model) => options.answerIdOf?.(model, questionId) ?? []),
    at: timeOf(row),
  };
  const request = requestOf(game, judge.prompt);
  if (game.text === FASTCHAT_ERROR) {
    const message = `FastChat recorded ${FASTCHAT_ERROR} in place of a judgment`;
    const error = { code: "recorded-error", message, retryable: true };
    return { ...key, status: "failed", request, replies: [], error, attempts: [] };
  }
  const reply = {
    text: game.text,
    endpointModel: judge.model,
    finishReason: "unknown" as const,
    latencyMs: 0,
    source: "recording" as const,
    verdict: game.verdict,
  };
  return { ...key, status: "judged", request, replies: [reply], verdict: game.verdict };
}

function optionalText(row: FastChatRow, name: string): string {
  return row.fields[name] === undefined ? "" : textField(row, name);
}

function ratingOf(row: FastChatRow, text: string, options: FastChatJudgmentOptions): Verdict {
  const { score } = row.fields;
  if (typeof score !== "number") throw badRow(row, '"score" is not a number');
  if (score === -1) {
    return (
      options.readRating?.(text) ?? {
        kind: "unreadable",
        reason: "FastChat found no rating in the judge's text",
      }
    );
  }
  if (options.compat !== true && (score < 1 || score > 10)) {
    return { kind: "unreadable", reason: `the recorded score ${score} is outside 1 to 10` };
  }
  return { kind: "rating", rating: score };
}

function singleGame(row: FastChatRow, options: FastChatJudgmentOptions): Game {
  const text = textField(row, "judgment");
  return {
    row,
    kind: "single",
    models: [nameField(row, "model")],
    prompt: optionalText(row, "user_prompt"),
    text,
    verdict: ratingOf(row, text, options),
  };
}

function choiceOf(
  row: FastChatRow,
  name: string,
  order: 1 | 2,
  text: string,
  options: FastChatJudgmentOptions,
): Verdict {
  const winner = row.fields[name];
  if (winner === "tie") return { kind: "preference", winner: "tie", weightB: 0.5 };
  if (winner === "model_1" || winner === "model_2") {
    // In game 2 the models stand the other way round.
    const isFirst = (winner === "model_1") === (order === 1);
    return { kind: "preference", winner: isFirst ? "a" : "b", weightB: isFirst ? 0 : 1 };
  }
  if (winner !== "error") throw badRow(row, `"${name}" is none of model_1, model_2, tie, error`);
  return (
    options.readPreference?.(text) ?? {
      kind: "unreadable",
      reason: "FastChat found no verdict in the judge's text",
    }
  );
}

function pairGame(row: FastChatRow, order: 1 | 2, options: FastChatJudgmentOptions): Game {
  const models = [nameField(row, "model_1"), nameField(row, "model_2")];
  const text = textField(row, `g${order}_judgment`);
  return {
    row,
    kind: "pair",
    models: order === 1 ? models : models.reverse(),
    order,
    prompt: optionalText(row, `g${order}_user_prompt`),
    text,
    verdict: choiceOf(row, `g${order}_winner`, order, text, options),
  };
}

/**
 * The games that a FastChat row stands for: one of single grading, two of pairwise judging.
 * @throws DataError with file and line for a row that is no judgment.
 */
function gamesOf({ line, value }: JsonLine, options: FastChatJudgmentOptions): readonly Game[] {
  const row = rowOf(options.file, line, value);
  const format = fastChatFormatOf(value);
  if (format === "fastchat-single") return [singleGame(row, options)];
  if (format === "fastchat-pair") return [pairGame(row, 1, options), pairGame(row, 2, options)];
  throw badRow(row, "is neither a single nor a pairwise judgment of FastChat");
}

/**
 * Judgments from the rows of a FastChat `model_judgment/*.jsonl` file. A row of single grading is one judgment, a row
 * of pairwise judging two: game 1 with model_1 shown first, game 2 the other way round. All rows are kept, also those
 * that say the same thing twice. `$ERROR$` makes a failed record; −1 and `error` an unreadable verdict.
 * @throws DataError with file and line for a row that is no judgment.
 */
export function* importFastChatJudgments(
  rows: Iterable<JsonLine>,
  options: FastChatJudgmentOptions,
): Generator<Judgment> {
  for (const row of rows) {
    for (const game of gamesOf(row, options)) yield judgmentOf(game, options);
  }
}

/** Reads a FastChat judgment file, single or pairwise. */
export function readFastChatJudgments(
  file: string,
  options: Omit<FastChatJudgmentOptions, "file">,
): Generator<Judgment> {
  return importFastChatJudgments(readJsonLines(file), { ...options, file });
}

/** What scoring needs of one game of a FastChat file. */
export interface FastChatVerdict {
  /** {@link Protocol.id}. */
  readonly protocol: string;
  readonly kind: "single" | "pair";
  readonly suite: string;
  readonly questionId: string;
  readonly category: string;
  readonly turn: number;
  readonly trial: number;
  readonly a: string;
  readonly b?: string;
  readonly order?: 1 | 2;
  /** What the judge was shown. */
  readonly prompt: string;
  /** Undefined where FastChat recorded `$ERROR$`. */
  readonly verdict: Verdict | undefined;
}

/**
 * As {@link readFastChatJudgments}, but makes no record of each game, which takes twice as long as reading it.
 * @throws DataError with file and line for a row that is no judgment.
 */
export function* readFastChatVerdicts(
  file: string,
  options: Omit<FastChatJudgmentOptions, "file">,
): Generator<FastChatVerdict> {
  const protocols = new Map<string, string>();
  const reading = { ...options, file };
  for (const row of readJsonLines(file)) {
    for (const game of gamesOf(row, reading)) {
      const { kind, prompt } = game;
      const judge = judgeOf(game.row);
      const name = compositeKey(kind, judge.model, judge.prompt);
      const protocol = protocols.get(name) ?? fastChatProtocol(kind, judge, options.suite, "single").id;
      protocols.set(name, protocol);
      const verdict = game.text === FASTCHAT_ERROR ? undefined : game.verdict;
      yield { protocol, kind, ...placeOf(game, judge, reading), prompt, verdict };
    }
  }
}
