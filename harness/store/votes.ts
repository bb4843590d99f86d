import { join } from "node:path";
import {
  type AnswerRating,
  answerRatingRow,
  type CountedRating,
  isRating,
  parsePeoplesWord,
  ratedAnswer,
} from "../core/answer-rating.js";
import { isoTime } from "../core/clock.js";
import { ConfigError, DataError } from "../core/errors.js";
import { nameField, rowOf, timeOf, timestampOf } from "../core/fastchat-row.js";
import { contentId } from "../core/hash.js";
import { readJsonLines } from "../core/jsonl.js";
import { fileNameFor } from "../core/text.js";
import { type CountedVote, markRepeated, markRepeats, parseVote, type Vote, voteRow } from "../core/vote.js";
import type { CurrentAnswers } from "./answer-facts.js";
import { FileGoneError, JsonlAppender } from "./appender.js";
import { OpenAppenders } from "./open-appenders.js";
import { jsonlFiles } from "./run-folder.js";
import { lockRunFolder, type RunLock } from "./run-lock.js";

/** Where people's votes lie in a run folder. */
export const votePaths = {
  folder: (run: string) => join(run, "votes"),
  /** What one voter said, in the order said. */
  voter: (run: string, voter: string) => join(run, "votes", `${fileNameFor(voter)}.jsonl`),
} as const;

/** What a voter did with a pair; one line of `votes/VOTER.jsonl`, which is only ever appended to. */
export type VoteEntry =
  | { readonly kind: "vote"; readonly vote: Vote & { readonly id: string } }
  /** A rating of a single answer. */
  | { readonly kind: "rating"; readonly rating: AnswerRating & { readonly id: string } }
  /** The voter passed a pair over. What a vote would say of it, besides the winner. */
  | { readonly kind: "skip"; readonly skip: SkippedVote }
  /** The voter took back what this id said. */
  | { readonly kind: "withdrawal"; readonly id: string; readonly voter: string; readonly at: string };

/** A pair that a voter was shown and did not want to decide. */
export type SkippedVote = Omit<Vote, "winner" | "id"> & { readonly id: string };

/** A vote with an id: its own, or one made of all it says, so that a file read twice adds nothing. */
export function identified(vote: Vote): Vote & { readonly id: string } {
  return { ...vote, id: vote.id ?? contentId(voteRow(vote)) };
}

/** A rating with an id, as {@link identified} gives a vote one. */
export function identifiedRating(rating: AnswerRating): AnswerRating & { readonly id: string } {
  return { ...rating, id: rating.id ?? contentId(answerRatingRow(rating)) };
}

/** The line that stands for an entry. */
function entryRow(entry: VoteEntry): object {
  if (entry.kind === "vote") return voteRow(entry.vote);
  if (entry.kind === "rating") return answerRatingRow(entry.rating);
  if (entry.kind === "withdrawal")
    return { withdrawn: entry.id, judge: entry.voter, tstamp: timestampOf(entry.at) };
  const { winner, ...said } = voteRow({ ...entry.skip, winner: "tie" });
  return { ...said, skipped: true };
}

/** Reads a line of a voter's file, a battle row, which is a vote, or a rating. @throws DataError naming file, line and key. */
export function parseVoteEntry(file: string, line: number, value: unknown): VoteEntry {
  const row = rowOf(file, line, value);
  if (row.fields.withdrawn !== undefined) {
    return {
      kind: "withdrawal",
      id: nameField(row, "withdrawn"),
      voter: nameField(row, "judge"),
      at: timeOf(row),
    };
  }
  if (row.fields.skipped !== true) {
    const word = parsePeoplesWord(file, line, value);
    return isRating(word)
      ? { kind: "rating", rating: identifiedRating(word) }
      : { kind: "vote", vote: identified(word) };
  }
  const { winner, ...skip } = identified(parseVote(file, line, { ...row.fields, winner: "tie" }));
  return { kind: "skip", skip };
}

