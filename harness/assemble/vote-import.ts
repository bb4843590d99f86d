import type { AnswerRating } from "../core/answer-rating.js";
import { isBlindRow, parseBlindRow, resolveBlind } from "../core/ballot.js";
import { refuseEmptyFile } from "../core/empty-file.js";
import { DataError, type ErrorDetails } from "../core/errors.js";
import type { ManifestProtocol } from "../core/manifest.js";
import type { Suite } from "../core/records.js";
import { suggestName } from "../core/spelling.js";
import type { Vote } from "../core/vote.js";
import { voteRecords } from "../interop/preference-votes.js";
import { scaleOfRating } from "../pipeline/people/rating-scales.js";
import { ratingScale } from "../pipeline/scores/scale.js";
import { neighbourWithBallot, readBallot } from "../store/ballots.js";
import { readManifest, readSuites } from "../store/run-folder.js";
import { identifiedRating, parseVoteEntry, VoteBox, type VoteEntry, voterOf } from "../store/votes.js";

/** What became of the entries of files of votes. */
export interface VoteImport {
  readonly votes: number;
  /** Of single answers. */
  readonly ratings: number;
  readonly skips: number;
  /** Entries that the run had already. */
  readonly known: number;
  /** Votes on questions or models that the run does not have, left out on request. */
  readonly left: number;
  readonly voters: readonly string[];
}

/** How to import. */
export interface VoteImportOptions {
  /** Leave out votes on what the run does not have, instead of refusing their file. */
  readonly ignoreOthers: boolean;
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
}

interface Line {
  readonly file: string;
  readonly line: number;
}

function refusal(place: Line, problem: string, code: string, remedy: string): DataError {
  const details: ErrorDetails = { code, remedy };
  return new DataError(problem, { ...details, ...place });
}

/** What a vote, skip or rating is about. */
interface Subject extends Pick<Vote, "suite" | "questionId" | "turn" | "trial" | "ballot"> {
  readonly models: readonly string[];
}

/** What a vote or skip is about. */
function pairSubject(vote: Omit<Vote, "winner" | "id">): Subject {
  return { ...vote, models: [vote.modelA, vote.modelB] };
}

/** Holds votes against one run: what it asked, of whom, and on which ballots. */
export class VoteDoor {
  private readonly suites: readonly Suite[];
  private readonly models: readonly string[];
  private readonly trials: number;
  private readonly protocols: readonly ManifestProtocol[];

  constructor(private readonly run: string) {
    const manifest = readManifest(run);
    this.suites = readSuites(run);
    this.models = manifest.models.map(({ id }) => id);
    this.trials = manifest.trials;
    this.protocols = manifest.protocols;
  }

  /** The entry that a page's row stands for. @throws DataError naming file, line and key, or the other run. */
  blindEntry(value: unknown, place: Line): VoteEntry {
    const blind = parseBlindRow(place.file, place.line, value);
    const ballot = this.ballotOf(blind.ballot, place);
    if (blind.kind === "withdrawal") {
      return { kind: "withdrawal", id: blind.id, voter: blind.voter, at: blind.at };
    }
    const vote = resolveBlind(blind, ballot, place);
    if (blind.kind === "vote") return { kind: "vote", vote };
    const { winner: _, ...skip } = vote;
    return { kind: "skip", skip };
  }

  /**
   * The entry of a row with models' names: a battle row, or a line of another copy of this run's votes.
   * @returns why the run cannot have it, where it cannot.
   * @throws DataError for a row that is no vote, or of another run.
   */
  namedEntry(value: unknown, place: Line): VoteEntry | DataError {
    const entry = parseVoteEntry(place.file, place.line, value);
    if (entry.kind === "withdrawal") return entry;
    if (entry.kind === "rating") return this.ratingEntry(entry.rating, place);
    const suite = this.suiteOf(pairSubject(entry.kind === "vote" ? entry.vote : entry.skip), place);
    if (suite instanceof DataError) return suite;
    return entry.kind === "vote"
      ? { kind: "vote", vote: { ...entry.vote, suite } }
      : { kind: "skip", skip: { ...entry.skip, suite } };
  }

  /** @throws DataError for a rating that no board of the run can take. */
  private ratingEntry(rating: AnswerRating, place: Line): VoteEntry | DataError {
    const suite = this.suiteOf({ ...rating, models: [rating.model] }, place);
    if (suite instanceof DataError) return suite;
    const boards = this.protocols.filter((one) => one.suite === suite && one.metric === "rating");
    const scale = scaleOfRating(
      { ...rating, place },
      boards.map((one) => one.scale ?? ratingScale),
    );
    return { kind: "rating", rating: identifiedRating({ ...rating, suite, scale }) };
  }

