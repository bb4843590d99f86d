import { seededRandom } from "../../core/random.js";
import type { Question, Suite } from "../../core/records.js";

/** Questions that are looked at together: one, or a block that holds every category in proportion. */
export interface QuestionBlock {
  readonly suite: string;
  readonly questions: readonly Question[];
}

/**
 * The order in which a run asks: all questions of all suites in a uniformly random order, by the seed and the suites'
 * hashes, whatever arrives when.
 */
export function randomOrder(suites: readonly Suite[], seed: number): QuestionBlock[] {
  const all = suites.flatMap((suite) =>
    suite.questions.map((question) => ({ suite: suite.id, questions: [question] })),
  );
  return seededRandom(`${seed}/sequence/${suites.map(({ hash }) => hash).join("/")}`).shuffle(all);
}

/**
 * The order in blocks that each hold every category in proportion: categories shuffled apart, blocks of the size that
 * their counts have in common.
 * @returns undefined where the counts have no common divisor above 1, so that there is one block.
 */
export function stratifiedOrder(suite: Suite, seed: number): QuestionBlock[] | undefined {
  const categories = [...new Set(suite.questions.map(({ category }) => category))];
  const random = seededRandom(`${seed}/sequence/stratified/${suite.hash}`);
  const byCategory = categories.map((category) =>
    random.shuffle(suite.questions.filter((question) => question.category === category)),
  );
  const blocks = byCategory.reduce((common, { length }) => greatestCommonDivisor(common, length), 0);
  if (blocks < 2) return undefined;
  return Array.from({ length: blocks }, (_, block) => ({
    suite: suite.id,
    questions: random.shuffle(
      byCategory.flatMap((questions) => {
        const size = questions.length / blocks;
        return questions.slice(block * size, (block + 1) * size);
      }),
    ),
  }));
}

function greatestCommonDivisor(one: number, other: number): number {
  return other === 0 ? one : greatestCommonDivisor(other, one % other);
}
