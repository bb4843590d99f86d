import type { ValueScale } from "../bounded-mean.js";
import type { Spending } from "./spending.js";

/** How a sequence is looked at: after every value, or a few times with errors spent by a rule. */
export type SequentialDesign = "anytime" | Spending;

/** What a sequence of values is to decide, all of it fixed before the first value. */
export interface SequentialPlan {
  readonly design: SequentialDesign;
  /** Values that there will be if nothing is decided. */
  readonly horizon: number;
  /** Ends of the values. */
  readonly scale: ValueScale;
  /** Percent; one decision errs with half of what is missing to 100, such as 2.5%. */
  readonly level: number;
  /** The mean is held to it: pass above, fail below. Undefined where only a width is asked for. */
  readonly limit?: number | undefined;
  /** Decisions that fail together share the error of failing; default 1. */
  readonly decisions?: number;
  /** Half-width of the interval that is narrow enough; undefined where there is a limit. */
  readonly halfWidth?: number | undefined;
  /** `suite`: the horizon's values are all there are, drawn without replacement. */
  readonly population: "questions" | "suite";
  /** Looks of a group-sequential design; default 5. */
  readonly looks?: number | undefined;
  /** Stop as inconclusive where the chance of a decision falls below this, 0–1; undefined: never. */
  readonly futility?: number | undefined;
  /** Steps of the grid that the interval of the anytime design is found on; 0 for no interval. */
  readonly steps?: number;
}

/** How a sequence ended: a decision, a stop without one, or a width that was reached. */
export type SequentialOutcome = "pass" | "fail" | "futile" | "precise";

/** A look at the sequence. */
export interface SequentialLook {
  /** Values seen. */
  readonly count: number;
  readonly estimate: number;
  /** Interval that holds at all looks at once; null where the design has none yet. */
  readonly interval: ValueScale | null;
  readonly outcome: SequentialOutcome | undefined;
}

/** A sequence that takes values in. */
export interface SequentialTest {
  /**
   * Takes a block of values: a single one, or one that holds every category in proportion.
   * @param isLast Whether no value follows.
   * @returns undefined where the design does not look.
   */
  take(block: readonly number[], isLast?: boolean): SequentialLook | undefined;
}
