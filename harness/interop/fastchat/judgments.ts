import { compositeKey } from "../../core/composite-key.js";
import { timeOf } from "../../core/fastchat-row.js";
import { contentId } from "../../core/hash.js";
import { type JsonLine, readJsonLines } from "../../core/jsonl.js";
import { printableName, protocolId } from "../../core/protocol-id.js";
import type { Json, JudgeRequest, Judgment, Verdict, VerdictPlace } from "../../core/records.js";
import { shownAnswers } from "../shown-answers.js";
import { FASTCHAT_ERROR } from "./fields.js";
import {
  type FastChatReading,
  type Game,
  gamesOf,
  isMtBenchPrompt,
  judgeOf,
  placeOf,
  type RowJudge,
} from "./games.js";

/** What a judgment record needs that FastChat's file does not say. */
export interface FastChatJudgmentOptions extends FastChatReading {
  /** Task id of the answer that was judged, where the answers are known too. */
  readonly answerIdOf?: (model: string, questionId: string) => string | undefined;
  readonly judged?: JudgedBy | undefined;
}

/** What besides the judge tells two protocols apart; left out where it is MT-Bench's own. */
export interface JudgedBy {
  /** Hash of the template. */
  readonly template?: string;
  /** Hash of the questions. */
  readonly questions?: string;
}

/**
 * The protocol under which FastChat's judgments of one judge model stand. MT-Bench's four prompts of a kind make one
 * protocol; which one a row was made with is kept in the record. Prompts of another name, such as the `assay-single`
 * that an export of a run writes, are another protocol, and so are other questions and another template.
 */
function fastChatProtocol(kind: "single" | "pair", judge: RowJudge, judged: JudgedBy = {}): string {
  const { model, prompt } = judge;
  const isOwn = isMtBenchPrompt(prompt);
  const prefix = isOwn ? `mt-bench-${kind}` : printableName(prompt);
  const own = isOwn ? {} : { prompt };
  return protocolId(
    prefix,
    model,
    contentId({ source: "fastchat", kind, judgeModel: model, ...own, ...judged }),
  );
}

const KNOWN_KEYS: ReadonlySet<string> = new Set([
  "question_id",
  "model",
  "model_1",
  "model_2",
  "judge",
  "user_prompt",
  "judgment",
  "score",
  "turn",
  "trial",
  "tstamp",
  ...["g1", "g2"].flatMap((game) => [`${game}_winner`, `${game}_user_prompt`, `${game}_judgment`]),
]);

/** Keys of a row that no field of a record has; of a pair's row they go with its first game. */
function otherKeys({ row, order, verdict }: Game): { readonly [key: string]: Json } | undefined {
  const { score } = row.fields;
  const isLost = verdict.kind === "unreadable" && score !== undefined && score !== -1;
  const entries = Object.entries(row.fields).filter(
    ([key]) => !KNOWN_KEYS.has(key) || (isLost && key === "score"),
  );
  if (entries.length === 0 || order === 2) return undefined;
  // What JSON.parse gave is JSON.
  return Object.fromEntries(entries) as { readonly [key: string]: Json };
}

/** The prompt's name and what else stood in the row stand among the parameters, so that an export can write them again. */
function requestOf(game: Game, promptName: string): JudgeRequest {
  const others = otherKeys(game);
  const extra = {
    ...(promptName === "" ? {} : { fastchatPrompt: promptName }),
    ...(others === undefined ? {} : { fastchatKeys: others }),
  };
  return {
    messages: [{ role: "user", content: game.prompt }],
    parameters: Object.keys(extra).length === 0 ? {} : { extra },
  };
}

/** Keys that an imported row had besides FastChat's own. */
export function keptKeys(request: Pick<JudgeRequest, "parameters"> | undefined): {
  readonly [key: string]: Json;
} {
  const kept = request?.parameters.extra?.fastchatKeys;
  return typeof kept === "object" && kept !== null && !Array.isArray(kept)
    ? (kept as { readonly [key: string]: Json })
    : {};
}

function judgmentOf(game: Game, options: FastChatJudgmentOptions): Judgment {
  const { row, kind, models, order } = game;
  const judge = judgeOf(row);
  const place = placeOf(game, judge, options);
  const { questionId, turn, trial } = place;
  const protocol = fastChatProtocol(kind, judge, options.judged);
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
    answers: shownAnswers(models, (model) => options.answerIdOf?.(model, questionId)),
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
export interface FastChatVerdict extends VerdictPlace {
  /** Id of its protocol. */
  readonly protocol: string;
  readonly kind: "single" | "pair";
  /** Judge model. */
  readonly judge: string;
  /** Line of the file. */
  readonly line: number;
  readonly suite: string;
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
      const protocol = protocols.get(name) ?? fastChatProtocol(kind, judge, options.judged);
      protocols.set(name, protocol);
      const verdict = game.text === FASTCHAT_ERROR ? undefined : game.verdict;
      const { line } = row;
      yield { protocol, kind, judge: judge.model, line, ...placeOf(game, judge, reading), prompt, verdict };
    }
  }
}
