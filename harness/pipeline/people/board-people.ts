import type { BoardPeople, PeopleDispute, PeoplePair } from "../../core/board-people.js";
import type { CorrectedFigure } from "../../core/corrected-figure.js";
import { presentFields } from "../../core/present-fields.js";
import { clusteredMean } from "../../stats/clustered-mean.js";
import { correctedMean } from "../../stats/correction/corrected-mean.js";
import type { BoardInput } from "../scores/build-board.js";
import { boardScale, percentScale } from "../scores/scale.js";
import { arenaBoard } from "./arena-board.js";
import { correctPairs } from "./correct-pairs.js";
import { correctedFigure, joinVotes, PAIRS, turned, uncorrectedFigure } from "./corrected-things.js";
import { judgedPairsOn } from "./judged-pairs.js";
import { type JudgedPair, labelsOf, modelsKey, type PairLabel, pairPlace, placeKey } from "./pair-labels.js";
import { ANSWERS, peopleRatings, ratedModel } from "./rated-answers.js";
import { coveredThings } from "./vote-coverage.js";
import type { VotedModel } from "./voted-model.js";

/** Disputes that a board keeps. */
const MOST_DISPUTES = 50;

/** A board's judged comparisons with people's labels. */
interface PeopleInput {
  readonly judged: readonly JudgedPair[];
  readonly labels: ReadonlyMap<string, PairLabel>;
}

function peopleInput(input: BoardInput): PeopleInput {
  const labels = labelsOf(input.votes ?? []);
  const wanted = new Set([...labels.values()].map(modelsKey));
  return { judged: judgedPairsOn(input, wanted), labels };
}

/**
 * A model's judged comparisons with people's votes, in percent of its points; on a board of ratings its answers with people's
 * ratings of them. The place on the other side of a paired difference is known by question, turn and trial, and by the opponent
 * where it is not one of the two models.
 */
export function votedModel(input: BoardInput, model: string): VotedModel | undefined {
  if (input.metric === "rating") return ratedModel(input, model);
  if (input.votes === undefined) return undefined;
  const pairs = input.subjects.filter((pair) => pair.includes(model));
  const wanted = new Set(
    pairs.map(([first = "", second = ""]) => modelsKey(pairPlace(NOWHERE, first, second))),
  );
  const judged = judgedPairsOn(input, wanted);
  const joined = joinVotes(judged, labelsOf(input.votes));
  if (joined.labels.length === 0) return undefined;
  const own = joined.things.flatMap((thing, at) => {
    const pair = judged[at];
    if (pair === undefined) return [];
    const opponent = pair.b === model ? pair.a : pair.b;
    const key = placeKey({ ...pair, a: "", b: pairs.length === 1 ? "" : opponent });
    const [seen = thing] = pair.b === model ? [thing] : turned([thing]);
    return [{ part: opponent, thing: { ...seen, key } }];
  });
  return { things: [], labels: joined.labels, ...coveredThings(own, unvoted) };
}

const unvoted = (opponent: string) =>
  `nobody voted on its comparisons with ${opponent}, for which votes on others do not stand`;

const NOWHERE = { questionId: "", turn: 1, trial: 1 };

/** A model's win rate or rating on a board, corrected by people; undefined without a vote or rating of theirs. */
export function correctedRow(input: BoardInput, model: string): CorrectedFigure | undefined {
  const voted = votedModel(input, model);
  if (voted === undefined) return undefined;
  const of = input.metric === "rating" ? ANSWERS : PAIRS;
  return voted.reason === undefined
    ? correctedFigure(correctedMean(voted.things, { scale: boardScale(input) }), voted.labels, of)
    : uncorrectedFigure(voted.reason, voted.labels, of);
}

