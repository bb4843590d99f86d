import { seededRandom } from "../../harness/core/random.js";

/** Most answers of one ranking. */
const MOST_RANKED = 9;

const LETTERS = "ABCDEFGHI";

/** In which order a ranking shows its answers, and compares them. */
export interface RankingOrder {
  /** Labels in the order shown: the first letters. */
  readonly labels: readonly string[];
  /** For each slot the position of its answer among those given. */
  readonly positions: readonly number[];
  /** All pairs of labels in the order in which they are to be compared, each in the order in which it is named. */
  readonly pairs: readonly (readonly [string, string])[];
}

/**
 * Labels, slots and pairs of one ranking, all drawn from the protocol and the question, so that the same question is
 * always shown alike and no model has a place of its own.
 * @throws RangeError unless 2 to 9 answers are ranked.
 */
export function rankingOrder(answers: number, protocol: string, questionId: string): RankingOrder {
  if (!Number.isInteger(answers) || answers < 2 || answers > MOST_RANKED)
    throw new RangeError(`the answers of a ranking are 2 to ${MOST_RANKED}, not ${answers}`);
  const random = seededRandom(`${protocol}/ranking/${questionId}`);
  const labels = [...LETTERS.slice(0, answers)];
  const positions = random.shuffle(labels.map((_, at) => at));
  const all = labels.flatMap((one, at) => labels.slice(at + 1).map((other) => [one, other] as const));
  const pairs = random
    .shuffle(all)
    .map(([one, other]): readonly [string, string] => (random.next() < 0.5 ? [one, other] : [other, one]));
  return { labels, positions, pairs };
}
