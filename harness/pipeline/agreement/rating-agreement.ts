import { compositeKey } from "../../core/composite-key.js";
import { countOf } from "../../core/count-of.js";
import { formatFixed } from "../../core/shown-number.js";
import { differenceScale } from "../../stats/bounded-mean.js";
import { estimateKrippendorffAlpha } from "../../stats/krippendorff-alpha.js";
import { raterAgreement } from "../../stats/rater-agreement.js";
import { percentScale, ratingScale } from "../scores/scale.js";
import {
  type AgreementFigure,
  type AgreementOptions,
  agreementFigure,
  meanFigureOf,
  modelBiases,
  type RatingAgreement,
} from "./agreement.js";
import type { Matching } from "./match-verdicts.js";
import type { AnswerRating } from "./verdict-set.js";

/** What a rating belongs to: an answer of a model to one turn. */
export function ratingKey({ questionId, turn, trial, model }: AnswerRating): string {
  return compositeKey(questionId, turn, trial, model);
}

/** Steps of the scale that are tried, widest first; κ needs labels at equal distances. */
const STEPS = [1, 0.5, 0.1] as const;
const ROUNDING = 1e-9;

/** Labels at equal distances that hold the ratings, and the label of each rating. */
function ratingLabels(ratings: readonly number[]): {
  readonly labels: readonly number[];
  readonly labelOf: (rating: number) => number;
} {
  const fits = (step: number) =>
    ratings.every((rating) => Math.abs(rating / step - Math.round(rating / step)) < ROUNDING);
  const step = STEPS.find(fits) ?? 0.1;
  const low = ratings.reduce((least, rating) => Math.min(least, Math.floor(rating)), ratingScale.low);
  const high = ratings.reduce((most, rating) => Math.max(most, Math.ceil(rating)), ratingScale.high);
  const count = Math.round((high - low) / step) + 1;
  const labels = Array.from({ length: count }, (_, index) => Number((low + index * step).toFixed(6)));
  return { labels, labelOf: (rating) => labels[Math.round((rating - low) / step)] ?? rating };
}

function shown(figure: AgreementFigure, digits: number): string {
  return figure.value === null ? "unknown" : formatFixed(figure.value, digits);
}

/**
 * Agreement of two judges' ratings of the same answers: exact and within one point, Cohen's κ with quadratic weights,
 * Krippendorff's α for ordinal and interval data, the mean difference, and the bias towards each model. Intervals are
 * clustered by question.
 */
export function ratingAgreement(
  { pairs, unmatched }: Matching<AnswerRating>,
  options: AgreementOptions,
): RatingAgreement {
  const { labels, labelOf } = ratingLabels(
    pairs.flatMap(({ first, second }) => [first.rating, second.rating]),
  );
  const labelled = pairs.map(({ first, second }) => ({
    first: labelOf(first.rating),
    second: labelOf(second.rating),
    cluster: first.questionId,
  }));
  const questions = pairs.map(({ first }) => first.questionId);
  const { level } = options;
  const distances = pairs.map(({ first, second }) => Math.abs(second.rating - first.rating));
  const share = (most: number) =>
    meanFigureOf(
      distances.map((distance) => (distance <= most + ROUNDING ? 100 : 0)),
      questions,
      { level, scale: percentScale },
    );
  const ordinal = raterAgreement(labelled, {
    ...options,
    labels,
    weights: "quadratic",
    measurement: "ordinal",
  });
  const interval = estimateKrippendorffAlpha(
    pairs.map(({ first, second }) => [first.rating, second.rating]),
    questions,
    "interval",
    options,
  );
  const [exact, withinOne] = [share(0), share(1)];
  const weightedKappa = agreementFigure(ordinal.kappa);
  return {
    items: pairs.length,
    questions: ordinal.clusters,
    unmatched,
    exact,
    withinOne,
    weightedKappa,
    alphaOrdinal: agreementFigure(ordinal.alpha),
    alphaInterval: agreementFigure({ ...interval, value: interval.estimate }),
    meanDifference: meanFigureOf(
      pairs.map(({ first, second }) => second.rating - first.rating),
      questions,
      { level, scale: differenceScale(ratingScale) },
    ),
    models: modelBiases(
      pairs.map(({ first, second }) => ({
        model: first.model,
        questionId: first.questionId,
        first: first.rating,
        second: second.rating,
      })),
      { level, scale: ratingScale },
    ),
    sentence: `Of ${countOf(pairs.length, "answer")} that both rated, ${shown(exact, 1)}% got the same rating and ${shown(withinOne, 1)}% ratings at most one point apart (weighted κ ${shown(weightedKappa, 2)}).`,
  };
}
