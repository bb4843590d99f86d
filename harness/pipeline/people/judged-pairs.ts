import type { Vote } from "../../core/vote.js";
import { comparisonsOn } from "../agreement/comparisons.js";
import { choicesFromRatings } from "../agreement/verdict-set.js";
import type { BoardInput } from "../scores/build-board.js";
import { type JudgedPair, modelsKey, pairPlace, placeKey } from "./pair-labels.js";

/** Several verdicts on one comparison count as their mean. */
function meanByPlace(pairs: Iterable<JudgedPair>): JudgedPair[] {
  const places = new Map<string, { pair: JudgedPair; sum: number; count: number }>();
  for (const pair of pairs) {
    const key = placeKey(pair);
    const there = places.get(key) ?? { pair, sum: 0, count: 0 };
    there.sum += pair.shareB;
    there.count++;
    places.set(key, there);
  }
  return [...places.values()].map(({ pair, sum, count }) => ({ ...pair, shareB: sum / count }));
}

function fromRatings(input: BoardInput, wanted: ReadonlySet<string>): JudgedPair[] {
  const models = new Set(input.subjects.flat());
  const ratings = [...input.rows].flatMap(({ a, questionId, turn, trial, verdict }) =>
    models.has(a) && verdict?.kind === "rating"
      ? [{ questionId, turn, trial, rater: "", model: a, rating: verdict.rating }]
      : [],
  );
  return choicesFromRatings(ratings).flatMap(({ questionId, turn, trial, models: [a, b], choice }) => {
    if (!wanted.has(modelsKey({ a, b }))) return [];
    const shareB = choice === "tie" ? 0.5 : choice === "second" ? 1 : 0;
    return [{ questionId, turn, trial, a, b, shareB }];
  });
}

/**
 * The comparisons that a board's judge decided, both orders merged as the board merges them. On a board of ratings, those
 * that the ratings imply: the better rated of two answers wins, equal ratings tie.
 *
 * @param wanted pairs of models, by `modelsKey`.
 */
export function judgedPairsOn(input: BoardInput, wanted: ReadonlySet<string>): JudgedPair[] {
  if (input.metric === "rating") return meanByPlace(fromRatings(input, wanted));
  return meanByPlace(
    comparisonsOn(input).flatMap(({ questionId, turn, trial, models: [first, second], share }) => {
      const place = pairPlace({ questionId, turn, trial }, first, second);
      if (share === undefined || !wanted.has(modelsKey(place))) return [];
      return [{ ...place, shareB: place.b === second ? 1 - share : share }];
    }),
  );
}

/** A judge's verdicts in the layout of votes, as MT-Bench's authors published GPT-4's. */
export function judgedPairsOf(verdicts: readonly Vote[]): JudgedPair[] {
  return meanByPlace(
    verdicts.map(({ questionId, turn, trial = 1, modelA, modelB, winner }) => {
      const place = pairPlace({ questionId, turn, trial }, modelA, modelB);
      const won = winner === "a" ? modelA : winner === "b" ? modelB : undefined;
      return { ...place, shareB: won === undefined ? 0.5 : won === place.b ? 1 : 0 };
    }),
  );
}
