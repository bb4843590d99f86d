/** How rating points relate to odds: `scale` points ahead means odds of `base` to 1. */
export interface RatingScale {
  /** Default 10. */
  readonly base?: number;
  /** Default 400. */
  readonly scale?: number;
}

/**
 * Rating points per unit of log-odds: scale / ln base, 173.7178 by default (the inverse of α = ln 10/400).
 * @throws RangeError unless base > 1 and scale > 0.
 */
export function pointsPerLogOdds(scale: RatingScale = {}): number {
  const { base = 10, scale: points = 400 } = scale;
  if (!(base > 1 && points > 0 && Number.isFinite(base) && Number.isFinite(points))) {
    throw new RangeError(`a rating scale needs base > 1 and scale > 0, not ${base} and ${points}`);
  }
  return points / Math.log(base);
}

/**
 * Expected share of wins (ties half) of a model rated `rating` against one rated `opponent`, 0–1:
 * 1/(1 + base^((opponent − rating)/scale)) (Elo 1978; Bradley & Terry 1952).
 */
export function expectedShare(rating: number, opponent: number, scale: RatingScale = {}): number {
  return 1 / (1 + Math.exp((opponent - rating) / pointsPerLogOdds(scale)));
}
