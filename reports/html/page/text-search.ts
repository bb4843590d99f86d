import type { ReadingQuestion } from "../../view/reading-records.js";
import type { ReadingIndex } from "../reading-index.js";
import { unpackChunk } from "./unpack.js";

function has(text: string | null | undefined, words: string): boolean {
  return text?.toLowerCase().includes(words) ?? false;
}

function matches(question: ReadingQuestion, words: string): boolean {
  return (
    has(question.id, words) ||
    has(question.category, words) ||
    question.turns.some((turn) => has(turn, words)) ||
    (question.reference?.some((text) => has(text, words)) ?? false) ||
    question.answers.some(
      (answer) => has(answer.error, words) || answer.turns.some((turn) => has(turn.text, words)),
    ) ||
    question.verdicts.some(
      (verdict) => has(verdict.reasoning, words) || verdict.replies.some((reply) => has(reply, words)),
    )
  );
}

/**
 * Places of the questions in whose texts (question, answers, reference, verdicts) a piece of text occurs, letter case
 * aside. Unpacks chunk by chunk and stops when `signal` is aborted.
 */
export async function searchTexts(
  index: ReadingIndex,
  query: string,
  signal: AbortSignal,
): Promise<ReadonlySet<number> | null> {
  const words = query.trim().toLowerCase();
  if (words === "") return null;
  const found = new Set<number>();
  for (let chunk = 0; chunk < index.chunks; chunk++) {
    const questions = await unpackChunk(chunk);
    if (signal.aborted) return null;
    index.questions.forEach((entry, place) => {
      const question = entry.chunk === chunk ? questions[entry.place] : undefined;
      if (question !== undefined && matches(question, words)) found.add(place);
    });
  }
  return found;
}
