import type { Interval } from "../core/interval.js";
import { DEFAULT_LEVEL } from "./intervals.js";

/** A mean with its interval. */
export interface MeanWithInterval {
  readonly mean: number | null;
  readonly interval: Interval | null;
}

/** Difference of two means, in their unit. */
export interface SeparateDifference {
  readonly difference: number | null;
  readonly interval: Interval | null;
  /** Why the first that is null is so. */
  readonly reason: string | null;
}

/**
 * The mean of one group minus that of another that shares no cluster with it, with the interval that follows from the
 * two means' own: d − √((m₁ − l₁)² + (u₂ − m₂)²) to d + √((u₁ − m₁)² + (m₂ − l₂)²) (MOVER: Zou & Donner 2008; Newcombe
 * 1998 for proportions). Each mean keeps the method that suits its values, so that few or 0/1 values are no worse off
 * than alone.
 */
export function separateDifference(
  first: MeanWithInterval,
  second: MeanWithInterval,
  level: number = DEFAULT_LEVEL,
): SeparateDifference {
  if (first.mean === null || second.mean === null)
    return { difference: null, interval: null, reason: "one of the groups is empty" };
  const difference = first.mean - second.mean;
  const [one, two] = [first.interval, second.interval];
  if (one === null || two === null)
    return { difference, interval: null, reason: "one of the groups has no interval of its own" };
  const below = Math.hypot(first.mean - one.low, two.high - second.mean);
  const above = Math.hypot(one.high - first.mean, second.mean - two.low);
  const method = "MOVER, from the intervals of the two means";
  return {
    difference,
    interval: { low: difference - below, high: difference + above, level, method },
    reason: null,
  };
}
