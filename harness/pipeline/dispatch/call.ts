import type { Clock } from "../../core/clock.js";
import type { EndpointError } from "../../core/errors.js";
import { presentFields } from "../../core/present-fields.js";
import type {
  Attempt,
  CallRecord,
  Generation,
  GenerationRequest,
  Model,
  RecordedError,
} from "../../core/records.js";
import type { Budget } from "./budget.js";
import { type AttemptTrace, attemptOf, callRecordOf, roundedMs } from "./call-record.js";
import { believableUsage, costOf, estimateCallTokens, estimateUsage, highestCostOf } from "./cost.js";
import type { EndpointLane, StartedAttempt } from "./endpoint-lane.js";
import type { EndpointRefusals } from "./endpoint-refusals.js";
import type { DispatchEvent } from "./events.js";
import { cutOff, type InFlight } from "./in-flight.js";
import { isReplicated, type ReplicaLease } from "./replicas.js";
import { decideRetry, endpointErrorOf, type RetryPolicy, recordedErrorOf } from "./retry.js";
import type { Admission } from "./start-gate.js";
import type { Accounts, CallAccount } from "./totals.js";

/** What became of a call. */
export type CallOutcome =
  | { readonly ok: true; readonly generation: Generation; readonly record: CallRecord }
  /** Final, or out of retries: becomes a failed record. */
  | { readonly ok: false; readonly error: RecordedError; readonly attempts: readonly Attempt[] }
  /** Nothing is to be recorded: the same command asks again. */
  | { readonly ok: false; readonly stopped: "budget" | "cancelled" | "refused" };

/** What all calls of a dispatcher share. */
export interface CallServices {
  readonly clock: Clock;
  random(): number;
  readonly policy: RetryPolicy;
  readonly inFlight: InFlight;
  readonly budget: Budget | undefined;
  readonly accounts: Accounts;
  readonly refusals: EndpointRefusals;
  /** Aborted when no attempt may start any more. */
  readonly halt: AbortSignal;
  /** See {@link DispatchOptions.latencyOf}. */
  latencyOf(result: object): number | undefined;
  emit(event: DispatchEvent): void;
}

type AttemptResult =
  | { readonly kind: "answered"; readonly generation: Generation; readonly trace: AttemptTrace }
  | {
      readonly kind: "failed";
      readonly error: EndpointError;
      readonly trace: AttemptTrace;
      readonly probe: boolean;
      /** The endpoint is still starting, and the lane waits for that. */
      readonly starting: boolean;
    }
  | { readonly kind: "down" }
  | { readonly kind: "stopped"; readonly why: "budget" | "cancelled" | "refused" };

const cancelled: AttemptResult = { kind: "stopped", why: "cancelled" };

/** Failures after which an endpoint may charge all the same, since it was at work when the line broke. */
const maybeCharged: ReadonlySet<string> = new Set([
  "timeout",
  "invalid-response",
  "reply-too-large",
  "content-filtered",
  "adapter-failed",
]);

/** One call from its first attempt to its outcome. */
class PendingCall {
  private attempts: Attempt[] | undefined;
  /** The latest failed attempt and when it ended: its wait is known only when the next one starts. */
  private unfinished: { readonly attempt: Attempt; readonly endedAtMs: number } | undefined;
  /** The attempt that met an endpoint which is starting. */
  private startup: typeof this.unfinished;
  private failures = 0;
  private readonly highestUsd: number;
  private readonly tokens: number;

  constructor(
    private readonly services: CallServices,
    private readonly lane: EndpointLane,
    private readonly account: CallAccount,
    private readonly model: Model,
    private readonly request: GenerationRequest,
  ) {
    const { price } = account;
    this.highestUsd =
      services.budget === undefined || price === undefined ? 0 : highestCostOf(model, request, price);
    this.tokens = lane.countsTokens ? estimateCallTokens(model, request) : 0;
  }

  async run(): Promise<CallOutcome> {
    for (let urgent = continues(this.request); ; urgent = true) {
      const result = await this.lane.whenFree(this.model.id, urgent, this.attempt, cancelled);
      if (result.kind === "answered") return this.complete(result.generation, result.trace);
      if (result.kind === "stopped") return { ok: false, stopped: result.why };
      if (result.kind === "down") return this.fail(this.downError());
      if (result.starting) {
        this.noteStarting(result.error, result.trace);
        continue;
      }
      const outcome = await this.afterFailure(result.error, result.trace, result.probe);
      if (outcome !== undefined) return outcome;
    }
  }

