import type { Interval } from "../core/board.js";
import { countOf } from "../core/count-of.js";
import { boundedMean, isOnScale, type LimitTails, type UnitMeans, type ValueScale } from "./bounded-mean.js";
import { studentTCdf } from "./distributions.js";
import { DEFAULT_LEVEL, FEW_CLUSTERS, tInterval, upperShare } from "./intervals.js";

/**
 * When a t interval is trusted, found by simulation (test/bench/interval-study.ts, table in docs/statistics.md): on each
 * of these something breaks that the others let through.
 */
const T_CONDITIONS = {
  /** Different values there must be: with fewer the sample's spread is mostly luck. */
  distinctValues: 5,
  /**
   * Largest |skewness|/√C: beyond, one of the two ends misses more often than 2.5%. The second part, divided by C, lets
   * pass what a sample's skewness deviates from 0 by chance alone (its standard deviation is √6/C in this unit).
   */
  skewness: 0.05,
  skewnessByChance: 2.4,
  /**
   * Least C·SE/(distance from the mean to the farther end of the scale): below, a share of bad answers too small to have
   * been seen (about 2.5/C) could move the mean by more than the interval's half.
   */
  absorption: 1.25,
} as const;

/** Means of the same rows in another order differ by less than this. */
const SAME = 1e-9;

/** What a mean's interval is made from. */
export interface MeanIntervalInput extends UnitMeans {
  /** Pooled mean of all rows. */
  readonly mean: number;
  /** Clustered by unit; null below two units. */
  readonly standardError: number | null;
}

/** How a mean's interval is made. */
export interface MeanIntervalOptions {
  /** Ends of the scale of the values. */
  readonly scale: ValueScale;
  /** Percent; default 95. */
  readonly level?: number;
}

/** An interval of a mean and the tests that belong to it. */
export interface MeanInterval {
  readonly interval: Interval | null;
  /** Why there is no interval; null where there is one. */
  readonly reason: string | null;
  /** p-values from the same method as the interval, which is the set of limits that neither rejects; null without one. */
  readonly tailsAt: (limit: number) => LimitTails | null;
}

/** A way to make an interval; the ends take a search where the p-values at one limit take none. */
interface Method {
  readonly intervalAt: () => Interval | null;
  readonly tailsAt: MeanInterval["tailsAt"];
  readonly reason: string | null;
}

/**
 * The one place that decides which interval a mean over questions gets, whether of ratings, of a win rate or of paired
 * differences: t with C − 1 degrees of freedom where {@link T_CONDITIONS} hold and it stays on the scale; else the
 * bounded-mean interval ({@link boundedMean}), which is Clopper–Pearson's where every question gives one 0/1 outcome.
 *
 * @throws RangeError for an impossible level.
 */
export function meanInterval(input: MeanIntervalInput, options: MeanIntervalOptions): MeanInterval {
  const { intervalAt, tailsAt, reason } = chooseMethod(input, options);
  return { interval: intervalAt(), tailsAt, reason };
}

/** The p-values of {@link meanInterval} at a limit, without the work of finding the interval's ends. */
export function meanTails(
  input: MeanIntervalInput,
  options: MeanIntervalOptions,
  limit: number,
): LimitTails | null {
  return chooseMethod(input, options).tailsAt(limit);
}

function chooseMethod(input: MeanIntervalInput, options: MeanIntervalOptions): Method {
  const level = options.level ?? DEFAULT_LEVEL;
  const alpha = 1 - upperShare(level);
  const { scale } = options;
  if (input.values.length === 0) return none("there is no usable verdict");
  if (!isOnScale(input.values, scale)) return offScale(input, scale, level);
  const t = tWhereTrusted(input, scale, level);
  if (t !== null) return t;
  const { endsAt, tailsAt } = boundedMean(input, scale);
  const intervalAt = () => ({ ...endsAt(alpha), level, method: methodOf(input, scale) });
  return { intervalAt, tailsAt, reason: null };
}

function none(reason: string): Method {
  return { intervalAt: () => null, tailsAt: () => null, reason };
}

/** Off the scale nothing is known of what was not seen: t for plenty of well-behaved values, or nothing. */
function offScale(input: MeanIntervalInput, scale: ValueScale, level: number): Method {
  const units = input.values.length;
  if (units >= FEW_CLUSTERS && hasOrdinaryShape(input)) return tMethod(input, level);
  return none(
    `there are values outside the scale of ${nameOf(scale)}, and ${units} of this shape are too few for a t interval`,
  );
}

function tWhereTrusted(input: MeanIntervalInput, scale: ValueScale, level: number): Method | null {
  const { mean, standardError, values } = input;
  const farther = Math.max(mean - scale.low, scale.high - mean);
  if ((standardError ?? 0) * values.length < T_CONDITIONS.absorption * farther) return null;
  if (!hasOrdinaryShape(input)) return null;
  const t = tMethod(input, level);
  const { low, high } = t.intervalAt() ?? { low: Number.NaN, high: Number.NaN };
  return low >= scale.low && high <= scale.high ? t : null;
}

function tMethod({ mean, standardError, values }: MeanIntervalInput, level: number): Method {
  const clusters = values.length;
  if (standardError === null || standardError === 0) return none("the values show no variation");
  return {
    intervalAt: () => tInterval({ estimate: mean, standardError, clusters, level }),
    reason: null,
    tailsAt: (limit) => {
      const t = (mean - limit) / standardError;
      return { below: studentTCdf(t, clusters - 1), above: studentTCdf(-t, clusters - 1) };
    },
  };
}

/** Enough different values, and little skewness for their number. */
function hasOrdinaryShape({ values, sizes, mean }: MeanIntervalInput): boolean {
  const distinct = new Set<number>();
  let [squares, cubes, largest] = [0, 0, 0];
  for (const size of sizes) largest = Math.max(largest, size);
  for (let unit = 0; unit < values.length; unit++) {
    const value = values[unit] as number;
    if (distinct.size < T_CONDITIONS.distinctValues) distinct.add(Math.round(value / SAME));
    const influence = ((sizes[unit] as number) / largest) * (value - mean);
    squares += influence ** 2;
    cubes += influence ** 3;
  }
  if (distinct.size < T_CONDITIONS.distinctValues || squares === 0) return false;
  // m₃/m₂^{3/2}/√C = Σd³/(Σd²)^{3/2}
  const most = T_CONDITIONS.skewness + T_CONDITIONS.skewnessByChance / values.length;
  return Math.abs(cubes) <= most * squares ** 1.5;
}

function methodOf({ values, sizes }: UnitMeans, scale: ValueScale): string {
  const isBinary = scale.low === 0 && values.every((value) => value === 0 || value === scale.high);
  const isOne = sizes.every((size) => size === 1);
  const count = countOf(values.length, "cluster");
  return isBinary && isOne
    ? `Clopper–Pearson interval, ${count}`
    : `bounded-mean interval (Gaffke) on the scale of ${nameOf(scale)}, ${count}`;
}

function nameOf({ low, high }: ValueScale): string {
  return `${low} to ${high}`;
}
