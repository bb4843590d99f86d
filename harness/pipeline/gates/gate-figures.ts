import type { Interval } from "../../core/board.js";
import type { Comparison } from "../../core/comparison.js";
import { clusteredMean } from "../../stats/clustered-mean.js";
import { normalQuantile } from "../../stats/distributions.js";
import { tInterval, upperShare } from "../../stats/intervals.js";
import type { SlotValue } from "../scores/score-columns.js";
import type { LengthControlledFigure } from "./gate-board.js";

/** An estimate with all that decides a gate on it, in the metric's unit. */
export interface GateFigure {
  readonly estimate: number | null;
  readonly standardError: number | null;
  readonly degreesOfFreedom: number | null;
  readonly interval: Interval | null;
  readonly questions: number;
  /** Verdicts that are missing or unreadable. */
  readonly lost: number;
}

/** The places of one category, or all. */
export function slotsOf(slots: readonly SlotValue[], category: string | undefined): readonly SlotValue[] {
  return category === undefined ? slots : slots.filter(({ slot }) => slot.category === category);
}

/** Verdicts that cannot be used or are not there. */
export function countLost(slots: readonly SlotValue[]): number {
  return slots.reduce((lost, { value }) => lost + (value === undefined ? 1 : 0), 0);
}

/** Mean over the usable verdicts with its standard error clustered by question: the board's own figure. */
export function meanFigure(slots: readonly SlotValue[], level: number): GateFigure {
  const usable = slots.flatMap(({ slot, value }) =>
    value === undefined ? [] : [{ id: slot.questionId, value }],
  );
  const mean = clusteredMean(
    usable.map(({ value }) => value),
    usable.map(({ id }) => id),
    { level },
  );
  return {
    estimate: mean.mean,
    standardError: mean.standardError,
    degreesOfFreedom: mean.standardError === null ? null : mean.clusters - 1,
    interval: mean.interval,
    questions: mean.clusters,
    lost: countLost(slots),
  };
}

/** A paired difference, over all questions or one category. */
export function differenceFigure(
  comparison: Comparison,
  category: string | undefined,
  lost: number,
): GateFigure {
  const part = category === undefined ? comparison : comparison.categories[category];
  const { delta = null, standardError = null, interval = null, questions = 0 } = part ?? {};
  return {
    estimate: delta,
    standardError,
    degreesOfFreedom: standardError === null ? null : questions - 1,
    interval,
    questions,
    lost,
  };
}

const NO_FIGURE: GateFigure = {
  estimate: null,
  standardError: null,
  degreesOfFreedom: null,
  interval: null,
  questions: 0,
  lost: 0,
};

/** The standard error that a bootstrap interval of this width has, were its replicates normal. */
function errorOf(interval: Interval): number {
  return (interval.high - interval.low) / (2 * normalQuantile(upperShare(interval.level)));
}

/**
 * A length-controlled win rate with its bootstrap interval; at another level than the bootstrap's, a t interval on the
 * standard error that the bootstrap interval implies.
 */
export function controlledFigure(controlled: LengthControlledFigure | null, level: number): GateFigure {
  if (controlled === null) return NO_FIGURE;
  const { value, interval, questions } = controlled;
  if (interval === null || questions < 2) return { ...NO_FIGURE, estimate: value, questions };
  const standardError = errorOf(interval);
  const same = Math.abs(interval.level - level) < 1e-9;
  return {
    estimate: value,
    standardError,
    degreesOfFreedom: questions - 1,
    interval: same ? interval : tInterval({ estimate: value, standardError, clusters: questions, level }),
    questions,
    lost: 0,
  };
}

/**
 * Difference of two length-controlled win rates with SE = √(SE₁² + SE₂²), as if they were independent. Both come from
 * the same instructions, which pulls them in the same direction, so that the true error is smaller: the gate errs on
 * the side of "inconclusive". A paired error would need both fits in every resample.
 */
export function controlledDifference(base: GateFigure, candidate: GateFigure, level: number): GateFigure {
  const questions = Math.min(base.questions, candidate.questions);
  if (base.estimate === null || candidate.estimate === null) return { ...NO_FIGURE, questions };
  const estimate = candidate.estimate - base.estimate;
  if (base.standardError === null || candidate.standardError === null)
    return { ...NO_FIGURE, estimate, questions };
  const standardError = Math.hypot(base.standardError, candidate.standardError);
  const interval = tInterval({ estimate, standardError, clusters: questions, level });
  const method = `${interval.method}, the two taken as independent`;
  return {
    estimate,
    standardError,
    degreesOfFreedom: questions - 1,
    interval: { ...interval, method },
    questions,
    lost: 0,
  };
}