/** One pair's comparisons with the votes on them, seen from `model`, whatever the board's metric; undefined without votes. */
export function votedAgainst(input: BoardInput, model: string, opponent: string): VotedModel | undefined {
  if (input.votes === undefined) return undefined;
  const wanted = new Set([modelsKey(pairPlace(NOWHERE, model, opponent))]);
  const joined = joinVotes(judgedPairsOn(input, wanted), labelsOf(input.votes));
  if (joined.labels.length === 0) return undefined;
  const things = model > opponent ? joined.things : turned(joined.things);
  return { things: things.map((thing) => ({ ...thing, key: "" })), labels: joined.labels };
}

/** One pair's win rate of `model` against `opponent`, corrected by votes, whatever the board's metric. */
export function correctedAgainst(
  input: BoardInput,
  model: string,
  opponent: string,
  level: number,
): CorrectedFigure | undefined {
  const voted = votedAgainst(input, model, opponent);
  if (voted === undefined) return undefined;
  return correctedFigure(correctedMean(voted.things, { scale: percentScale, level }), voted.labels);
}

function pairsOf({ judged, labels }: PeopleInput): PeoplePair[] {
  const options = { cluster: "question", level: 95, compat: false } as const;
  return correctPairs(judged, labels, options).map((one) => ({
    a: one.a,
    b: one.b,
    judge: one.judgeOverall,
    people: one.people,
    voted: one.labelled,
    judged: one.labelled + one.rest,
    corrected: one.corrected,
  }));
}

function disputesOf({ judged, labels }: PeopleInput): PeopleDispute[] {
  return judged
    .flatMap(({ shareB, ...place }): PeopleDispute[] => {
      const label = labels.get(placeKey(place));
      if (label === undefined || label.shareB === shareB) return [];
      return [{ ...place, judge: 100 * shareB, people: 100 * label.shareB, votes: label.votes }];
    })
    .sort(
      (one, other) =>
        Math.abs(other.judge - other.people) - Math.abs(one.judge - one.people) || other.votes - one.votes,
    )
    .slice(0, MOST_DISPUTES);
}

function agreementOf({ judged, labels }: PeopleInput): BoardPeople["agreement"] {
  const decided = judged.flatMap((pair) => {
    const label = labels.get(placeKey(pair));
    if (label === undefined || label.shareB === 0.5 || pair.shareB === 0.5) return [];
    const agrees = label.shareB > 0.5 === pair.shareB > 0.5;
    return [{ questionId: pair.questionId, value: agrees ? 100 : 0 }];
  });
  const { mean, interval } = clusteredMean(
    decided.map(({ value }) => value),
    decided.map(({ questionId }) => questionId),
    { scale: percentScale },
  );
  return { value: mean, interval, n: decided.length };
}

/** What people say on a board; undefined where nobody voted on, or rated, what it judged. */
export function boardPeople(input: BoardInput): BoardPeople | undefined {
  const ratings = peopleRatings(input);
  if (input.votes === undefined && ratings === undefined) return undefined;
  const people = peopleInput(input);
  const pairs = pairsOf(people);
  if (pairs.length === 0 && ratings === undefined) return undefined;
  const votes = pairs.length === 0 ? [] : (input.votes ?? []).filter(({ repeat }) => repeat === 0);
  const voters = new Map<string, number>();
  for (const { voter } of votes) voters.set(voter, (voters.get(voter) ?? 0) + 1);
  const categories = new Map(input.frame.slots.map(({ questionId, category }) => [questionId, category]));
  const arena = arenaBoard({ ...people, votes, categoryOf: (id) => categories.get(id) });
  return {
    votes: votes.length,
    voters: [...voters]
      .map(([name, count]) => ({ name, votes: count }))
      .sort((one, other) => other.votes - one.votes || (one.name < other.name ? -1 : 1)),
    questions: new Set(votes.map(({ questionId }) => questionId)).size,
    agreement: agreementOf(people),
    pairs,
    disputes: disputesOf(people),
    ...presentFields({ ratings }),
    ...("reason" in arena ? { arena: null, arenaReason: arena.reason } : { arena }),
  };
}
