import type { ArenaBoard } from "../../core/board-people.js";
import type { CountedVote } from "../../core/vote.js";
import { bradleyTerry } from "../../stats/bradley-terry.js";
import { jointRatings, type SourcedBattle } from "../../stats/judge-covariate.js";
import { type JudgedPair, type PairLabel, placeKey } from "./pair-labels.js";

/** Most categories that are named where people and judge part. */
const MOST_PARTING = 5;
/** Votes from which a category's difference is named. */
const LEAST_VOTES = 5;

function battlesOf(judged: readonly JudgedPair[], votes: readonly CountedVote[]): SourcedBattle[] {
  const byPeople = votes
    .filter(({ repeat }) => repeat === 0)
    .map(
      ({ modelA: a, modelB: b, winner, questionId: cluster }): SourcedBattle => ({
        a,
        b,
        shareA: winner === "a" ? 1 : winner === "b" ? 0 : 0.5,
        cluster,
        by: "people",
      }),
    );
  const byJudge = judged.map(
    ({ a, b, shareB, questionId: cluster }): SourcedBattle => ({
      a,
      b,
      shareA: 1 - shareB,
      cluster,
      by: "judge",
    }),
  );
  return [...byPeople, ...byJudge];
}

/** Ranks by one side alone, from 1; models that it cannot rate have none. */
function ranksBy(battles: readonly SourcedBattle[], by: SourcedBattle["by"]): Map<string, number> {
  const rated = bradleyTerry(battles.filter((one) => one.by === by))
    .filter(({ rating }) => rating !== null)
    .sort((one, other) => (other.rating ?? 0) - (one.rating ?? 0));
  return new Map(rated.map(({ model }, at) => [model, at + 1]));
}

function partingOf(
  judged: readonly JudgedPair[],
  labels: ReadonlyMap<string, PairLabel>,
  categoryOf: (questionId: string) => string | undefined,
): ArenaBoard["parting"] {
  const sums = new Map<string, { difference: number; votes: number }>();
  for (const pair of judged) {
    const label = labels.get(placeKey(pair));
    const category = categoryOf(pair.questionId);
    if (label === undefined || category === undefined) continue;
    const sum = sums.get(category) ?? { difference: 0, votes: 0 };
    sum.difference += Math.abs(pair.shareB - label.shareB);
    sum.votes++;
    sums.set(category, sum);
  }
  return [...sums]
    .filter(([, { votes }]) => votes >= LEAST_VOTES)
    .map(([category, { difference, votes }]) => ({
      category,
      difference: (100 * difference) / votes,
      votes,
    }))
    .sort((one, other) => other.difference - one.difference)
    .slice(0, MOST_PARTING);
}

/** What an arena board is made from. */
export interface ArenaInput {
  readonly judged: readonly JudgedPair[];
  readonly votes: readonly CountedVote[];
  readonly labels: ReadonlyMap<string, PairLabel>;
  readonly categoryOf: (questionId: string) => string | undefined;
}

/** Votes and judged comparisons as one Bradley–Terry board, or the reason why there is none. */
export function arenaBoard(input: ArenaInput): ArenaBoard | { readonly reason: string } {
  const battles = battlesOf(input.judged, input.votes);
  const found = jointRatings(battles);
  if ("reason" in found) return found;
  const [people, judge] = [ranksBy(battles, "people"), ranksBy(battles, "judge")];
  const counts = new Map<string, number>();
  for (const { a, b, by } of battles)
    if (by === "people") for (const model of [a, b]) counts.set(model, (counts.get(model) ?? 0) + 1);
  const models = found.models
    .map(({ model, rating, interval }) => ({
      model,
      rating,
      interval,
      votes: counts.get(model) ?? 0,
      peopleRank: people.get(model) ?? null,
      judgeRank: judge.get(model) ?? null,
    }))
    .sort((one, other) => other.rating - one.rating);
  const { kappa, kappaInterval, standardErrors } = found;
  const votes = battles.filter(({ by }) => by === "people").length;
  const parting = partingOf(input.judged, input.labels, input.categoryOf);
  return { models, kappa, kappaInterval, standardErrors, votes, verdicts: battles.length - votes, parting };
}
