import type { IndexedQuestion, ReadingIndex } from "../reading-index.js";
import { QUESTION_FLAGS } from "../reading-index.js";

/** What can be shown: everything, or questions that need a look. */
export const SHOW_CHOICES: readonly {
  readonly value: string;
  readonly label: string;
  readonly flags: number;
}[] = [
  { value: "all", label: "All questions", flags: 0 },
  { value: "unreadable", label: "Unreadable verdicts", flags: QUESTION_FLAGS.unreadable },
  { value: "missing", label: "Failed or skipped verdicts", flags: QUESTION_FLAGS.failedVerdict },
  { value: "orders", label: "Orders disagree", flags: QUESTION_FLAGS.ordersDisagree },
  { value: "judges", label: "Judges disagree", flags: QUESTION_FLAGS.judgesDisagree },
  { value: "failed", label: "Failed answers", flags: QUESTION_FLAGS.failedAnswer },
  { value: "truncated", label: "Truncated answers", flags: QUESTION_FLAGS.truncated },
  { value: "empty", label: "Empty answers", flags: QUESTION_FLAGS.empty },
];

/** Orders of the list. */
export const SORT_CHOICES: readonly { readonly value: string; readonly label: string }[] = [
  { value: "suite", label: "Suite order" },
  { value: "worth", label: "Worth reading" },
  { value: "moved", label: "Biggest movers" },
  { value: "spread", label: "Largest spread" },
  { value: "lowest", label: "Lowest score" },
  { value: "highest", label: "Highest score" },
];

/** What the reader filters by; empty strings mean no limit. */
export interface ReaderFilter {
  readonly query: string;
  readonly category: string;
  readonly show: string;
  readonly sort: string;
  /** Model whose score is filtered and sorted by; "" for any. */
  readonly model: string;
  readonly from: string;
  readonly to: string;
  /** Index into {@link ReadingIndex.protocols}. */
  readonly protocol: number;
}

/** A filter that lets everything through. */
export const NO_FILTER: ReaderFilter = {
  query: "",
  category: "",
  show: "all",
  sort: "suite",
  model: "",
  from: "",
  to: "",
  protocol: 0,
};

/** Whether a filter hides or reorders anything. */
export function isFiltering(filter: ReaderFilter): boolean {
  return JSON.stringify({ ...filter, protocol: 0 }) !== JSON.stringify(NO_FILTER);
}

/** Scores of a question that the filter's model and protocol speak of. */
function scoresFor(question: IndexedQuestion, filter: ReaderFilter, index: ReadingIndex): readonly number[] {
  const scores = question.scores[filter.protocol] ?? [];
  const place = index.models.indexOf(filter.model);
  const wanted = place === -1 ? scores : [scores[place] ?? null];
  return wanted.filter((score): score is number => score !== null && score !== undefined);
}

/** How far a question moved: between the two compared models, or between the least and the greatest score. */
function movementOf(
  question: IndexedQuestion,
  protocol: number,
  pair: readonly [number, number] | null,
): number | null {
  const scores = question.scores[protocol] ?? [];
  if (pair !== null) {
    const first = scores[pair[0]];
    const second = scores[pair[1]];
    return first == null || second == null ? null : second - first;
  }
  const known = scores.filter((score): score is number => score !== null);
  return known.length < 2 ? null : Math.max(...known) - Math.min(...known);
}

function passes(
  question: IndexedQuestion,
  filter: ReaderFilter,
  index: ReadingIndex,
  found: ReadonlySet<number> | null,
  place: number,
): boolean {
  if (found !== null && !found.has(place)) return false;
  if (filter.category !== "" && question.category !== filter.category) return false;
  const flags = SHOW_CHOICES.find((choice) => choice.value === filter.show)?.flags ?? 0;
  if (flags !== 0 && (question.flags & flags) === 0) return false;
  if (filter.model !== "") {
    const model = index.models.indexOf(filter.model);
    if (question.lengths[model] == null && scoresFor(question, filter, index).length === 0) return false;
  }
  const from = filter.from === "" ? null : Number(filter.from);
  const to = filter.to === "" ? null : Number(filter.to);
  if (from === null && to === null) return true;
  return scoresFor(question, filter, index).some(
    (score) => (from === null || score >= from) && (to === null || score <= to),
  );
}

/** Sorts by a key, largest first; questions without one come last, equal ones stay in suite order. */
function byKey(places: readonly number[], key: (place: number) => number | null): readonly number[] {
  const keyed = places.map((place) => ({ place, key: key(place) ?? Number.NEGATIVE_INFINITY }));
  return keyed
    .sort((x, y) => (x.key === y.key ? x.place - y.place : y.key > x.key ? 1 : -1))
    .map(({ place }) => place);
}

/** Where judges or orders disagree, and where something is missing or doubtful: from the most telling on. */
const WORTH: readonly number[] = [
  QUESTION_FLAGS.judgesDisagree,
  QUESTION_FLAGS.ordersDisagree,
  QUESTION_FLAGS.unreadable,
  QUESTION_FLAGS.failedVerdict | QUESTION_FLAGS.failedAnswer,
  QUESTION_FLAGS.truncated | QUESTION_FLAGS.empty,
];

/** How much a question is worth reading: first those on which a jury splits, widest first. Null where nothing marks it. */
function worthOf({ split, flags }: IndexedQuestion): number | null {
  if (split !== undefined) return WORTH.length + 1 / split;
  const at = WORTH.findIndex((bits) => (flags & bits) !== 0);
  return at === -1 ? null : WORTH.length - 1 - at;
}

/**
 * Places of the questions that pass, in the chosen order. `found` holds those that a text search found, null without a
 * search; `pair` are the two models that movement is measured between.
 */
export function filterQuestions(
  index: ReadingIndex,
  filter: ReaderFilter,
  found: ReadonlySet<number> | null,
  pair: readonly [number, number] | null,
): readonly number[] {
  const places = index.questions.flatMap((question, place) =>
    passes(question, filter, index, found, place) ? [place] : [],
  );
  const at = (place: number) => index.questions[place];
  const scores = (place: number) => {
    const question = at(place);
    return question === undefined ? [] : scoresFor(question, filter, index);
  };
  switch (filter.sort) {
    case "worth":
      return byKey(places, (place) => {
        const question = at(place);
        return question === undefined ? null : worthOf(question);
      });
    case "moved":
    case "spread":
      return byKey(places, (place) => {
        const question = at(place);
        const moved =
          question && movementOf(question, filter.protocol, filter.sort === "moved" ? pair : null);
        return moved == null ? null : Math.abs(moved);
      });
    case "lowest":
      return byKey(places, (place) => (scores(place).length === 0 ? null : -Math.min(...scores(place))));
    case "highest":
      return byKey(places, (place) => (scores(place).length === 0 ? null : Math.max(...scores(place))));
    default:
      return places;
  }
}
