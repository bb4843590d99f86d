import { existsSync, statSync } from "node:fs";
import { isRating, markRepeatedWords, type PeoplesWord } from "../core/answer-rating.js";
import { ConfigError, DataError } from "../core/errors.js";
import { suggestName } from "../core/spelling.js";
import type { CountedVote } from "../core/vote.js";
import { readPeoplesWords } from "../interop/preference-votes.js";

/** The votes of those whose names start with a prefix. @throws ConfigError where there is none. */
export function votesBy<Given extends { readonly voter: string }>(
  votes: readonly Given[],
  prefix: string | undefined,
  where: string,
): readonly Given[] {
  if (prefix === undefined) return votes;
  const chosen = votes.filter(({ voter }) => voter.startsWith(prefix));
  if (chosen.length > 0) return chosen;
  throw new ConfigError(`${where} has no vote by "${prefix}"`, {
    code: "unknown-voter",
    remedy: suggestName(
      prefix,
      votes.map(({ voter }) => voter),
    ),
  });
}

/**
 * Reads a file of people's votes and ratings, repeats marked.
 * @throws ConfigError where there is no such file; DataError for one that holds neither, or a damaged line.
 */
function readPeopleFile(file: string): PeoplesWord[] {
  if (!existsSync(file) || !statSync(file).isFile()) {
    throw new ConfigError(`there is no file of votes ${file}`, {
      code: "file-not-found",
      remedy: "Check the path; `assay vote` makes the page that such a file comes from.",
    });
  }
  const words = markRepeatedWords(readPeoplesWords(file));
  if (words.length > 0) return words;
  throw new DataError("is not a file of votes", {
    code: "not-votes",
    file,
    remedy: "A vote has question_id, model_a, model_b, winner (model_a, model_b, tie) and judge (the voter).",
  });
}

/**
 * The votes of a file, without its ratings.
 * @throws as above; DataError where it holds ratings alone.
 */
export function readVoteFile(file: string): CountedVote[] {
  const votes = readPeopleFile(file).filter((word): word is CountedVote => !isRating(word));
  if (votes.length > 0) return votes;
  throw new DataError("holds ratings of single answers, and no vote on a pair", {
    code: "not-votes",
    file,
    remedy: "Ratings correct a board of ratings: assay score RUN --votes FILE.",
  });
}

/** The votes and ratings that flags name; undefined where they name no file. @throws ConfigError, DataError. */
export function votesGiven(given: {
  readonly votes?: string | undefined;
  readonly voters?: string | undefined;
}): readonly PeoplesWord[] | undefined {
  if (given.votes !== undefined) return votesBy(readPeopleFile(given.votes), given.voters, given.votes);
  if (given.voters === undefined) return undefined;
  throw new ConfigError("--voters chooses among the votes of a file, and none is named", {
    code: "usage",
    remedy: "Name the file with --votes.",
  });
}
