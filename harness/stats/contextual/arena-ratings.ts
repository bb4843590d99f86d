import type { Interval } from "../../core/interval.js";
import { type Battle, countBattles, countWins, type IndexedBattles, indexBattles } from "../battles.js";
import { normalQuantile } from "../distributions.js";
import { requireFinite } from "../estimate.js";
import { DEFAULT_LEVEL, describeClusters, upperShare } from "../intervals.js";
import { pointsPerLogOdds, type RatingScale } from "../rating-scale.js";
import { findRatedGroup, STANDING_REASONS } from "../win-graph.js";
import { BattleDesign, type ContextualRows } from "./battle-design.js";
import { fitContextual } from "./contextual-fit.js";
import { clusterInfluences, surprisesOf } from "./sandwich.js";
import { normalisationOf, normalised } from "./style-features.js";

/** A battle with features of the two sides, seen from `a`; all battles of a ranking have as many, or none. */
export interface ArenaBattle extends Battle {
  readonly features?: readonly number[];
}

/** Settings of {@link arenaRatings}; all defaults are arena-rank's. */
export interface ArenaOptions extends RatingScale {
  /** Mean of the rated models, where no anchor is given; default 1000. */
  readonly mean?: number;
  /** A model whose rating is fixed (default 1000). */
  readonly anchor?: { readonly model: string; readonly rating?: number };
  /** Every pair of models counts alike, from 50 battles on: weight 1/max(battles of the pair, 50). */
  readonly reweighted?: boolean;
  /** ½·ridge·‖coefficients‖² is added to the mean loss where battles have features; default 1. */
  readonly ridge?: number;
  /** Battles of one cluster are taken together in the sandwich; default: every battle stands for itself. */
  readonly clustered?: boolean;
  /** Percent; default 95. */
  readonly level?: number;
}

/** A model's rating with its sandwich variance, or why there is none. */
export interface ArenaRating {
  readonly model: string;
  readonly rating: number | null;
  /** Points squared. */
  readonly variance: number | null;
  readonly interval: Interval | null;
  readonly battles: number;
  /** None of its battles was a tie, so that nothing shows how often it ties. */
  readonly withoutTies: boolean;
  readonly reason: string | null;
}

/** A ranking in order of first appearance, with the features' coefficients (log-odds per standard deviation). */
export interface ArenaRanking {
  readonly ratings: readonly ArenaRating[];
  readonly coefficients: readonly number[];
  /** Largest entry of the summed loss's gradient at the fit; null without one. */
  readonly kktResidual: number | null;
}

/** arena-rank's `min_pair_count` and `hessian_reg`. */
const LEAST_PAIR_COUNT = 50;
const HESSIAN_RIDGE = 1e-5;
const UNDETERMINED =
  "its battles do not determine a rating: a feature goes along with every win, or weights are too far apart";

/**
 * Ratings as the package arena-rank (0.1.1, 64 bits) gives them: Bradley–Terry by maximum likelihood, ties ½, with the
 * sandwich H⁻¹GH⁻¹ as variance, H the Hessian over all models with 1e-5 times the number of battles (1 when reweighted) on
 * its diagonal. With features: they are normalised (n), their coefficients penalised, and reweighting has mean 1. What has
 * no finite rating is left out of the fit, with the reason, where the package gives a number that depends on when it
 * stopped.
 *
 * @throws RangeError for impossible battles or options, or an anchor without battles.
 */
export function arenaRatings(battles: readonly ArenaBattle[], options: ArenaOptions = {}): ArenaRanking {
  const indexed = indexBattles(battles);
  const features = featureColumns(battles);
  const anchor = options.anchor === undefined ? undefined : indexed.models.indexOf(options.anchor.model);
  if (anchor === -1)
    throw new RangeError(`arena ratings: the anchor ${options.anchor?.model} is in no battle`);
  const { standings } = findRatedGroup(countWins(indexed), indexed.models.length, anchor);
  const positions = new Map<number, number>();
  standings.forEach((standing, model) => {
    if (standing === "rated") positions.set(model, positions.size);
  });
  const rows = rowsOf(indexed, features, positions, options);
  const fitted = rows.share.length === 0 ? null : ratedModels(rows, positions.get(anchor ?? -1), options);
  const counts = countBattles(indexed);
  const tied = tiedModels(indexed);
  const ratings = indexed.models.map((model, index): ArenaRating => {
    const position = positions.get(index);
    const common = { model, battles: counts[index] ?? 0, withoutTies: !tied.has(index) };
    const rated = position === undefined ? undefined : fitted?.models[position];
    if (rated !== undefined) return { ...common, ...rated, reason: null };
    const reason = STANDING_REASONS[standings[index] ?? "unconnected"] ?? UNDETERMINED;
    return { ...common, rating: null, variance: null, interval: null, reason };
  });
  return {
    ratings,
    coefficients: fitted?.coefficients ?? [],
    kktResidual: fitted?.kktResidual ?? null,
  };
}

function featureColumns(battles: readonly ArenaBattle[]): Float64Array[] {
  const count = battles[0]?.features?.length ?? 0;
  return Array.from({ length: count }, (_, index) => {
    const column = Float64Array.from(battles, ({ features }) => features?.[index] ?? Number.NaN);
    requireFinite(column, `arena ratings: feature ${index}`);
    return column;
  });
}

function tiedModels({ share, first, second }: IndexedBattles): Set<number> {
  const tied = new Set<number>();
  share.forEach((value, row) => {
    if (value === 0.5) tied.add(first[row] ?? -1).add(second[row] ?? -1);
  });
  return tied;
}