/** Id of what an entry gives or takes back. */
function subjectOf(entry: VoteEntry): string {
  return entry.kind === "withdrawal" ? entry.id : saidIn(entry).id;
}

/** What an entry says, when it takes nothing back. */
function saidIn(entry: Exclude<VoteEntry, { readonly kind: "withdrawal" }>) {
  if (entry.kind === "rating") return entry.rating;
  return entry.kind === "vote" ? entry.vote : entry.skip;
}

/** Who said it. */
export function voterOf(entry: VoteEntry): string {
  return entry.kind === "withdrawal" ? entry.voter : saidIn(entry).voter;
}

/** All that voters did, file by file in the order done. @throws DataError naming file and line. */
export function* readVoteEntries(run: string): Generator<VoteEntry> {
  const folder = votePaths.folder(run);
  for (const file of jsonlFiles(folder)) {
    for (const { line, value } of readJsonLines(file, { onTornTail: () => undefined }))
      yield parseVoteEntry(file, line, value);
  }
}

/** The votes of a run folder, all voters together. */
export interface RunVotes {
  /** In the order given, voter by voter; `repeat` is 0 for the votes that count. */
  readonly votes: readonly CountedVote[];
  /** Ratings of single answers, likewise. */
  readonly ratings: readonly CountedRating[];
  /** Pairs that a voter passed over, and did not vote on later. */
  readonly skips: readonly SkippedVote[];
  /** In the order of the alphabet. */
  readonly voters: readonly string[];
}

/**
 * Reads what people voted on a run's answers: withdrawn votes are gone, one that stands twice counts once.
 * @throws DataError naming file and line.
 */
export function readVotes(run: string): RunVotes {
  const standing = new Map<string, VoteEntry>();
  const withdrawn = new Set<string>();
  for (const entry of readVoteEntries(run)) {
    const id = subjectOf(entry);
    if (entry.kind === "withdrawal") withdrawn.add(id);
    else if (!standing.has(id)) standing.set(id, entry);
  }
  for (const id of withdrawn) standing.delete(id);
  const votes: Vote[] = [];
  const ratings: AnswerRating[] = [];
  const skips: SkippedVote[] = [];
  for (const entry of standing.values()) {
    if (entry.kind === "vote") votes.push(entry.vote);
    else if (entry.kind === "rating") ratings.push(entry.rating);
    else if (entry.kind === "skip") skips.push(entry.skip);
  }
  const voters = [...new Set([...votes, ...ratings, ...skips].map(({ voter }) => voter))].sort();
  return { votes: markRepeats(votes), ratings: markRepeated(ratings, ratedAnswer), skips, voters };
}

/** Whether a vote was given on an answer that has been replaced since; false where a vote does not say. */
function isStale(vote: Vote, answers: CurrentAnswers): boolean {
  const { suite, questionId, trial = 1, modelA: a, modelB: b } = vote;
  if (vote.answers === undefined || suite === undefined) return false;
  return answers.isStale({ suite, questionId, trial, a, b, answers: vote.answers });
}

/** Whether an answer was rated that has been replaced since; false where a rating does not say. */
function isStaleRating(rating: AnswerRating, answers: CurrentAnswers): boolean {
  const { suite, questionId, trial = 1, model, answer } = rating;
  if (answer === undefined || suite === undefined) return false;
  return answers.isStale({ suite, questionId, trial, a: model, answers: [answer] });
}

/** What people said of answers that still stand. */
export interface StandingVotes {
  readonly votes: readonly CountedVote[];
  readonly ratings: readonly CountedRating[];
  /** Votes and ratings of answers that have been replaced. */
  readonly stale: number;
}

/**
 * The votes on answers that still stand, repeats marked among them; those whose `repeat` is 0 count in a figure.
 * @param answers The answers of the run that count, as `visitRecords` gives them.
 */
