import type { AnswerRating } from "../../core/answer-rating.js";
import { DataError } from "../../core/errors.js";
import type { RatingScale } from "../../core/interval.js";

const UNKNOWN_PLACE = { file: "ratings by people" };

const isSame = (one: RatingScale, other: RatingScale) => one.low === other.low && one.high === other.high;
const named = ({ low, high }: RatingScale) => `${low} to ${high}`;

/**
 * The scale that a person's rating is on: the one that it names, else the only one that boards of its suite have.
 *
 * @param boards scales of the suite's boards of ratings
 * @throws DataError where there is none, where they differ and the rating does not say which, and for a rating off it.
 */
export function scaleOfRating(rating: AnswerRating, boards: readonly RatingScale[]): RatingScale {
  const refuse = (problem: string, code: string, remedy: string) =>
    new DataError(problem, { code, remedy, ...(rating.place ?? UNKNOWN_PLACE) });
  const scales = boards.filter((one, at) => boards.findIndex((other) => isSame(one, other)) === at);
  const [only, ...others] = scales;
  if (only === undefined)
    throw refuse(
      `no judge rates single answers to question ${rating.questionId}`,
      "no-rating-board",
      "Ratings correct boards of ratings; on a board of pairs let people vote on pairs (`assay vote`).",
    );
  const own = rating.scale;
  if (own === undefined && others.length > 0)
    throw refuse(
      `"rating" is ${rating.rating}, and judges rate on scales of ${scales.map(named).join(" and of ")}`,
      "ambiguous-scale",
      `Say which one with the key "scale", such as [${only.low}, ${only.high}].`,
    );
  const scale = own ?? only;
  if (!scales.some((one) => isSame(one, scale)))
    throw refuse(
      `"scale" is ${named(scale)}, and judges rate from ${scales.map(named).join(" and from ")}`,
      "rating-off-scale",
      "Give the rating on the judge's own scale.",
    );
  if (rating.rating < scale.low || rating.rating > scale.high)
    throw refuse(
      `"rating" is ${rating.rating}, and the judge's scale is ${named(scale)}`,
      "rating-off-scale",
      "Give the rating on the judge's own scale.",
    );
  return scale;
}
