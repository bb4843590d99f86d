import { callsOf } from "../core/answer-calls.js";
import { compositeKey } from "../core/composite-key.js";
import type { CallTotals, FailureCount, Manifest, ManifestModel } from "../core/manifest.js";
import { paidAttempts } from "../core/paid-attempts.js";
import { presentFields } from "../core/present-fields.js";
import type {
  Answer,
  Attempt,
  CallRecord,
  Judgment,
  RecordedError,
  Replacement,
  Usage,
} from "../core/records.js";
import { unreadableVerdictOf } from "../core/unreadable-verdict.js";
import { answerPlace, judgmentPlace, replacedVerdict, stands } from "./resume.js";

interface MutableTotals {
  calls: number;
  retries: number;
  cached: number;
  recorded: number;
  usage: { inputTokens: number; outputTokens: number; reasoningTokens: number; cachedInputTokens: number };
  costUsd: number;
  unpriced: number;
}

function emptyTotals(): MutableTotals {
  const usage = { inputTokens: 0, outputTokens: 0, reasoningTokens: 0, cachedInputTokens: 0 };
  return { calls: 0, retries: 0, cached: 0, recorded: 0, usage, costUsd: 0, unpriced: 0 };
}

/** What an endpoint said of itself over a run, with how often. */
class EndpointNames {
  readonly models: Record<string, number> = {};
  readonly fingerprints: Record<string, number> = {};
  readonly dropped = new Set<string>();
  reducedCalls = 0;
  cutPrompts = 0;

  add(call: CallRecord): void {
    if (call.reducedMaxTokens !== undefined) this.reducedCalls++;
    if (call.promptCut === true) this.cutPrompts++;
    const { endpointModel, systemFingerprint } = call;
    if (endpointModel !== undefined) this.models[endpointModel] = (this.models[endpointModel] ?? 0) + 1;
    if (systemFingerprint !== undefined) {
      this.fingerprints[systemFingerprint] = (this.fingerprints[systemFingerprint] ?? 0) + 1;
    }
    for (const parameter of call.droppedParameters ?? []) this.dropped.add(parameter);
  }
}

/**
 * Calls, tokens, money and outcomes of a run, counted from its records, so that they hold over any number of
 * interruptions. Superseded records count for calls and money (they were paid for), not for outcomes.
 */
export class Accounting {
  private readonly totals = new Map<
    string,
    { stage: CallTotals["stage"]; model: string; sums: MutableTotals }
  >();
  private readonly names = new Map<string, EndpointNames>();
  private readonly answers = new Map<string, AnswerOutcome>();
  private readonly failed = new Map<string, Omit<FailureCount, "count">>();
  private readonly judgments = new Map<string, JudgmentOutcome>();
  /** Places of those that failed or cannot be read and that a replacement judged. */
  private readonly replaced = new Set<string>();

  /** @param counts Whether the plan still asks for it; calls and money count in any case. */
  addAnswer(answer: Answer, counts: boolean): void {
    if (counts) {
      const place = answerPlace(answer.suite, answer.model, answer.questionId, answer.trial);
      this.noteFailure(place, "answers", answer.model, problemOf(answer));
    }
    for (const call of callsOf(answer.turns)) this.addCall("answers", answer.model, call);
    if (answer.status === "failed") this.addFailedAttempts("answers", answer.model, answer.attempts);
    if (!counts) return;
    this.answers.set(
      answerPlace(answer.suite, answer.model, answer.questionId, answer.trial),
      outcomeOf(answer),
    );
  }

  /**
   * @param counts Whether the plan still asks for it and the answers that it names still count; calls and money count
   * in any case.
   * @param replacement Protocol of the replacement that counts.
   */
  addJudgment(judgment: Judgment, judgeModel: string, counts: boolean, replacement?: string): void {
    const place = judgmentPlace(judgment);
    this.noteFailure(place, "judgments", judgeModel, counts ? problemOf(judgment) : undefined);
    if (judgment.status !== "skipped") {
      for (const reply of judgment.replies) this.addCall("judgments", judgeModel, reply);
    }
    if (judgment.status === "failed") this.addFailedAttempts("judgments", judgeModel, judgment.attempts);
    if (judgment.status !== "skipped") this.addReplacement(judgment.replacement);
    this.replaced.delete(place);
    if (!counts) {
      this.judgments.delete(place);
      return;
    }
    if (replacedVerdict(judgment, replacement) !== undefined) this.replaced.add(place);
    this.judgments.set(place, outcomeOfJudgment(judgment));
  }

