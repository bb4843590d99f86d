import type { Answer, Judgment } from "../core/records.js";

/** Which of the recorded failures are sought again. */
export interface RetryPolicy {
  /** Also those that are final; by default only those that asking again can mend. */
  readonly retryFailed: boolean;
}

/** Whether a record stands, or its task is to be done again. */
export function stands(record: Answer | Judgment, policy: RetryPolicy): boolean {
  return record.status !== "failed" || !(record.error.retryable || policy.retryFailed);
}

/**
 * What a run folder already holds, by task; only what resuming needs of each record, so that a million fit.
 * The last record of a place (model, question, trial, …) is the one that counts. A record that is reused but has
 * another one behind it (the configuration changed and changed back) must therefore be appended anew.
 */
export class RecordBook<Kept> {
  private readonly byTask = new Map<string, Kept>();
  private readonly lastTaskAt = new Map<string, string>();

  /** Takes in one record, in file order; `kept` undefined when its task is to be done again. */
  add(taskId: string, place: string, kept: Kept | undefined): void {
    if (kept === undefined) this.byTask.delete(taskId);
    else this.byTask.set(taskId, kept);
    this.lastTaskAt.set(place, taskId);
  }

  /** Task of the last record of a place. */
  lastTask(place: string): string | undefined {
    return this.lastTaskAt.get(place);
  }

  /** What is kept of a task's record, and whether another record has taken its place since. */
  find(taskId: string, place: string): { readonly kept: Kept; readonly superseded: boolean } | undefined {
    const kept = this.byTask.get(taskId);
    return kept === undefined ? undefined : { kept, superseded: this.lastTaskAt.get(place) !== taskId };
  }
}

/** Where an answer stands: of several records with one place the last counts. */
export function answerPlace(suite: string, model: string, questionId: string, trial: number): string {
  return `${suite}\u0000${model}\u0000${questionId}\u0000${trial}`;
}

/** Where a judgment stands: of several records with one place the last counts. */
export function judgmentPlace(
  judgment: Pick<Judgment, "protocol" | "questionId" | "turn" | "trial" | "a" | "b" | "order">,
): string {
  const { protocol, questionId, turn, trial, a, b, order } = judgment;
  return `${protocol}\u0000${questionId}\u0000${turn}\u0000${trial}\u0000${a}\u0000${b ?? ""}\u0000${order ?? ""}`;
}
