import type { Interval } from "../core/interval.js";
import { solveBradleyTerry } from "./bradley-terry-solver.js";
import { sumByCluster } from "./clustered-mean.js";
import { studentTQuantile } from "./distributions.js";
import { meanOf } from "./estimate.js";
import { DEFAULT_LEVEL, describeClusters, upperShare } from "./intervals.js";
import { pointsPerLogOdds, type RatingScale } from "./rating-scale.js";
import { solvePositiveDefinite } from "./regression/cholesky.js";
import { findRatedGroup } from "./win-graph.js";

/** One comparison of two models, by a person or by the judge. */
export interface SourcedBattle {
  readonly a: string;
  readonly b: string;
  /** Share of the win that goes to `a`, a tie being ½. */
  readonly shareA: number;
  /** The question. */
  readonly cluster: string;
  readonly by: "people" | "judge";
}

/** Ratings by people and judge together. */
export interface JointRatings {
  /** In order of first appearance. */
  readonly models: readonly {
    readonly model: string;
    readonly rating: number;
    readonly interval: Interval;
  }[];
  readonly kappa: number;
  readonly kappaInterval: Interval;
  /** Of κ: as if all comparisons were independent, and clustered by question. */
  readonly standardErrors: { readonly model: number; readonly clustered: number };
}

const MOST_STEPS = 200;
const LARGEST_LAST_STEP = 1e-10;
/** Share of the likelihood that rounding makes. */
const ROUNDING = 1e-12;
/** κ starts here; the fit does not depend on it. */
const START = 1;

interface Indexed {
  readonly models: readonly string[];
  /** Of model i against j: how often they met and what share of it i won. */
  readonly rows: readonly Row[];
}

interface Row {
  readonly i: number;
  readonly j: number;
  readonly n: number;
  readonly won: number;
  readonly isJudge: boolean;
  readonly cluster: string;
}

/** Equal meetings together, whatever their questions: all that the likelihood needs. */
function together({ models, rows }: Indexed): Indexed {
  const buckets = new Map<number, Row>();
  for (const row of rows) {
    const key = 2 * (row.i * models.length + row.j) + (row.isJudge ? 1 : 0);
    const there = buckets.get(key);
    buckets.set(key, there === undefined ? row : { ...there, n: there.n + row.n, won: there.won + row.won });
  }
  return { models, rows: [...buckets.values()] };
}

function indexed(battles: readonly SourcedBattle[]): Indexed {
  const places = new Map<string, number>();
  const placeOf = (model: string) => {
    const place = places.get(model) ?? places.size;
    places.set(model, place);
    return place;
  };
  const rows = battles.map(({ a, b, shareA, by, cluster }) => {
    if (a === b || !(shareA >= 0 && shareA <= 1))
      throw new RangeError("a battle needs two models and a share");
    return { i: placeOf(a), j: placeOf(b), n: 1, won: shareA, isJudge: by === "judge", cluster };
  });
  return { models: [...places.keys()], rows };
}

/** Log-likelihood, gradient and information of (θ₁…, κ), θ₀ held at 0. */
class Derivatives {
  readonly gradient: Float64Array;
  readonly information: Float64Array;
  likelihood = 0;
  private readonly order: number;

  constructor({ models, rows }: Indexed, strengths: Float64Array, kappa: number) {
    this.order = models.length;
    this.gradient = new Float64Array(this.order);
    this.information = new Float64Array(this.order ** 2);
    for (const row of rows) this.add(row, strengths, kappa);
  }

  /** Score of one battle: its residual times how the log-odds change with each parameter. */
  static scoreOf(row: Row, strengths: Float64Array, kappa: number, order: number) {
    const lead = (strengths[row.i] as number) - (strengths[row.j] as number);
    const slope = row.isJudge ? kappa : 1;
    const odds = slope * lead;
    const chance = 1 / (1 + Math.exp(-odds));
    const direction: (readonly [number, number])[] = [];
    if (row.i > 0) direction.push([row.i - 1, slope]);
    if (row.j > 0) direction.push([row.j - 1, -slope]);
    if (row.isJudge) direction.push([order - 1, lead]);
    return { direction, residual: row.won - row.n * chance, chance, odds };
  }

