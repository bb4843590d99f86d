import { existsSync, statSync } from "node:fs";
import { ConfigError, DataError } from "../core/errors.js";
import { suggestName } from "../core/spelling.js";
import { type CountedVote, markRepeats, type Vote } from "../core/vote.js";
import { isVoteFile, readPreferenceVotes } from "../interop/preference-votes.js";

/** The votes of those whose names start with a prefix. @throws ConfigError where there is none. */
export function votesBy<Given extends Vote>(
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
 * Reads a file of people's votes, repeats marked.
 * @throws ConfigError where there is no such file; DataError for one that holds no votes, or a damaged line.
 */
export function readVoteFile(file: string): CountedVote[] {
  if (!existsSync(file) || !statSync(file).isFile()) {
    throw new ConfigError(`there is no file of votes ${file}`, {
      code: "file-not-found",
      remedy: "Check the path; `assay vote` makes the page that such a file comes from.",
    });
  }
  if (!isVoteFile(file)) {
    throw new DataError("is not a file of votes", {
      code: "not-votes",
      file,
      line: 1,
      remedy:
        "A vote has question_id, model_a, model_b, winner (model_a, model_b, tie) and judge (the voter).",
    });
  }
  return markRepeats(readPreferenceVotes(file));
}

/** The votes that flags name; undefined where they name no file. @throws ConfigError, DataError. */
export function votesGiven(given: {
  readonly votes?: string | undefined;
  readonly voters?: string | undefined;
}): readonly CountedVote[] | undefined {
  if (given.votes !== undefined) return votesBy(readVoteFile(given.votes), given.voters, given.votes);
  if (given.voters === undefined) return undefined;
  throw new ConfigError("--voters chooses among the votes of a file, and none is named", {
    code: "usage",
    remedy: "Name the file with --votes.",
  });
}
