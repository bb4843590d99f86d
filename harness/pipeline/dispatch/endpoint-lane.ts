import pLimit from "p-limit";
import type { Clock } from "../../core/clock.js";
import type { EndpointError } from "../../core/errors.js";
import { presentFields } from "../../core/present-fields.js";
import { AdaptiveConcurrency, type ConcurrencyBounds } from "./adaptive-concurrency.js";
import {
  type BreakerOptions,
  CircuitBreaker,
  type CircuitCause,
  type CircuitChange,
} from "./circuit-breaker.js";
import { believableUsage } from "./cost.js";
import type { DispatchEvent, EndpointProgress } from "./events.js";
import { FairQueue } from "./fair-queue.js";
import { RateHeaders } from "./rate-headers.js";
import { type RateLimits, RateWindow, type WindowEntry } from "./rate-window.js";
import { type Admission, StartGate } from "./start-gate.js";
import type { StartTurns } from "./start-turns.js";

/** What an endpoint's lane is made with. */
export interface LaneOptions {
  readonly endpoint: string;
  readonly clock: Clock;
  readonly bounds: ConcurrencyBounds;
  readonly limits: RateLimits;
  readonly breaker: BreakerOptions;
  /** Shared by all lanes, since all work for one thread. */
  readonly turns: StartTurns;
  emit(event: DispatchEvent): void;
}

/** A started attempt, as the lane keeps track of it. */
export interface StartedAttempt {
  readonly startedAtMs: number;
  readonly slots: number;
  readonly probe: boolean;
  readonly entry: WindowEntry | undefined;
}

/** How an attempt ended: with a generation, with an error, or cut off by the run itself. */
export type AttemptEnd =
  | { readonly kind: "answered"; readonly tokens: number | undefined }
  | { readonly kind: "failed"; readonly error: EndpointError }
  | { readonly kind: "cut-off" };

interface QueuedCall {
  start(): Promise<void>;
  cancel(): void;
}

/** A change of concurrency by less than this share is not worth an event. */
const NOTABLE_CHANGE = 0.2;

/**
 * Everything that calls to one endpoint share: slots, the queue for them, limits, circuit and pace. A call holds a slot
 * while it passes the gate and while its attempt is under way, never while it waits to be made again.
 */
export class EndpointLane {
  private readonly limit: ReturnType<typeof pLimit>;
  private readonly queue = new FairQueue<QueuedCall>();
  private readonly concurrency: AdaptiveConcurrency;
  private readonly breaker: CircuitBreaker;
  private readonly headers = new RateHeaders();
  private readonly gate: StartGate;
  private readonly window: RateWindow | undefined;
  private underWay = 0;
  /** Attempts that wait for their turn of the event loop alone. */
  private starting = 0;
  private toldSlots: number;
  private lastProblem: EndpointError | undefined;
  /** Calls that wait before they are made again. */
  backingOff = 0;

  constructor(private readonly options: LaneOptions) {
    const { clock, limits } = options;
    this.concurrency = new AdaptiveConcurrency(options.bounds);
    this.toldSlots = this.concurrency.slots;
    this.limit = pLimit(this.concurrency.slots);
    this.breaker = new CircuitBreaker(options.breaker);
    this.window = limits.rpm === undefined && limits.tpm === undefined ? undefined : new RateWindow(limits);
    this.gate = new StartGate({
      clock,
      breaker: this.breaker,
      headers: this.headers,
      window: this.window,
      startIntervalMs: () => this.concurrency.startIntervalMs,
    });
  }

  /** The latest error that counted against the endpoint. */
  get problem(): EndpointError | undefined {
    return this.lastProblem;
  }

  /** Why calls are held, while they are. */
  get cause(): CircuitCause | undefined {
    return this.breaker.cause;
  }

  /** Whether the tokens of calls have to be estimated: a limit per minute, or the endpoint's own, counts them. */
  get countsTokens(): boolean {
    return this.window !== undefined || this.headers.countsTokens;
  }

  /** Live figures. */
  progress(): EndpointProgress {
    const nextProbeAtMs = this.breaker.nextProbeAtMs;
    return {
      endpoint: this.options.endpoint,
      inFlight: this.underWay,
      waiting: this.queue.size + this.gate.waiting,
      backingOff: this.backingOff,
      concurrency: this.concurrency.slots,
      circuit: this.breaker.state,
      ...presentFields({ cause: this.breaker.cause }),
      ...(nextProbeAtMs === undefined
        ? {}
        : { resumesInMs: Math.max(0, nextProbeAtMs - this.options.clock.monotonic()) }),
    };
  }