  /** Body of a slot: money, leave, attempt. */
  private readonly attempt = async (): Promise<AttemptResult> => {
    const { budget, refusals } = this.services;
    if (refusals.hasStopped(this.model.id)) return { kind: "stopped", why: "refused" };
    if (budget !== undefined) {
      const reservation = await budget.reserve(this.highestUsd);
      if (reservation === "cancelled") return cancelled;
      if (reservation === "reached") return { kind: "stopped", why: "budget" };
    }
    await prepare(this.model);
    const admission = await this.lane.enter(this.tokens);
    if (admission.kind === "go") return this.perform(admission);
    budget?.settle(this.highestUsd, 0);
    return admission.kind === "down" ? { kind: "down" } : cancelled;
  };

  private async perform(admission: Extract<Admission, { kind: "go" }>): Promise<AttemptResult> {
    const { services, lane, model } = this;
    this.noteWait();
    const started = lane.started(admission);
    const startedAtEpochMs = services.clock.now();
    const lease = isReplicated(model) ? model.lease() : undefined;
    const trace = (result: Generation | EndpointError): AttemptTrace => ({
      startedAtEpochMs,
      latencyMs: services.latencyOf(result) ?? services.clock.monotonic() - started.startedAtMs,
      replica: lease?.name,
    });
    try {
      const generation = await services.inFlight.run(lease?.model ?? model, this.request);
      const ended = trace(generation);
      this.settleAnswered(generation, started, lease);
      return { kind: "answered", generation, trace: ended };
    } catch (thrown) {
      if (thrown === cutOff) {
        lease?.release(undefined);
        services.budget?.settle(this.highestUsd, this.highestUsd);
        lane.ended(started, { kind: "cut-off" });
        return cancelled;
      }
      const error = endpointErrorOf(thrown);
      lease?.release(error);
      const paid = this.settleFailed(error);
      const starting = lane.ended(started, { kind: "failed", error }, error.rateLimit);
      return { kind: "failed", error, trace: { ...trace(error), ...paid }, probe: admission.probe, starting };
    }
  }

  /** Counts what a failed attempt cost: what its reply told, else the most that it may have cost. */
  private settleFailed(error: EndpointError): Pick<AttemptTrace, "usage" | "costUsd"> {
    const { services, account } = this;
    const usage = believableUsage(error.usage);
    const costUsd =
      usage === undefined || account.price === undefined ? undefined : costOf(usage, account.price);
    if (usage !== undefined) account.addUnusable(usage, costUsd ?? 0);
    services.budget?.settle(this.highestUsd, costUsd ?? (maybeCharged.has(error.code) ? this.highestUsd : 0));
    return { usage, costUsd };
  }

  private settleAnswered(
    generation: Generation,
    started: StartedAttempt,
    lease: ReplicaLease | undefined,
  ): void {
    const { price } = this.account;
    const told = believableUsage(generation.usage);
    lease?.release(undefined);
    if (this.services.budget !== undefined) {
      const free = price === undefined || generation.recorded === true;
      // Without usage the whole reservation counts as spent: the cap is hard.
      const costUsd = free ? 0 : told === undefined ? this.highestUsd : costOf(told, price);
      this.services.budget.settle(this.highestUsd, costUsd);
    }
    const tokens = told === undefined ? undefined : told.inputTokens + told.outputTokens;
    this.lane.ended(started, { kind: "answered", tokens }, generation.rateLimit);
  }

  private complete(generation: Generation, trace: AttemptTrace): CallOutcome {
    const { account, request } = this;
    const { latencyMs } = trace;
    this.services.refusals.answered(this.model.id);
    if (this.attempts !== undefined) this.attempts.push(attemptOf(trace, "ok"));
    const attempts = this.attempts === undefined ? {} : { attempts: this.attempts };
    if (generation.recorded === true) {
      account.recorded++;
      const record = callRecordOf(generation, { latencyMs, costUsd: 0, ...attempts, source: "recording" });
      return { ok: true, generation, record };
    }
    const usage = believableUsage(generation.usage) ?? estimateUsage(request, generation);
    const costUsd = account.price === undefined ? undefined : costOf(usage, account.price);
    account.addCall(usage, costUsd ?? 0);
    const cost = costUsd === undefined ? {} : { costUsd };
    return { ok: true, generation, record: callRecordOf(generation, { latencyMs, ...cost, ...attempts }) };
  }