  /** Id of the suite that a vote belongs to, or why the run cannot have it. */
  private suiteOf(vote: Subject, place: Line): string | DataError {
    if (vote.ballot !== undefined) this.ballotOf(vote.ballot, place);
    const suites = this.suites.filter(
      ({ id, questions }) =>
        (vote.suite ?? id) === id && questions.some((question) => question.id === vote.questionId),
    );
    const [suite, ...others] = suites;
    if (suite === undefined) return this.unknownQuestion(vote, place);
    if (others.length > 0) {
      const names = suites.map(({ id }) => id).join(", ");
      return refusal(
        place,
        `question ${vote.questionId} stands in several suites (${names})`,
        "ambiguous-question",
        'Say which with the key "suite".',
      );
    }
    return this.wrongModels(vote, suite, place) ?? suite.id;
  }

  private wrongModels(vote: Subject, suite: Suite, place: Line): DataError | undefined {
    const { models, questionId, turn, trial = 1 } = vote;
    const stranger = models.find((model) => !this.models.includes(model));
    if (stranger !== undefined) {
      return refusal(
        place,
        `"${stranger.slice(0, 100)}" is no model of ${this.run}`,
        "wrong-pair",
        `${suggestName(stranger, this.models)} --ignore-others leaves such votes out.`,
      );
    }
    const turns = suite.questions.find(({ id }) => id === questionId)?.turns.length ?? 0;
    if (turn > turns) {
      return refusal(
        place,
        `"turn" is ${turn}, and question ${questionId} has ${turns}`,
        "unknown-turn",
        "In a file of Chatbot Arena, turn says how long the conversation was: leave it out.",
      );
    }
    if (trial > this.trials) {
      return refusal(
        place,
        `"trial" is ${trial}, and the run has ${this.trials}`,
        "unknown-trial",
        "Fix or remove this line.",
      );
    }
    return undefined;
  }

  private unknownQuestion({ suite, questionId }: Subject, place: Line): DataError {
    const known = this.suites.flatMap(({ questions }) => questions.map(({ id }) => id));
    const where = suite === undefined ? "" : ` in the suite "${suite.slice(0, 100)}"`;
    return refusal(
      place,
      `${this.run} has no question ${JSON.stringify(questionId.slice(0, 100))}${where}`,
      "unknown-question",
      `These may be votes on another run. ${suggestName(questionId, known)} --ignore-others leaves such votes out.`,
    );
  }

  private ballotOf(id: string, place: Line) {
    const ballot = readBallot(this.run, id);
    if (ballot !== undefined) return ballot;
    const other = neighbourWithBallot(this.run, id);
    const whose = other === undefined ? "another run" : other;
    throw refusal(
      place,
      `is a vote on ${whose}, not on ${this.run}: ballot ${id} was not drawn from it`,
      "votes-of-another-run",
      other === undefined
        ? "Name the run that the page was made from; its folder holds the ballot in votes/ballots."
        : `assay vote import ${other} ${place.file}`,
    );
  }
}

/** Reads files of votes; nothing is written before all of them are found to be the run's. @throws DataError. */
function readFiles(
  run: string,
  files: readonly string[],
  ignoreOthers: boolean,
): { readonly entries: readonly VoteEntry[]; readonly left: number } {
  const door = new VoteDoor(run);
  const entries: VoteEntry[] = [];
  let left = 0;
  for (const file of files) {
    let records = 0;
    for (const { line, value } of voteRecords(file)) {
      const place = { file, line };
      records++;
      if (isBlindRow(value)) {
        entries.push(door.blindEntry(value, place));
        continue;
      }
      const entry = door.namedEntry(value, place);
      if (!(entry instanceof DataError)) entries.push(entry);
      else if (ignoreOthers) left++;
      else throw entry;
    }
    if (records === 0) {
      refuseEmptyFile(file);
      throw new DataError("holds no votes", {
        ...{ code: "no-votes", file },
        remedy: "Ask the voter for the file that the page downloads, or leave it out.",
      });
    }
  }
  return { entries, left };
}

/**
 * Takes files of votes into a run's folder: those that pages saved, and battle rows with models' names. A file that is
 * imported twice adds nothing the second time.
 * @throws DataError naming file, line and key of what is no vote on this run; ConfigError `run-folder-in-use`.
 */
export async function importVotes(
  run: string,
  files: readonly string[],
  { ignoreOthers, nowMs }: VoteImportOptions,
): Promise<VoteImport> {
  const { entries, left } = readFiles(run, files, ignoreOthers);
  const box = await VoteBox.open(run, nowMs);
  try {
    const outcomes = await Promise.all(
      entries.map(async (entry) => ({ entry, outcome: await box.add(entry) })),
    );
    const added = (kind: VoteEntry["kind"]) =>
      outcomes.filter(({ entry, outcome }) => entry.kind === kind && outcome === "saved").length;
    return {
      votes: added("vote"),
      ratings: added("rating"),
      skips: added("skip"),
      known: outcomes.filter(({ outcome }) => outcome === "known").length,
      left,
      voters: [...new Set(entries.map(voterOf))].sort(),
    };
  } finally {
    await box.close();
  }
}