  private addReplacement(replacement: Replacement | undefined): void {
    if (replacement === undefined) return;
    const { judgeModel, replies } = replacement;
    for (const reply of replies) this.addCall("judgments", judgeModel, reply);
    if (replacement.status === "failed")
      this.addFailedAttempts("judgments", judgeModel, replacement.attempts);
  }

  /** The last record of a place decides whether it failed. */
  private noteFailure(
    place: string,
    stage: CallTotals["stage"],
    model: string,
    problem: Problem | undefined,
  ): void {
    if (problem === undefined) this.failed.delete(place);
    else this.failed.set(place, { stage, model, ...problem });
  }

  /** Why what failed failed and what was unreadable could not be read, most frequent first. */
  failures(): FailureCount[] {
    const counts = new Map<string, { failure: Omit<FailureCount, "count">; count: number }>();
    for (const failure of this.failed.values()) {
      const key = failureKey(failure);
      const entry = counts.get(key) ?? { failure, count: 0 };
      entry.count++;
      counts.set(key, entry);
    }
    return [...counts.values()]
      .map(({ failure, count }) => ({ ...failure, count }))
      .sort((x, y) => y.count - x.count)
      .slice(0, MOST_FAILURES);
  }

  private addCall(stage: CallTotals["stage"], model: string, call: CallRecord): void {
    const sums = this.sumsOf(stage, model);
    if (call.source === "cache") sums.cached++;
    else if (call.source === "recording") sums.recorded++;
    else {
      sums.calls++;
      sums.retries += Math.max(0, (call.attempts?.length ?? 1) - 1);
      addUsage(sums.usage, call.usage);
      if (call.costUsd === undefined) sums.unpriced++;
      else sums.costUsd += call.costUsd;
      addPaidAttempts(sums, call.attempts);
    }
    const key = compositeKey(stage, model);
    const names = this.names.get(key) ?? new EndpointNames();
    this.names.set(key, names);
    names.add(call);
  }

  private addFailedAttempts(stage: CallTotals["stage"], model: string, attempts: readonly Attempt[]): void {
    const sums = this.sumsOf(stage, model);
    sums.retries += Math.max(0, attempts.length - 1);
    addPaidAttempts(sums, attempts);
  }

  private sumsOf(stage: CallTotals["stage"], model: string): MutableTotals {
    const key = compositeKey(stage, model);
    const entry = this.totals.get(key) ?? { stage, model, sums: emptyTotals() };
    this.totals.set(key, entry);
    return entry.sums;
  }

  /** Totals by stage and model, in order of first appearance. */
  callTotals(): CallTotals[] {
    return [...this.totals.values()].map(({ stage, model, sums }) => {
      const { unpriced, costUsd, ...counts } = sums;
      return { stage, model, ...counts, costUsd: unpriced > 0 ? null : costUsd };
    });
  }

  /** A model of the manifest with what its endpoint said of itself. */
  withNames(model: ManifestModel, stage: CallTotals["stage"]): ManifestModel {
    const names = this.names.get(compositeKey(stage, model.id));
    if (names === undefined) return model;
    return {
      ...model,
      endpointModels: names.models,
      systemFingerprints: names.fingerprints,
      droppedParameters: [...names.dropped].sort(),
      ...(names.reducedCalls === 0 ? {} : { reducedCalls: names.reducedCalls }),
      ...(names.cutPrompts === 0 ? {} : { cutPrompts: names.cutPrompts }),
    };
  }

