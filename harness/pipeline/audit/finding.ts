import type { AcceptableRange, AuditFinding, AuditOutcome } from "../../core/audit-finding.js";
import type { Interval } from "../../core/board.js";
import type { Warning } from "../../core/records.js";

export type * from "../../core/audit-finding.js";

/** What `assay audit RUN --json` prints. */
export interface RunAudit {
  readonly schema: "assay.audit/1";
  readonly kind: "run";
  readonly run: string;
  readonly findings: readonly AuditFinding[];
  readonly warnings: readonly Warning[];
}

/** What is acceptable, check by check; docs/judge-quality.md says why. */
export const ACCEPTABLE = {
  /** Percent of decided games that the answer shown first wins, both orders judged. */
  firstSlot: { low: 45, high: 55 },
  /** Win rate in the second slot minus the first, one order judged; percentage points. */
  slotDifference: { low: -10, high: 10 },
  /** Rating points per doubling of an answer's length. */
  ratingPerDoubling: { low: -0.5, high: 0.5 },
  /** Percentage points of the comparison per doubling of the length ratio. */
  pointsPerDoubling: { low: -10, high: 10 },
  /** Rating points by which a judge favours its family more than another judge does. */
  familyRating: { low: -0.5, high: 0.5 },
  /** Likewise in percentage points of comparisons. */
  familyPoints: { low: -5, high: 5 },
  /** Percent of answers that no other question got word for word. */
  distinctAnswers: { low: 90, high: null },
  /** Percent of answers with a mark of a judge's template. */
  collisions: { low: null, high: 1 },
  /** Percent of verdicts that are the most frequent one. */
  sameVerdicts: { low: null, high: 90 },
  /** Standard deviation of one rating from trial to trial, in points. */
  retestRating: { low: null, high: 1 },
  /** Standard deviation of one comparison from trial to trial, in percentage points. */
  retestPoints: { low: null, high: 30 },
} as const satisfies Readonly<Record<string, AcceptableRange>>;

function isWithin(value: number, range: AcceptableRange): boolean {
  return (range.low === null || value >= range.low) && (range.high === null || value <= range.high);
}

/** Decides an estimate on its interval: flagged when all of it lies outside on one side, ok when all lies inside. */
export function decideOnInterval(interval: Interval | null, acceptable: AcceptableRange): AuditOutcome {
  if (interval === null) return "unknown";
  const { low, high } = acceptable;
  if ((low !== null && interval.high < low) || (high !== null && interval.low > high)) return "flagged";
  return isWithin(interval.low, acceptable) && isWithin(interval.high, acceptable) ? "ok" : "unclear";
}

/** Decides a count of this very run on the count itself; nothing is estimated. */
export function decideOnCount(value: number | null, acceptable: AcceptableRange): AuditOutcome {
  if (value === null) return "unknown";
  return isWithin(value, acceptable) ? "ok" : "flagged";
}
