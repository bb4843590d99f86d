import { type Comparison, MOST_COMPARED } from "../core/comparison.js";
import { type CompareOptions, compareModels } from "../pipeline/compare/compare-models.js";
import { type ComparedModel, comparedModels, directPair } from "../pipeline/compare/question-values.js";
import { referenceOf } from "../pipeline/scores/build-board.js";
import type { Verdicts } from "../pipeline/scores/verdicts.js";

/** How the comparisons of a report are made where nothing is said. */
const defaultCompareOptions: CompareOptions = { margin: 0, level: 95, seed: 1 };

function meanOf({ slots }: ComparedModel): number {
  const values = slots.flatMap(({ value }) => value ?? []);
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}

/** The best of many candidates, in the order given. */
function shownAmong(candidates: readonly ComparedModel[]): readonly ComparedModel[] {
  if (candidates.length <= MOST_COMPARED) return candidates;
  const best = [...candidates].sort((one, other) => meanOf(other) - meanOf(one)).slice(0, MOST_COMPARED);
  const shown = new Set(best);
  return candidates.filter((one) => shown.has(one));
}

/**
 * Comparisons within one run: on every board, each model against the baseline that it was judged against, else against
 * the first one that the run names (the base). A pair that was judged directly is compared directly.
 * Of more than {@link MOST_COMPARED} candidates the best are compared.
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
    const byId = new Map(models.map((one) => [one.model, one]));
    const ranked = order.flatMap((id) => byId.get(id) ?? []);
    const reference = models.find((one) => one.model === referenceOf(input.head));
    const base = reference ?? ranked[0];
    if (base === undefined) return [];
    const candidates = shownAmong(ranked.filter((one) => one !== base));
    return candidates.map((candidate) => {
      const direct = directPair(input, base.model, candidate.model, suite);
      return compareModels(direct?.base ?? base, direct?.candidate ?? candidate, options);
    });
  });
}
