import { formatLink, parseLink } from "../deep-link.js";
import type { ReadingIndex } from "../reading-index.js";
import { announce } from "./announce.js";

/** What is open in the reader; kept in the page's address. */
export interface Place {
  readonly question: number;
  readonly models: readonly string[];
  readonly difference: boolean;
  /** Whether the reader asked for it; on narrow screens the list is shown until then. */
  readonly opened: boolean;
}

/** What an address asks for; null when it names no question of this report. */
export function findQuestion(index: ReadingIndex, hash: string): Partial<Place> | null {
  const link = parseLink(hash);
  if (link === undefined) return null;
  const question = index.questions.findIndex(
    (entry) =>
      entry.id === link.question && (link.suite === undefined || index.suites[entry.suite] === link.suite),
  );
  if (question === -1) {
    announce(`There is no question ${link.question} in this report`);
    return null;
  }
  const models = link.models.filter((model) => index.models.includes(model));
  return {
    question,
    difference: link.difference === true,
    opened: true,
    ...(models.length > 0 ? { models } : {}),
  };
}

/** The address of a place. */
export function linkTo(index: ReadingIndex, place: Place): string {
  const question = index.questions[place.question];
  const suite = question === undefined ? undefined : index.suites[question.suite];
  return formatLink({
    question: question?.id ?? "",
    models: place.models,
    difference: place.difference,
    ...(suite === undefined || index.suites.length < 2 ? {} : { suite }),
  });
}

/** Puts a place into the page's address. Pages in a frame without an address of their own may refuse; then links are only made on request. */
export function keepInAddress(link: string): void {
  try {
    window.history.replaceState(null, "", link);
  } catch {
    // See above.
  }
}
