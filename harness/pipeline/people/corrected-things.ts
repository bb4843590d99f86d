import type { CorrectedFigure } from "../../core/corrected-figure.js";
import { countOf } from "../../core/count-of.js";
import { presentFields } from "../../core/present-fields.js";
import { formatFixed } from "../../core/shown-number.js";
import type { KeyedThing } from "../../stats/correction/corrected-difference.js";
import { type CorrectedMean, NOTHING } from "../../stats/correction/corrected-mean.js";
import { type JudgedPair, type PairLabel, placeKey } from "./pair-labels.js";
import { type JoinedLabels, joinLabels, type PeopleLabel } from "./people-labels.js";

/** Judged comparisons with the votes on them, ready to be corrected; in percent of `b`'s points. */
export type VotedPairs = JoinedLabels<PairLabel>;

/** Joins a judge's comparisons with people's labels, in percent. */
export function joinVotes(pairs: readonly JudgedPair[], labels: ReadonlyMap<string, PairLabel>): VotedPairs {
  const places = pairs.map((pair) => {
    const key = placeKey(pair);
    return { label: key, key, cluster: pair.questionId, judged: 100 * pair.shareB };
  });
  return joinLabels(places, labels, ({ shareB }) => 100 * shareB);
}

/** The same comparisons seen from the other model. */
export function turned(things: readonly KeyedThing[]): KeyedThing[] {
  return things.map((one) => ({
    ...one,
    judged: 100 - one.judged,
    ...(one.voted === undefined ? {} : { voted: 100 - one.voted }),
  }));
}

/** What people said something of, in words. */
export interface Labelled {
  /** One of them, as in `12 voted comparisons`. */
  readonly one: string;
  readonly nobody: string;
}

/** Voted comparisons, in those sentences. */
export const PAIRS: Labelled = {
  one: "voted comparison",
  nobody: "Nobody has voted on these comparisons yet.",
};

/** What of a corrected mean says what the judge is worth. */
type JudgesPart = Pick<CorrectedMean, "estimate" | "lambda" | "worth" | "parts" | "voted" | "clusters">;

/** What the judge adds to the votes, in one sentence. */
function addedByJudge(part: JudgesPart, of: Labelled): string {
  const { estimate, lambda, worth, parts, voted, clusters } = part;
  if (estimate === null) return of.nobody;
  const weight = `λ ${formatFixed(lambda, 2)}`;
  if (parts === null)
    return `The votes alone make this figure: ${countOf(voted, of.one)} on ${countOf(clusters, "question is", "questions are")} too few, or too much alike, to tell what the judge adds.`;
  if (worth === null) return `The judge's verdicts weigh ${formatFixed(lambda, 2)} in this figure.`;
  const more = Math.round(worth);
  if (more < Math.max(1, 0.05 * voted)) return `This judge adds next to nothing to your votes (${weight}).`;
  return `What this judge adds to your ${countOf(voted, of.one)} is worth ${more} more of them (${weight}).`;
}

/** A corrected mean as boards and comparisons show it. */
export function correctedFigure(
  mean: CorrectedMean,
  labels: readonly PeopleLabel[],
  of: Labelled = PAIRS,
): CorrectedFigure {
  return {
    estimate: mean.estimate,
    interval: mean.interval,
    estimator: mean.parts === null ? "votes" : "ppi++",
    lambda: mean.lambda,
    votes: labels.reduce((sum, { votes }) => sum + votes, 0),
    voters: new Set(labels.flatMap(({ voters }) => voters)).size,
    questions: mean.clusters,
    sentence: addedByJudge(mean, of),
    ...presentFields({ reason: mean.reason ?? undefined }),
  };
}

/** A figure that the votes cannot correct, with the reason as a sentence too. */
export function uncorrectedFigure(
  reason: string,
  labels: readonly PeopleLabel[],
  of: Labelled = PAIRS,
): CorrectedFigure {
  const nothing = correctedFigure(NOTHING, labels, of);
  const sentence = `${reason.slice(0, 1).toUpperCase()}${reason.slice(1)}.`;
  return {
    ...nothing,
    questions: new Set(labels.map(({ questionId }) => questionId)).size,
    reason,
    sentence,
  };
}
