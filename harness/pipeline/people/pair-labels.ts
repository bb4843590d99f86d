import { compositeKey } from "../../core/composite-key.js";
import { type CountedVote, voteFor } from "../../core/vote.js";
import { gatherLabels, type PeopleLabel } from "./people-labels.js";

/** A comparison that can have a verdict and votes; the models stand in the order of their names. */
export interface PairPlace {
  readonly questionId: string;
  readonly turn: number;
  readonly trial: number;
  readonly a: string;
  readonly b: string;
}

/** A judge's verdict on a comparison. */
export interface JudgedPair extends PairPlace {
  /** Share of the point that goes to `b`, 0–1. */
  readonly shareB: number;
}

/** What people say of a comparison. */
export interface PairLabel extends PairPlace, PeopleLabel {
  /** Mean of the votes, a tie being ½. */
  readonly shareB: number;
}

/** The place of a comparison, whichever of its models is named first. */
export function pairPlace(
  place: Pick<PairPlace, "questionId" | "turn" | "trial">,
  first: string,
  second: string,
): PairPlace {
  const { questionId, turn, trial } = place;
  const [a, b] = first <= second ? [first, second] : [second, first];
  return { questionId, turn, trial, a, b };
}

/** One text for a place, for maps. */
export function placeKey({ questionId, turn, trial, a, b }: PairPlace): string {
  return compositeKey(questionId, turn, trial, a, b);
}

/** One text for a pair of models, in the order of their names. */
export function modelsKey({ a, b }: Pick<PairPlace, "a" | "b">): string {
  return compositeKey(a, b);
}

/**
 * Votes gathered by comparison: one label for each, the mean of its votes. A repeat does not count, so that nobody has
 * two voices. A vote without a probability among others that have one counts as drawn evenly; where several ballots asked,
 * a label has the chance of having been drawn by any of them (`jointProbabilities`).
 *
 * @param votes those of one suite.
 */
export function labelsOf(votes: Iterable<CountedVote>): Map<string, PairLabel> {
  const labels = gatherLabels(votes, (vote) => {
    const place = pairPlace({ ...vote, trial: vote.trial ?? 1 }, vote.modelA, vote.modelB);
    return { key: placeKey(place), population: modelsKey(place), place, value: voteFor(vote, place.b) };
  });
  return new Map(
    Array.from(labels, ([key, { place, mean, ...label }]) => [key, { ...place, ...label, shareB: mean }]),
  );
}
