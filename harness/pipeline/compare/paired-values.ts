import { NO_FIXED_INTERVAL } from "../../core/sequence.js";
import { differenceScale } from "../../stats/bounded-mean.js";
import {
  type PairedDifference,
  type PairedQuestions,
  pairedDifference,
  pairQuestions,
} from "../../stats/paired-difference.js";
import type { SlotValue } from "../scores/score-columns.js";
import type { ComparedModel } from "./question-values.js";

/** A question's mean over its usable values. */
export interface QuestionMean {
  readonly category: string;
  readonly mean: number;
}

/** Mean over turns, trials and judge repeats of each question's usable values. */
export function questionMeans(slots: Iterable<SlotValue>): Map<string, QuestionMean> {
  const sums = new Map<string, { category: string; sum: number; n: number }>();
  for (const { slot, value } of slots) {
    if (value === undefined) continue;
    const entry = sums.get(slot.questionId) ?? { category: slot.category, sum: 0, n: 0 };
    entry.sum += value;
    entry.n++;
    sums.set(slot.questionId, entry);
  }
  return new Map([...sums].map(([id, { category, sum, n }]) => [id, { category, mean: sum / n }]));
}

/** The means without the categories. */
export function meansOnly(means: ReadonlyMap<string, QuestionMean>): Map<string, number> {
  return new Map([...means].map(([id, { mean }]) => [id, mean]));
}

/** The differences of two models' means on the questions that both have a usable value for. */
export function pairedMeans(base: Iterable<SlotValue>, candidate: Iterable<SlotValue>): PairedQuestions {
  return pairQuestions(meansOnly(questionMeans(base)), meansOnly(questionMeans(candidate)));
}

/** Two models to be compared. */
interface Pair {
  readonly base: ComparedModel;
  readonly candidate: ComparedModel;
}

/** Equal values on all questions are no coincidence where independent ones would be all equal more rarely than this. */
const COINCIDENCE = 1e-6;

/**
 * Whether a model is compared with the very measurement of itself: one id, one protocol, the same value on every
 * question, and values so varied that this is no coincidence. Equal values alone do not say it: a judge that gives 7 to
 * everything makes ties of different models.
 */
function isSameMeasurement({ base, candidate }: Pair): boolean {
  if (base.model !== candidate.model || base.protocol !== candidate.protocol) return false;
  const { ids, differences, onlyBase, onlyCandidate } = pairedMeans(base.slots, candidate.slots);
  if (onlyBase.length + onlyCandidate.length > 0 || differences.some((one) => one !== 0)) return false;
  const counts = new Map<number, number>();
  for (const { mean } of questionMeans(candidate.slots).values())
    counts.set(mean, (counts.get(mean) ?? 0) + 1);
  const tie = [...counts.values()].reduce((sum, count) => sum + (count / ids.length) ** 2, 0);
  return tie ** ids.length < COINCIDENCE;
}

/** Whether the number of questions of either side depends on its figures. */
export function isSequenced({ base, candidate }: Pair): boolean {
  return base.isSequenced === true || candidate.isSequenced === true;
}

function withoutFixed(difference: PairedDifference): PairedDifference {
  return {
    ...difference,
    standardError: null,
    interval: null,
    tailsAt: () => null,
    reason: NO_FIXED_INTERVAL,
  };
}

/**
 * Candidate − base, paired by question, over the places that are included: what `compare`, its categories and gates
 * share. A model has no difference from the same measurement of itself, for certain; everything else has the interval
 * of {@link pairedDifference}.
 * @param level percent.
 */
export function comparedDifference(
  pair: Pair,
  includes: (slot: SlotValue["slot"]) => boolean,
  level: number,
): { readonly paired: PairedQuestions; readonly difference: PairedDifference } {
  const within = (slots: readonly SlotValue[]) => slots.filter(({ slot }) => includes(slot));
  const paired = pairedMeans(within(pair.base.slots), within(pair.candidate.slots));
  const scale = differenceScale(pair.base.scale);
  const difference = pairedDifference(paired.differences, { level, scale });
  if (isSequenced(pair)) return { paired, difference: withoutFixed(difference) };
  if (difference.n === 0 || !isSameMeasurement(pair)) return { paired, difference };
  const method = "the same values on every question: the model against itself";
  const tailsAt = (limit: number) => ({ below: limit > 0 ? 0 : 1, above: limit < 0 ? 0 : 1 });
  return { paired, difference: { ...difference, interval: { low: 0, high: 0, level, method }, tailsAt } };
}