  private add(row: Row, strengths: Float64Array, kappa: number): void {
    const { order } = this;
    const { direction, residual, chance, odds } = Derivatives.scoreOf(row, strengths, kappa, order);
    this.likelihood += row.won * odds - row.n * (Math.max(0, odds) + Math.log1p(Math.exp(-Math.abs(odds))));
    const weight = row.n * chance * (1 - chance);
    for (const [k, x] of direction) {
      this.gradient[k] = (this.gradient[k] as number) + residual * x;
      for (const [l, z] of direction)
        this.information[k * order + l] = (this.information[k * order + l] as number) + weight * x * z;
    }
  }
}

/** Negative second derivatives of the log-likelihood, whose inverse is the covariance of the maximum. */
function observedInformation(data: Indexed, strengths: Float64Array, kappa: number): Float64Array {
  const order = data.models.length;
  const { information } = new Derivatives(data, strengths, kappa);
  const last = order - 1;
  for (const row of data.rows) {
    if (!row.isJudge) continue;
    const { residual } = Derivatives.scoreOf(row, strengths, kappa, order);
    for (const [model, sign] of [
      [row.i, 1],
      [row.j, -1],
    ] as const) {
      if (model === 0) continue;
      for (const place of [(model - 1) * order + last, last * order + model - 1])
        information[place] = (information[place] as number) - sign * residual;
    }
  }
  return information;
}

function solve(data: Indexed): { strengths: Float64Array; kappa: number; information: Float64Array } | null {
  const order = data.models.length;
  // Equal strengths say nothing of κ: the fit begins where votes and verdicts count alike.
  const everyone = Array.from({ length: order }, (_, model) => model);
  const alike = solveBradleyTerry(winsOf(data), order, everyone, new Float64Array(order));
  if (alike === null) return null;
  let parameters = new Float64Array(order);
  parameters.set(alike.subarray(1).map((strength) => strength - (alike[0] as number)));
  parameters[order - 1] = START;
  const at = (given: Float64Array) => {
    const strengths = new Float64Array(order);
    strengths.set(given.subarray(0, order - 1), 1);
    return { strengths, kappa: given[order - 1] as number };
  };
  for (let step = 0; step < MOST_STEPS; step++) {
    const { strengths, kappa } = at(parameters);
    const now = new Derivatives(data, strengths, kappa);
    const change = solvePositiveDefinite(now.information, now.gradient);
    if (change === undefined) return null;
    let size = 1;
    let next = parameters;
    // The likelihood is not concave in θ and κ together: a step that lowers it is halved.
    for (; size > 1e-6; size /= 2) {
      next = parameters.map((value, k) => value + size * (change[k] as number));
      const there = at(next);
      if (
        new Derivatives(data, there.strengths, there.kappa).likelihood >=
        now.likelihood - ROUNDING * Math.abs(now.likelihood)
      )
        break;
    }
    parameters = next;
    if (change.every((one) => Math.abs(one) <= LARGEST_LAST_STEP)) {
      const found = at(parameters);
      return { ...found, information: observedInformation(data, found.strengths, found.kappa) };
    }
  }
  return null;
}

function inverseOf(matrix: Float64Array, order: number): Float64Array | null {
  const inverse = new Float64Array(order * order);
  for (let column = 0; column < order; column++) {
    const unit = new Float64Array(order);
    unit[column] = 1;
    const solved = solvePositiveDefinite(matrix, unit);
    if (solved === undefined) return null;
    for (let row = 0; row < order; row++) inverse[row * order + column] = solved[row] as number;
  }
  return inverse;
}

/** Sum over questions of their scores' outer products. */
function meatOf(data: Indexed, strengths: Float64Array, kappa: number): Float64Array {
  const order = data.models.length;
  const byCluster = new Map<string, Float64Array>();
  for (const row of data.rows) {
    const sum = byCluster.get(row.cluster) ?? new Float64Array(order);
    byCluster.set(row.cluster, sum);
    const { direction, residual } = Derivatives.scoreOf(row, strengths, kappa, order);
    for (const [k, x] of direction) sum[k] = (sum[k] as number) + residual * x;
  }
  const meat = new Float64Array(order * order);
  const small = byCluster.size / Math.max(1, byCluster.size - 1);
  for (const sum of byCluster.values())
    for (let k = 0; k < order; k++)
      for (let l = 0; l < order; l++)
        meat[k * order + l] =
          (meat[k * order + l] as number) + small * (sum[k] as number) * (sum[l] as number);
  return meat;
}

