import type { Interval } from "../core/board.js";
import { seededRandom } from "../core/random.js";
import type { IndexedBattles } from "./battles.js";
import { FEWEST_RESAMPLED } from "./bootstrap.js";
import { normalCdf, studentTQuantile } from "./distributions.js";
import { withRanks } from "./interval-ranks.js";
import { DEFAULT_LEVEL, describeClusters, upperShare } from "./intervals.js";

const DEFAULT_REPLICATES = 1000;

/** A model's rating in points, or null with the reason. */
export interface Rating {
  readonly model: string;
  readonly rating: number | null;
  /** Battles that the model took part in. */
  readonly battles: number;
  readonly reason: string | null;
}

/** A rating with its bootstrap interval and rank. `reason` explains whichever is null. */
export interface RankedRating extends Rating {
  readonly interval: Interval | null;
  /** 1 + the number of models whose lower bound exceeds this one's upper bound; null without an interval. */
  readonly rank: number | null;
}

/** How ratings are resampled. */
export interface RatingBootstrapOptions {
  readonly seed: string | number;
  /** Default 1,000. */
  readonly replicates?: number;
  /** Percent; default 95. */
  readonly level?: number;
}

/**
 * Ratings of every resample: one array per model. ±∞ stands for a rating without bound, NaN for none at all; they
 * never leave this room.
 */
export type RatingReplicates = readonly Float64Array[];

/**
 * Resamples clusters with replacement and rates each resample.
 * @param rate gets how often each cluster was drawn and the clusters in the order drawn (both reused between calls).
 * @throws RangeError for impossible options.
 */
export function bootstrapClusters(
  battles: IndexedBattles,
  options: RatingBootstrapOptions,
  rate: (counts: Float64Array, drawn: Int32Array) => Float64Array,
): RatingReplicates {
  const replicates = options.replicates ?? DEFAULT_REPLICATES;
  upperShare(options.level ?? DEFAULT_LEVEL);
  if (!Number.isSafeInteger(replicates) || replicates < 2) {
    throw new RangeError(`rating bootstrap: replicates must be at least 2, not ${replicates}`);
  }
  const { clusters } = battles;
  const results = battles.models.map(() => new Float64Array(replicates));
  // Too few make no interval, so that no resample would be looked at.
  if (clusters < FEWEST_RESAMPLED) return results;
  const random = seededRandom(options.seed);
  const drawn = new Int32Array(clusters);
  const counts = new Float64Array(clusters);
  for (let replicate = 0; replicate < replicates; replicate++) {
    random.fillIntegers(drawn, clusters);
    counts.fill(0);
    for (const cluster of drawn) counts[cluster] = (counts[cluster] as number) + 1;
    const ratings = rate(counts, drawn);
    for (let model = 0; model < results.length; model++) {
      (results[model] as Float64Array)[replicate] = ratings[model] as number;
    }
  }
  return results;
}

/** Puts percentile intervals and ranks beside ratings. */
export function rankRatings(
  ratings: readonly Rating[],
  replicates: RatingReplicates,
  battles: IndexedBattles,
  options: RatingBootstrapOptions,
): RankedRating[] {
  const { clusters } = battles;
  const level = options.level ?? DEFAULT_LEVEL;
  const drawn = describeClusters(clusters, battles.unit);
  const method = `expanded percentile bootstrap, ${options.replicates ?? DEFAULT_REPLICATES} resamples, ${drawn}`;
  const withIntervals = ratings.map((rating, i) => {
    if (rating.rating === null) return { ...rating, interval: null };
    if (clusters < 2) {
      return { ...rating, interval: null, reason: `one ${battles.unit} alone cannot be resampled` };
    }
    if (clusters < FEWEST_RESAMPLED) {
      const reason = `${clusters} ${battles.unit}s are too few: below ${FEWEST_RESAMPLED} the interval of a rating misses more often than it says`;
      return { ...rating, interval: null, reason };
    }
    const bounds = boundsOf(replicates[i] as Float64Array, expandedShare(upperShare(level), clusters));
    if (typeof bounds === "string") return { ...rating, interval: null, reason: bounds };
    return { ...rating, interval: { ...bounds, level, method } };
  });
  return withRanks(withIntervals);
}

/**
 * The share below the upper quantile that makes a percentile interval of few clusters as wide as a t interval: the
 * resamples scatter √((C−1)/C) too little and normally (Hesterberg 2015, "What Teachers Should Know about the
 * Bootstrap", The American Statistician 69, section 5.3).
 */
function expandedShare(upper: number, clusters: number): number {
  return normalCdf(Math.sqrt(clusters / (clusters - 1)) * studentTQuantile(upper, clusters - 1));
}

/** Quantiles of replicates of which some are beyond every bound; NaN is taken for either, whichever is wider. */
function boundsOf(replicates: Float64Array, upper: number): { low: number; high: number } | string {
  const lows = replicates.map((value) => (Number.isNaN(value) ? Number.NEGATIVE_INFINITY : value)).sort();
  const highs = replicates.map((value) => (Number.isNaN(value) ? Number.POSITIVE_INFINITY : value)).sort();
  const position = (1 - upper) * (replicates.length - 1);
  const low = interpolate(lows, position);
  const high = interpolate(highs, replicates.length - 1 - position);
  if (Number.isFinite(low) && Number.isFinite(high)) return { low, high };
  const unbounded = replicates.filter((value) => !Number.isFinite(value)).length;
  return `in ${unbounded} of ${replicates.length} resamples its rating has no bound, so neither has the interval`;
}

/** Type-7 quantile at a position that may have infinities beside it; ∞ − ∞ and 0·∞ must not make NaN of it. */
function interpolate(sorted: Float64Array, position: number): number {
  const below = Math.floor(position);
  const share = position - below;
  const low = sorted[below] as number;
  const high = sorted[Math.min(below + 1, sorted.length - 1)] as number;
  if (share === 0 || low === high) return low;
  if (!Number.isFinite(low)) return low;
  return Number.isFinite(high) ? low + share * (high - low) : high;
}
