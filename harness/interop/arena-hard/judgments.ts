import { verdictOfLabel } from "../../core/arena-hard-labels.js";
import { arenaHardId, arenaHardRow } from "../../core/arena-hard-row.js";
import { badRow, type FastChatRow, nameField, timeOf } from "../../core/fastchat-row.js";
import { isJsonObject } from "../../core/json.js";
import { readJsonLines } from "../../core/jsonl.js";
import { presentFields } from "../../core/present-fields.js";
import type { ChatMessage, Verdict } from "../../core/records.js";

/** One game as a judgment file holds it. */
export interface ArenaHardGame {
  /** As recorded; null where the judge gave none. */
  readonly label: string | null;
  /** The slots' verdict: `unreadable` for a null, and for a label that is none of the five. */
  readonly verdict: Verdict;
  /** What the judge wrote, where the file keeps it. */
  readonly text?: string;
  /** What the judge was shown, where the file keeps it. */
  readonly prompt?: readonly ChatMessage[];
}

/**
 * A row of a judgment file of either layout. Game 1 shows the baseline first, game 2 the model; a game that is not there is
 * undefined.
 */
export interface ArenaHardJudgment {
  /** Line of the file. */
  readonly line: number;
  readonly layout: "v0.1" | "v2";
  readonly questionId: string;
  /** v2 only. */
  readonly category?: string;
  /** Judge model; `ensemble` where several were read as one. */
  readonly judge: string;
  readonly model: string;
  /** v2 only: v0.1's files do not name it. */
  readonly baseline?: string;
  readonly games: readonly [ArenaHardGame | undefined, ArenaHardGame | undefined];
  /** ISO 8601 in UTC; the start of the epoch where the file has none, as most. */
  readonly at: string;
}

function messagesOf(game: Readonly<Record<string, unknown>>): readonly ChatMessage[] | undefined {
  if (typeof game.user_prompt === "string") return [{ role: "user", content: game.user_prompt }];
  if (!Array.isArray(game.prompt)) return undefined;
  const messages: readonly unknown[] = game.prompt;
  return messages.flatMap((message): ChatMessage[] => {
    if (!isJsonObject(message) || typeof message.content !== "string") return [];
    const { role, content } = message;
    return role === "system" || role === "user" || role === "assistant" ? [{ role, content }] : [];
  });
}

function textOf({ judgment }: Readonly<Record<string, unknown>>): string | undefined {
  const text = isJsonObject(judgment) ? judgment.answer : judgment;
  return typeof text === "string" ? text : undefined;
}

function gameOf(row: FastChatRow, value: unknown, number: 1 | 2): ArenaHardGame | undefined {
  if (value === undefined || value === null) return undefined;
  if (!isJsonObject(value) || !("score" in value))
    throw badRow(row, `game ${number} is neither null nor an object with "score"`);
  const { unknown_label: unknown } = value;
  const score = typeof unknown === "string" && value.score === null ? unknown : value.score;
  if (score !== null && typeof score !== "string")
    throw badRow(row, `"score" of game ${number} is neither a label nor null`);
  const verdict: Verdict =
    score === null
      ? { kind: "unreadable", reason: "Arena-Hard found no label in the judge's text" }
      : verdictOfLabel(score);
  return { label: score, verdict, ...presentFields({ text: textOf(value), prompt: messagesOf(value) }) };
}

function judgeOf(row: FastChatRow): string {
  return row.fields.judge === undefined ? "unknown" : nameField(row, "judge");
}

/**
 * A row of a judgment file: v0.1 `{question_id, model, judge, games: [{score, judgment}, …]}`, v2 `{uid, category, judge,
 * model, baseline, games: [{score, judgment: {answer}, prompt} | null, …]}`.
 * @throws DataError `bad-arena-hard-row` naming file, line and key.
 */
function arenaHardJudgment(file: string, line: number, value: unknown): ArenaHardJudgment {
  const row = arenaHardRow(file, line, value);
  const { games } = row.fields;
  if (!Array.isArray(games) || games.length > 2)
    throw badRow(row, '"games" is not a list of one or two games');
  const [first, second]: readonly unknown[] = games;
  const name = (key: string) => (row.fields[key] === undefined ? undefined : nameField(row, key));
  const baseline = name("baseline");
  return {
    line,
    layout: row.fields.uid === undefined ? "v0.1" : "v2",
    questionId: arenaHardId(row),
    ...presentFields({ category: name("category"), baseline }),
    judge: judgeOf(row),
    model: nameField(row, "model"),
    games: [gameOf(row, first, 1), gameOf(row, second, 2)],
    at: timeOf(row),
  };
}

/** Reads a judgment file of either layout. @throws DataError naming file and line. */
export function* readArenaHardJudgments(file: string): Generator<ArenaHardJudgment> {
  for (const { line, value } of readJsonLines(file)) yield arenaHardJudgment(file, line, value);
}