function product(left: Float64Array, right: Float64Array, order: number): Float64Array {
  const result = new Float64Array(order * order);
  for (let k = 0; k < order; k++)
    for (let m = 0; m < order; m++)
      for (let l = 0; l < order; l++)
        result[k * order + l] =
          (result[k * order + l] as number) +
          (left[k * order + m] as number) * (right[m * order + l] as number);
  return result;
}

/** Weighted wins of each model over each, whoever decided. */
function winsOf({ models, rows }: Indexed): Float64Array {
  const wins = new Float64Array(models.length ** 2);
  for (const { i, j, n, won } of rows) {
    wins[i * models.length + j] = (wins[i * models.length + j] as number) + won;
    wins[j * models.length + i] = (wins[j * models.length + i] as number) + n - won;
  }
  return wins;
}

/**
 * Bradley–Terry ratings from people's votes and a judge's verdicts together: logit P(a beats b) = θa − θb where people
 * decide and κ(θa − θb) where the judge does, by maximum likelihood in θ and κ, ties as half a win. κ says how extreme the
 * judge is beside people: above 1 its verdicts spread the models further apart than votes do, below 1 they are noisier.
 * Errors are sandwiched over questions (C/(C − 1)·Σ of their scores' outer products, between the inverse information), so that the
 * verdicts of one question count as one observation.
 *
 * @returns none, with the reason, without votes, without verdicts, or where some model's rating has no bound.
 * @throws RangeError for impossible battles or level.
 */
export function jointRatings(
  battles: readonly SourcedBattle[],
  options: RatingScale & { readonly level?: number } = {},
): JointRatings | { readonly reason: string } {
  const level = options.level ?? DEFAULT_LEVEL;
  const upper = upperShare(level);
  const data = indexed(battles);
  if (data.models.length < 3) return { reason: "fewer than three models" };
  if (data.rows.every((row) => row.isJudge)) return { reason: "nobody voted" };
  if (data.rows.every((row) => !row.isJudge)) return { reason: "the judge decided nothing" };
  const order = data.models.length;
  const { group } = findRatedGroup(winsOf(data), order, undefined);
  if (group.length < order)
    return {
      reason: "some models won or lost everything against the others, so that their ratings have no bound",
    };
  const found = solve(together(data));
  const covariance = found === null ? null : inverseOf(found.information, order);
  if (found === null || covariance === null)
    return { reason: "votes and verdicts do not determine how the two relate" };
  const { strengths, kappa } = found;
  const sandwich = product(product(covariance, meatOf(data, strengths, kappa), order), covariance, order);
  const last = order ** 2 - 1;
  const clustered = Math.sqrt(sandwich[last] as number);
  const questions = sumByCluster(
    data.rows.map(() => 1),
    data.rows.map((row) => row.cluster),
  ).ids.length;
  if (questions < 2) return { reason: "there is one question" };
  const reach = studentTQuantile(upper, questions - 1);
  const method = `t interval, sandwich over ${describeClusters(questions, "question")}`;
  const points = pointsPerLogOdds(options);
  const mean = meanOf(strengths);
  const errorOf = (model: number): number => {
    // Variance of θ_model − mean(θ), with θ₀ = 0.
    let variance = 0;
    for (let k = 0; k < order - 1; k++)
      for (let l = 0; l < order - 1; l++) {
        const left = (k + 1 === model ? 1 : 0) - 1 / order;
        const right = (l + 1 === model ? 1 : 0) - 1 / order;
        variance += left * right * (sandwich[k * order + l] as number);
      }
    return Math.sqrt(variance);
  };
  return {
    models: data.models.map((model, at) => {
      const rating = 1000 + points * ((strengths[at] as number) - mean);
      const half = reach * points * errorOf(at);
      return { model, rating, interval: { low: rating - half, high: rating + half, level, method } };
    }),
    kappa,
    kappaInterval: { low: kappa - reach * clustered, high: kappa + reach * clustered, level, method },
    standardErrors: { model: Math.sqrt(covariance[last] as number), clustered },
  };
}
