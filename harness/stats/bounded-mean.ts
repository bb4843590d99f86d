import { positiveShare } from "./exponential-sums.js";

/** Ends of the scale that values lie on, such as 1 and 10 for ratings; the order says which is the smaller number. */
export interface ValueScale {
  readonly low: number;
  readonly high: number;
}

/** Scale of the differences between two values of a scale. */
export function differenceScale({ low, high }: ValueScale): ValueScale {
  return { low: low - high, high: high - low };
}

/** One entry per independent unit, such as a question. */
export interface UnitMeans {
  /** Mean of the unit's rows. */
  readonly values: Float64Array;
  /** Rows of the unit; the pooled mean weighs units by them. */
  readonly sizes: Float64Array;
  /** Largest size that a unit could have had, where that is more than any has. */
  readonly largestSize?: number;
}

/** One-sided p-values of a mean held to a limit. */
export interface LimitTails {
  /** Of "the mean is at or above the limit": small when it is credibly below. */
  readonly below: number;
  /** Of "the mean is at or below the limit": small when it is credibly above. */
  readonly above: number;
}

/** Values that lie outside the scale by less than this share of its width do so by rounding. */
const ROUNDING = 1e-9;
/** A bound is found to this share of the scale's width, or of a standard error. */
const PRECISION = 1e-9;
const MOST_STEPS = 80;

/** Different values, each with its weight (1 for the largest units) and how often the two occur together. */
interface Groups {
  readonly values: Float64Array;
  readonly weights: Float64Array;
  readonly counts: Float64Array;
}

/** Whether every value lies on the scale. */
export function isOnScale(values: Float64Array, { low, high }: ValueScale): boolean {
  const slack = ROUNDING * (high - low);
  return values.every((value) => value >= low - slack && value <= high + slack);
}

/** A mean on a bounded scale, ready to be held to limits. */
export interface BoundedMean {
  readonly tailsAt: (limit: number) => LimitTails;
  /** Both ends at which a p-value is `alpha`; an end of the scale where there is none. */
  readonly endsAt: (alpha: number) => ValueScale;
}

/**
 * Tests and bounds of a mean of independent values on a bounded scale, by the bound of Gaffke (2005, "Three test statistics
 * for a nonparametric one-sided hypothesis on the mean of a nonnegative variable"; Learned-Miller & Thomas 2020, arXiv
 * 1905.06208). To ask whether the mean μ can be as high as a limit, the best value of the scale is added to the n values
 * and the weights of the n + 1 are drawn evenly (Dirichlet with all parameters 1); p is the chance that the weighted mean
 * reaches the limit. With exponential variables instead of normalised weights it is P(Σ Eᵢ(xᵢ − limit) + E₀(high − limit)
 * > 0). The other side adds the worst value.
 *
 * It takes the shape of the values as it is, needs no assumption beyond the scale, equals Clopper–Pearson for values
 * that lie at its ends, and the t interval in the long run. That it holds its level for every distribution is proven for
 * two-valued ones only and otherwise a conjecture that no search has broken; docs/statistics.md has ours.
 *
 * Units of different size: the rows' pooled mean μ solves E[size·(x − μ)] = 0, so that xᵢ − limit counts with
 * sizeᵢ/largest size, which keeps it on the scale.
 *
 * @param means values on the scale.
 */
export function boundedMean(means: UnitMeans, scale: ValueScale): BoundedMean {
  const groups = groupsOf(means);
  const opposite = { ...groups, values: groups.values.map((value) => -value) };
  const { low, high } = scale;
  return {
    tailsAt: (limit) => ({
      below: reachShare(groups, high, limit),
      above: reachShare(opposite, -low, -limit),
    }),
    endsAt: (alpha) =>
      rememberedEnds(groups, scale, alpha, () => ({
        low: -upperEnd(opposite, { low: -high, high: -low }, alpha),
        high: upperEnd(groups, scale, alpha),
      })),
  };
}

