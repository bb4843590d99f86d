import { type Battle, countBattles, type IndexedBattles, indexBattles } from "./battles.js";
import { meanOf } from "./estimate.js";
import { bootstrapClusters, type RankedRating, type Rating, rankRatings } from "./rating-bootstrap.js";
import { pointsPerLogOdds, type RatingScale } from "./rating-scale.js";
import { STANDING_REASONS, type Standing } from "./win-graph.js";
import { type Wins, winsOf } from "./wins.js";

/** Settings of a Bradley–Terry fit. */
export interface BradleyTerryOptions extends RatingScale {
  /** Mean of the rated models, where no anchor is given; default 1000. */
  readonly mean?: number;
  /** A model whose rating is fixed (default 1000) and against which the others are placed. */
  readonly anchor?: { readonly model: string; readonly rating?: number };
  /**
   * Weight of an imaginary tie between every pair of models; default 0. Any positive weight makes all ratings finite
   * and pulls them together; it is a prior, not data, so say so wherever its figures are shown.
   */
  readonly imaginaryTies?: number;
}

/** `undetermined`: in the rated group, but beyond what doubles can compute. */
type Placement = Standing | "undetermined";

const UNDETERMINED = "the weights of its battles are too far apart for a rating to be computed";

/** A fit in rating points; what has no finite rating is ±∞, what has no place at all NaN. Stays inside this room. */
interface Fit {
  readonly ratings: Float64Array;
  readonly placements: readonly Placement[];
}

/**
 * Bradley–Terry ratings by maximum likelihood (Bradley & Terry 1952): P(i beats j) = 1/(1 + base^((rⱼ − rᵢ)/scale)),
 * ties as half a win to each, weights as repeated battles. Newton's method, until log-strengths move by less than
 * 1e-10 and, the method being quadratic, only rounding is left of the gradient.
 *
 * Ratings are finite only within a group whose members all beat each other through some chain of battles. The largest
 * such group (or the anchor's) is rated; for every other model, such as one that won every battle, the rating is null
 * and `reason` says on which side it lies. Never an infinity, and no regularisation unless asked for.
 *
 * @returns one rating per model in order of first appearance.
 * @throws RangeError for impossible battles or options, or an anchor that has no battles.
 */
export function bradleyTerry(battles: readonly Battle[], options: BradleyTerryOptions = {}): Rating[] {
  const indexed = indexBattles(battles);
  const wins = winsOf(indexed, options.imaginaryTies);
  wins.count();
  return describe(indexed, place(indexed.models, wins, options));
}

/**
 * Bradley–Terry ratings with bootstrap intervals (expanded percentiles) and ranks, resampling clusters (questions)
 * where battles name them, else single battles. Rank = 1 + the number of models whose lower bound exceeds one's upper bound
 * (Chiang et al. 2024, arXiv 2403.04132). In a resample where a model's rating has no bound it counts as beyond every
 * bound; an end of the interval that falls there makes the interval null, with the reason.
 *
 * @param options.replicates default 1,000.
 * @throws RangeError as {@link bradleyTerry} does.
 */
export function bootstrapBradleyTerry(
  battles: readonly Battle[],
  options: BradleyTerryOptions & {
    readonly seed: string | number;
    readonly replicates?: number;
    readonly level?: number;
  },
): RankedRating[] {
  const indexed = indexBattles(battles);
  const wins = winsOf(indexed, options.imaginaryTies);
  wins.count();
  const whole = place(indexed.models, wins, options);
  const replicates = bootstrapClusters(indexed, options, (counts) => {
    wins.count(counts);
    const resample = place(indexed.models, wins, options, whole.ratings);
    if (options.anchor === undefined) alignMeans(resample.ratings, whole.ratings);
    return resample.ratings;
  });
  return rankRatings(describe(indexed, whole), replicates, indexed, options);
}

function place(
  models: readonly string[],
  wins: Wins,
  options: BradleyTerryOptions,
  start?: Float64Array,
): Fit {
  const points = pointsPerLogOdds(options);
  const anchor = positionOfAnchor(models, options);
  const { group, standings } = wins.standings(anchor);
  const begin = Float64Array.from(group, (model) => {
    const rating = start?.[model] ?? 0;
    return Number.isFinite(rating) ? rating / points : 0;
  });
  const strengths = wins.solve(group, begin, start !== undefined);
  const ratings = Float64Array.from(standings, (standing) => {
    if (standing === "unbounded-above") return Number.POSITIVE_INFINITY;
    return standing === "unbounded-below" ? Number.NEGATIVE_INFINITY : Number.NaN;
  });
  if (strengths === null) {
    const placements = standings.map((standing) => (standing === "rated" ? "undetermined" : standing));
    return { ratings, placements };
  }
  if (group.length === 0) return { ratings, placements: standings };
  const origin = anchor === undefined ? meanOf(strengths) : (strengths[group.indexOf(anchor)] as number);
  const fixed = anchor === undefined ? (options.mean ?? 1000) : (options.anchor?.rating ?? 1000);
  group.forEach((model, k) => {
    ratings[model] = fixed + points * ((strengths[k] as number) - origin);
  });
  return { ratings, placements: standings };
}

function positionOfAnchor(models: readonly string[], options: BradleyTerryOptions): number | undefined {
  if (options.anchor === undefined) return undefined;
  const position = models.indexOf(options.anchor.model);
  if (position === -1) {
    throw new RangeError(`Bradley–Terry: the anchor ${options.anchor.model} is in no battle`);
  }
  return position;
}

function describe(battles: IndexedBattles, fitted: Fit): Rating[] {
  const counts = countBattles(battles);
  return battles.models.map((model, i) => {
    const common = { model, battles: counts[i] as number };
    const placement = fitted.placements[i] as Placement;
    if (placement === "rated") return { ...common, rating: fitted.ratings[i] as number, reason: null };
    const reason = placement === "undetermined" ? UNDETERMINED : STANDING_REASONS[placement];
    return { ...common, rating: null, reason };
  });
}

/**
 * Moves a resample's ratings so that the models rated both there and on the whole data have the same mean in both:
 * otherwise a model that drops out of one resample would shift everyone else's scale.
 */
function alignMeans(ratings: Float64Array, whole: Float64Array): void {
  let gap = 0;
  let shared = 0;
  for (let i = 0; i < ratings.length; i++) {
    if (!Number.isFinite(ratings[i]) || !Number.isFinite(whole[i])) continue;
    gap += (whole[i] as number) - (ratings[i] as number);
    shared++;
  }
  if (shared === 0) {
    ratings.fill(Number.NaN);
    return;
  }
  for (let i = 0; i < ratings.length; i++) ratings[i] = (ratings[i] as number) + gap / shared;
}
