import type { Comparison } from "../core/comparison.js";
import { type CompareOptions, compareModels } from "../pipeline/compare/compare-models.js";
import { comparedModels, directPair } from "../pipeline/compare/question-values.js";
import { referenceOf } from "../pipeline/scores/build-board.js";
import type { Verdicts } from "../pipeline/scores/verdicts.js";

/** How the comparisons of a report are made where nothing is said. */
const defaultCompareOptions: CompareOptions = { margin: 0, level: 95, seed: 1 };

/**
 * Comparisons within one run: on every board, each model against the baseline that it was judged against, else against
 * the first one that the run names (the base). A pair that was judged directly is compared directly.
 * @param order Models as the run names them.
 */
export function comparisonsWithin(
  verdicts: Verdicts,
  order: readonly string[],
  options: CompareOptions = defaultCompareOptions,
): Comparison[] {
  return verdicts.inputs.flatMap((input) => {
    const suite = verdicts.suites.get(input.head.suite);
    const models = comparedModels(input, suite);
    const ranked = order.flatMap((id) => models.find((one) => one.model === id) ?? []);
    const reference = models.find((one) => one.model === referenceOf(input.head));
    const base = reference ?? ranked[0];
    if (base === undefined) return [];
    const candidates = ranked.filter((one) => one !== base);
    return candidates.map((candidate) => {
      const direct = directPair(input, base.model, candidate.model, suite);
      return compareModels(direct?.base ?? base, direct?.candidate ?? candidate, options);
    });
  });
}
