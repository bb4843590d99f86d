import type { CountedRating } from "../../core/answer-rating.js";
import type { PeopleRatings, RatedModel } from "../../core/board-people.js";
import { compositeKey } from "../../core/composite-key.js";
import { correctedMean } from "../../stats/correction/corrected-mean.js";
import type { BoardInput } from "../scores/build-board.js";
import { ratedPlaces } from "../scores/rating-rows.js";
import { boardScale } from "../scores/scale.js";
import { estimatorsByQuestion } from "./correct-pairs.js";
import { correctedFigure, type Labelled, uncorrectedFigure } from "./corrected-things.js";
import { gatherLabels, joinLabels, type PeopleLabel } from "./people-labels.js";
import { coveredThings } from "./vote-coverage.js";
import type { VotedModel } from "./voted-model.js";

/** What people say of one answer: the mean of their ratings. */
interface AnswerLabel extends PeopleLabel {
  readonly mean: number;
}

/** An answer to one turn, without the model. */
interface AnswerPlace {
  readonly questionId: string;
  readonly turn: number;
  readonly trial: number;
}

const placeOf = ({ questionId, turn, trial }: AnswerPlace) => compositeKey(questionId, turn, trial);

/** Rated answers, in the sentences of a corrected figure. */
export const ANSWERS: Labelled = {
  one: "rated answer",
  nobody: "Nobody has rated these answers yet.",
};

function labelsOf(ratings: readonly CountedRating[], model: string): Map<string, AnswerLabel> {
  return gatherLabels(
    ratings.filter((rating) => rating.model === model),
    (rating) => {
      const place = { questionId: rating.questionId, turn: rating.turn, trial: rating.trial ?? 1 };
      return { key: placeOf(place), population: model, place, value: rating.rating };
    },
  );
}

/** Why people's ratings cannot correct a board's figure; undefined where they can. */
function uncorrectable({ scoring }: BoardInput): string | undefined {
  if (scoring?.mean === "categories")
    return "the score is the mean of its categories, and ratings of answers correct the mean of all answers";
  return scoring?.clip === true
    ? "the score is cut at the ends of its scale, and ratings of answers correct the mean that is not"
    : undefined;
}

/**
 * A model's rated answers with people's ratings of some of them, on the board's scale; undefined without a rating of an
 * answer that the judge rated too. An answer that the judge rated several times counts once, with the mean.
 */
export function ratedModel(input: BoardInput, model: string): VotedModel | undefined {
  const labels = labelsOf(input.ratings ?? [], model);
  if (labels.size === 0) return undefined;
  const places = ratedPlaces(model, input.rows, input.frame, boardScale(input));
  const judged = places.map(({ slot, trial, value }) => {
    const key = placeOf({ ...slot, trial });
    return { label: key, key, cluster: slot.questionId, judged: value };
  });
  const joined = joinLabels(judged, labels, ({ mean }) => mean);
  if (joined.labels.length === 0) return undefined;
  const reason = uncorrectable(input);
  const own = joined.things.map((thing, at) => ({ part: `turn ${places[at]?.slot.turn}`, thing }));
  const covered = coveredThings(
    own,
    (turn) => `nobody rated its answers to ${turn}, for which ratings of others do not stand`,
  );
  return { things: [], labels: joined.labels, ...(reason === undefined ? covered : { reason }) };
}

const meanOf = (values: readonly number[]) => values.reduce((sum, one) => sum + one, 0) / values.length;

function modelRatings(input: BoardInput, model: string): RatedModel[] {
  const rated = ratedModel(input, model);
  if (rated === undefined) return [];
  const { things, labels, reason } = rated;
  const options = { scale: boardScale(input) };
  if (reason !== undefined)
    return [{ model, rated: labels.length, corrected: uncorrectedFigure(reason, labels, ANSWERS) }];
  return [
    {
      model,
      rated: labels.length,
      judged: things.length,
      judge: meanOf(things.map(({ judged }) => judged)),
      people: meanOf(things.flatMap(({ voted }) => voted ?? [])),
      estimators: estimatorsByQuestion(things, options),
      corrected: correctedFigure(correctedMean(things, options), labels, ANSWERS),
    },
  ];
}

/** What people's ratings say on a board; undefined where nobody rated what it judged. */
export function peopleRatings(input: BoardInput): PeopleRatings | undefined {
  const ratings = (input.ratings ?? []).filter(({ repeat }) => repeat === 0);
  const models = input.subjects.flatMap(([model = ""]) => modelRatings(input, model));
  if (models.length === 0) return undefined;
  const counted = models.reduce((sum, { corrected }) => sum + corrected.votes, 0);
  return {
    ratings: ratings.length,
    raters: new Set(ratings.map(({ voter }) => voter)).size,
    questions: new Set(ratings.map(({ questionId }) => questionId)).size,
    withoutVerdict: ratings.length - counted,
    models,
  };
}
