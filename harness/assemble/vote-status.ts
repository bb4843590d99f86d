import { compositeKey } from "../core/composite-key.js";
import type { Answer } from "../core/records.js";
import { codePointLength } from "../core/text.js";
import type { Vote } from "../core/vote.js";
import { type VoteFigures, voteFigures } from "../pipeline/votes/voter-figures.js";
import { askedBy } from "../store/asked.js";
import { readManifest, readSuites } from "../store/run-folder.js";
import { visitRecords } from "../store/visit-records.js";
import { readVotes, standingVotes } from "../store/votes.js";

/** What people voted on a run, and how. */
export interface VoteStatus extends VoteFigures {
  /** Votes on answers that have been replaced since: they are kept, and count in nothing. */
  readonly stale: number;
}

/** Characters of each turn of the answers that count. */
function turnLengths() {
  const lengths = new Map<string, readonly number[]>();
  const key = (suite: string | undefined, questionId: string, trial: number, model: string) =>
    compositeKey(suite, questionId, trial, model);
  return {
    answer: ({ suite, questionId, trial, model, turns }: Answer, isAsked: boolean) => {
      if (isAsked)
        lengths.set(
          key(suite, questionId, trial, model),
          turns.map(({ text }) => codePointLength(text)),
        );
    },
    of: ({ suite, questionId, trial = 1, turn, modelA, modelB }: Vote): number | undefined => {
      const [a, b] = [modelA, modelB].map(
        (model) => lengths.get(key(suite, questionId, trial, model))?.[turn - 1],
      );
      return a === undefined || b === undefined ? undefined : a + b;
    },
  };
}

/** Reads a run's votes and says what they tell of the voters. @throws ConfigError, DataError. */
export function voteStatus(run: string): VoteStatus {
  const manifest = readManifest(run);
  const lengths = turnLengths();
  const answers = visitRecords(run, askedBy(manifest, readSuites(run)), [lengths]);
  const all = readVotes(run);
  const { votes, stale } = standingVotes(all, answers);
  return { ...voteFigures(votes, all.skips, { charactersOf: lengths.of }), stale };
}
