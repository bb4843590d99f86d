import type { Interval } from "../../core/interval.js";
import { differenceScale, type ValueScale } from "../bounded-mean.js";
import { clusteredMean } from "../clustered-mean.js";
import { DEFAULT_LEVEL } from "../intervals.js";
import type { JudgedThing } from "./cluster-moments.js";
import { type CorrectedMean, correctedMean } from "./corrected-mean.js";
import { logitT } from "./trusted-fit.js";

/** One side of a difference: what was judged of it, and the key by which the same place is known on the other side. */
export type KeyedThing = JudgedThing & { readonly key: string };

/** Votes of two models on the same places, second − first. */
function sharedVotes(first: readonly KeyedThing[], second: readonly KeyedThing[]) {
  const there = new Map(first.map((one) => [one.key, one]));
  return second.flatMap(({ key, cluster, voted }) => {
    const other = there.get(key)?.voted;
    return voted === undefined || other === undefined ? [] : [{ cluster, difference: voted - other }];
  });
}

/** Points of the scale at which two one-sided p-values are joined. */
const STEPS = 400;

/** One-sided p-values at a limit; none where an interval is missing. */
type TailsAt = CorrectedMean["tailsAt"];
type Bounded = { readonly interval: Interval; readonly tailsAt: TailsAt };

/**
 * P-values of a difference from those of its two sides, whatever they have in common (Bonferroni): the difference lies above
 * a limit where, for some value, the one side lies below it and the other above it plus the limit, each at half the error.
 */
function joinedTails(first: Bounded, second: Bounded, scale: ValueScale): TailsAt {
  const steps = Array.from(
    { length: STEPS + 1 },
    (_, step) => scale.low + (step / STEPS) * (scale.high - scale.low),
  );
  return (limit) => {
    let [below, above] = [1, 1];
    // With the ends of both intervals among them, a limit beyond the joint interval has a p-value beyond its level.
    const ends = [first.interval.low, first.interval.high];
    const others = [second.interval.low - limit, second.interval.high - limit];
    for (const value of [...steps, ...ends, ...others]) {
      const [one, other] = [first.tailsAt(value), second.tailsAt(value + limit)];
      if (one === null || other === null) return null;
      below = Math.min(below, 2 * Math.max(one.above, other.below));
      above = Math.min(above, 2 * Math.max(one.below, other.above));
    }
    return { below, above };
  };
}

/**
 * Two means whose things were drawn with different chances, and of which one rests on the votes alone. The places that have
 * votes on both sides are no fair sample of all places, so that each side keeps its own interval, at half the error.
 */
function separately(
  first: readonly KeyedThing[],
  second: readonly KeyedThing[],
  { scale, level }: { readonly scale: ValueScale; readonly level: number },
): Pick<CorrectedMean, "estimate" | "standardError" | "interval" | "tailsAt" | "reason"> {
  const options = { scale, level: (100 + level) / 2 };
  const [one, other] = [correctedMean(first, options), correctedMean(second, options)];
  const estimate = one.estimate === null || other.estimate === null ? null : other.estimate - one.estimate;
  const reason = one.reason ?? other.reason;
  const [before, after] = [one.interval, other.interval];
  if (before === null || after === null)
    return { estimate, standardError: null, interval: null, tailsAt: () => null, reason };
  const [low, high] = [after.low - before.high, after.high - before.low];
  return {
    estimate,
    standardError: null,
    interval: { low, high, level, method: "from the intervals of both, each at half the error (Bonferroni)" },
    tailsAt: joinedTails({ ...one, interval: before }, { ...other, interval: after }, scale),
    reason: null,
  };
}

/**
 * Difference of two corrected means, second − first, that share questions: each question's part of one error is
 * subtracted from its part of the other, so that what both models find hard or easy cancels. Where either mean rests on
 * the votes alone, the votes on both models at the same places are compared instead; where votes were asked for with
 * different chances, each side's own interval at half the error (Bonferroni).
 *
 * @param scale of verdicts and votes, not of their difference.
 * @throws RangeError as {@link correctedMean} does.
 */
export function correctedDifference(
  first: readonly KeyedThing[],
  second: readonly KeyedThing[],
  options: { readonly scale: ValueScale; readonly level?: number },
): CorrectedMean {
  const level = options.level ?? DEFAULT_LEVEL;
  const [base, candidate] = [correctedMean(first, options), correctedMean(second, options)];
  const scale = differenceScale(options.scale);
  const counts = {
    voted: base.voted + candidate.voted,
    clusters: Math.min(base.clusters, candidate.clusters),
    degreesOfFreedom: Math.min(base.degreesOfFreedom, candidate.degreesOfFreedom),
  };
  if (base.estimate === null || candidate.estimate === null)
    return { ...(base.estimate === null ? base : candidate), ...counts, estimate: null, interval: null };
  if (base.parts !== null && candidate.parts !== null) {
    const parts = new Map([...base.parts].map(([cluster, part]) => [cluster, -part]));
    for (const [cluster, part] of candidate.parts) parts.set(cluster, (parts.get(cluster) ?? 0) + part);
    const standardError = Math.sqrt([...parts.values()].reduce((sum, part) => sum + part * part, 0));
    const estimate = candidate.estimate - base.estimate;
    const lambda = (base.lambda + candidate.lambda) / 2;
    if (standardError > 0)
      return {
        estimate,
        standardError,
        ...logitT({ estimate, standardError, ...counts }, scale, level),
        lambda,
        worth: null,
        parts,
        ...counts,
        reason: null,
      };
  }
  const isWeighted = [...first, ...second].some(({ probability }) => probability !== undefined);
  if (isWeighted) {
    const lambda = (base.lambda + candidate.lambda) / 2;
    return {
      ...separately(first, second, { scale: options.scale, level }),
      lambda,
      worth: null,
      parts: null,
      ...counts,
    };
  }
  const shared = sharedVotes(first, second);
  const { mean, standardError, interval, tailsAt, clusters, reason } = clusteredMean(
    shared.map((one) => one.difference),
    shared.map((one) => one.cluster),
    { scale, level },
  );
  const none = shared.length === 0 ? "no question has votes on both models" : reason;
  const degreesOfFreedom = Math.max(0, clusters - 1);
  const figure = { estimate: mean, standardError, interval, tailsAt, lambda: 0, worth: null, parts: null };
  return { ...figure, voted: counts.voted, clusters, degreesOfFreedom, reason: none };
}
