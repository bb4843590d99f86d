import type { RatingScale } from "../../core/board.js";
import { compositeKey } from "../../core/composite-key.js";
import { lineHash } from "../../core/hash.js";
import type { Suite } from "../../core/records.js";
import type { BoardInput } from "../scores/build-board.js";
import { ratingScale } from "../scores/scale.js";
import { comparisonsOn } from "./comparisons.js";

/** Where a verdict stands, whoever gave it. */
interface VerdictPlace {
  readonly questionId: string;
  readonly turn: number;
  readonly trial: number;
  /** Judge model, or the person who voted. */
  readonly rater: string;
}

/** One rating of one answer. */
export interface AnswerRating extends VerdictPlace {
  readonly model: string;
  readonly rating: number;
}

/** One choice between two answers; the models stand in the order of their names, so that two sets can be matched. */
export interface AnswerChoice extends VerdictPlace {
  readonly models: readonly [string, string];
  readonly choice: "first" | "second" | "tie";
}

/** The verdicts of one judge, protocol or group of people. */
export interface VerdictSet {
  /** As the user named it. */
  readonly name: string;
  readonly suite: string | undefined;
  /** First line of a question, hashed, where it is known. */
  readonly lineOf?: (questionId: string) => string | undefined;
  readonly scale?: RatingScale;
  readonly ratings: readonly AnswerRating[];
  readonly choices: readonly AnswerChoice[];
  /** Verdicts and comparisons that could not be used. */
  readonly unusable: number;
}

/** A choice seen from the model that comes first by name. */
export function orderedChoice(
  place: VerdictPlace,
  models: readonly [string, string],
  winner: 0 | 1 | "tie",
): AnswerChoice {
  const [left, right] = models;
  const isOrdered = left <= right;
  const choice = winner === "tie" ? "tie" : (winner === 0) === isOrdered ? "first" : "second";
  return { ...place, models: isOrdered ? [left, right] : [right, left], choice };
}

function ratingsOn(input: BoardInput): { ratings: AnswerRating[]; unusable: number } {
  const models = new Set(input.subjects.flat());
  const ratings: AnswerRating[] = [];
  let unusable = 0;
  for (const row of input.rows) {
    if (!models.has(row.a)) continue;
    const { questionId, turn, trial, verdict } = row;
    const place = { questionId, turn, trial, rater: input.head.judge };
    if (verdict?.kind === "rating") ratings.push({ ...place, model: row.a, rating: verdict.rating });
    else unusable++;
  }
  return { ratings, unusable };
}

function choicesOn(input: BoardInput): { choices: AnswerChoice[]; unusable: number } {
  const choices: AnswerChoice[] = [];
  let unusable = 0;
  for (const { questionId, turn, trial, models, share } of comparisonsOn(input)) {
    const place = { questionId, turn, trial, rater: input.head.judge };
    if (share === undefined) unusable++;
    else choices.push(orderedChoice(place, models, share === 0.5 ? "tie" : share > 0.5 ? 0 : 1));
  }
  return { choices, unusable };
}

/** First lines of a board's questions, hashed: by its suite where that is known, else by what the judge was shown. */
function lineOn(input: BoardInput | undefined, suite: Suite | undefined) {
  const turns = new Map(suite?.questions.map((question) => [question.id, question.turns[0] ?? ""]));
  return (questionId: string): string | undefined => {
    const text = turns.get(questionId);
    return text === undefined || text === "" ? input?.questionLines?.get(questionId) : lineHash(text);
  };
}

/**
 * The verdicts of some boards of one suite. Comparisons in both orders count once, merged as their board merges them.
 * @param suite Where its questions are known.
 */
export function verdictSetOf(name: string, inputs: readonly BoardInput[], suite?: Suite): VerdictSet {
  const rated = inputs.filter((input) => input.metric === "rating").map(ratingsOn);
  const chosen = inputs.filter((input) => input.metric !== "rating").map(choicesOn);
  return {
    name,
    suite: inputs[0]?.head.suite,
    lineOf: lineOn(inputs[0], suite),
    scale: inputs.find((input) => input.metric === "rating")?.scale ?? ratingScale,
    ratings: rated.flatMap((one) => one.ratings),
    choices: chosen.flatMap((one) => one.choices),
    unusable: [...rated, ...chosen].reduce((sum, one) => sum + one.unusable, 0),
  };
}

/**
 * Choices that ratings imply: of two models rated on the same answer place the better rated one wins, equal ratings
 * are a tie (Zheng et al. 2023, arXiv 2306.05685, section 4.2, "GPT-4 single").
 */
export function choicesFromRatings(ratings: readonly AnswerRating[]): AnswerChoice[] {
  const places = new Map<string, AnswerRating[]>();
  for (const one of ratings) {
    const key = compositeKey(one.questionId, one.turn, one.trial, one.rater);
    const there = places.get(key);
    if (there === undefined) places.set(key, [one]);
    else there.push(one);
  }
  return [...places.values()].flatMap((there) =>
    there.flatMap((left, index) =>
      there.slice(index + 1).flatMap((right) => {
        if (left.model === right.model) return [];
        const { questionId, turn, trial, rater } = left;
        const winner = left.rating === right.rating ? "tie" : left.rating > right.rating ? 0 : 1;
        return [orderedChoice({ questionId, turn, trial, rater }, [left.model, right.model], winner)];
      }),
    ),
  );
}