/** Ends are remembered for up to so many different values; a category of few questions has the same ones again and again. */
const MOST_REMEMBERED_VALUES = 6;
const MOST_REMEMBERED = 20_000;
const remembered = new Map<string, ValueScale>();

/** The ends, computed once for the same values on the same scale: of a thousand models many share them. */
function rememberedEnds(
  { values, weights, counts }: Groups,
  { low, high }: ValueScale,
  alpha: number,
  compute: () => ValueScale,
): ValueScale {
  if (values.length > MOST_REMEMBERED_VALUES) return compute();
  const key = `${low} ${high} ${alpha};${values.join()};${weights.join()};${counts.join()}`;
  const known = remembered.get(key);
  if (known !== undefined) return known;
  if (remembered.size >= MOST_REMEMBERED) remembered.clear();
  const ends = compute();
  remembered.set(key, ends);
  return ends;
}

function groupsOf({ values, sizes, largestSize = 0 }: UnitMeans): Groups {
  const largest = sizes.reduce((most, size) => Math.max(most, size), largestSize);
  const valueAt = (unit: number) => values[unit] as number;
  const sizeAt = (unit: number) => sizes[unit] as number;
  const order = Uint32Array.from(values.keys()).sort(
    (one, other) => valueAt(one) - valueAt(other) || sizeAt(one) - sizeAt(other),
  );
  const starts: number[] = [];
  order.forEach((unit, place) => {
    const before = order[place - 1];
    if (before === undefined || valueAt(before) !== valueAt(unit) || sizeAt(before) !== sizeAt(unit))
      starts.push(place);
  });
  const firsts = starts.map((start) => order[start] as number);
  return {
    values: Float64Array.from(firsts, valueAt),
    weights: Float64Array.from(firsts, (unit) => sizeAt(unit) / largest),
    counts: Float64Array.from(starts, (start, group) => (starts[group + 1] ?? order.length) - start),
  };
}

/** Chance that the weighted mean, with the best value added, reaches the limit. */
function reachShare({ values, weights, counts }: Groups, best: number, limit: number): number {
  const coefficients = new Float64Array(values.length + 1);
  const times = new Float64Array(values.length + 1);
  for (let group = 0; group < values.length; group++) {
    coefficients[group] = (weights[group] as number) * ((values[group] as number) - limit);
    times[group] = counts[group] as number;
  }
  coefficients[values.length] = best - limit;
  times[values.length] = 1;
  return positiveShare({ coefficients, counts: times });
}

/**
 * Where {@link reachShare}, which falls as the limit rises, crosses alpha: false position kept within its bracket, on
 * √(−2 ln p), which is nearly a straight line as for a normal distribution.
 */
function upperEnd(groups: Groups, scale: ValueScale, alpha: number): number {
  const distance = (share: number) => Math.sqrt(-2 * Math.log(Math.min(1, share)));
  const target = distance(alpha);
  const gapAt = (limit: number) => target - distance(reachShare(groups, scale.high, limit));
  let low = groups.values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
  let high = scale.high;
  if (low >= high) return high;
  let [gapLow, gapHigh] = [target, Number.NEGATIVE_INFINITY];
  let side = 0;
  for (let step = 0; step < MOST_STEPS && high - low > PRECISION * (scale.high - scale.low); step++) {
    const share = Number.isFinite(gapHigh) ? gapLow / (gapLow - gapHigh) : 0.5;
    const limit = low + Math.min(0.98, Math.max(0.02, share)) * (high - low);
    const gap = gapAt(limit);
    if (Math.abs(gap) < PRECISION) return limit;
    if (gap > 0) {
      [low, gapLow] = [limit, gap];
      // Illinois: the end that stays put twice is pulled in, or false position would creep.
      if (side === 1) gapHigh /= 2;
      side = 1;
    } else {
      [high, gapHigh] = [limit, gap];
      if (side === -1) gapLow /= 2;
      side = -1;
    }
  }
  return (low + high) / 2;
}
