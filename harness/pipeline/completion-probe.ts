import type { CompletedText, ProbedModel } from "../core/contamination.js";
import { clusteredMean } from "../stats/clustered-mean.js";
import { separateDifference } from "../stats/separate-difference.js";
import { percentScale } from "./scores/scale.js";

/** Largest p-value of a text that is flagged. */
const FLAGGED = 0.05;

/** A text that was to be completed; without a likeness where there is no completion. */
export interface CompletedPlace {
  readonly id: string;
  readonly likeness?: { readonly similarity: number; readonly verbatim: number };
}

interface Completed {
  readonly id: string;
  readonly similarity: number;
  readonly verbatim: number;
}

function present(places: readonly CompletedPlace[]): Completed[] {
  return places.flatMap(({ id, likeness }) => (likeness === undefined ? [] : [{ id, ...likeness }]));
}

/** Share of fresh texts that are completed at least as well, the text itself counted among them (conformal p-value). */
function pValue(similarity: number, fresh: readonly number[]): number {
  return (1 + fresh.filter((one) => one >= similarity).length) / (1 + fresh.length);
}

function meanOf(texts: readonly Completed[]) {
  return clusteredMean(
    texts.map(({ similarity }) => 100 * similarity),
    texts.map(({ id }) => id),
    { scale: percentScale },
  );
}

/**
 * What completions of second halves show of a model: each text of the suite held against the fresh ones (conformal
 * p-value: of texts like the fresh ones at most 5% have p ≤ 0.05), the means, and their difference; the false-alarm rate
 * is what the same rule does to each fresh text, held against the others.
 */
export function probedModel(
  model: string,
  places: readonly CompletedPlace[],
  freshPlaces: readonly CompletedPlace[],
): ProbedModel {
  const [own, fresh] = [present(places), present(freshPlaces)];
  const freshValues = fresh.map(({ similarity }) => similarity);
  const texts = own.map((one): CompletedText => {
    const p = pValue(one.similarity, freshValues);
    return { ...one, pValue: p, flagged: p <= FLAGGED };
  });
  const alarms = freshValues.filter(
    (value, at) => pValue(value, freshValues.toSpliced(at, 1)) <= FLAGGED,
  ).length;
  const [mean, freshMean] = [meanOf(own), meanOf(fresh)];
  const { difference, interval, reason } = separateDifference(mean, freshMean);
  return {
    model,
    questions: own.length,
    similarity: mean.mean,
    fresh: fresh.length,
    freshSimilarity: freshMean.mean,
    difference: { value: difference, interval, ...(reason === null ? {} : { reason }) },
    flagged: texts.filter(({ flagged }) => flagged).length,
    falseAlarms: { flagged: alarms, of: fresh.length },
    missing: places.length + freshPlaces.length - own.length - fresh.length,
    texts,
  };
}
