import { compositeKey } from "../../harness/core/composite-key.js";
import { presentFields } from "../../harness/core/present-fields.js";
import { ranksOf } from "../../harness/core/ranks.js";
import type { ReadingAnswer, ReadingQuestion, ReadingVerdict } from "../view/reading-records.js";
import type { ReportView } from "../view/records.js";
import { firstLine } from "../view/text.js";

/** What can be filtered for; bits of {@link IndexedQuestion.flags}. */
export const QUESTION_FLAGS = {
  unreadable: 1,
  failedVerdict: 2,
  failedAnswer: 4,
  truncated: 8,
  empty: 16,
  ordersDisagree: 32,
  judgesDisagree: 64,
} as const;

/** A board as the reader knows it: whose verdicts, and what kind. */
export interface IndexedProtocol {
  readonly protocol: string;
  readonly suite: string;
  readonly title: string;
  readonly kind: "rating" | "preference";
}

/** What the list of questions needs to know of one question; its texts are in a chunk. */
export interface IndexedQuestion {
  /** Index into {@link ReadingIndex.suites}. */
  readonly suite: number;
  readonly id: string;
  readonly category: string;
  /** First line of the question. */
  readonly text: string;
  readonly chunk: number;
  /** Place within the chunk. */
  readonly place: number;
  readonly flags: number;
  /** Place among the questions on which a jury splits, from 1 for the widest; left out where it does not. */
  readonly split?: number;
  /** By protocol, then by model: mean rating, or mean weight on the model in percent; null without a usable verdict. */
  readonly scores: readonly (readonly (number | null)[])[];
  /** By model: code points of the answer, all turns; null without an answer. */
  readonly lengths: readonly (number | null)[];
  /** Comparison deltas by comparison index; null where the question is not among its movers. */
  readonly moved: readonly (number | null)[];
}

/** The part of the answers that a page unpacks first. */
export interface ReadingIndex {
  readonly suites: readonly string[];
  readonly models: readonly string[];
  readonly protocols: readonly IndexedProtocol[];
  readonly categories: readonly string[];
  readonly chunks: number;
  readonly questions: readonly IndexedQuestion[];
}

/** Characters of JSON after which a chunk is closed. */
const CHUNK_CHARACTERS = 1 << 19;
const TEXT_CHARACTERS = 140;
/** Ratings of the same answer that differ by this much of ten or more count as disagreement. */
const RATING_DISAGREEMENT = 2;

function addTo(sums: Map<string, number[]>, model: string, value: number): void {
  const values = sums.get(model);
  if (values === undefined) sums.set(model, [value]);
  else values.push(value);
}

/** Percent of the others that a ranking puts below each model, equal ones as half. */
function rankedWeights(groups: readonly (readonly string[])[]): readonly (readonly [string, number])[] {
  const ranks = [...ranksOf(groups)];
  return ranks.map(([model, rank]) => [model, (100 * (ranks.length - rank)) / Math.max(1, ranks.length - 1)]);
}

/** What a verdict says about each model that it speaks of. */
function weightsOf(verdict: ReadingVerdict): readonly (readonly [string, number])[] {
  const { outcome } = verdict;
  if (outcome.kind === "rating") return [[verdict.a, outcome.rating]];
  if (outcome.kind === "ranking") return rankedWeights(outcome.groups);
  if (outcome.kind !== "preference" || verdict.b === undefined) return [];
  return [
    [verdict.a, 100 * (1 - outcome.weightB)],
    [verdict.b, 100 * outcome.weightB],
  ];
}

function scoresOf(
  question: ReadingQuestion,
  protocol: IndexedProtocol,
  models: readonly string[],
): readonly (number | null)[] {
  const values = new Map<string, number[]>();
  for (const verdict of question.verdicts) {
    if (verdict.protocol !== protocol.protocol) continue;
    for (const [model, value] of weightsOf(verdict)) addTo(values, model, value);
  }
  return models.map((model) => {
    const given = values.get(model);
    return given === undefined ? null : given.reduce((sum, value) => sum + value, 0) / given.length;
  });
}

function winnerOf(verdict: ReadingVerdict): string | null {
  if (verdict.outcome.kind !== "preference") return null;
  if (verdict.outcome.winner === "tie") return "";
  return verdict.outcome.winner === "a" ? verdict.a : (verdict.b ?? null);
}

function ordersDisagree(verdicts: readonly ReadingVerdict[]): boolean {
  const winners = new Map<string, string>();
  for (const verdict of verdicts) {
    const winner = winnerOf(verdict);
    if (winner === null || verdict.order === undefined || verdict.b === undefined) continue;
    const pair = compositeKey(
      verdict.protocol,
      verdict.turn,
      verdict.trial,
      ...[verdict.a, verdict.b].sort(),
    );
    const other = winners.get(pair);
    if (other !== undefined && other !== winner) return true;
    winners.set(pair, winner);
  }
  return false;
}

function judgesDisagree(verdicts: readonly ReadingVerdict[]): boolean {
  const ratings = new Map<string, number>();
  for (const verdict of verdicts) {
    if (verdict.outcome.kind !== "rating") continue;
    const { rating, highest = 10 } = verdict.outcome;
    // Ratings on two scales say nothing of each other.
    const answer = compositeKey(verdict.a, verdict.turn, verdict.trial, highest);
    const other = ratings.get(answer);
    const most = (RATING_DISAGREEMENT * highest) / 10;
    if (other !== undefined && Math.abs(other - rating) >= most) return true;
    ratings.set(answer, rating);
  }
  return false;
}

/** Whether an answer could not be compared with the right one. */
function isUnread({ outcome }: ReadingVerdict): boolean {
  return outcome.kind === "rating" && outcome.compared?.outcome === "unreadable";
}

