import { type CountedRating, ratedAnswer } from "../core/answer-rating.js";
import { compositeKey } from "../core/composite-key.js";
import { presentFields } from "../core/present-fields.js";
import type { Answer } from "../core/records.js";
import { codePointLength } from "../core/text.js";
import type { Vote } from "../core/vote.js";
import { type VoteFigures, voteFigures } from "../pipeline/votes/voter-figures.js";
import { askedBy } from "../store/asked.js";
import { readManifest, readSuites } from "../store/run-folder.js";
import { visitRecords } from "../store/visit-records.js";
import { readVotes, standingVotes } from "../store/votes.js";

/** How much people rated, one rating for each rater and answer. */
export interface RatingCounts {
  readonly ratings: number;
  readonly repeats: number;
  readonly answers: number;
  readonly questions: number;
  readonly raters: number;
}

function ratingCounts(all: readonly CountedRating[]): RatingCounts | undefined {
  if (all.length === 0) return undefined;
  const ratings = all.filter(({ repeat }) => repeat === 0);
  const different = (keyOf: (one: CountedRating) => string) => new Set(ratings.map(keyOf)).size;
  return {
    ratings: ratings.length,
    repeats: all.length - ratings.length,
    answers: different(ratedAnswer),
    questions: different(({ suite, questionId }) => compositeKey(suite, questionId)),
    raters: different(({ voter }) => voter),
  };
}

/** What people voted on a run, and how. */
export interface VoteStatus extends VoteFigures {
  /** Ratings of single answers; left out without any. */
  readonly ratings?: RatingCounts;
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
  const { votes, ratings, stale } = standingVotes(all, answers);
  const figures = voteFigures(votes, all.skips, { charactersOf: lengths.of });
  return { ...figures, ...presentFields({ ratings: ratingCounts(ratings) }), stale };
}
