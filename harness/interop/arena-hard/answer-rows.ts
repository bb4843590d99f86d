import { detailedStyleOf } from "../../core/answer-style.js";
import { timestampOf } from "../../core/fastchat-row.js";
import { isJsonObject, type Json } from "../../core/json.js";
import type { Answer, Question } from "../../core/records.js";
import type { TokenCounter } from "../../core/token-counter.js";

/** A row of one of Arena-Hard's files. */
export type ArenaHardRecord = Readonly<Record<string, Json>>;

/** Which of Arena-Hard's layouts is written. */
export type ArenaHardLayout = "v0.1" | "v2";

/** A question's keys beside those of its layout: what the source file said of it. */
function keptOf({ metadata }: Question): ArenaHardRecord {
  return metadata ?? {};
}

/** A question: `{uid, category, subcategory, prompt}`, or v0.1's `{question_id, category, turns: [{content}]}`. */
export function questionRow(question: Question, layout: ArenaHardLayout): ArenaHardRecord {
  const [prompt = ""] = question.turns;
  const kept = keptOf(question);
  const isBelow = typeof kept.category === "string" && kept.category !== question.category;
  const category = typeof kept.category === "string" ? kept.category : question.category;
  const below: ArenaHardRecord = isBelow ? { subcategory: question.category } : {};
  return layout === "v2"
    ? { uid: question.id, ...kept, category, ...below, prompt }
    : { question_id: question.id, ...kept, category, ...below, turns: [{ content: prompt }] };
}

/** The category by which `show_result.py` picks judgments. */
export function judgedCategory(question: Question | undefined, fallback: string): string {
  const above = question?.metadata?.category;
  return typeof above === "string" ? above : (question?.category ?? fallback);
}

/** Counts of style as Arena-Hard's `metadata` holds them. */
function metadataOf(text: string, counter: TokenCounter): ArenaHardRecord {
  const { tokens, headers, lists, bold } = detailedStyleOf(text, counter.count);
  return {
    token_len: tokens,
    header_count: Object.fromEntries(headers.map((count, level) => [`h${level + 1}`, count])),
    list_count: { ...lists },
    bold_count: { "**": bold.starred, __: bold.underlined },
  };
}

/** An answer with its counts of style, those of an imported file kept; undefined for one that failed. */
export function answerRow(
  answer: Answer,
  question: Question | undefined,
  layout: ArenaHardLayout,
  counter: TokenCounter,
): ArenaHardRecord | undefined {
  const [turn] = answer.turns;
  if (answer.status !== "completed" || turn === undefined) return undefined;
  const { text } = turn;
  const kept = turn.parameters.extra?.arenaHardMetadata;
  const metadata: Json = isJsonObject(kept) ? (kept as ArenaHardRecord) : metadataOf(text, counter);
  const tstamp = timestampOf(answer.at);
  if (layout === "v2") {
    const user = { role: "user", content: question?.turns[0] ?? "" };
    const assistant = { role: "assistant", content: { answer: text } };
    const { questionId: uid, taskId: ans_id, model } = answer;
    return { uid, ans_id, model, messages: [user, assistant], tstamp, metadata };
  }
  const tokens: Json = isJsonObject(metadata) ? ((metadata as ArenaHardRecord).token_len ?? null) : null;
  return {
    question_id: answer.questionId,
    answer_id: answer.taskId,
    model_id: answer.model,
    choices: [{ index: 0, turns: [{ content: text, token_len: tokens }] }],
    tstamp,
    conv_metadata: metadata,
  };
}

/** Tokens of an answer as its exported row tells them. */
export function tokensIn(row: ArenaHardRecord): number | undefined {
  const metadata = row.metadata ?? row.conv_metadata;
  const tokens: unknown = isJsonObject(metadata) ? metadata.token_len : undefined;
  return typeof tokens === "number" ? tokens : undefined;
}
