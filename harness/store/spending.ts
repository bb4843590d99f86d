import { callsOf } from "../core/answer-calls.js";
import type { CallTotals } from "../core/manifest.js";
import { paidAttempts } from "../core/paid-attempts.js";
import type { Answer, CallRecord, Judgment, Replacement } from "../core/records.js";
import {
  isRunFolder,
  readAnswers,
  readJudgments,
  readManifest,
  readSentinelJudgments,
} from "./run-folder.js";

/**
 * Dollars that earlier runs on a folder spent, for its budget: what its records cost, so that a run that was killed
 * counts too, and what was paid without leaving a record.
 * @throws DataError for damaged files.
 */
export function spentOn(run: string): number {
  if (!isRunFolder(run)) return 0;
  let spentUsd = readManifest(run).unrecordedUsd ?? 0;
  for (const answer of readAnswers(run)) spentUsd += costOfRecord(answer, callsOf(answer.turns));
  for (const judgment of readJudgments(run)) spentUsd += costOfJudgment(judgment);
  for (const judgment of readSentinelJudgments(run)) spentUsd += costOfJudgment(judgment);
  return spentUsd;
}

/** What a record's calls cost in dollars, replies included that could not be used; calls without a price count nothing. */
export function costOfRecord(record: Answer | Judgment | Replacement, calls: readonly CallRecord[]): number {
  let costUsd = record.status === "failed" ? paidAttempts(record.attempts).costUsd : 0;
  for (const call of calls) {
    costUsd += call.costUsd ?? 0;
    // A record that is appended once more tells what was paid for before.
    if (call.source === undefined) costUsd += paidAttempts(call.attempts).costUsd;
  }
  return costUsd;
}

/** What a judgment's calls cost in dollars, those of a replacement included; see {@link costOfRecord}. */
export function costOfJudgment(judgment: Judgment): number {
  if (judgment.status === "skipped") return 0;
  const { replies, replacement } = judgment;
  const instead = replacement === undefined ? 0 : costOfRecord(replacement, replacement.replies);
  return costOfRecord(judgment, replies) + instead;
}

/**
 * Dollars that were spent and that records do not account for; never less than was known before.
 * @param spentUsd all that was spent on the folder, where a budget counted it
 */
export function unrecordedSpending(
  spentUsd: number | undefined,
  totals: readonly CallTotals[],
  known: number | undefined,
): { readonly unrecordedUsd?: number } {
  let unrecordedUsd = spentUsd ?? 0;
  // Records of calls without a price hide what the others cost: nothing can be said then.
  for (const { costUsd } of totals) unrecordedUsd -= costUsd ?? Number.POSITIVE_INFINITY;
  const most = Math.max(known ?? 0, unrecordedUsd);
  return most > 0 ? { unrecordedUsd: most } : {};
}