  /**
   * Runs `body` once the call has its turn and a slot. Resolves with what `cancelled` returns when the lane closes first.
   * @param urgent before the other calls of its model: for calls that are made again or continue something begun
   */
  whenFree<Result>(
    model: string,
    urgent: boolean,
    body: () => Promise<Result>,
    cancelled: Result,
  ): Promise<Result> {
    return new Promise((resolve, reject) => {
      const call: QueuedCall = {
        start: () => body().then(resolve, reject),
        cancel: () => resolve(cancelled),
      };
      this.queue.push(model, call, urgent);
      // Each queued call buys one ticket; which call a ticket serves is the fair queue's choice.
      void this.limit(this.startNext);
    });
  }

  private readonly startNext = (): Promise<void> | undefined => this.queue.shift()?.start();

  /** Asks for leave to start an attempt; the caller holds a slot. */
  async enter(tokens: number): Promise<Admission> {
    this.starting++;
    await this.options.turns.next();
    this.starting--;
    return this.gate.enter(tokens);
  }

  /** Notes the start of an attempt that was admitted. */
  started(admission: Extract<Admission, { kind: "go" }>): StartedAttempt {
    this.underWay++;
    return {
      startedAtMs: this.options.clock.monotonic(),
      slots: this.concurrency.slots,
      probe: admission.probe,
      entry: admission.entry,
    };
  }

  /**
   * Notes the end of an attempt and draws the consequences for those to come.
   * @returns Whether it failed because the endpoint is still starting, and the lane waits for that.
   */
  ended(attempt: StartedAttempt, end: AttemptEnd, rateLimit?: Readonly<Record<string, string>>): boolean {
    const nowMs = this.options.clock.monotonic();
    const sample = {
      startedAtMs: attempt.startedAtMs,
      endedAtMs: nowMs,
      slots: attempt.slots,
      saturated: this.queue.size > 0 || this.underWay >= this.concurrency.slots,
      underWay: this.underWay - 1,
    };
    this.underWay--;
    if (rateLimit !== undefined) this.headers.observe(rateLimit, nowMs, this.options.clock.now());
    // What the run itself cut off says nothing about the endpoint, and nothing starts after it.
    if (end.kind === "cut-off") return false;
    if (end.kind === "answered") {
      if (attempt.entry !== undefined && end.tokens !== undefined) {
        this.window?.settle(attempt.entry, end.tokens);
      }
      this.concurrency.succeeded(sample);
      this.tell(this.breaker.succeeded(nowMs));
    } else {
      this.noteFailure(attempt, sample, end.error);
    }
    this.applyConcurrency();
    this.gate.wake();
    const { cause, state } = this.breaker;
    return (
      end.kind === "failed" && end.error.unready !== undefined && cause === "starting" && state !== "down"
    );
  }

  /** Turns away all calls that have not started. */
  close(): void {
    for (let call = this.queue.shift(); call !== undefined; call = this.queue.shift()) call.cancel();
    this.gate.close();
  }

  private noteFailure(
    attempt: StartedAttempt,
    sample: Parameters<AdaptiveConcurrency["succeeded"]>[0],
    error: EndpointError,
  ): void {
    // What timed out may well have been generated and counted by the endpoint.
    if (attempt.entry !== undefined && error.code !== "timeout") {
      const { inputTokens = 0, outputTokens = 0 } = believableUsage(error.usage) ?? {};
      this.window?.settle(attempt.entry, inputTokens + outputTokens);
    }
    if (!error.retryable) {
      this.tell(this.breaker.succeeded(sample.endedAtMs));
      return;
    }
    this.lastProblem = error;
    const change = this.breaker.failed(sample.endedAtMs, error, attempt.probe, this.underWay + this.starting);
    // How many calls an endpoint takes cannot be learned while it is starting.
    if (this.breaker.cause !== "starting") {
      if (error.code === "rate-limited") this.concurrency.refused(sample);
      else this.concurrency.faulted(sample);
    }
    this.tell(change);
  }

  private applyConcurrency(): void {
    const slots = this.concurrency.slots;
    if (slots === this.limit.concurrency) return;
    this.limit.concurrency = slots;
    if (Math.abs(slots - this.toldSlots) < Math.max(1, NOTABLE_CHANGE * this.toldSlots)) return;
    this.options.emit({
      type: "concurrency-changed",
      endpoint: this.options.endpoint,
      from: this.toldSlots,
      to: slots,
    });
    this.toldSlots = slots;
  }

  private tell(change: CircuitChange | undefined): void {
    if (change === undefined) return;
    const { endpoint } = this.options;
    const message = this.lastProblem?.message ?? "";
    if (change.type === "closed") {
      this.options.emit({ type: "circuit-closed", endpoint, afterMs: change.afterMs });
    } else if (change.type === "starting") {
      this.options.emit({ type: "endpoint-starting", endpoint, patienceMs: change.patienceMs, message });
    } else if (change.type === "opened") {
      const { cause, pauseMs } = change;
      this.options.emit({ type: "circuit-open", endpoint, cause, pauseMs, message });
    } else {
      const { cause, afterMs, probes } = change;
      this.options.emit({
        type: "endpoint-given-up",
        endpoint,
        cause,
        afterMs,
        probes,
        message,
      });
    }
  }
}