/** Weight of each battle: its own, or one that makes all pairs count alike. */
function weightsOf(indexed: IndexedBattles, options: ArenaOptions, isContextual: boolean): Float64Array {
  if (options.reweighted !== true) return indexed.weight;
  const pairOf = (row: number) => {
    const [a, b] = [indexed.first[row] ?? 0, indexed.second[row] ?? 0];
    return Math.min(a, b) * indexed.models.length + Math.max(a, b);
  };
  const counts = new Map<number, number>();
  indexed.weight.forEach((_, row) => {
    counts.set(pairOf(row), (counts.get(pairOf(row)) ?? 0) + 1);
  });
  const weights = indexed.weight.map(
    (_, row) => 1 / Math.max(counts.get(pairOf(row)) ?? 0, LEAST_PAIR_COUNT),
  );
  if (!isContextual) return weights;
  const mean = weights.reduce((sum, weight) => sum + weight, 0) / weights.length;
  return weights.map((weight) => weight / mean);
}

/** The battles among rated models. */
function rowsOf(
  indexed: IndexedBattles,
  features: readonly Float64Array[],
  positions: ReadonlyMap<number, number>,
  options: ArenaOptions,
): ContextualRows {
  const weights = weightsOf(indexed, options, features.length > 0);
  const ones = new Float64Array(weights.length).fill(1);
  const { means, deviations } = normalisationOf(features, ones, { lost: 0, centred: true });
  const columns = features.map((column, index) =>
    normalised(column, means[index] ?? 0, deviations[index] ?? 0),
  );
  const kept = Int32Array.from(
    Array.from(weights, (_, row) => row).filter(
      (row) => positions.has(indexed.first[row] ?? -1) && positions.has(indexed.second[row] ?? -1),
    ),
  );
  const clusterOf = new Int32Array(weights.length);
  indexed.clusters.forEach((members, cluster) => {
    for (const row of members) clusterOf[row] = cluster;
  });
  const take = (values: Float64Array) => Float64Array.from(kept, (row) => values[row] ?? 0);
  const place = (models: Int32Array) =>
    Int32Array.from(kept, (row) => positions.get(models[row] ?? -1) ?? -1);
  const clustered = options.clustered === true;
  return {
    models: positions.size,
    first: place(indexed.first),
    second: place(indexed.second),
    share: take(indexed.share),
    weight: take(weights),
    features: columns.map(take),
    cluster: kept.map((row, index) => (clustered ? (clusterOf[row] ?? 0) : index)),
    clusters: clustered ? indexed.clusters.length : kept.length,
  };
}

type Rated = Pick<ArenaRating, "rating" | "variance" | "interval">;

function ratedModels(rows: ContextualRows, anchor: number | undefined, options: ArenaOptions) {
  const battles = rows.share.length;
  const penalty = rows.features.length === 0 ? 0 : (options.ridge ?? 1) * battles;
  const fit = fitContextual(new BattleDesign(rows, { held: 0, ridge: { models: 0, features: penalty } }));
  if (fit === null) return null;
  const { strengths, coefficients, kktResidual } = fit;
  const origin =
    anchor === undefined
      ? strengths.reduce((sum, one) => sum + one, 0) / rows.models
      : (strengths[anchor] ?? 0);
  const fixed = (anchor === undefined ? options.mean : options.anchor?.rating) ?? 1000;
  const points = pointsPerLogOdds(options);
  const variances = sandwichVariances(rows, strengths, coefficients, options);
  const half = normalQuantile(upperShare(options.level ?? DEFAULT_LEVEL));
  const unit = describeClusters(rows.clusters, options.clustered ? "cluster" : "battle");
  const models = Array.from(strengths, (strength, position): Rated => {
    const rating = fixed + points * (strength - origin);
    const logVariance = variances?.[position];
    if (logVariance === undefined) return { rating, variance: null, interval: null };
    const width = half * points * Math.sqrt(logVariance);
    const method = `normal interval, sandwich over ${unit}`;
    const interval = {
      low: rating - width,
      high: rating + width,
      level: options.level ?? DEFAULT_LEVEL,
      method,
    };
    return { rating, variance: points ** 2 * logVariance, interval };
  });
  return { models, coefficients: [...coefficients], kktResidual };
}

/** Variances of the log-strengths, by the package's sandwich. */
function sandwichVariances(
  rows: ContextualRows,
  strengths: Float64Array,
  coefficients: Float64Array,
  options: ArenaOptions,
): Float64Array | null {
  const isContextual = coefficients.length > 0;
  const ridge = HESSIAN_RIDGE * (options.reweighted === true && !isContextual ? 1 : rows.share.length);
  const design = new BattleDesign(rows, { ridge: { models: ridge, features: ridge } });
  const mean = strengths.reduce((sum, one) => sum + one, 0) / strengths.length;
  const parameters = Float64Array.from([...strengths.map((one) => one - mean), ...coefficients]);
  const hessian = new Float64Array(design.order ** 2);
  design.derivatives(parameters, new Float64Array(design.order), hessian);
  // Where coefficients are penalised, the gradients' outer products are about the penalty's share of their sum.
  const share = isContextual ? (options.ridge ?? 1) : 0;
  const surprises = surprisesOf({ design, parameters });
  const variances = new Float64Array(rows.models);
  for (let model = 0; model < rows.models; model++) {
    const figure = new Float64Array(design.order);
    figure[model] = 1;
    const found = clusterInfluences({ design, parameters, hessian, surprises }, figure);
    if (found === null) return null;
    const squares = found.influences.reduce((sum, value) => sum + value * value, 0);
    const pulled = coefficients.reduce(
      (sum, value, index) => sum + value * (found.direction[design.firstFeature + index] ?? 0),
      0,
    );
    variances[model] = squares - (share * pulled) ** 2;
  }
  return variances;
}
