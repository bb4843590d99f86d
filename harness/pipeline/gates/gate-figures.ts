import type { Interval } from "../../core/board.js";
import type { LimitTails } from "../../stats/bounded-mean.js";
import { clusteredMean } from "../../stats/clustered-mean.js";
import type { CorrectedMean } from "../../stats/correction/corrected-mean.js";
import { normalQuantile, studentTCdf } from "../../stats/distributions.js";
import { tInterval, upperShare } from "../../stats/intervals.js";
import { comparedDifference } from "../compare/paired-values.js";
import type { ComparedModel } from "../compare/question-values.js";
import type { SlotValue } from "../scores/score-columns.js";
import { secondDifference, secondMean } from "../second/second-figures.js";
import type { SecondedModel } from "../second/seconded-model.js";
import type { ComparedPair, LengthControlledFigure } from "./gate-board.js";

/** An estimate with all that decides a gate on it, in the metric's unit. */
export interface GateFigure {
  readonly estimate: number | null;
  readonly standardError: number | null;
  readonly interval: Interval | null;
  /** One-sided p-values at a limit by the interval's method; null where there are none. */
  readonly tailsAt: (limit: number) => LimitTails | null;
  readonly questions: number;
  /** Verdicts that are missing or unreadable. */
  readonly lost: number;
  /** Where a second judge corrects the figure: whose it is then, and what the first judge alone says. */
  readonly corrected?: CorrectedTo;
}

/** Which figure decides where two judges were asked, and the other one beside it. */
export interface CorrectedTo {
  readonly judge: string;
  readonly first: { readonly judge: string; readonly estimate: number | null };
}

/** The places of one category, or all. */
export function slotsOf(slots: readonly SlotValue[], category: string | undefined): readonly SlotValue[] {
  return category === undefined ? slots : slots.filter(({ slot }) => slot.category === category);
}

/** Verdicts that cannot be used or are not there. */
export function countLost(slots: readonly SlotValue[]): number {
  return slots.reduce((lost, { value }) => lost + (value === undefined ? 1 : 0), 0);
}

/**
 * Mean over the usable verdicts with its interval over questions: the board's own figure; corrected where a second judge
 * stands beside the first.
 */
export function meanFigure(
  model: Pick<ComparedModel, "slots" | "scale" | "seconded">,
  category: string | undefined,
  level: number,
): GateFigure {
  const own = firstMean(model, category, level);
  const second = secondMean(model, category, level);
  return second === undefined ? own : correctedTo(second.mean, second.seconded, own);
}

/** The second judge's figure with the first one's beside it. */
function correctedTo(mean: CorrectedMean, { judge, first }: SecondedModel, own: GateFigure): GateFigure {
  const corrected = { judge, first: { judge: first, estimate: own.estimate } };
  return { ...votedFigure(mean), lost: own.lost, corrected };
}

function firstMean(
  { slots, scale }: Pick<ComparedModel, "slots" | "scale">,
  category: string | undefined,
  level: number,
): GateFigure {
  const places = slotsOf(slots, category);
  const usable = places.flatMap(({ slot, value }) =>
    value === undefined ? [] : [{ id: slot.questionId, value }],
  );
  const { mean, standardError, interval, tailsAt, clusters } = clusteredMean(
    usable.map(({ value }) => value),
    usable.map(({ id }) => id),
    { level, scale },
  );
  return { estimate: mean, standardError, interval, tailsAt, questions: clusters, lost: countLost(places) };
}

/**
 * A paired difference, over all questions or one category: the comparison's own figure; of the corrected figures where a
 * second judge stands beside the first.
 * @throws ConfigError where one side alone has a second judge, or both have different ones.
 */
export function differenceFigure(
  pair: ComparedPair,
  category: string | undefined,
  level: number,
): GateFigure {
  const isIncluded = (slot: SlotValue["slot"]) => category === undefined || slot.category === category;
  const { delta, standardError, interval, tailsAt, n } = comparedDifference(
    pair,
    isIncluded,
    level,
  ).difference;
  const lost =
    countLost(slotsOf(pair.base.slots, category)) + countLost(slotsOf(pair.candidate.slots, category));
  const own = { estimate: delta, standardError, interval, tailsAt, questions: n, lost };
  const second = secondDifference(pair, category, level);
  return second === undefined ? own : correctedTo(second.difference, second.seconded.candidate, own);
}

/** A figure corrected by people's votes. */
export function votedFigure(mean: CorrectedMean): GateFigure {
  const { estimate, standardError, interval, tailsAt, clusters } = mean;
  return { estimate, standardError, interval, tailsAt, questions: clusters, lost: 0 };
}

/** Nothing to decide on. */
export const NO_FIGURE: GateFigure = {
  estimate: null,
  standardError: null,
  interval: null,
  tailsAt: () => null,
  questions: 0,
  lost: 0,
};

/** The standard error that a bootstrap interval of this width has, were its replicates normal. */
function errorOf(interval: Interval): number {
  return (interval.high - interval.low) / (2 * normalQuantile(upperShare(interval.level)));
}

function tTails(estimate: number, standardError: number, questions: number): GateFigure["tailsAt"] {
  if (standardError === 0) return () => null;
  return (limit) => {
    const t = (estimate - limit) / standardError;
    return { below: studentTCdf(t, questions - 1), above: studentTCdf(-t, questions - 1) };
  };
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
    tailsAt: tTails(value, standardError, questions),
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
    tailsAt: tTails(estimate, standardError, questions),
    interval: { ...interval, method },
    questions,
    lost: 0,
  };
}
