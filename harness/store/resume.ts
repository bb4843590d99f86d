import { compositeKey } from "../core/composite-key.js";
import { isEndpointRefusal } from "../core/errors.js";
import { presentFields } from "../core/present-fields.js";
import type {
  Answer,
  AnswerTask,
  AnswerTurn,
  CallRecord,
  Judgment,
  JudgmentTask,
  Replacement,
  Verdict,
} from "../core/records.js";

/** Which of the recorded failures are asked for again. */
export interface RetryPolicy {
  /** Also those that are final; by default only those that asking again can fix. */
  readonly retryFailed: boolean;
}

/**
 * Whether a record stands, or its task is to be done again: a later command may find an endpoint that gives what a final
 * unreadable verdict lacked.
 */
export function stands(record: Answer | Judgment, policy: RetryPolicy): boolean {
  if (record.status === "judged" && record.verdict.kind === "unreadable")
    return record.verdict.final !== true && !policy.retryFailed;
  if (record.status !== "failed" || policy.retryFailed) return record.status !== "failed";
  const { retryable, concernsEndpoint = isEndpointRefusal(record.error.code) } = record.error;
  return !(retryable || concernsEndpoint);
}

/** Whether a judge failed on an item: it could not be asked, or nothing that it said can be read. */
export function failsMechanically(judgment: Judgment): boolean {
  return (
    judgment.status === "failed" || (judgment.status === "judged" && judgment.verdict.kind === "unreadable")
  );
}

/**
 * The verdict that stands in for that of a judge which failed; undefined where there is none.
 * @param protocol of the replacement that counts.
 */
export function replacedVerdict(judgment: Judgment, protocol: string | undefined): Verdict | undefined {
  if (judgment.status === "skipped" || !failsMechanically(judgment)) return undefined;
  const { replacement } = judgment;
  if (replacement?.status !== "judged" || replacement.protocol !== protocol) return undefined;
  return replacement.verdict.kind === "unreadable" ? undefined : replacement.verdict;
}

/**
 * Whether a judgment still wants the verdict of a replacement: the judge failed, and the replacement was not asked, or is to
 * be asked again.
 */
export function wantsReplacement(judgment: Judgment, protocol: string, policy: RetryPolicy): boolean {
  if (judgment.status === "skipped" || !failsMechanically(judgment)) return false;
  const { replacement } = judgment;
  if (replacement?.protocol !== protocol) return true;
  return !stands({ ...judgment, ...replacement, protocol: judgment.protocol } as Judgment, policy);
}

/**
 * What a run folder already holds, by task; only what resuming needs of each record, so that a million fit.
 * The last record of a place (model, question, trial, …) is the one that counts. A record that is reused but has
 * another one behind it (the configuration changed and changed back) must therefore be appended again.
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

  /** Whether a place is held by the record of another task. */
  isTaken(place: string, taskId: string): boolean {
    return (this.lastTaskAt.get(place) ?? taskId) !== taskId;
  }

  /** What is kept of a task's record, and whether another record has taken its place since. */
  find(taskId: string, place: string): { readonly kept: Kept; readonly superseded: boolean } | undefined {
    const kept = this.byTask.get(taskId);
    return kept === undefined ? undefined : { kept, superseded: this.isTaken(place, taskId) };
  }
}

/** A record that takes the place of another configuration's answer until the task's own is there. */
export function replacedAnswer(task: AnswerTask, at: string): Answer {
  const message = "the configuration changed, and the answer under the new one is still to be asked for";
  return {
    taskId: task.id,
    suite: task.suite,
    questionId: task.question.id,
    category: task.question.category,
    model: task.model,
    trial: task.trial,
    at,
    status: "failed",
    turns: [],
    error: { code: "configuration-changed", message, retryable: true },
    attempts: [],
  };
}

function reusedCall<Call extends CallRecord>(call: Call): Call {
  return call.source === undefined ? { ...call, costUsd: 0, source: "cache" } : call;
}

function reusedTurn(turn: AnswerTurn): AnswerTurn {
  return { ...reusedCall(turn), ...presentFields({ scored: turn.scored?.map(reusedCall) }) };
}

function reusedReplacement(replacement: Replacement): Replacement {
  const replies = replacement.replies.map(reusedCall);
  return replacement.status === "judged"
    ? { ...replacement, replies }
    : { ...replacement, replies, attempts: [] };
}

/** What a judgment's task says now of a verdict that was given under an earlier configuration. */
export type Shown = Pick<JudgmentTask, "answers" | "order">;

/**
 * A record as it is appended once more: its calls were paid for when they were made, and count as that alone.
 * @param shown Of a judgment.
 */
export function reusedRecord(record: Answer | Judgment, shown?: Shown): Answer | Judgment {
  const attempts = record.status === "failed" ? { attempts: [] } : {};
  if ("turns" in record) return { ...record, turns: record.turns.map(reusedTurn), ...attempts };
  const { answers, order } = shown ?? record;
  const said = { answers, ...presentFields({ order }) };
  if (record.status === "skipped") return { ...record, ...said };
  const replacement = record.replacement && reusedReplacement(record.replacement);
  return {
    ...record,
    replies: record.replies.map(reusedCall),
    ...attempts,
    ...said,
    ...presentFields({ replacement }),
  };
}

/** Where an answer stands: of several records with one place the last counts. */
export function answerPlace(suite: string, model: string, questionId: string, trial: number): string {
  return compositeKey(suite, model, questionId, trial);
}

/**
 * Where a judgment stands: of several records with one place the last counts. The order is no part of it: who is shown
 * first tells the two games of a pair apart, however the configuration lists the models. Repeats that all count stand in
 * places of their own.
 */
export function judgmentPlace(
  judgment: Pick<Judgment, "protocol" | "questionId" | "turn" | "trial" | "a" | "b" | "repeat">,
): string {
  const { protocol, questionId, turn, trial, a, b, repeat } = judgment;
  return compositeKey(protocol, questionId, turn, trial, a, b ?? "", repeat);
}
