import { type CountedRating, markRepeatedWords } from "../../harness/core/answer-rating.js";
import type { BoardInput } from "../../harness/pipeline/scores/build-board.js";
import type { VerdictRow } from "../../harness/pipeline/scores/verdict-grid/row.js";

/** What a judge and people give the answers of one model, question by question and turn by turn. */
export interface RatedAnswers {
  readonly model: string;
  readonly judge: readonly (readonly number[])[];
  /** Undefined where nobody rated the answer. */
  readonly people: readonly (readonly (number | undefined)[])[];
  /** Chance of having been asked for, by question. */
  readonly chances?: readonly number[];
}

/** A board of ratings from 1 to 10 with people's ratings of some of the answers. */
export function ratedInput(models: readonly RatedAnswers[]): BoardInput {
  const [first] = models;
  const slots = (first?.judge ?? []).flatMap((turns, question) =>
    turns.map((_, turn) => ({ questionId: `q${question}`, category: "c", turn: turn + 1 })),
  );
  const at = (slot: (typeof slots)[number], table: readonly (readonly (number | undefined)[])[]) =>
    table[Number(slot.questionId.slice(1))]?.[slot.turn - 1];
  const rows = models.flatMap(({ model, judge }) =>
    slots.map(
      (slot): VerdictRow => ({
        ...slot,
        trial: 1,
        a: model,
        verdict: { kind: "rating", rating: at(slot, judge) ?? 1 },
      }),
    ),
  );
  const ratings = models.flatMap(({ model, people, chances }) =>
    slots.flatMap((slot) => {
      const rating = at(slot, people);
      const chance = chances?.[Number(slot.questionId.slice(1))];
      const { questionId, turn } = slot;
      if (rating === undefined) return [];
      const more = chance === undefined ? {} : { inclusionProbability: chance };
      return [{ questionId, turn, model, rating, voter: "anna", ...more }];
    }),
  );
  return {
    head: { suite: "s", mode: "single", judge: "j", protocol: "p@1" },
    metric: "rating",
    subjects: models.map(({ model }) => [model]),
    frame: { slots, trials: 1, categories: ["c"] },
    rows,
    ...(ratings.length === 0 ? {} : { ratings: markRepeatedWords(ratings) as CountedRating[] }),
  };
}
