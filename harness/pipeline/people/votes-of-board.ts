import { type CountedRating, isRating, type PeoplesWord } from "../../core/answer-rating.js";
import type { RatingScale } from "../../core/interval.js";
import type { CountedVote } from "../../core/vote.js";
import type { BoardInput } from "../scores/build-board.js";
import { boardScale } from "../scores/scale.js";
import { scaleOfRating } from "./rating-scales.js";

/** What of people's words is on one suite; a word that names no suite counts for every one. */
function onSuite<Word extends { readonly suite?: string }>(words: readonly Word[], suite: string): Word[] {
  return words.filter((word) => word.suite === undefined || word.suite === suite);
}

/** Scales of the boards of ratings, by suite. */
function scalesOf(inputs: readonly BoardInput[]): Map<string, RatingScale[]> {
  const scales = new Map<string, RatingScale[]>();
  for (const input of inputs) {
    if (input.metric !== "rating") continue;
    const { suite } = input.head;
    scales.set(suite, [...(scales.get(suite) ?? []), boardScale(input)]);
  }
  return scales;
}

/** Ratings on a board's scale; those of models that the board does not have are passed over, whatever they say. */
function ratingsOn(
  input: BoardInput,
  ratings: readonly CountedRating[],
  scales: readonly RatingScale[],
): CountedRating[] {
  const models = new Set(input.subjects.flat());
  const { low, high } = boardScale(input);
  return ratings.filter((rating) => {
    if (!models.has(rating.model)) return false;
    const scale = scaleOfRating(rating, scales);
    return scale.low === low && scale.high === high;
  });
}

/**
 * Boards with the votes and ratings on their suites.
 * @throws DataError, with file and line where they are known, for a rating off the scale of its board.
 */
export function withVotes(inputs: readonly BoardInput[], words: readonly PeoplesWord[]): BoardInput[] {
  const votes = words.filter((word): word is CountedVote => !isRating(word));
  const ratings = words.filter((word): word is CountedRating => isRating(word));
  const scales = scalesOf(inputs);
  return inputs.map((input) => {
    const { suite } = input.head;
    const ownVotes = onSuite(votes, suite);
    const ownRatings =
      input.metric === "rating" ? ratingsOn(input, onSuite(ratings, suite), scales.get(suite) ?? []) : [];
    return {
      ...input,
      ...(ownVotes.length === 0 ? {} : { votes: ownVotes }),
      ...(ownRatings.length === 0 ? {} : { ratings: ownRatings }),
    };
  });
}
