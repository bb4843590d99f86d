import { countOf } from "./count-of.js";
import { DataError } from "./errors.js";
import { badRow, type FastChatRow, nameField, rowOf, timeOf } from "./fastchat-row.js";
import { presentFields } from "./present-fields.js";
import { type Vote, type VoteWinner, WINNING_WORDS, type WinningWord } from "./vote.js";

/** A pair of answers that voters are asked about. */
export interface BallotItem {
  /** What the page knows the pair by, from 1; says nothing of the question or the models. */
  readonly item: number;
  readonly suite: string;
  readonly questionId: string;
  readonly category: string;
  readonly trial: number;
  /** Turns that are voted on, one after the other. */
  readonly turns: readonly number[];
  /** In the page's order, which a seed decides: an even slot seed shows the first of them first. */
  readonly models: readonly [string, string];
  /** Task ids of their answers. */
  readonly answers: readonly [string, string];
  /** See {@link Vote.inclusionProbability}. */
  readonly inclusionProbability: number;
}

/** A drawing of pairs out of a run; one file in `votes/ballots`. It alone knows which model gave which answer. */
export interface Ballot {
  readonly schema: "assay.ballot/1";
  /** Hash of what follows, so that the same drawing from the same answers is the same ballot. */
  readonly id: string;
  /** Name of the run's folder when the ballot was drawn. */
  readonly run: string;
  readonly seed: number;
  /** `uniform`: every pair was as likely. `active`: more so where the judge and the models' strengths disagree. */
  readonly design: "uniform" | "active";
  /** Pairs that could have been drawn. */
  readonly population: number;
  /** Share of the pairs that a voter is shown once more. */
  readonly repeats: number;
  readonly items: readonly BallotItem[];
}

/** What a page sends or saves: all of a vote but what the page does not know. */
interface BlindFields {
  readonly id: string;
  readonly ballot: string;
  readonly voter: string;
  readonly at: string;
}

/** A vote, a skip or a withdrawal as a page writes it. */
export type BlindEntry =
  | (BlindFields & {
      readonly kind: "vote" | "skip";
      readonly item: number;
      readonly turn: number;
      readonly slotSeed: number;
      readonly ms: number;
      readonly winner?: VoteWinner;
    })
  | (BlindFields & { readonly kind: "withdrawal" });

/** A line of the file that a page saves. */
export type BlindRow = {
  readonly ballot: string;
  readonly vote_id: string;
  /** The voter. */
  readonly judge: string;
  /** Seconds since the epoch. */
  readonly tstamp: number;
} & (
  | {
      readonly item: number;
      readonly turn: number;
      readonly slot_seed: number;
      readonly ms: number;
      readonly winner: WinningWord | "skipped";
    }
  | { readonly withdrawn: true }
);

/** Whether a parsed record is of a page that does not know the models. */
export function isBlindRow(value: unknown): boolean {
  return value !== null && typeof value === "object" && "ballot" in value && !("model_a" in value);
}

const LONGEST_NAME = 200;
const BLIND_ID = /^[\w-]{1,80}$/;
/** A vote that takes longer than a day was not given in one sitting. */
const MOST_MS = 86_400_000;

function numberField(row: FastChatRow, name: string, least: number, most: number): number {
  const value = row.fields[name];
  if (typeof value === "number" && Number.isInteger(value) && value >= least && value <= most) return value;
  throw badRow(row, `"${name}" is not a whole number from ${least} to ${most}`);
}

function idField(row: FastChatRow, name: string): string {
  const value = nameField(row, name);
  if (BLIND_ID.test(value)) return value;
  throw badRow(row, `"${name}" is not an id`);
}

function voterField(row: FastChatRow): string {
  const voter = nameField(row, "judge").trim();
  if (voter.length <= LONGEST_NAME) return voter;
  throw badRow(row, `"judge" is longer than ${countOf(LONGEST_NAME, "character")}`);
}

/**
 * Reads what a page wrote: from a file that it saved, or from a request.
 * @throws DataError naming file, line and key.
 */
export function parseBlindRow(file: string, line: number, value: unknown): BlindEntry {
  const row = rowOf(file, line, value);
  const base: BlindFields = {
    id: idField(row, "vote_id"),
    ballot: idField(row, "ballot"),
    voter: voterField(row),
    at: timeOf(row),
  };
  if (row.fields.withdrawn === true) return { ...base, kind: "withdrawal" };
  const said = {
    ...base,
    item: numberField(row, "item", 1, 1_000_000),
    turn: numberField(row, "turn", 1, 1_000),
    slotSeed: numberField(row, "slot_seed", 0, 2 ** 32 - 1),
    ms: numberField(row, "ms", 0, MOST_MS),
  };
  const { winner } = row.fields;
  if (winner === "skipped") return { ...said, kind: "skip" };
  const known = WINNING_WORDS.find(({ word }) => word === winner);
  if (known === undefined) {
    throw badRow(row, '"winner" is none of model_a, model_b, tie, tie (bothbad), skipped');
  }
  return { ...said, kind: "vote", winner: known.winner };
}

/** Where an entry stands, for the error that it may cause. */
export interface EntryPlace {
  readonly file: string;
  readonly line: number;
}

/**
 * The vote, skip or withdrawal that a page meant: questions and models come back from the ballot.
 * @throws DataError for an item or turn that the ballot does not have.
 */
export function resolveBlind(
  entry: Exclude<BlindEntry, { readonly kind: "withdrawal" }>,
  ballot: Ballot,
  place: EntryPlace,
): Vote & { readonly id: string } {
  const found = ballot.items.find(({ item }) => item === entry.item);
  if (found === undefined || !found.turns.includes(entry.turn)) {
    const what = found === undefined ? `"item" ${entry.item}` : `"turn" ${entry.turn} of item ${entry.item}`;
    throw new DataError(`${what} is not on the ballot ${ballot.id}`, {
      code: "not-on-the-ballot",
      ...place,
      remedy: "The file was changed by hand, or damaged: ask the voter for it once more.",
    });
  }
  const isSwapped = entry.slotSeed % 2 === 1;
  const [first, second] = found.models;
  const [firstAnswer, secondAnswer] = found.answers;
  return presentFields({
    questionId: found.questionId,
    turn: entry.turn,
    modelA: isSwapped ? second : first,
    modelB: isSwapped ? first : second,
    winner: entry.winner ?? "tie",
    voter: entry.voter,
    at: entry.at,
    anonymous: true,
    slotSeed: entry.slotSeed,
    ms: entry.ms,
    inclusionProbability: found.inclusionProbability,
    id: entry.id,
    suite: found.suite,
    trial: found.trial,
    ballot: ballot.id,
    answers: isSwapped ? ([secondAnswer, firstAnswer] as const) : found.answers,
  });
}
