import type { Interval } from "../core/board.js";
import { countOf } from "../core/count-of.js";
import { studentTQuantile } from "./distributions.js";

/** Confidence level, in percent, where none is asked for. */
export const DEFAULT_LEVEL = 95;

/** Below this number of clusters an interval's method says that it should be treated with care. */
export const FEW_CLUSTERS = 30;

/**
 * Share of probability below the upper end of a two-sided interval: 0.975 for level 95.
 * @throws RangeError unless 0 < level < 100.
 */
export function upperShare(level: number): number {
  if (!(level > 0 && level < 100)) {
    throw new RangeError(`a confidence level is a percentage between 0 and 100, not ${level}`);
  }
  return 0.5 + level / 200;
}

/** `80 clusters`, or `12 clusters: fewer than 30, treat with care`; the tail of every method's description. */
export function describeClusters(clusters: number, noun = "cluster"): string {
  const count = countOf(clusters, noun);
  return clusters < FEW_CLUSTERS ? `${count}: fewer than ${FEW_CLUSTERS}, treat with care` : count;
}

/** What {@link tInterval} is made from. */
export interface TIntervalInput {
  readonly estimate: number;
  readonly standardError: number;
  /** Independent units behind the standard error. */
  readonly clusters: number;
  /** Default: clusters − 1. */
  readonly degreesOfFreedom?: number;
  /** Percent; default 95. */
  readonly level?: number;
}

/**
 * estimate ± t(level, df)·SE. Needs at least two clusters.
 * @throws RangeError for fewer, or a level outside 0–100.
 */
export function tInterval(input: TIntervalInput): Interval {
  const level = input.level ?? DEFAULT_LEVEL;
  const quantile = studentTQuantile(upperShare(level), input.degreesOfFreedom ?? input.clusters - 1);
  const half = quantile * input.standardError;
  return {
    low: input.estimate - half,
    high: input.estimate + half,
    level,
    method: `t interval, ${describeClusters(input.clusters)}`,
  };
}

/** The same interval in another unit, such as 100 for shares in percent; a negative factor swaps the ends. */
export function scaleInterval(interval: Interval, factor: number): Interval {
  const ends = [interval.low * factor, interval.high * factor] as const;
  return { ...interval, low: Math.min(...ends), high: Math.max(...ends) };
}
