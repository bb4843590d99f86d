import { compositeKey } from "../core/composite-key.js";
import { EndpointError } from "../core/errors.js";
import { canonicalJson } from "../core/hash.js";
import type { CallTotals } from "../core/manifest.js";
import { presentFields } from "../core/present-fields.js";
import type { Attempt, Generation, GenerationRequest, Model } from "../core/records.js";
import type { CallOutcome } from "../pipeline/dispatch/call.js";
import { callRecordOf } from "../pipeline/dispatch/call-record.js";
import { believableUsage, costOf, estimateUsage } from "../pipeline/dispatch/cost.js";
import type { Dispatcher } from "../pipeline/dispatch/dispatcher.js";
import type { CallStage, DispatchProgress } from "../pipeline/dispatch/events.js";
import type { PriceTable } from "../pipeline/dispatch/prices.js";
import { type ResponseCache, responseKey } from "../pipeline/dispatch/response-cache.js";
import { recordedErrorOf } from "../pipeline/dispatch/retry.js";
import { Accounts, type CallAccount } from "../pipeline/dispatch/totals.js";
import { type BatchRequest, type BatchWire, batchRequestId } from "./batch-request.js";
import type { BatchState, StoredFailure, StoredReply } from "./batch-state.js";

/** What a {@link BatchDispatcher} works with. */
export interface BatchDispatcherOptions {
  /** Makes the calls of models that are not asked in batches. */
  readonly live: Dispatcher;
  readonly state: BatchState;
  /** Undefined for models that are not asked in batches. */
  readonly wireOf: (model: Model) => BatchWire | undefined;
  /** Prices that hold in batches. */
  readonly prices: PriceTable;
  readonly cache?: ResponseCache | undefined;
  /** Attempts after the first one. */
  readonly maxRetries: number;
}

/** Refusals of one request that are learned from before it is given up; each names another parameter. */
const MOST_REFUSALS = 8;

/** Whether a request's failures are the end of it. */
function isGivenUp(failures: readonly StoredFailure[], maxRetries: number): boolean {
  const last = failures.at(-1);
  if (last === undefined) return false;
  const learned = failures.filter((failure) => failure.learned).length;
  if (last.learned) return learned > MOST_REFUSALS;
  return !last.error.retryable || failures.length - learned > maxRetries;
}

/**
 * A dispatcher that calls nothing: a reply that a batch brought is handed over, and whatever has none yet is noted in
 * {@link BatchDispatcher.due} and put off, as when a run is stopped. So the plan is carried out again after every
 * batch, and makes the same records as call by call.
 */
export class BatchDispatcher implements Dispatcher {
  /** Requests that were asked for and have neither a reply nor a final failure, by custom id. */
  readonly due = new Map<string, BatchRequest>();
  /** Requests whose failures went into records. */
  readonly settled: string[] = [];
  /** Replies that went into records beside those failures. */
  readonly recorded: string[] = [];
  private readonly handedOver = new Map<string, string[]>();
  private readonly accounts: Accounts;

  constructor(private readonly options: BatchDispatcherOptions) {
    this.accounts = new Accounts(options.prices);
  }

  async call(model: Model, request: GenerationRequest, stage: CallStage): Promise<CallOutcome> {
    const { live, state, cache, maxRetries } = this.options;
    const wire = this.options.wireOf(model);
    if (wire === undefined) return live.call(model, request, stage);
    const account = this.accounts.of(stage, model);
    const customId = batchRequestId(model, request);
    const failures = state.failuresOf(customId);
    const reply = state.reply(customId);
    const place = placeOf(model, request);
    if (reply !== undefined) {
      this.handedOver.set(place, [...(this.handedOver.get(place) ?? []), customId]);
      if (!state.isRecorded(customId)) {
        addUnusable(failures, account);
        return this.answered(reply, failures, request, account);
      }
      return fromCache(reply.generation, reply.latencyMs, account);
    }
    addUnusable(failures, account);
    const hit = cache?.get(responseKey(model, request));
    if (hit !== undefined) return fromCache(hit.generation, hit.latencyMs, account);
    const last = failures.at(-1);
    if (last !== undefined && isGivenUp(failures, maxRetries)) {
      this.settled.push(customId);
      this.recorded.push(...(this.handedOver.get(place) ?? []));
      account.failed++;
      return { ok: false, error: last.error, attempts: attemptsOf(failures, account) };
    }
    try {
      wire.write(request);
    } catch (thrown) {
      if (!(thrown instanceof EndpointError)) throw thrown;
      return { ok: false, error: recordedErrorOf(thrown, "final"), attempts: [] };
    }
    this.due.set(customId, { customId, stage, model, wire, request });
    return { ok: false, stopped: "cancelled" };
  }

