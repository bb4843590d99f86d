import { type Battle, countBattles, type IndexedBattles, indexBattles } from "./battles.js";
import {
  bootstrapClusters,
  type RankedRating,
  type Rating,
  type RatingBootstrapOptions,
  rankRatings,
} from "./rating-bootstrap.js";
import { pointsPerLogOdds, type RatingScale } from "./rating-scale.js";

/** Settings of online Elo; the defaults are Chatbot Arena's. */
export interface EloOptions extends RatingScale {
  /** Points at stake in one battle of weight 1; default 4. */
  readonly k?: number;
  /** Rating of a model before its first battle; default 1000. */
  readonly start?: number;
}

/**
 * Online Elo (Elo 1978, with Chatbot Arena's settings): battles in the given order, each moving both ratings by
 * k·weight·(share won − expected share). The result depends on the order and forgets old battles; for a fixed set of
 * models `bradleyTerry` is the better estimate.
 *
 * @returns one rating per model in order of first appearance.
 * @throws RangeError for impossible battles or options.
 */
export function eloRatings(battles: readonly Battle[], options: EloOptions = {}): Rating[] {
  const indexed = indexBattles(battles);
  const everything = Int32Array.from(battles.keys());
  return describe(indexed, playAll(indexed, [everything], options));
}

/**
 * Online Elo with percentile bootstrap intervals and ranks. Clusters (else battles) are drawn with replacement and
 * played in the order drawn, so that the interval also holds what the order decides.
 *
 * @param options.replicates default 1,000.
 * @throws RangeError as {@link eloRatings} does.
 */
export function bootstrapElo(
  battles: readonly Battle[],
  options: EloOptions & RatingBootstrapOptions,
): RankedRating[] {
  const indexed = indexBattles(battles);
  const replicates = bootstrapClusters(indexed, options, (_counts, drawn) =>
    playAll(
      indexed,
      Array.from(drawn, (cluster) => indexed.clusters[cluster] as Int32Array),
      options,
    ),
  );
  return rankRatings(eloRatings(battles, options), replicates, indexed, options);
}

function playAll(battles: IndexedBattles, order: readonly Int32Array[], options: EloOptions): Float64Array {
  const { k = 4, start = 1000 } = options;
  if (!(k > 0 && Number.isFinite(k) && Number.isFinite(start))) {
    throw new RangeError(`Elo needs k > 0 and a finite start, not ${k} and ${start}`);
  }
  const points = pointsPerLogOdds(options);
  const ratings = new Float64Array(battles.models.length).fill(start);
  for (const group of order) {
    for (const battle of group) {
      const a = battles.first[battle] as number;
      const b = battles.second[battle] as number;
      const expected = 1 / (1 + Math.exp(((ratings[b] as number) - (ratings[a] as number)) / points));
      const change = k * (battles.weight[battle] as number) * ((battles.share[battle] as number) - expected);
      ratings[a] = (ratings[a] as number) + change;
      ratings[b] = (ratings[b] as number) - change;
    }
  }
  return ratings;
}

function describe(battles: IndexedBattles, ratings: Float64Array): Rating[] {
  const counts = countBattles(battles);
  return battles.models.map((model, i) => ({
    model,
    rating: ratings[i] as number,
    battles: counts[i] as number,
    reason: null,
  }));
}
