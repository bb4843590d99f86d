import { countOf } from "../../core/count-of.js";
import { type JudgedThing, sumClusters } from "./cluster-moments.js";
import { type CorrectedMean, type CorrectionOptions, figureOf, NOTHING, sampleOf } from "./corrected-mean.js";
import { fitOf } from "./trusted-fit.js";

/** Most different verdicts that are taken as kinds of their own: loss, tie and win. */
const MOST_KINDS = 3;
/** Votes that each kind must have for its mean to be more than luck. */
const LEAST_VOTES = 5;

/** Weighted votes of one kind of verdict. */
interface KindSums {
  votes: number;
  weight: number;
}

function sumsByKind(things: readonly JudgedThing[]): Map<number, KindSums> {
  const kinds = new Map<number, KindSums>();
  for (const { judged, voted, probability = 1 } of things) {
    if (voted === undefined) continue;
    const kind = kinds.get(judged) ?? { votes: 0, weight: 0 };
    kind.votes += voted / probability;
    kind.weight += 1 / probability;
    kinds.set(judged, kind);
  }
  return kinds;
}

function groupByCluster(things: readonly JudgedThing[]): Map<string, JudgedThing[]> {
  const clusters = new Map<string, JudgedThing[]>();
  for (const one of things) {
    const there = clusters.get(one.cluster);
    if (there === undefined) clusters.set(one.cluster, [one]);
    else there.push(one);
  }
  return clusters;
}

/**
 * The efficient estimator (arXiv 2601.05420) by question: what a verdict is worth in votes is the mean vote on verdicts of
 * its kind, for each question from the votes on the others; the votes then correct the verdicts so translated, as in
 * `correctedMean` with λ = 1. It gains where a tie of the judge is not worth half a win.
 *
 * @returns no estimate, with the reason, where the judge gives more than three different verdicts or a kind of them has
 * fewer than five votes.
 * @throws RangeError as `correctedMean` does.
 */
export function efficientMean(things: readonly JudgedThing[], options: CorrectionOptions): CorrectedMean {
  const sample = sampleOf(things);
  if (sample.voted === 0) return NOTHING;
  const refuse = (reason: string): CorrectedMean => ({ ...NOTHING, voted: sample.voted, reason });
  const counts = new Map<number, { all: number; voted: number }>();
  for (const { judged, voted } of things) {
    const count = counts.get(judged) ?? { all: 0, voted: 0 };
    count.all++;
    if (voted !== undefined) count.voted++;
    counts.set(judged, count);
  }
  if (counts.size > MOST_KINDS) return refuse("the judge gives more than three different verdicts");
  if ([...counts.values()].some(({ voted }) => voted < LEAST_VOTES))
    return refuse(`a kind of the judge's verdicts has fewer than ${countOf(LEAST_VOTES, "vote")}`);
  const whole = sumsByKind(things);
  const groups = groupByCluster(things);
  const sums = sumClusters(things, "all");
  const worthWithout = (own: ReadonlyMap<number, KindSums>) =>
    new Map(
      [...whole].map(([kind, { votes, weight }]) => {
        const mine = own.get(kind) ?? { votes: 0, weight: 0 };
        return [kind, (votes - mine.votes) / (weight - mine.weight)] as const;
      }),
    );
  const meanWorth = (worth: ReadonlyMap<number, number>) =>
    [...counts].reduce((sum, [kind, { all }]) => sum + (all / things.length) * (worth.get(kind) ?? 0), 0);
  const voted = sums
    .filter((one) => one.votedWeight > 0)
    .map(({ cluster, votes, votedWeight: size }) => {
      const own = sumsByKind(groups.get(cluster) ?? []);
      const worth = worthWithout(own);
      const expected = [...own].reduce((sum, [kind, { weight }]) => sum + weight * (worth.get(kind) ?? 0), 0);
      return { cluster, value: (votes - expected) / size + meanWorth(worth), size };
    });
  if (voted.some(({ value }) => !Number.isFinite(value)))
    return refuse("a kind of the judge's verdicts has votes on one question only");
  const worth = worthWithout(new Map());
  const mean = meanWorth(worth);
  const judged = [...groups].map(([cluster, those]) => ({
    cluster,
    part: those.reduce((sum, one) => sum + (worth.get(one.judged) ?? 0) - mean, 0) / things.length,
  }));
  const { isWeighted } = sample;
  return figureOf(fitOf({ voted, judged, lambda: 1, judge: mean, isWeighted }), sample, options);
}
