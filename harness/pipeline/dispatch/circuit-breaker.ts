import type { EndpointError } from "../../core/errors.js";

/** `closed`: calls go through. `open`: calls wait. `probing`: one call tries. `down`: given up, calls fail. */
export type CircuitState = "closed" | "open" | "probing" | "down";

/** Why calls to an endpoint are held. */
export type CircuitCause = "outage" | "refusals";

/** When a breaker opens and when it gives up. */
export interface BreakerOptions {
  /** Failures in a row, without one success, that open the circuit; as many as attempts under way if those are more. */
  readonly threshold: number;
  /** First pause, in milliseconds; doubles with every probe that fails. */
  readonly firstPauseMs: number;
  /** Longest pause, in milliseconds. */
  readonly longestPauseMs: number;
  /** Longest time that an endpoint is waited for, in milliseconds. */
  readonly patienceMs: number;
  /** Probes granted to an endpoint that never worked in this run: it is more likely misspelt than restarting. */
  readonly probesOfUnknown: number;
}

/** Defaults: ten failures in a row; pauses of 1 s to 30 s; ten minutes of patience, or four probes. */
export const defaultBreakerOptions: BreakerOptions = {
  threshold: 10,
  firstPauseMs: 1_000,
  longestPauseMs: 30_000,
  patienceMs: 600_000,
  probesOfUnknown: 4,
};

/** A change that people are told about. */
export type CircuitChange =
  | { readonly type: "opened"; readonly cause: CircuitCause; readonly pauseMs: number }
  | { readonly type: "closed"; readonly afterMs: number }
  | {
      readonly type: "gave-up";
      readonly cause: CircuitCause;
      readonly afterMs: number;
      readonly probes: number;
    };

/** How long an endpoint that was given up is left alone before a later call may try it again. */
const REST_MS = 60_000;
/** A pause that follows a Retry-After may be this long. */
const LONGEST_REFUSAL_PAUSE_MS = 60_000;

/**
 * Holds the calls to an endpoint that is down (only faults) or shut (only refusals), lets one call try now and then,
 * and gives up after a bounded time, so that an outage burns neither retries nor hours. Pure: time is passed in.
 */
export class CircuitBreaker {
  private current: CircuitState = "closed";
  private faultsInRow = 0;
  private refusalsInRow = 0;
  private shortestAskedMs = Number.POSITIVE_INFINITY;
  private openedAtMs = 0;
  private resumesAtMs = 0;
  private failedProbes = 0;
  private hasServed = false;

  constructor(private readonly options: BreakerOptions = defaultBreakerOptions) {}

  get state(): CircuitState {
    return this.current;
  }

  /** Monotonic time of the next probe while `open`. */
  get nextProbeAtMs(): number | undefined {
    return this.current === "open" ? this.resumesAtMs : undefined;
  }

  /** Milliseconds until `enter` has an answer; infinite while another call probes. */
  waitMs(nowMs: number): number {
    if (this.current === "open") return Math.max(0, this.resumesAtMs - nowMs);
    return this.current === "probing" ? Number.POSITIVE_INFINITY : 0;
  }

  /** Asks for passage once `waitMs` is 0. `probe` means that this one call decides; its outcome must be reported. */
  enter(nowMs: number): "go" | "probe" | "down" {
    if (this.current === "closed") return "go";
    if (this.current === "down" && nowMs < this.resumesAtMs) return "down";
    this.current = "probing";
    return "probe";
  }

  /** An attempt got an answer, be it one that refuses this very request for good. */
  succeeded(nowMs: number): CircuitChange | undefined {
    this.hasServed = true;
    this.faultsInRow = 0;
    this.refusalsInRow = 0;
    this.shortestAskedMs = Number.POSITIVE_INFINITY;
    if (this.current === "closed") return undefined;
    this.current = "closed";
    this.failedProbes = 0;
    return { type: "closed", afterMs: nowMs - this.openedAtMs };
  }

  /**
   * An attempt failed with a retryable error.
   *
   * @param underWay other attempts at the endpoint: failures come back sooner than generations, so that many attempts
   * at once show a series of failures before the first success of an endpoint that is merely unreliable
   */
  failed(nowMs: number, error: EndpointError, probe: boolean, underWay = 0): CircuitChange | undefined {
    const cause: CircuitCause = error.code === "rate-limited" ? "refusals" : "outage";
    if (probe) return this.probeFailed(nowMs, cause, error.retryAfterMs);
    if (this.current !== "closed") return undefined;
    if (cause === "refusals") {
      this.refusalsInRow++;
      this.faultsInRow = 0;
      if (error.retryAfterMs !== undefined) {
        this.shortestAskedMs = Math.min(this.shortestAskedMs, error.retryAfterMs);
      }
    } else {
      this.faultsInRow++;
    }
    const inRow = cause === "refusals" ? this.refusalsInRow : this.faultsInRow;
    if (inRow < Math.max(this.options.threshold, underWay)) return undefined;
    this.openedAtMs = nowMs;
    this.failedProbes = 0;
    return this.open(nowMs, cause, this.shortestAskedMs);
  }

  private probeFailed(nowMs: number, cause: CircuitCause, askedMs: number | undefined): CircuitChange {
    this.failedProbes++;
    const afterMs = nowMs - this.openedAtMs;
    const givesUp =
      afterMs >= this.options.patienceMs ||
      (!this.hasServed && this.failedProbes >= this.options.probesOfUnknown);
    if (!givesUp) return this.open(nowMs, cause, askedMs ?? Number.POSITIVE_INFINITY);
    this.current = "down";
    this.resumesAtMs = nowMs + REST_MS;
    return { type: "gave-up", cause, afterMs, probes: this.failedProbes };
  }

  private open(nowMs: number, cause: CircuitCause, askedMs: number): CircuitChange {
    const ownMs = Math.min(this.options.longestPauseMs, this.options.firstPauseMs * 2 ** this.failedProbes);
    const pauseMs =
      cause === "refusals" && Number.isFinite(askedMs) ? Math.min(askedMs, LONGEST_REFUSAL_PAUSE_MS) : ownMs;
    this.current = "open";
    this.resumesAtMs = nowMs + Math.max(1, pauseMs);
    return { type: "opened", cause, pauseMs: Math.max(1, pauseMs) };
  }
}