export function standingVotes(given: RunVotes, answers: CurrentAnswers): StandingVotes {
  const votes = given.votes.filter((vote) => !isStale(vote, answers));
  const ratings = given.ratings.filter((rating) => !isStaleRating(rating, answers));
  const stale = given.votes.length + given.ratings.length - votes.length - ratings.length;
  return { votes: markRepeats(votes), ratings: markRepeated(ratings, ratedAnswer), stale };
}

function inUse(cause: unknown, run: string): unknown {
  if (!(cause instanceof ConfigError) || cause.code !== "run-folder-in-use") return cause;
  return new ConfigError(cause.message, {
    code: cause.code,
    remedy: `Another command takes votes on ${run}, such as \`assay vote serve\`: stop it first.`,
    cause,
  });
}

/**
 * Keeps others from adding votes to a run. @param nowMs milliseconds since the epoch. @throws ConfigError
 * `run-folder-in-use`.
 */
export function lockVotes(run: string, nowMs: number): Promise<RunLock> {
  return lockRunFolder(votePaths.folder(run), isoTime(nowMs)).catch((cause: unknown) => {
    throw inUse(cause, run);
  });
}

/**
 * The votes of one run folder, open for more. One process at a time; every entry is on disk before its promise
 * resolves, and an entry that comes again is known and not written again.
 */
export class VoteBox {
  /** Content of every entry by what it is about, so that a replay is told from another vote under the same id. */
  private readonly known = new Map<string, { readonly content: string; readonly saved: Promise<void> }>();
  private readonly appenders = new OpenAppenders(async (file) => {
    // Opening makes folders that are missing; one that vanished must not appear again.
    if (!(await this.lock.isHeld())) throw new FileGoneError(file, false);
    return JsonlAppender.open(file);
  });

  private constructor(
    private readonly run: string,
    private readonly lock: RunLock,
  ) {}

  /**
   * Opens (and creates) the box.
   * @param nowMs milliseconds since the epoch.
   * @throws ConfigError `run-folder-in-use`; DataError for a damaged file; AssayError `cannot-write`.
   */
  static async open(run: string, nowMs: number): Promise<VoteBox> {
    const lock = await lockVotes(run, nowMs);
    const box = new VoteBox(run, lock);
    try {
      for (const entry of readVoteEntries(run)) box.remember(entry, Promise.resolve());
    } catch (error) {
      await lock.release();
      throw error;
    }
    return box;
  }

  /**
   * Adds an entry. Resolves once it is on disk: `saved`, or `known` where the very same entry was there already.
   * @throws DataError `vote-id-taken` where another entry bears the id; AssayError `cannot-write`.
   */
  async add(entry: VoteEntry): Promise<"saved" | "known"> {
    const before = this.known.get(keyOf(entry));
    if (before !== undefined) {
      await before.saved;
      if (before.content === contentOf(entry)) return "known";
      throw new DataError(`holds another vote with the id ${subjectOf(entry)}`, {
        code: "vote-id-taken",
        file: votePaths.voter(this.run, voterOf(entry)),
        remedy: "Give each vote an id of its own.",
      });
    }
    const saved = this.appenders.append(votePaths.voter(this.run, voterOf(entry)), entryRow(entry));
    this.remember(entry, saved);
    try {
      await saved;
    } catch (error) {
      this.known.delete(keyOf(entry));
      throw error;
    }
    return "saved";
  }

  /** Waits for what is being written, and lets others write. */
  async close(): Promise<void> {
    await this.appenders.close();
    await this.lock.release();
  }

  private remember(entry: VoteEntry, saved: Promise<void>): void {
    const key = keyOf(entry);
    if (!this.known.has(key)) this.known.set(key, { content: contentOf(entry), saved });
  }
}

/** What two entries of one id must have in common; a withdrawal may be sent again later. */
function contentOf(entry: VoteEntry): string {
  return entry.kind === "withdrawal" ? entry.voter : JSON.stringify(entryRow(entry));
}

function keyOf(entry: VoteEntry): string {
  return `${entry.kind === "withdrawal" ? "withdrawal" : "vote"}/${subjectOf(entry)}`;
}
