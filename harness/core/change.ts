import type { Area } from "./area.js";
import type { Interval } from "./interval.js";
import type { SuitePart } from "./suite-part.js";

/** What a measured value is counted in: rating points, percent, a share from 0 to 1, or something else. */
export type MeasuredUnit = "points" | "percent" | "share" | "other";

/**
 * What a change rests on. `paired`: both sides' records, question by question. `votes`: people's choices between the two.
 * `independent`: two stated figures with errors. `figures`: stated figures without errors, which decide nothing. `none`:
 * there is nothing to compare.
 */
export type ChangeBasis = "paired" | "votes" | "independent" | "figures" | "none";

/** Questions that changed sides between two models whose answers are right or wrong. */
export interface Flips {
  /** Answered by both. */
  readonly questions: number;
  /** Ids that went from right to wrong. */
  readonly broken: readonly string[];
  /** Ids that went from wrong to right. */
  readonly repaired: readonly string[];
  /** McNemar's exact test, two-sided; null where the number of questions depends on the figures. */
  readonly pValue: number | null;
}

/** One side of a change. */
export interface ChangeSide {
  readonly model: string;
  readonly value: number | null;
  readonly standardError: number | null;
  /** Of this figure alone, at 95%. */
  readonly interval: Interval | null;
  /** Questions behind it; null where that is not known. */
  readonly questions: number | null;
  /** Run folder or file. */
  readonly source: string;
}

/** What changed from a base to a candidate in one measured quantity. */
export interface Change {
  readonly suite: string;
  /** A part of the suite, or the variant of a stated figure. */
  readonly part?: string;
  /** Where a part of the suite's questions was asked. */
  readonly asked?: SuitePart;
  readonly area: Area;
  readonly metric: string;
  readonly unit: MeasuredUnit;
  readonly scale: { readonly low: number; readonly high: number } | null;
  readonly lowerIsBetter: boolean;
  /** Judge model, of judged figures. */
  readonly judge?: string;
  readonly base: ChangeSide | null;
  readonly candidate: ChangeSide | null;
  readonly basis: ChangeBasis;
  /** The second judge to whose verdicts both sides are corrected. */
  readonly correctedTo?: string;
  /** candidate − base, in the unit. */
  readonly delta: number | null;
  readonly standardError: number | null;
  /** At 95%, of this change alone. */
  readonly interval: Interval | null;
  /** The same so that all changes together hold at 95% (Bonferroni). */
  readonly adjustedInterval: Interval | null;
  /** Two-sided, by the interval's method. */
  readonly pValue: number | null;
  /** Times the number of changes that could be decided, at most 1. */
  readonly adjustedPValue: number | null;
  /** By the adjusted interval, whichever direction is better; `unknown` where nothing can be decided. */
  readonly finding: "gain" | "loss" | "undecided" | "unknown";
  /** Questions that both sides answered; null where that is not known. */
  readonly questions: number | null;
  /** Smallest true difference that so many questions show with a chance of 80%. */
  readonly detects: Detection | null;
  /** Questions (votes, where people vote) that would show the difference that was seen, at the same chance. */
  readonly needed: number | null;
  readonly flips?: Flips;
  /** Why nothing can be decided; null where something can. */
  readonly reason: string | null;
}

/** What a number of questions can see. */
export interface Detection {
  readonly difference: number;
  readonly questions: number;
  /** What the spread of differences is known from. */
  readonly from: string;
}
