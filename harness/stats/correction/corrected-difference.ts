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

/**
 * Difference of two corrected means, second − first, that share questions: each question's part of one error is
 * subtracted from its part of the other, so that what both models find hard or easy cancels. Where either mean rests on
 * the votes alone, the votes on both models at the same places are compared instead.
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
