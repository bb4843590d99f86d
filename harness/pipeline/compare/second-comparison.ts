import type { SecondComparison } from "../../core/comparison.js";
import { ConfigError } from "../../core/errors.js";
import { presentFields } from "../../core/present-fields.js";
import type { Warning } from "../../core/records.js";
import { secondDifference, secondMean } from "../second/second-figures.js";
import type { ComparedModel } from "./question-values.js";

/** What a second judge adds to a comparison: its difference, or why there is none. */
export interface SecondOnComparison {
  readonly second?: SecondComparison;
  readonly standardError: number | null;
  readonly warnings: readonly Warning[];
}

/** The difference as a second judge corrects it; where one side alone has one, a warning, and the first judge decides. */
export function secondOnComparison(
  base: ComparedModel,
  candidate: ComparedModel,
  level: number,
): SecondOnComparison {
  try {
    const found = secondDifference({ base, candidate }, undefined, level);
    if (found === undefined) return { standardError: null, warnings: [] };
    const { difference, seconded } = found;
    const { estimate, interval, lambda, voted, clusters, reason, standardError } = difference;
    const ownOf = (model: ComparedModel) => secondMean(model, undefined, level)?.mean.estimate ?? null;
    const { judge, first } = seconded.candidate;
    const second = {
      judge,
      first,
      base: ownOf(base),
      candidate: ownOf(candidate),
      estimate,
      interval,
      lambda,
      asked: voted,
      questions: clusters,
      ...presentFields({ reason: reason ?? undefined }),
    };
    return { second, standardError, warnings: [] };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const message = `${error.message}; the two are compared by the first judge alone`;
    return { standardError: null, warnings: [{ code: error.code, message }] };
  }
}
