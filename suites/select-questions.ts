import { ConfigError } from "../harness/core/errors.js";
import type { Question, Suite } from "../harness/core/records.js";
import { suggestName } from "../harness/core/spelling.js";

/** Which questions of a suite a run asks; all when nothing is given. */
export interface QuestionSelection {
  /** The first so many, after the other two conditions. */
  readonly limit?: number;
  /** The first so many of each category. */
  readonly limitPerCategory?: number;
  /** These and no others. */
  readonly questionIds?: readonly string[];
}

function checkCount(count: number | undefined, option: string): void {
  if (count === undefined || (Number.isInteger(count) && count >= 1)) return;
  throw new ConfigError(`${option} is ${count}, not a whole number from 1`, {
    code: "bad-limit",
    remedy: `Give ${option} a whole number from 1, or leave it out.`,
  });
}

function pickIds(suite: Suite, ids: readonly string[]): readonly Question[] {
  const known = new Set(suite.questions.map((question) => question.id));
  const unknown = ids.find((id) => !known.has(id));
  if (unknown !== undefined) {
    throw new ConfigError(`suite ${suite.id} has no question "${unknown.slice(0, 100)}"`, {
      code: "unknown-question",
      remedy: suggestName(unknown, known),
    });
  }
  const wanted = new Set(ids);
  return suite.questions.filter((question) => wanted.has(question.id));
}

function firstOfEach(questions: readonly Question[], count: number): readonly Question[] {
  const taken = new Map<string, number>();
  return questions.filter(({ category }) => {
    const before = taken.get(category) ?? 0;
    taken.set(category, before + 1);
    return before < count;
  });
}

/**
 * A suite cut down to the questions of a run, in the suite's order. `hash` stays that of the whole suite, so that a
 * protocol does not change its id when a run is first tried on a few questions.
 * @throws ConfigError for an id that the suite lacks (with the nearest right one) and for a limit below 1.
 */
export function selectQuestions(suite: Suite, selection: QuestionSelection): Suite {
  const { limit, limitPerCategory, questionIds } = selection;
  checkCount(limit, "--limit");
  checkCount(limitPerCategory, "--limit-per-category");
  let questions = questionIds === undefined ? suite.questions : pickIds(suite, questionIds);
  if (limitPerCategory !== undefined) questions = firstOfEach(questions, limitPerCategory);
  if (limit !== undefined) questions = questions.slice(0, limit);
  if (questions.length === suite.questions.length) return suite;
  const ids = new Set(questions.map((question) => question.id));
  const present = new Set(questions.map((question) => question.category));
  return {
    ...suite,
    questions,
    categories: suite.categories.filter((category) => present.has(category)),
    ...(suite.recordedAnswers === undefined
      ? {}
      : { recordedAnswers: suite.recordedAnswers.filter((answer) => ids.has(answer.questionId)) }),
  };
}
