import { type Random, seededRandom } from "../../../harness/core/random.js";
import type { ComparedModel } from "../../../harness/pipeline/compare/question-values.js";
import { eliminate } from "../../../harness/pipeline/planning/eliminate.js";
import { pairsAmong } from "../../../harness/pipeline/planning/pair-evidence.js";

/** How often elimination erred, and what it found. */
export interface EliminationRates {
  /** Percent of repetitions in which a model was dropped that is as good as the best. */
  readonly wrong: number;
  /** Percent of the worse models that were dropped, on average. */
  readonly found: number;
  /** Questions after which they were, on average. */
  readonly after: number;
}

function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
}

const rated = (value: number) => Math.min(10, Math.max(1, Math.round(value)));

/** Ratings of checkpoints on one sample of questions: what a question is like is shared, the rest each one's own. */
function checkpoints(lags: readonly number[], questions: number, random: Random): ComparedModel[] {
  const ease = Array.from({ length: questions }, () => 6.5 + 1.5 * normal(random));
  return lags.map((lag, index) => ({
    suite: "made-up",
    protocol: "made-up@judge",
    mode: "single",
    metric: "score",
    model: `step-${index}`,
    scale: { low: 1, high: 10 },
    slots: ease.map((mean, question) => ({
      slot: { questionId: `q${question}`, category: "all", turn: 1 },
      value: rated(mean - lag + 1.5 * normal(random)),
    })),
  }));
}

/**
 * Eliminates among made-up checkpoints again and again.
 * @param lags how much worse each is than the best, in rating points; 0: as good.
 */
export function eliminationRates(
  lags: readonly number[],
  questions: number,
  repetitions: number,
  seed: string,
): EliminationRates {
  let [wrong, found, after] = [0, 0, 0];
  for (let repetition = 0; repetition < repetitions; repetition++) {
    const models = checkpoints(lags, questions, seededRandom(`${seed}/${repetition}`));
    const names = models.map(({ model }) => model);
    const { eliminated } = eliminate(names, pairsAmong(models), repetition);
    const lagOf = (name: string) => lags[names.indexOf(name)] ?? 0;
    if (eliminated.some(({ model }) => lagOf(model) === 0)) wrong++;
    for (const one of eliminated) {
      if (lagOf(one.model) === 0) continue;
      found++;
      after += one.after;
    }
  }
  const worse = lags.filter((lag) => lag > 0).length * repetitions;
  return {
    wrong: (100 * wrong) / repetitions,
    found: worse === 0 ? 0 : (100 * found) / worse,
    after: found === 0 ? 0 : after / found,
  };
}
