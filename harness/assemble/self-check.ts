import type { CompareOptions } from "../pipeline/compare/compare-models.js";
import { pairedMeans } from "../pipeline/compare/paired-values.js";
import type { ComparedPair } from "../pipeline/gates/gate-board.js";
import { type SelfCheck, selfCheck, trialMeans } from "../pipeline/gates/self-check.js";
import { differenceScale } from "../stats/bounded-mean.js";
import { type ComparedSource, comparablePairs } from "./compare-sources.js";

/** Trials of the first of several sources that has more than one for a pair's model. */
function trialsOf(pair: ComparedPair, sources: readonly (readonly [ComparedSource, string])[]) {
  for (const [source, model] of sources) {
    const board = source.boards.find(
      ({ input }) => input.head.protocol === pair.candidate.protocol && input.frame.trials > 1,
    );
    if (board !== undefined) return { model, trials: trialMeans(board.input, model) };
  }
  return undefined;
}

/**
 * How often the gate of each comparison of two sources would fail on nothing: with the candidate's trials, else the
 * base's, else with the signs of the comparison's own differences.
 */
export function selfChecks(
  base: ComparedSource,
  candidate: ComparedSource,
  options: CompareOptions,
): SelfCheck[] {
  return comparablePairs(base, candidate).flatMap((pair) => {
    const split = trialsOf(pair, [
      [candidate, pair.candidate.model],
      [base, pair.base.model],
    ]);
    const { differences } = pairedMeans(pair.base.slots, pair.candidate.slots);
    const input = split ?? { model: pair.candidate.model, trials: [], differences };
    return selfCheck({ ...input, scale: differenceScale(pair.base.scale) }, options) ?? [];
  });
}
