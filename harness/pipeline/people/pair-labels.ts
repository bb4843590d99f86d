import { compositeKey } from "../../core/composite-key.js";
import type { CountedVote } from "../../core/vote.js";
import { type DrawnPlace, jointProbabilities } from "./joint-probabilities.js";

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
export interface PairLabel extends PairPlace {
  /** Mean of the votes, a tie being ½. */
  readonly shareB: number;
  readonly votes: number;
  readonly voters: readonly string[];
  /** Chance with which it was drawn for a vote, where the votes say it. */
  readonly probability?: number;
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
  const labels = new Map<string, PairLabel>();
  const drawn = new Map<string, DrawnPlace>();
  for (const vote of votes) {
    if (vote.repeat > 0) continue;
    const { trial = 1, modelA, modelB, winner, voter, inclusionProbability, ballot = "" } = vote;
    const place = pairPlace({ ...vote, trial }, modelA, modelB);
    const share = winner === "a" ? modelA : winner === "b" ? modelB : undefined;
    const shareB = share === undefined ? 0.5 : share === place.b ? 1 : 0;
    const key = placeKey(place);
    const before = labels.get(key);
    const votesBefore = before?.votes ?? 0;
    labels.set(key, {
      ...place,
      shareB: ((before?.shareB ?? 0) * votesBefore + shareB) / (votesBefore + 1),
      votes: votesBefore + 1,
      voters: [...new Set([...(before?.voters ?? []), voter])],
    });
    if (inclusionProbability === undefined) continue;
    const there = drawn.get(key) ?? { population: modelsKey(place), ballots: new Map<string, number>() };
    drawn.set(key, there);
    there.ballots.set(ballot, inclusionProbability);
  }
  for (const [key, probability] of jointProbabilities(drawn)) {
    const label = labels.get(key);
    if (label !== undefined) labels.set(key, { ...label, probability });
  }
  return labels;
}

/** Whether votes were asked for unevenly, so that they must weigh differently. */
export function isUneven(labels: Iterable<PairLabel>): boolean {
  const all = [...labels].map(({ probability }) => probability);
  return new Set(all.filter((one) => one !== undefined)).size > 1;
}
