import type { Interval } from "./interval.js";

/** The trial that a reward model would pick at one place. */
export interface BestOfPick {
  readonly questionId: string;
  readonly turn: number;
  /** From 1; the first of equal ones. */
  readonly trial: number;
  readonly reward: number;
  /** Trials that it was picked from. */
  readonly of: number;
}

/** What another judge of the same answers thinks of the picks, in the unit of its board. */
export interface BestOfJudge {
  readonly protocol: string;
  readonly judge: string;
  /** Mean over the picked trials. */
  readonly picked: number;
  /** Mean over all trials at the same places. */
  readonly mean: number;
  /** `picked` minus `mean`, with its interval clustered by question; null with a reason. */
  readonly gain: number | null;
  readonly interval: Interval | null;
  /** Places. */
  readonly n: number;
  readonly questions: number;
  readonly reason?: string;
}

/** Best of n for one model, by a reward model. */
export interface BestOfRow {
  readonly model: string;
  readonly picks: readonly BestOfPick[];
  /** Other judges of the run; empty where the reward model judges alone. */
  readonly judges: readonly BestOfJudge[];
}
