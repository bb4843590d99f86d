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
