import { compositeKey } from "./composite-key.js";
import {
  badRow,
  type FastChatRow,
  fastChatQuestionId,
  nameField,
  questionIdOf,
  rowOf,
  timeOf,
  timestampOf,
} from "./fastchat-row.js";
import {
  COUNT,
  MILLISECONDS,
  optionalFlag,
  optionalNumber,
  optionalText,
  PROBABILITY,
  SLOT_SEED,
} from "./optional-fields.js";
import { presentFields } from "./present-fields.js";

/** What a voter can say of two answers. `both-bad` is a tie between answers of which neither will do. */
export type VoteWinner = "a" | "b" | "tie" | "both-bad";

/** One vote between two answers to one turn of a question, by a person or a judge. */
export interface Vote {
  readonly questionId: string;
  /** Turn whose answers were compared, from 1; 1 where a file does not say. */
  readonly turn: number;
  /** Model whose answer stood in the first slot. */
  readonly modelA: string;
  /** Model whose answer stood in the second slot. */
  readonly modelB: string;
  readonly winner: VoteWinner;
  /** Who voted, such as `expert_12`, `anna` or `gpt-4`; `unknown` where a file does not say. */
  readonly voter: string;
  /** When, ISO 8601 in UTC. */
  readonly at?: string;
  /** Whether the models' names were hidden until the vote was given. */
  readonly anonymous?: boolean;
  readonly language?: string;
  /** Number that decided the slots: odd where the pair is shown the other way round. 32 bits. */
  readonly slotSeed?: number;
  /** From the moment the answers could be read to the vote, in milliseconds, without pauses. */
  readonly ms?: number;
  /**
   * Probability, in (0, 1], with which this pair was drawn among all that could have been asked. Equal for all votes of
   * a uniform draw; an estimate over an uneven one weights each vote with its inverse (Horvitz–Thompson).
   */
  readonly inclusionProbability?: number;
  /** Distinguishes votes, so that one that arrives twice counts once. */
  readonly id?: string;
  /** Where a run asks several suites: the question's. */
  readonly suite?: string;
  /** Trial of the answers that were shown, from 1; 1 where nothing is said. */
  readonly trial?: number;
  /** The drawing of pairs that this vote belongs to; see `RUN/votes/ballots`. */
  readonly ballot?: string;
  /** Task ids of the two answers that were shown, first slot first: a vote on replaced answers does not count. */
  readonly answers?: readonly [string, string];
}

/**
 * A vote as files hold it: Chatbot Arena's battle row (FastChat, `serve/monitor`; the same fields as MT-Bench's
 * published human votes), with assay's own keys after it, which other tools pass over.
 */
export interface VoteRow {
  /** An integer where the id is one, as FastChat writes it. */
  readonly question_id: string | number;
  readonly model_a: string;
  readonly model_b: string;
  readonly winner: "model_a" | "model_b" | "tie" | "tie (bothbad)";
  /** The voter. */
  readonly judge: string;
  /** The turn that was judged, from 1. In Chatbot Arena's own files: how many turns the conversation had. */
  readonly turn: number;
  /** Seconds since the epoch. */
  readonly tstamp?: number;
  readonly anony?: boolean;
  readonly language?: string;
  readonly slot_seed?: number;
  readonly ms?: number;
  readonly inclusion_probability?: number;
  readonly vote_id?: string;
  readonly suite?: string;
  readonly trial?: number;
  readonly ballot?: string;
  readonly answers?: readonly [string, string];
}

/** How assay writes a winner. */
export type WinningWord = VoteRow["winner"];

/** Each winner with the word that stands for it in files. */
export const WINNING_WORDS: readonly { readonly winner: VoteWinner; readonly word: WinningWord }[] = [
  { winner: "a", word: "model_a" },
  { winner: "b", word: "model_b" },
  { winner: "tie", word: "tie" },
  { winner: "both-bad", word: "tie (bothbad)" },
];

function winnerOf(row: FastChatRow): VoteWinner {
  const { winner } = row.fields;
  const known = WINNING_WORDS.find(({ word }) => word === winner);
  if (known !== undefined) return known.winner;
  // Chatbot Arena's later files.
  if (winner === "both_bad") return "both-bad";
  // FastChat says in brackets why: `tie (inconsistent)`.
  if (typeof winner === "string" && winner.startsWith("tie")) return "tie";
  const shown = winner === undefined ? "is missing" : `is ${JSON.stringify(winner)?.slice(0, 60)}`;
  throw badRow(row, `"winner" ${shown}, none of model_a, model_b, tie, tie (bothbad)`);
}

function voterOf(row: FastChatRow): string {
  const { judge } = row.fields;
  if (judge === undefined || judge === null) return "unknown";
  if (typeof judge === "string") return nameField(row, "judge");
  if (Array.isArray(judge) && judge.length > 0) return judge.map(String).join("/");
  throw badRow(row, '"judge" is not a name');
}

