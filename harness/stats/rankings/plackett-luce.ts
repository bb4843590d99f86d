import type { Interval } from "../../core/interval.js";
import { withRanks } from "../interval-ranks.js";
import { DEFAULT_LEVEL, tInterval, upperShare } from "../intervals.js";
import { pointsPerLogOdds } from "../rating-scale.js";
import { solvePositiveDefinite } from "../regression/cholesky.js";
import { findRatedGroup, STANDING_REASONS } from "../win-graph.js";
import { type RankedModels, type RankingStages, rankingStages } from "./ranking-stages.js";

/** A model's place in a Plackett–Luce fit. */
export interface RankedRating {
  readonly model: string;
  /** Points, mean 1000, 400 points to ten to one; null with a reason. */
  readonly rating: number | null;
  readonly standardError: number | null;
  readonly interval: Interval | null;
  /** 1 + the number of models whose lower bound lies above this one's upper bound. */
  readonly rank: number | null;
  /** Rankings that hold the model. */
  readonly n: number;
  readonly reason: string | null;
}

/** Plackett–Luce ratings of all models of some rankings. */
export interface PlackettLuce {
  /** Best first; models without a rating last. */
  readonly ratings: readonly RankedRating[];
  readonly rankings: number;
  readonly clusters: number;
}

/** Newton steps are this small when a fit has converged. */
const LARGEST_LAST_STEP = 1e-10;
const MOST_STEPS = 500;

interface Problem {
  readonly size: number;
  readonly rankings: readonly RankingStages[];
  readonly clusters: number;
}

/** Adds up, over a ranking, the gradient at `strengths`, and the negative Hessian (lower triangle) where it is wanted. */
function addRanking(
  { chosen, stages }: RankingStages,
  strengths: Float64Array,
  gradient: Float64Array,
  hessian?: Float64Array,
): void {
  const size = strengths.length;
  for (const model of chosen) gradient[model] = (gradient[model] as number) + 1;
  for (const { members, weight } of stages) {
    const highest = Math.max(...members.map((model) => strengths[model] as number));
    const odds = members.map((model) => Math.exp((strengths[model] as number) - highest));
    const sum = odds.reduce((total, one) => total + one, 0);
    members.forEach((model, at) => {
      const chance = (odds[at] as number) / sum;
      gradient[model] = (gradient[model] as number) - weight * chance;
      if (hessian === undefined) return;
      members.forEach((other, place) => {
        if (other > model) return;
        const both = chance * ((odds[place] as number) / sum);
        const index = model * size + other;
        hessian[index] = (hessian[index] as number) + weight * ((other === model ? chance : 0) - both);
      });
    });
  }
}

/** Without its first row and column: the first strength is held. */
function withoutFirst(matrix: Float64Array, size: number): Float64Array {
  const free = size - 1;
  const rest = new Float64Array(free * free);
  for (let row = 1; row < size; row++)
    for (let column = 1; column <= row; column++)
      rest[(row - 1) * free + column - 1] = matrix[row * size + column] as number;
  return rest;
}

interface Fit {
  readonly strengths: Float64Array;
  /** Negative Hessian at the optimum, without the first model. */
  readonly hessian: Float64Array;
}

/** All rankings as one: stages of the same members together, of which there are few. */
function together(rankings: readonly RankingStages[]): RankingStages {
  const stages = new Map<string, { members: readonly number[]; weight: number }>();
  for (const { members, weight } of rankings.flatMap((ranking) => ranking.stages)) {
    const sorted = [...members].sort((x, y) => x - y);
    const key = sorted.join(" ");
    stages.set(key, { members: sorted, weight: (stages.get(key)?.weight ?? 0) + weight });
  }
  return { chosen: rankings.flatMap(({ chosen }) => chosen), stages: [...stages.values()], cluster: 0 };
}

/** Newton's method with the damping of the Bradley–Terry solver; null where doubles cannot tell. */
function maximise({ size, rankings }: Problem): Fit | null {
  const strengths = new Float64Array(size);
  const all = together(rankings);
  for (let step = 0; step < MOST_STEPS; step++) {
    const gradient = new Float64Array(size);
    const full = new Float64Array(size * size);
    addRanking(all, strengths, gradient, full);
    const hessian = withoutFirst(full, size);
    const change = solvePositiveDefinite(Float64Array.from(hessian), gradient.slice(1));
    if (change === undefined) return null;
    const largest = Math.max(0, ...change) - Math.min(0, ...change);
    const damping = largest < 1e-8 ? 1 : Math.log1p(largest) / largest;
    change.forEach((one, at) => {
      strengths[at + 1] = (strengths[at + 1] as number) + damping * one;
    });
    if (largest <= LARGEST_LAST_STEP) return { strengths, hessian };
  }
  return null;
}

function centred(values: Float64Array): Float64Array {
  const mean = values.reduce((sum, one) => sum + one, 0) / values.length;
  return values.map((one) => one - mean);
}

/** Columns of the inverse; null where there is none. */
function inverseOf(matrix: Float64Array, size: number): readonly Float64Array[] | null {
  const columns = Array.from({ length: size }, (_, at) => {
    const unit = new Float64Array(size);
    unit[at] = 1;
    return solvePositiveDefinite(Float64Array.from(matrix), unit);
  });
  const solved = columns.filter((column) => column !== undefined);
  return solved.length === size ? solved : null;
}

/**
 * Standard errors of the centred strengths: the sandwich H⁻¹GH⁻¹ with G from the clusters' scores and the factor
 * C/(C − 1); null below two clusters.
 */
