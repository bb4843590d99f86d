import { ConfigError } from "../harness/core/errors.js";
import type { Question, Suite } from "../harness/core/records.js";
import { suggestName } from "../harness/core/spelling.js";

/** Which questions of a suite a run asks; all when nothing is given. */
export interface QuestionSelection {
  /** So many, drawn across the categories, after the other two conditions. */
  readonly limit?: number;
  /** The first so many of each category. */
  readonly limitPerCategory?: number;
  /** These and no others. */
  readonly questionIds?: readonly string[];
  /** Questions that a run folder holds already; `limit` keeps them and draws what is left to draw. */
  readonly held?: ReadonlySet<string>;
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
 * The first question of each category, then the second of each, and so on, so that a few questions stand for all
 * categories; more questions hold all that fewer do. Those that are held come first.
 */
function drawAcross(
  questions: readonly Question[],
  count: number,
  held: ReadonlySet<string>,
): readonly Question[] {
  const places = new Map<string, number>();
  const drawn = questions.map((question, index) => {
    const round = places.get(question.category) ?? 0;
    places.set(question.category, round + 1);
    return { question, index, round: held.has(question.id) ? -1 : round };
  });
  const chosen = drawn.sort((x, y) => x.round - y.round || x.index - y.index).slice(0, count);
  return chosen.sort((x, y) => x.index - y.index).map(({ question }) => question);
}

/**
 * A suite cut down to the questions of a run, in the suite's order. `hash` stays that of the whole suite, so that a
 * protocol does not change its id when a run is first tried on a few questions; `whole` says what it is a part of.
 * @throws ConfigError for an id that the suite lacks (with the nearest right one) and for a limit below 1.
 */
export function selectQuestions(suite: Suite, selection: QuestionSelection): Suite {
  const { limit, limitPerCategory, questionIds, held = new Set() } = selection;
  checkCount(limit, "--limit");
  checkCount(limitPerCategory, "--limit-per-category");
  let questions = questionIds === undefined ? suite.questions : pickIds(suite, questionIds);
  if (limitPerCategory !== undefined) questions = firstOfEach(questions, limitPerCategory);
  if (limit !== undefined) questions = drawAcross(questions, limit, held);
  if (questions.length === suite.questions.length) return suite;
  const ids = new Set(questions.map((question) => question.id));
  const present = new Set(questions.map((question) => question.category));
  return {
    ...suite,
    questions,
    categories: suite.categories.filter((category) => present.has(category)),
    whole: suite.whole ?? { questions: suite.questions.length, categories: suite.categories.length },
    ...(suite.recordedAnswers === undefined
      ? {}
      : { recordedAnswers: suite.recordedAnswers.filter((answer) => ids.has(answer.questionId)) }),
  };
}
