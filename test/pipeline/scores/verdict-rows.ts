import type { Verdict } from "../../../harness/core/records.js";
import type { ExpectedSlot, VerdictRow } from "../../../harness/pipeline/scores/verdict-grid/row.js";

/** A verdict under single grading. */
export const rated = (rating: number): Verdict => ({ kind: "rating", rating });

/** A comparison's verdict, without weights of its own. */
export const preferred = (winner: "a" | "b" | "tie"): Verdict => ({
  kind: "preference",
  winner,
  weightB: { a: 0, b: 1, tie: 0.5 }[winner],
});

/** A comparison's verdict with a weight on the second answer, 0 to 1. */
export const weighted = (weightB: number): Verdict => ({
  kind: "preference",
  winner: weightB > 0.5 ? "b" : weightB < 0.5 ? "a" : "tie",
  weightB,
});

/** A reply that holds no verdict. */
export const UNREADABLE: Verdict = { kind: "unreadable", reason: "no verdict in it" };

/** The scoring view of a judgment, of model x, turn 1 and trial 1 unless said otherwise. */
export function verdictAt(
  questionId: string,
  verdict: Verdict | undefined,
  more: Partial<VerdictRow> = {},
): VerdictRow {
  return { questionId, category: "writing", turn: 1, trial: 1, a: "x", ...more, verdict };
}

/** Expected places of questions of one category, in one turn. */
export function slotsOf(category: string, questionIds: readonly string[], turn = 1): ExpectedSlot[] {
  return questionIds.map((questionId) => ({ questionId, category, turn }));
}
