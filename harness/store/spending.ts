import type { CallTotals } from "../core/manifest.js";
import type { CallRecord } from "../core/records.js";
import { isRunFolder, readAnswers, readJudgments, readManifest } from "./run-folder.js";

/**
 * Dollars that earlier runs on a folder spent, for its budget: what its records cost, so that a run that was killed
 * counts too, and what was paid without leaving a record.
 * @throws DataError for damaged files.
 */
export function spentOn(run: string): number {
  if (!isRunFolder(run)) return 0;
  let spentUsd = readManifest(run).unrecordedUsd ?? 0;
  const add = (calls: readonly CallRecord[]) => {
    for (const { costUsd } of calls) spentUsd += costUsd ?? 0;
  };
  for (const answer of readAnswers(run)) add(answer.turns);
  for (const judgment of readJudgments(run)) if (judgment.status !== "skipped") add(judgment.replies);
  return spentUsd;
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