function standardErrors(problem: Problem, { strengths, hessian }: Fit): Float64Array | null {
  const { size, rankings, clusters } = problem;
  if (clusters < 2) return null;
  const scores = Array.from({ length: clusters }, () => new Float64Array(size));
  for (const ranking of rankings)
    addRanking(ranking, strengths, scores[ranking.cluster] ?? new Float64Array(size));
  const inverse = inverseOf(hessian, size - 1);
  if (inverse === null) return null;
  const squares = new Float64Array(size);
  for (const score of scores) {
    const moved = inverse.map((column) =>
      column.reduce((sum, one, at) => sum + one * (score[at + 1] as number), 0),
    );
    centred(Float64Array.from([0, ...moved])).forEach((one, model) => {
      squares[model] = (squares[model] as number) + one * one;
    });
  }
  return squares.map((sum) => Math.sqrt((clusters / (clusters - 1)) * sum));
}

function checkRankings(rankings: readonly RankedModels[]): void {
  for (const { groups } of rankings) {
    const models = groups.flat();
    if (
      models.length >= 2 &&
      new Set(models).size === models.length &&
      groups.every((one) => one.length <= 9)
    )
      continue;
    throw new RangeError(
      `a ranking holds two models or more, each once, at most 9 of them equal, not ${JSON.stringify(groups).slice(0, 120)}`,
    );
  }
}

/** Wins of every model over every other one that a ranking puts below; equal ones beat each other by half. */
function winsOf(rankings: readonly RankedModels[], positions: ReadonlyMap<string, number>): Float64Array {
  const size = positions.size;
  const wins = new Float64Array(size * size);
  const add = (winner: string, loser: string, worth: number) => {
    const index = (positions.get(winner) ?? 0) * size + (positions.get(loser) ?? 0);
    wins[index] = (wins[index] as number) + worth;
  };
  for (const { groups } of rankings) {
    groups.forEach((group, index) => {
      for (const winner of group) {
        for (const other of group) if (other !== winner) add(winner, other, 0.5);
        for (const loser of groups.slice(index + 1).flat()) add(winner, loser, 1);
      }
    });
  }
  return wins;
}

function problemOf(rankings: readonly RankedModels[], rated: ReadonlyMap<string, number>): Problem {
  const ids = new Map<string | number, number>();
  const kept = rankings.flatMap(({ groups, cluster }, at): RankingStages[] => {
    const inside = groups
      .map((group) => group.flatMap((model) => rated.get(model) ?? []))
      .filter((group) => group.length > 0);
    if (inside.flat().length < 2) return [];
    const id = cluster ?? `ranking ${at}`;
    const number = ids.get(id) ?? ids.size;
    ids.set(id, number);
    return [rankingStages(inside, number)];
  });
  return { size: rated.size, rankings: kept, clusters: ids.size };
}

/**
 * Plackett–Luce ratings by maximum likelihood: each ranking is a choice of the best among all, then among the rest, and
 * so on (Luce 1959; Plackett 1975; for K = 2 Bradley–Terry). Equal models count as the mean over their orders. **One
 * ranking is one piece of evidence**: variances are sandwiches clustered by ranking, or by what the rankings name, and never those of
 * K(K − 1)/2 independent comparisons.
 *
 * @param level of the intervals in percent; default 95.
 * @throws RangeError for a ranking that holds a model twice, or fewer than two, and for an impossible level.
 */
export function plackettLuce(rankings: readonly RankedModels[], level: number = DEFAULT_LEVEL): PlackettLuce {
  upperShare(level);
  checkRankings(rankings);
  const counts = new Map<string, number>();
  for (const { groups } of rankings)
    for (const model of groups.flat()) counts.set(model, (counts.get(model) ?? 0) + 1);
  const models = [...counts.keys()];
  const positions = new Map(models.map((model, at) => [model, at]));
  const { group, standings } = findRatedGroup(winsOf(rankings, positions), models.length);
  const rated = new Map(group.map((position, at) => [models[position] ?? "", at]));
  const problem = problemOf(rankings, rated);
  const found = group.length < 2 ? null : maximise(problem);
  const errors = found === null ? null : standardErrors(problem, found);
  const points = pointsPerLogOdds();
  const strengths = found === null ? null : centred(found.strengths);
  const rows = models.map((model, position): Omit<RankedRating, "rank"> => {
    const at = rated.get(model);
    const strength = at === undefined ? undefined : strengths?.[at];
    const error = at === undefined ? undefined : errors?.[at];
    const n = counts.get(model) ?? 0;
    if (strength === undefined) {
      const reason =
        STANDING_REASONS[standings[position] ?? "unconnected"] ??
        "the fit did not converge: the rankings are too lopsided";
      return { model, rating: null, standardError: null, interval: null, n, reason };
    }
    const rating = 1000 + points * strength;
    if (error === undefined)
      return {
        model,
        rating,
        standardError: null,
        interval: null,
        n,
        reason: "one cluster alone shows no variation",
      };
    const standardError = points * error;
    const { clusters } = problem;
    const interval = tInterval({ estimate: rating, standardError, clusters, level });
    return { model, rating, standardError, interval, n, reason: null };
  });
  const sorted = rows.sort(
    (x, y) => (y.rating ?? Number.NEGATIVE_INFINITY) - (x.rating ?? Number.NEGATIVE_INFINITY) || 0,
  );
  return { ratings: withRanks(sorted), rankings: rankings.length, clusters: problem.clusters };
}
