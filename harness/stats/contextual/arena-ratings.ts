import type { Interval } from "../../core/interval.js";
import { countBattles, countWins, type IndexedBattles, indexBattles } from "../battles.js";
import { normalQuantile } from "../distributions.js";
import { DEFAULT_LEVEL, describeClusters, upperShare } from "../intervals.js";
import { pointsPerLogOdds } from "../rating-scale.js";
import { findRatedGroup, STANDING_REASONS } from "../win-graph.js";
import type { ArenaBattle, ArenaOptions } from "./arena-options.js";
import { arenaRows, type RatedRows } from "./arena-rows.js";
import { sandwichVariances } from "./arena-sandwich.js";
import { BattleDesign } from "./battle-design.js";
import { fitContextual } from "./contextual-fit.js";

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
  const anchor = options.anchor === undefined ? undefined : indexed.models.indexOf(options.anchor.model);
  if (anchor === -1)
    throw new RangeError(`arena ratings: the anchor ${options.anchor?.model} is in no battle`);
  const { standings } = findRatedGroup(countWins(indexed), indexed.models.length, anchor);
  const positions = new Map<number, number>();
  standings.forEach((standing, model) => {
    if (standing === "rated") positions.set(model, positions.size);
  });
  const rated = arenaRows(battles, indexed, positions, options);
  const fitted = rated.battles === 0 ? null : ratedModels(rated, positions.get(anchor ?? -1), options);
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

function tiedModels({ share, first, second }: IndexedBattles): Set<number> {
  const tied = new Set<number>();
  share.forEach((value, row) => {
    if (value === 0.5) tied.add(first[row] ?? -1).add(second[row] ?? -1);
  });
  return tied;
}

type Rated = Pick<ArenaRating, "rating" | "variance" | "interval">;

function ratedModels(rated: RatedRows, anchor: number | undefined, options: ArenaOptions) {
  const { rows, battles } = rated;
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
  const variances = sandwichVariances(rated, strengths, coefficients, options);
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