function optionalAnswers(row: FastChatRow): readonly [string, string] | undefined {
  const { answers } = row.fields;
  if (answers === undefined || answers === null) return undefined;
  const [first, second] = Array.isArray(answers) && answers.length === 2 ? answers : [];
  if (typeof first === "string" && typeof second === "string") return [first, second];
  throw badRow(row, '"answers" is not the two ids of the answers');
}

/** Whether a parsed record looks like a vote. */
export function isVoteRow(value: unknown): boolean {
  return (
    value !== null &&
    typeof value === "object" &&
    "model_a" in value &&
    "model_b" in value &&
    "winner" in value &&
    "question_id" in value
  );
}

/**
 * Reads a vote: a battle row of Chatbot Arena or FastChat, one of MT-Bench's published votes, or one of assay's own.
 * Keys that no vote has are passed over.
 * @throws DataError naming file, line and key.
 */
export function parseVote(file: string, line: number, value: unknown): Vote {
  const row = rowOf(file, line, value);
  const { tstamp } = row.fields;
  if (nameField(row, "model_a") === nameField(row, "model_b"))
    throw badRow(row, '"model_a" and "model_b" are one model, which cannot meet itself');
  return presentFields({
    questionId: questionIdOf(row),
    turn: optionalNumber(row, "turn", COUNT) ?? 1,
    modelA: nameField(row, "model_a"),
    modelB: nameField(row, "model_b"),
    winner: winnerOf(row),
    voter: voterOf(row),
    at: tstamp === undefined || tstamp === null ? undefined : timeOf(row),
    anonymous: optionalFlag(row, "anony"),
    language: optionalText(row, "language"),
    slotSeed: optionalNumber(row, "slot_seed", SLOT_SEED),
    ms: optionalNumber(row, "ms", MILLISECONDS),
    inclusionProbability: optionalNumber(row, "inclusion_probability", PROBABILITY),
    id: optionalText(row, "vote_id"),
    suite: optionalText(row, "suite"),
    trial: optionalNumber(row, "trial", COUNT),
    ballot: optionalText(row, "ballot"),
    answers: optionalAnswers(row),
  });
}

/** A vote as files hold it; {@link parseVote} reads the same vote back. */
export function voteRow(vote: Vote): VoteRow {
  return presentFields({
    question_id: fastChatQuestionId(vote.questionId),
    model_a: vote.modelA,
    model_b: vote.modelB,
    winner: WINNING_WORDS.find(({ winner }) => winner === vote.winner)?.word ?? "tie",
    judge: vote.voter,
    turn: vote.turn,
    tstamp: vote.at === undefined ? undefined : timestampOf(vote.at),
    anony: vote.anonymous,
    language: vote.language,
    slot_seed: vote.slotSeed,
    ms: vote.ms,
    inclusion_probability: vote.inclusionProbability,
    vote_id: vote.id,
    suite: vote.suite,
    trial: vote.trial,
    ballot: vote.ballot,
    answers: vote.answers,
  });
}

/** What a vote is about, as one text for maps: suite, question, trial, turn and the two models in either order. */
export function votedPair({ suite, questionId, trial = 1, turn, modelA, modelB }: Vote): string {
  return compositeKey(suite, questionId, trial, turn, ...[modelA, modelB].sort());
}

/** What a vote is worth for one of its two models: 1 for a win, 0 for a loss, ½ for either kind of tie. */
export function voteFor(vote: Vote, model: string): 0 | 0.5 | 1 {
  if (vote.winner !== "a" && vote.winner !== "b") return 0.5;
  return (vote.winner === "a" ? vote.modelA : vote.modelB) === model ? 1 : 0;
}

/** What a voter said, among all that the voter said. */
export interface Counted {
  /** How often the same voter had spoken of the very same thing before: 0 for what counts, more for repeats. */
  readonly repeat: number;
}

/** A vote among others of its voter. */
export interface CountedVote extends Vote, Counted {}

/**
 * Marks what one voter said twice of one thing, in the order given. Repeats tell how consistent a voter is; only the
 * first counts in a figure, so that nobody has two voices.
 */
export function markRepeated<Said extends { readonly voter: string }>(
  all: Iterable<Said>,
  subjectOf: (said: Said) => string,
): (Said & Counted)[] {
  const seen = new Map<string, number>();
  return Array.from(all, (said) => {
    const key = compositeKey(said.voter, subjectOf(said));
    const repeat = seen.get(key) ?? 0;
    seen.set(key, repeat + 1);
    return { ...said, repeat };
  });
}

/** Marks what one voter gave twice on one pair, in the order given. */
export function markRepeats(votes: Iterable<Vote>): CountedVote[] {
  return markRepeated(votes, votedPair);
}
