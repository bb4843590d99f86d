import type { CorrectedFigure } from "../../core/corrected-figure.js";
import { countOf } from "../../core/count-of.js";
import { presentFields } from "../../core/present-fields.js";
import { formatFixed } from "../../core/shown-number.js";
import type { KeyedThing } from "../../stats/correction/corrected-difference.js";
import { type CorrectedMean, NOTHING } from "../../stats/correction/corrected-mean.js";
import { isUneven, type JudgedPair, type PairLabel, placeKey } from "./pair-labels.js";

/** Judged comparisons with the votes on them, ready to be corrected; in percent of `b`'s points. */
export interface VotedPairs {
  readonly things: readonly KeyedThing[];
  /** Labels that fell on a judged comparison. */
  readonly labels: readonly PairLabel[];
}

/** A label's chance of having been drawn; where others are uneven and it says none, as if drawn evenly. */
function chanceOf(label: PairLabel | undefined, uneven: boolean, even: number): number | undefined {
  return label === undefined || !uneven ? undefined : (label.probability ?? even);
}

/** Joins a judge's comparisons with people's labels, in percent. */
export function joinVotes(pairs: readonly JudgedPair[], labels: ReadonlyMap<string, PairLabel>): VotedPairs {
  const found = pairs.map((pair) => labels.get(placeKey(pair)));
  const there = found.filter((label) => label !== undefined);
  const uneven = isUneven(there);
  const even = there.length / Math.max(1, pairs.length);
  const things = pairs.map((pair, at) => {
    const label = found[at];
    return presentFields({
      key: placeKey(pair),
      cluster: pair.questionId,
      judged: 100 * pair.shareB,
      voted: label === undefined ? undefined : 100 * label.shareB,
      probability: chanceOf(label, uneven, even),
    });
  });
  return { things, labels: there };
}

/** The same comparisons seen from the other model. */
export function turned(things: readonly KeyedThing[]): KeyedThing[] {
  return things.map((one) => ({
    ...one,
    judged: 100 - one.judged,
    ...(one.voted === undefined ? {} : { voted: 100 - one.voted }),
  }));
}

/** What of a corrected mean says what the judge is worth. */
type JudgesPart = Pick<CorrectedMean, "estimate" | "lambda" | "worth" | "parts" | "voted" | "clusters">;

/** What the judge adds to the votes, in one sentence. */
function addedByJudge({ estimate, lambda, worth, parts, voted, clusters }: JudgesPart): string {
  if (estimate === null) return "Nobody has voted on these comparisons yet.";
  const weight = `λ ${formatFixed(lambda, 2)}`;
  if (parts === null)
    return `The votes alone make this figure: ${countOf(voted, "voted comparison")} on ${countOf(clusters, "question is", "questions are")} too few, or too much alike, to tell what the judge adds.`;
  if (worth === null) return `The judge's verdicts weigh ${formatFixed(lambda, 2)} in this figure.`;
  const more = Math.round(worth);
  if (more < Math.max(1, 0.05 * voted)) return `This judge adds next to nothing to your votes (${weight}).`;
  return `What this judge adds to your ${voted} voted comparisons is worth ${more} more of them (${weight}).`;
}

/** A corrected mean as boards and comparisons show it. */
export function correctedFigure(mean: CorrectedMean, labels: readonly PairLabel[]): CorrectedFigure {
  return {
    estimate: mean.estimate,
    interval: mean.interval,
    estimator: mean.parts === null ? "votes" : "ppi++",
    lambda: mean.lambda,
    votes: labels.reduce((sum, { votes }) => sum + votes, 0),
    voters: new Set(labels.flatMap(({ voters }) => voters)).size,
    questions: mean.clusters,
    sentence: addedByJudge(mean),
    ...presentFields({ reason: mean.reason ?? undefined }),
  };
}

/** A figure that the votes cannot correct, with the reason as a sentence too. */
export function uncorrectedFigure(reason: string, labels: readonly PairLabel[]): CorrectedFigure {
  const nothing = correctedFigure(NOTHING, labels);
  const sentence = `${reason.slice(0, 1).toUpperCase()}${reason.slice(1)}.`;
  return {
    ...nothing,
    questions: new Set(labels.map(({ questionId }) => questionId)).size,
    reason,
    sentence,
  };
}
