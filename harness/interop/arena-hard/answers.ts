import {
  type ArenaHardAnswer,
  arenaHardAnswer,
  arenaHardQuestion,
  arenaHardRow,
} from "../../core/arena-hard-row.js";
import { badRow } from "../../core/fastchat-row.js";
import { readJsonLines } from "../../core/jsonl.js";
import type { Question } from "../../core/records.js";

/**
 * Reads a question file of either layout.
 * @throws DataError naming file and line; also for an id that occurs twice.
 */
export function readArenaHardQuestions(file: string): Question[] {
  const lines = new Map<string, number>();
  return [...readJsonLines(file)].map(({ line, value }) => {
    const row = arenaHardRow(file, line, value);
    const question = arenaHardQuestion(row);
    const earlier = lines.get(question.id);
    if (earlier !== undefined) throw badRow(row, `repeats the id "${question.id}" of line ${earlier}`);
    lines.set(question.id, line);
    return question;
  });
}

/** Reads an answer file of either layout, with the counts that its metadata hold. @throws DataError naming file and line. */
export function* readArenaHardAnswers(file: string): Generator<ArenaHardAnswer> {
  for (const { line, value } of readJsonLines(file)) yield arenaHardAnswer(arenaHardRow(file, line, value));
}
