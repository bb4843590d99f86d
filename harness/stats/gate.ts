import type { Interval } from "../core/board.js";
import type { Outcome } from "../core/comparison.js";
import { countOf } from "../core/count-of.js";
import type { LimitTails } from "./bounded-mean.js";
import { DEFAULT_LEVEL, upperShare } from "./intervals.js";
import { adjustHolm } from "./multiple-comparisons.js";

/** A gate's outcome and the sentence's core that says why, without the names of models or metrics. */
export interface GateDecision {
  readonly outcome: Outcome;
  readonly reason: string;
}

/**
 * Decides a gate on an interval of a figure against a limit: pass when the lower end exceeds the limit, fail when the
 * upper end is below it, otherwise inconclusive; also inconclusive, with the reason, where there is no interval.
 * For a maximum regression δ the figure is candidate − base and the limit −δ (a non-inferiority test by its
 * confidence interval, Piaggio et al. 2012); for a minimum score the figure is the score itself.
 */
export function decideAgainstLimit(interval: Interval | null, limit: number): GateDecision {
  if (!Number.isFinite(limit)) throw new RangeError(`a gate's limit must be a finite number, not ${limit}`);
  if (interval === null) return { outcome: "inconclusive", reason: "there is no interval to decide on" };
  const shown = `${interval.level}% interval`;
  if (interval.low > limit) {
    return { outcome: "pass", reason: `the whole ${shown} lies above ${format(limit)}` };
  }
  if (interval.high < limit) {
    return { outcome: "fail", reason: `the whole ${shown} lies below ${format(limit)}` };
  }
  return { outcome: "inconclusive", reason: `the ${shown} contains ${format(limit)}` };
}

/**
 * Gate with margin δ ≥ 0 on candidate − base: pass when the interval's lower end exceeds −δ, fail when its upper end
 * is below −δ, otherwise inconclusive.
 * @throws RangeError for a margin that is negative or not finite.
 */
export function decideGate(interval: Interval | null, margin: number): GateDecision {
  if (!(margin >= 0)) throw new RangeError(`a gate's margin must be a number ≥ 0, not ${margin}`);
  return decideAgainstLimit(interval, margin === 0 ? 0 : -margin);
}

/**
 * Outcome of a gate from one-sided p-values at its limit: what {@link decideAgainstLimit} makes of the interval of the
 * same method and level.
 * @param tails null where there is nothing to decide on.
 * @param level percent.
 */
export function decideByTails(tails: LimitTails | null, level = DEFAULT_LEVEL): Outcome {
  const alpha = 1 - upperShare(level);
  if (tails === null) return "inconclusive";
  if (tails.above < alpha) return "pass";
  return tails.below < alpha ? "fail" : "inconclusive";
}

/** One of several gates that are decided together. */
export interface GateInput {
  readonly interval: Interval | null;
  /** One-sided p-values at a limit by the interval's method; null where there are none. */
  readonly tailsAt: (limit: number) => LimitTails | null;
  readonly limit: number;
}

/** A gate's decision with the p-value behind a failure. */
export interface JointGateDecision extends GateDecision {
  /** One-sided p-value of "the figure is at or above its limit", before and after Holm; null without an error. */
  readonly failurePValue: number | null;
  readonly adjustedFailurePValue: number | null;
}

/**
 * Decides several gates so that the chance of failing any of them on nothing stays at what one gate has, half of
 * 100 − level percent: a gate that fails by its own interval counts as failed only if its one-sided p-value survives
 * Holm's adjustment over all gates; otherwise it is inconclusive. Passing needs no adjustment: a run passes only if
 * every gate does, and such an intersection–union test keeps its level (Berger 1982).
 *
 * @param level percent, that of the gates' intervals; default 95.
 * @throws RangeError for an impossible level or a limit that is not finite.
 */
export function decideGates(gates: readonly GateInput[], level = DEFAULT_LEVEL): JointGateDecision[] {
  const alpha = 1 - upperShare(level);
  const pValues = gates.map(({ tailsAt, limit }) => tailsAt(limit)?.below ?? null);
  const adjusted = adjustHolm(pValues);
  return gates.map((gate, position) => {
    const alone = decideAgainstLimit(gate.interval, gate.limit);
    const adjustedP = adjusted[position] ?? null;
    const withdrawn = alone.outcome === "fail" && adjustedP !== null && adjustedP >= alpha;
    const decision: GateDecision = withdrawn
      ? {
          outcome: "inconclusive",
          reason: `${alone.reason}, which is not enough when ${countOf(gates.length, "gate")} are tried (Holm)`,
        }
      : alone;
    return {
      ...decision,
      failurePValue: pValues[position] ?? null,
      adjustedFailurePValue: adjustedP,
    };
  });
}

/** A limit as a person would write it: −0.2, not −0.20000000000000001. */
function format(limit: number): string {
  return String(Number(limit.toPrecision(12)));
}