function flagsOf(question: ReadingQuestion): number {
  const { verdicts, answers } = question;
  const kinds = new Set(verdicts.map((verdict) => verdict.outcome.kind));
  const turns = answers.flatMap((answer) => answer.turns);
  const flag = (present: boolean, bit: number) => (present ? bit : 0);
  return (
    flag(kinds.has("unreadable") || verdicts.some(isUnread), QUESTION_FLAGS.unreadable) |
    flag(kinds.has("failed") || kinds.has("skipped"), QUESTION_FLAGS.failedVerdict) |
    flag(
      answers.some((answer) => answer.error !== undefined),
      QUESTION_FLAGS.failedAnswer,
    ) |
    flag(
      turns.some((turn) => turn.finish === "length"),
      QUESTION_FLAGS.truncated,
    ) |
    flag(
      turns.some((turn) => turn.length === 0),
      QUESTION_FLAGS.empty,
    ) |
    flag(ordersDisagree(verdicts), QUESTION_FLAGS.ordersDisagree) |
    flag(judgesDisagree(verdicts), QUESTION_FLAGS.judgesDisagree)
  );
}

function lengthOf(answer: ReadingAnswer | undefined): number | null {
  return answer === undefined ? null : answer.turns.reduce((sum, turn) => sum + turn.length, 0);
}

/** Protocols in board order, then those that only verdicts speak of. */
function protocolsOf(view: ReportView): readonly IndexedProtocol[] {
  const known: IndexedProtocol[] = view.boards.map((board) => ({
    protocol: board.protocol,
    suite: board.suite,
    title: `${board.title}, ${board.judge}`,
    kind: board.metric === "rating" ? "rating" : "preference",
  }));
  const seen = new Set(known.map((entry) => compositeKey(entry.protocol, entry.suite)));
  for (const question of view.reading) {
    for (const verdict of question.verdicts) {
      const place = compositeKey(verdict.protocol, question.suite);
      if (seen.has(place)) continue;
      seen.add(place);
      const kind = verdict.b === undefined ? "rating" : "preference";
      known.push({ protocol: verdict.protocol, suite: question.suite, title: verdict.protocol, kind });
    }
  }
  return known;
}

/** Models in board order, then those that only answers speak of. */
function modelsOf(view: ReportView): readonly string[] {
  const names = view.boards.flatMap((board) => board.rows.map((row) => row.model));
  const answered = view.reading.flatMap((question) => question.answers.map((answer) => answer.model));
  const present = new Set(answered);
  return [...new Set([...names.filter((name) => present.has(name) || present.size === 0), ...answered])];
}

function movedBy(view: ReportView): readonly ReadonlyMap<string, number | null>[] {
  return view.comparisons.map(
    (comparison) =>
      new Map(
        [...comparison.moversUp, ...comparison.moversDown].map((mover) => [
          compositeKey(comparison.suite, mover.questionId),
          mover.delta.value,
        ]),
      ),
  );
}

/** The best place of each question among the items on which juries split, widest first. */
function splitPlaces(view: ReportView): ReadonlyMap<string, number> {
  const places = new Map<string, number>();
  for (const { suite, jury } of view.boards)
    jury?.splits.forEach(({ questionId }, index) => {
      const key = compositeKey(suite, questionId);
      places.set(key, Math.min(places.get(key) ?? Number.POSITIVE_INFINITY, index + 1));
    });
  return places;
}

/** Where a question's text stands. */
interface ChunkPlace {
  readonly chunk: number;
  readonly place: number;
}

/** Questions as JSON texts, in chunks of about half a megabyte. */
export interface ReadingChunks {
  /** One JSON list per chunk. */
  readonly texts: readonly string[];
  readonly count: number;
  /** By number of the question. */
  readonly places: readonly ChunkPlace[];
}

/** JSON texts of the questions in chunks of about half a megabyte. */
export function chunkReading(reading: readonly ReadingQuestion[]): ReadingChunks {
  const texts: string[] = [];
  let open: string[] = [];
  let size = 0;
  const close = () => {
    if (open.length > 0) texts.push(`[${open.join(",")}]`);
    open = [];
    size = 0;
  };
  const places = reading.map((question): ChunkPlace => {
    const text = JSON.stringify(question);
    if (size > 0 && size + text.length > CHUNK_CHARACTERS) close();
    open.push(text);
    size += text.length;
    return { chunk: texts.length, place: open.length - 1 };
  });
  close();
  return { texts, count: texts.length, places };
}

/** The index over the questions. */
export function indexReading(
  view: ReportView,
  { count, places }: Pick<ReadingChunks, "count" | "places">,
): ReadingIndex {
  const suites = [...new Set(view.reading.map((question) => question.suite))];
  const models = modelsOf(view);
  const protocols = protocolsOf(view);
  const moved = movedBy(view);
  const splits = splitPlaces(view);
  const questions = view.reading.map((question, number): IndexedQuestion => {
    const { chunk, place } = places[number] ?? { chunk: 0, place: 0 };
    return {
      suite: suites.indexOf(question.suite),
      id: question.id,
      category: question.category,
      text: firstLine(question.turns[0] ?? "", TEXT_CHARACTERS),
      chunk,
      place,
      flags: flagsOf(question),
      ...presentFields({ split: splits.get(compositeKey(question.suite, question.id)) }),
      scores: protocols.map((protocol) =>
        protocol.suite === question.suite ? scoresOf(question, protocol, models) : [],
      ),
      lengths: models.map((model) => lengthOf(question.answers.find((answer) => answer.model === model))),
      moved: moved.map((deltas) => deltas.get(compositeKey(question.suite, question.id)) ?? null),
    };
  });
  const categories = [...new Set(view.reading.map((question) => question.category))];
  return { suites, models, protocols, categories, chunks: count, questions };
}
