import type { Interval } from "./interval.js";

/** What an audit looks at. */
export type AuditCheck =
  | "position-effect"
  | "length-effect"
  | "same-family"
  | "distinct-answers"
  | "template-collisions"
  | "retest-variance"
  | "verdict-variety";

/** Where a figure is acceptable; null is no limit. Ends are included. */
export interface AcceptableRange {
  readonly low: number | null;
  readonly high: number | null;
}

/**
 * How a check came out. `flagged`: outside what is acceptable, beyond chance. `unclear`: the interval reaches both
 * sides. `unknown`: the figure cannot be had, or says nothing by itself.
 */
export type AuditOutcome = "ok" | "flagged" | "unclear" | "unknown";

/** A passage that made an audit look twice. */
export interface AuditExample {
  readonly questionId: string;
  readonly turn: number;
  readonly mark: string;
  /** Printable, cut short. */
  readonly excerpt: string;
}

/** One check on one board or model. */
export interface AuditFinding {
  readonly check: AuditCheck;
  readonly suite: string;
  readonly protocol?: string;
  readonly model?: string;
  readonly outcome: AuditOutcome;
  readonly value: number | null;
  /** Such as `percent` or `points per doubling of length`. */
  readonly unit: string;
  readonly interval: Interval | null;
  readonly acceptable: AcceptableRange;
  /** Verdicts, games or answers behind the figure. */
  readonly n: number;
  /** One plain sentence for people. */
  readonly sentence: string;
  readonly examples?: readonly AuditExample[];
  /** Shares of the variance by source, in percent, where it can be split. */
  readonly shares?: {
    readonly questions: number | null;
    readonly trials: number | null;
    readonly judgeRepeats: number | null;
  };
}