  /** Outcome counts for the manifest. */
  answerCounts(): Omit<Manifest["answers"], "planned"> {
    const counts = countValues(this.answers.values());
    const truncated = counts.get("truncated") ?? 0;
    const empty = counts.get("empty") ?? 0;
    const filtered = counts.get("filtered") ?? 0;
    const completed = (counts.get("completed") ?? 0) + truncated + filtered + empty;
    const failed = counts.get("failed") ?? 0;
    return { completed, failed, truncated, empty, ...(filtered === 0 ? {} : { filtered }) };
  }

  /** Outcome counts for the manifest; `judged` are those with a usable verdict. */
  judgmentCounts(): Omit<Manifest["judgments"], "planned"> {
    const counts = countValues(this.judgments.values());
    const of = (key: JudgmentOutcome) => counts.get(key) ?? 0;
    return {
      judged: of("judged"),
      unreadable: of("unreadable"),
      failed: of("failed"),
      skipped: of("skipped"),
      ...(of("abstained") === 0 ? {} : { abstained: of("abstained") }),
      ...(this.replaced.size === 0 ? {} : { replaced: this.replaced.size }),
    };
  }
}

const UNREADABLE = "unreadable-verdict";

/** Kinds of failures that are told apart; a judge can be unreadable in any number of words. */
const MOST_FAILURES = 20;

/** Why one record failed or could not be read. */
export type Problem = Omit<FailureCount, "stage" | "model" | "count">;

function finality(record: Answer | Judgment): { readonly final?: true } {
  return stands(record, { retryFailed: false }) ? { final: true } : {};
}

function problemOfError({ code, message, remedy }: RecordedError, record: Answer | Judgment): Problem {
  return { code, message, ...presentFields({ remedy }), ...finality(record) };
}

/** Why a record failed or could not be read; undefined for one that is as it should be, and for one that was skipped. */
export function problemOf(record: Answer | Judgment): Problem | undefined {
  if (record.status === "failed") return problemOfError(record.error, record);
  if (record.status !== "judged" || record.verdict.kind !== "unreadable") return undefined;
  const problem = unreadableVerdictOf(record.verdict, record.replies.at(-1));
  return { code: UNREADABLE, message: record.verdict.reason, ...problem, ...finality(record) };
}

/** Failures of one key are counted together. */
export function failureKey(failure: Omit<FailureCount, "count">): string {
  const { stage, model, code, message, final = false } = failure;
  return compositeKey(stage, model, code, final, code === UNREADABLE ? message : "");
}

type AnswerOutcome = "completed" | "failed" | "truncated" | "filtered" | "empty";

type JudgmentOutcome = "judged" | "unreadable" | "abstained" | "failed" | "skipped";

function outcomeOfJudgment(judgment: Judgment): JudgmentOutcome {
  if (judgment.status !== "judged") return judgment.status;
  const { kind } = judgment.verdict;
  return kind === "unreadable" || kind === "abstained" ? kind : "judged";
}

function outcomeOf(answer: Answer): AnswerOutcome {
  if (answer.status === "failed") return "failed";
  if (answer.turns.some((turn) => turn.text.trim() === "")) return "empty";
  if (answer.turns.some((turn) => turn.finishReason === "content-filter")) return "filtered";
  return answer.turns.some((turn) => turn.finishReason === "length") ? "truncated" : "completed";
}

function addUsage(sums: MutableTotals["usage"], usage: Usage | undefined): void {
  if (usage === undefined) return;
  sums.inputTokens += usage.inputTokens;
  sums.outputTokens += usage.outputTokens;
  sums.reasoningTokens += usage.reasoningTokens ?? 0;
  sums.cachedInputTokens += usage.cachedInputTokens ?? 0;
}

/** Replies that could not be used were paid for like others. */
function addPaidAttempts(sums: MutableTotals, attempts: readonly Attempt[] | undefined): void {
  const paid = paidAttempts(attempts);
  for (const usage of paid.usages) addUsage(sums.usage, usage);
  sums.costUsd += paid.costUsd;
  sums.unpriced += paid.unpriced;
}

function countValues<Value>(values: Iterable<Value>): Map<Value, number> {
  const counts = new Map<Value, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}