  private answered(
    reply: StoredReply,
    failures: readonly StoredFailure[],
    request: GenerationRequest,
    account: CallAccount,
  ): CallOutcome {
    const { generation, latencyMs, at } = reply;
    const usage = believableUsage(generation.usage) ?? estimateUsage(request, generation);
    const costUsd = account.price === undefined ? undefined : costOf(usage, account.price);
    account.addCall(usage, costUsd ?? 0);
    const earlier = attemptsOf(failures, account);
    const record = callRecordOf(generation, {
      latencyMs,
      ...presentFields({ costUsd }),
      ...(earlier.length === 0 ? {} : { attempts: [...earlier, { at, latencyMs, outcome: "ok" }] }),
    });
    return { ok: true, generation, record };
  }

  /** Cost of the batch replies that were handed over, in dollars. */
  get batchCostUsd(): number {
    return this.accounts.all().reduce((sum, account) => sum + account.costUsd, 0);
  }

  get progress(): DispatchProgress {
    const { progress } = this.options.live;
    const accounts = this.accounts.all();
    const over = (figure: (account: CallAccount) => number) =>
      accounts.reduce((sum, account) => sum + figure(account), 0);
    return {
      ...progress,
      calls: progress.calls + over((account) => account.calls),
      failed: progress.failed + over((account) => account.failed),
      cached: progress.cached + over((account) => account.cached),
      inputTokens: progress.inputTokens + over((account) => account.usage.inputTokens),
      outputTokens: progress.outputTokens + over((account) => account.usage.outputTokens),
      costUsd: progress.costUsd + over((account) => account.costUsd),
    };
  }

  totals(): readonly CallTotals[] {
    return [...this.options.live.totals(), ...this.accounts.all().map((account) => account.totals())];
  }

  /** Closes nothing: state, cache and the dispatcher for live calls belong to whoever made them. */
  async close(): Promise<void> {}
}

/** Calls that go into one record: the turns of an answer, the attempts at a verdict. */
function placeOf(model: Model, { subject, messages }: GenerationRequest): string {
  const { suite, questionId, trial } = subject;
  const rest = subject.kind === "answer" ? "" : canonicalJson(messages);
  return compositeKey(subject.kind, model.id, suite, questionId, trial, rest);
}

function fromCache(generation: Generation, latencyMs: number, account: CallAccount): CallOutcome {
  account.cached++;
  const record = callRecordOf(generation, { latencyMs, costUsd: 0, source: "cache" });
  return { ok: true, generation, record };
}

/** Counts replies that could not be used and that no record holds yet. */
function addUnusable(failures: readonly StoredFailure[], account: CallAccount): void {
  for (const { usage, costUsd } of attemptsOf(failures, account)) {
    if (usage !== undefined) account.addUnusable(usage, costUsd ?? 0);
  }
}

/** Attempts for the record, priced; a refusal that was learned from is none, unless it was paid for. */
function attemptsOf(failures: readonly StoredFailure[], { price }: CallAccount): Attempt[] {
  return failures
    .filter(({ learned, attempt }) => !learned || attempt.usage !== undefined)
    .map(({ attempt }) => {
      const { usage } = attempt;
      return usage === undefined || price === undefined
        ? attempt
        : { ...attempt, costUsd: costOf(usage, price) };
    });
}
