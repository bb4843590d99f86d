import { existsSync, statSync } from "node:fs";
import { ConfigError } from "../core/errors.js";
import { namedPath } from "../core/named-path.js";
import { suggestName } from "../core/spelling.js";
import { isVoteFile, readPreferenceVotes } from "../interop/preference-votes.js";
import type { Agreement } from "../pipeline/agreement/agreement.js";
import { compareVerdictSets } from "../pipeline/agreement/compare-sets.js";
import { orderedChoice, type VerdictSet, verdictSetOf } from "../pipeline/agreement/verdict-set.js";
import { isRunFolder } from "../store/run-folder.js";
import { readSource, type SourceOptions } from "./compare-sources.js";
import { pickedBoards } from "./named-boards.js";

/** Votes of a file; of the raters whose names start with `named`, where one is named. */
function voteSet(text: string, path: string, named: string | undefined): VerdictSet {
  const votes = readPreferenceVotes(path);
  const chosen = votes.filter((vote) => named === undefined || vote.voter.startsWith(named));
  if (named !== undefined && chosen.length === 0) {
    throw new ConfigError(`${path} has no vote by "${named}"`, {
      code: "unknown-rater",
      remedy: suggestName(
        named,
        votes.map((vote) => vote.voter),
      ),
    });
  }
  return {
    name: text,
    suite: undefined,
    ratings: [],
    choices: chosen.map(({ questionId, turn, trial = 1, modelA, modelB, winner, voter }) =>
      orderedChoice(
        { questionId, turn, trial, rater: voter },
        [modelA, modelB],
        winner === "a" ? 0 : winner === "b" ? 1 : "tie",
      ),
    ),
    unusable: 0,
  };
}

/**
 * Reads a set of verdicts: a run folder, `RUN#protocol` (id, start of it, or judge model), a judgment file of FastChat
 * or AlpacaEval, or a file of votes (`FILE#rater` takes those whose name starts so).
 * @throws ConfigError, DataError.
 */
async function readVerdictSet(text: string, options: SourceOptions): Promise<VerdictSet> {
  const { path, picked } = namedPath(text);
  const isFile = existsSync(path) && statSync(path).isFile();
  if (isFile && !isRunFolder(path) && isVoteFile(path)) return voteSet(text, path, picked);
  const source = await readSource(path, options);
  const inputs = pickedBoards(path, picked, source);
  const suite = source.boards.find((board) => inputs.includes(board.input))?.suite;
  return verdictSetOf(text, inputs, suite);
}

/**
 * Agreement of two sets of verdicts; the same name twice compares the raters within one set.
 * @throws ConfigError, DataError.
 */
export async function agreementOf(first: string, second: string, request: SourceOptions): Promise<Agreement> {
  const left = await readVerdictSet(first, request);
  const right = first === second ? left : await readVerdictSet(second, request);
  return compareVerdictSets(left, right, { seed: request.seed });
}
