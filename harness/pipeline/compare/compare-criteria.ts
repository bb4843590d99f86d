import type { CriterionDifference } from "../../core/comparison.js";
import { differenceScale } from "../../stats/bounded-mean.js";
import { adjustBenjaminiHochberg } from "../../stats/multiple-comparisons.js";
import { type PairedDifference, pairedDifference, pairQuestions } from "../../stats/paired-difference.js";
import { signFlipTest } from "../../stats/permutation.js";
import { percentScale } from "../scores/scale.js";

/** How often a model met each criterion, in percent: by criterion, then by question. */
export type CriterionMeans = ReadonlyMap<string, ReadonlyMap<string, number>>;

/** How to compare them. */
export interface CriteriaOptions {
  /** Percent. */
  readonly level: number;
  readonly seed: number;
  readonly withoutTests?: boolean;
}

function meanAt(means: ReadonlyMap<string, number>, ids: readonly string[]): number {
  return ids.reduce((sum, id) => sum + (means.get(id) ?? 0), 0) / ids.length;
}

/** How far apart in standard errors; the same difference on every question is the farthest, one question alone the least. */
function separation({ delta, standardError }: PairedDifference): number {
  if (delta === null || standardError === null) return 0;
  return standardError === 0 ? Number.POSITIVE_INFINITY : Math.abs(delta) / standardError;
}

/** Most separate first, then by size. */
function bySeparation(one: PairedDifference, other: PairedDifference): number {
  const [x, y] = [separation(one), separation(other)];
  return x === y ? Math.abs(other.delta ?? 0) - Math.abs(one.delta ?? 0) : y - x;
}

/**
 * The criteria of a rubric on which two models differ, most first: candidate − base of the share in which each was met (a
 * fault: was there), paired by question, with its interval and a p-value that counts all criteria (Benjamini–Hochberg).
 * Criteria on which they are alike everywhere are left out.
 */
export function criterionDifferences(
  base: CriterionMeans,
  candidate: CriterionMeans,
  { level, seed, withoutTests }: CriteriaOptions,
): readonly CriterionDifference[] {
  const scale = differenceScale(percentScale);
  const compared = [...base].flatMap(([name, before]) => {
    const after = candidate.get(name);
    const paired = after && pairQuestions(before, after);
    if (after === undefined || paired === undefined || paired.ids.length === 0) return [];
    const difference = pairedDifference(paired.differences, { level, scale });
    const pValue = withoutTests === true ? null : signFlipTest(paired.differences, { seed }).pValue;
    return [
      { name, before: meanAt(before, paired.ids), after: meanAt(after, paired.ids), difference, pValue },
    ];
  });
  const adjusted = adjustBenjaminiHochberg(compared.map(({ pValue }) => pValue));
  return compared
    .map((one, index) => ({ ...one, adjustedPValue: adjusted[index] ?? null }))
    .filter(({ difference }) => difference.delta !== 0)
    .sort((x, y) => bySeparation(x.difference, y.difference))
    .map(({ name, before, after, difference, pValue, adjustedPValue }) => ({
      name,
      base: before,
      candidate: after,
      delta: difference.delta,
      standardError: difference.standardError,
      interval: difference.interval,
      pValue,
      adjustedPValue,
      questions: difference.n,
    }));
}