  /** The first look at an endpoint that is starting leaves a trace; the looks after it are one long wait. */
  private noteStarting(error: EndpointError, trace: AttemptTrace): void {
    if (this.startup === undefined) {
      const attempt = attemptOf(trace, error.code, error.status);
      this.attempts ??= [];
      this.attempts.push(attempt);
      this.startup = { attempt, endedAtMs: this.services.clock.monotonic() };
    }
    this.unfinished = this.startup;
  }

  /** Records a failed attempt and waits before the next; an outcome when there is none. */
  private async afterFailure(
    error: EndpointError,
    trace: AttemptTrace,
    probe: boolean,
  ): Promise<CallOutcome | undefined> {
    const { services, lane, account } = this;
    const attempt = attemptOf(trace, error.code, error.status);
    this.attempts ??= [];
    this.attempts.push(attempt);
    this.startup = undefined;
    // A probe is made for the endpoint's sake; it must not use up the retries of the call that happens to make it.
    if (!probe || services.policy.maxRetries === 0) this.failures++;
    const decision = decideRetry(services.policy, error, this.failures, services.random);
    if (!decision.retry) {
      this.noteRefusal(error);
      return this.fail(recordedErrorOf(error, decision.reason, services.clock.now()));
    }
    const waitMs = probe ? 0 : decision.waitMs;
    this.unfinished = { attempt, endedAtMs: services.clock.monotonic() };
    services.emit({
      type: "retry",
      endpoint: this.model.endpoint,
      model: account.model,
      stage: account.stage,
      attempts: this.attempts.length,
      cause: error.code,
      ...(error.status === undefined ? {} : { status: error.status }),
      waitMs,
      ...(trace.replica === undefined ? {} : { replica: trace.replica }),
    });
    if (waitMs > 0) {
      lane.backingOff++;
      try {
        await services.clock.sleep(waitMs, services.halt);
      } catch {
        return { ok: false, stopped: "cancelled" };
      } finally {
        lane.backingOff--;
      }
    }
    services.accounts.addRetry(account, error.code);
    return undefined;
  }

  /** Completes the trace of the failed attempt before this one. */
  private noteWait(): void {
    if (this.unfinished === undefined || this.attempts === undefined) return;
    const { attempt, endedAtMs } = this.unfinished;
    this.attempts[this.attempts.length - 1] = {
      ...attempt,
      waitedMs: roundedMs(this.services.clock.monotonic() - endedAtMs),
    };
    this.unfinished = undefined;
  }

  private downError(): RecordedError {
    const { problem, cause } = this.lane;
    const what = {
      outage: "did not come back",
      refusals: "went on refusing calls",
      starting: "did not become ready",
    }[cause ?? "outage"];
    return {
      code: problem?.code ?? "connection-failed",
      message: `${this.model.endpoint} ${what} and was given up; last: ${problem?.message ?? "no reply"}`,
      ...presentFields({ status: problem?.status, remedy: problem?.remedy }),
      retryable: true,
    };
  }

  private noteRefusal(error: EndpointError): void {
    const { services, account, model } = this;
    if (!services.refusals.failed(model.id, error)) return;
    services.emit({
      type: "endpoint-refused",
      endpoint: model.endpoint,
      model: account.model,
      stage: account.stage,
      cause: error.code,
      message: error.message,
      ...presentFields({ remedy: error.remedy }),
    });
  }

  private fail(error: RecordedError): CallOutcome {
    this.account.failed++;
    return { ok: false, error, attempts: this.attempts ?? [] };
  }
}

/** What cannot be prepared shows when the model is asked. */
async function prepare(model: Model): Promise<void> {
  try {
    await model.prepare?.();
  } catch {}
}

/** Whether a call continues work that was paid for already and is only kept once it is complete: it goes first. */
function continues({ subject }: GenerationRequest): boolean {
  return subject.kind === "answer" ? subject.turn > 1 || (subject.text ?? 1) > 1 : subject.attempt > 1;
}

/** Makes a call at its endpoint: attempts, waits and retries until there is an outcome. */
export function callEndpoint(
  services: CallServices,
  lane: EndpointLane,
  account: CallAccount,
  model: Model,
  request: GenerationRequest,
): Promise<CallOutcome> {
  return new PendingCall(services, lane, account, model, request).run();
}
