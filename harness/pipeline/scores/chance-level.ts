import type { ChanceLevel } from "../../core/board.js";
import type { RightAnswer, Suite } from "../../core/records.js";

/** Guesses of which one is right: k choices, or 2^k − 1 sets where several may be right; infinitely many for a text. */
function guessesOf(key: RightAnswer | undefined): number {
  if (key?.kind !== "choice") return Number.POSITIVE_INFINITY;
  const { length } = key.choices;
  return key.several ? 2 ** length - 1 : length;
}

/** Questions by how many guesses there are, so that many equal shares are summed without rounding. */
class Guesses {
  private readonly counts = new Map<number, number>();
  private total = 0;

  add(key: RightAnswer | undefined): void {
    const guesses = guessesOf(key);
    this.counts.set(guesses, (this.counts.get(guesses) ?? 0) + 1);
    this.total++;
  }

  get percent(): number {
    return [...this.counts].reduce((sum, [guesses, count]) => sum + (100 * count) / guesses / this.total, 0);
  }
}

/** Accuracy of guessing over a suite and each of its categories; undefined where no right answer is known. */
export function chanceLevel({
  questions,
  categories,
}: Pick<Suite, "questions" | "categories">): ChanceLevel | undefined {
  if (questions.every(({ key }) => key === undefined)) return undefined;
  const all = new Guesses();
  const parts = new Map<string, Guesses>();
  for (const { category, key } of questions) {
    const part = parts.get(category) ?? new Guesses();
    parts.set(category, part);
    part.add(key);
    all.add(key);
  }
  const shown = categories.flatMap((category) => {
    const part = parts.get(category);
    return part === undefined ? [] : [[category, part.percent] as const];
  });
  return { score: all.percent, categories: Object.fromEntries(shown) };
}
