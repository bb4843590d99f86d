import type { Answer } from "../../core/records.js";
import { codePointLength } from "../../core/text.js";
import { answerPlace } from "../resume.js";

/** What boards say about a model's answers on one suite. */
export interface AnswerFacts {
  readonly completed: number;
  readonly failedAnswers: number;
  /** Answers with a turn that was cut off at the token limit. */
  readonly truncatedAnswers: number;
  /** Answers with a turn without text. */
  readonly emptyAnswers: number;
  /** Mean code points of a completed answer, all turns together; null without one. */
  readonly averageLength: number | null;
}

/** The answers that count, one per place: the last record of each. */
export function currentAnswers(answers: Iterable<Answer>): Map<string, Answer> {
  const byPlace = new Map<string, Answer>();
  for (const answer of answers) {
    byPlace.set(answerPlace(answer.suite, answer.model, answer.questionId, answer.trial), answer);
  }
  return byPlace;
}

/** Facts about the answers of one model. */
export function answerFacts(answers: Iterable<Answer>): AnswerFacts {
  let completed = 0;
  let failedAnswers = 0;
  let truncatedAnswers = 0;
  let emptyAnswers = 0;
  let length = 0;
  for (const answer of answers) {
    if (answer.status === "failed") {
      failedAnswers++;
      continue;
    }
    completed++;
    if (answer.turns.some((turn) => turn.finishReason === "length")) truncatedAnswers++;
    if (answer.turns.some((turn) => turn.text.trim() === "")) emptyAnswers++;
    for (const turn of answer.turns) length += codePointLength(turn.text);
  }
  const averageLength = completed === 0 ? null : length / completed;
  return { completed, failedAnswers, truncatedAnswers, emptyAnswers, averageLength };
}
