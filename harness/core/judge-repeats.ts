import { seededRandom } from "./random.js";

/** How often a judge is asked about the same thing; all of it fixed before its first verdict. */
export interface JudgeRepeats {
  /** Verdicts of each turn, order and trial of a question, where its category does not say otherwise; 1 or more. */
  readonly rounds: number;
  /** Likewise, of the questions of some categories. */
  readonly categories?: Readonly<Record<string, number>>;
  /** Chance, in (0, 1], with which a question has more than one verdict; left out: 1. */
  readonly share?: number;
  /** What that chance is drawn from. */
  readonly seed?: number;
}

/** What the rule looks at: no answer, and no verdict. */
interface RepeatedQuestion {
  readonly id: string;
  readonly category: string;
}

/**
 * Verdicts that each of a question's items gets, of any model in any trial: all sides of a comparison have the same number.
 * It depends on the rule and the question alone, so that neither shards nor killed runs change it.
 */
export function roundsOn(
  repeats: JudgeRepeats | undefined,
  suite: string,
  { id, category }: RepeatedQuestion,
): number {
  if (repeats === undefined) return 1;
  const { rounds, categories = {}, share = 1, seed = 1 } = repeats;
  const wanted = Object.hasOwn(categories, category) ? (categories[category] ?? rounds) : rounds;
  if (wanted === 1 || share >= 1) return wanted;
  return seededRandom(`${seed}/judge-repeats/${JSON.stringify([suite, id])}`).next() < share ? wanted : 1;
}

/** The largest number of verdicts that a rule gives any question. */
export function mostRounds({ rounds, categories = {} }: JudgeRepeats): number {
  return Math.max(rounds, ...Object.values(categories));
}

/** A rule in words, such as `3 verdicts each (math: 5), on 20% of the questions`. */
export function repeatsText({ rounds, categories = {}, share = 1 }: JudgeRepeats): string {
  const named = Object.entries(categories).map(([category, count]) => `${category}: ${count}`);
  const others = named.length === 0 ? "" : ` (${named.join(", ")})`;
  const drawn =
    share >= 1
      ? ""
      : ` of a random ${Number((100 * share).toPrecision(3))}% of the questions, 1 of the others`;
  return `${rounds} verdict${rounds === 1 ? "" : "s"} of each item${others}${drawn}`;
}
