import { compositeKey } from "../../core/composite-key.js";
import { fastChatQuestionId, timestampOf } from "../../core/fastchat-row.js";
import type { Json, Judgment, Verdict } from "../../core/records.js";
import { FASTCHAT_ERROR } from "./fields.js";
import { keptKeys } from "./judgments.js";

/** A row of a FastChat file. */
export interface FastChatRecord {
  readonly [key: string]: Json;
}

type Row = FastChatRecord;

const REFERENCE_CATEGORIES: ReadonlySet<string> = new Set(["math", "reasoning", "coding"]);

/** The recorded prompt's name, or the one that MT-Bench has for this category and turn. */
function promptNameOf(judgment: Judgment): string {
  const recorded = requestOf(judgment)?.parameters.extra?.fastchatPrompt;
  if (typeof recorded === "string") return recorded;
  const prefix = judgment.protocol.split("@")[0] ?? "";
  if (!prefix.startsWith("mt-bench-")) return prefix;
  const referenced = REFERENCE_CATEGORIES.has(judgment.category);
  const name =
    judgment.b === undefined
      ? referenced
        ? "single-math-v1"
        : "single-v1"
      : referenced
        ? "pair-math-v1"
        : "pair-v2";
  return judgment.turn === 1 ? name : `${name}-multi-turn`;
}

function requestOf(judgment: Judgment | undefined) {
  return judgment === undefined || judgment.status === "skipped" ? undefined : judgment.request;
}

function userPromptOf(judgment: Judgment | undefined): string {
  const messages = requestOf(judgment)?.messages ?? [];
  return messages.findLast((message) => message.role === "user")?.content ?? "";
}

function textOf(judgment: Judgment | undefined): string {
  if (judgment?.status !== "judged") return FASTCHAT_ERROR;
  return judgment.replies.at(-1)?.text ?? "(settled without a call)";
}

function commonFields(judgment: Judgment, judge: string): Row {
  return {
    judge: [judge, promptNameOf(judgment)],
    turn: judgment.turn,
    ...(judgment.trial === 1 ? {} : { trial: judgment.trial }),
    tstamp: timestampOf(judgment.at),
  };
}

function scoreOf(judgment: Judgment): number {
  return judgment.status === "judged" && judgment.verdict.kind === "rating" ? judgment.verdict.rating : -1;
}

/** A judgment of single grading as FastChat writes it. */
export function singleRow(judgment: Judgment, judge: string): Row {
  return {
    question_id: fastChatQuestionId(judgment.questionId),
    model: judgment.a,
    user_prompt: userPromptOf(judgment),
    judgment: textOf(judgment),
    score: scoreOf(judgment),
    ...commonFields(judgment, judge),
    ...keptKeys(requestOf(judgment)),
  };
}

/** Winner of a game by FastChat's names; the first slot of game 2 is model_2. */
function winnerOf(judgment: Judgment | undefined, order: 1 | 2): string {
  const verdict: Verdict | undefined = judgment?.status === "judged" ? judgment.verdict : undefined;
  if (verdict?.kind !== "preference") return "error";
  if (verdict.winner === "tie") return "tie";
  return (verdict.winner === "a") === (order === 1) ? "model_1" : "model_2";
}

/** The two games of a comparison, order 1 and order 2, as FastChat writes them; undefined without any. */
export function pairRow(
  games: readonly [Judgment | undefined, Judgment | undefined],
  judge: string,
): Row | undefined {
  const [first, second] = games;
  const known = first ?? second;
  if (known?.b === undefined) return undefined;
  const [model_1, model_2] = first === undefined ? [known.b, known.a] : [known.a, known.b];
  return {
    question_id: fastChatQuestionId(known.questionId),
    model_1,
    model_2,
    g1_winner: winnerOf(first, 1),
    g2_winner: winnerOf(second, 2),
    g1_user_prompt: userPromptOf(first),
    g1_judgment: textOf(first),
    g2_user_prompt: userPromptOf(second),
    g2_judgment: textOf(second),
    ...commonFields(known, judge),
    ...keptKeys(requestOf(first)),
  };
}

/** Puts the two games of a comparison together; a repeated judgment begins a comparison of its own. */
export class PairCollector {
  private readonly waiting = new Map<string, [Judgment | undefined, Judgment | undefined][]>();

  /** Takes one game, in any order. */
  add(judgment: Judgment): void {
    const key = compositeKey(
      judgment.questionId,
      judgment.turn,
      judgment.trial,
      judgment.repeat ?? 1,
      ...[judgment.a, judgment.b].sort(),
    );
    const slot = judgment.order === 2 ? 1 : 0;
    const comparisons = this.waiting.get(key) ?? [];
    this.waiting.set(key, comparisons);
    const open = comparisons.find((games) => games[slot] === undefined);
    if (open !== undefined) open[slot] = judgment;
    else comparisons.push(slot === 0 ? [judgment, undefined] : [undefined, judgment]);
  }

  /** All comparisons so far, as game 1 and game 2; a game that was not played is undefined. */
  comparisons(): (readonly [Judgment | undefined, Judgment | undefined])[] {
    return [...this.waiting.values()].flat();
  }
}
