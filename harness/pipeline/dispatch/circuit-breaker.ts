import type { EndpointError } from "../../core/errors.js";

/** `closed`: calls go through. `open`: calls wait. `probing`: one call tries. `down`: given up, calls fail. */
export type CircuitState = "closed" | "open" | "probing" | "down";

/** Why calls to an endpoint are held; `starting`: it loads its model, or nobody listens there yet. */
export type CircuitCause = "outage" | "refusals" | "starting";

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
  /** How long an endpoint that is starting is waited for, in milliseconds; 0 treats it like any that is down. */
  readonly startupWaitMs: number;
  /** Failures in a row that mean that an endpoint is starting: as many as it has replicas. */
  readonly startupThreshold: number;
}

/**
 * Defaults: ten failures in a row; pauses of 1 s to 30 s; ten minutes of patience, or four probes; five minutes for an
 * endpoint that is starting.
 */
export const defaultBreakerOptions: BreakerOptions = {
  threshold: 10,
  firstPauseMs: 1_000,
  longestPauseMs: 30_000,
  patienceMs: 600_000,
  probesOfUnknown: 4,
  startupWaitMs: 300_000,
  startupThreshold: 1,
};

/** A change that people are told about. */
export type CircuitChange =
  | { readonly type: "opened"; readonly cause: Exclude<CircuitCause, "starting">; readonly pauseMs: number }
  /** Told once, when the wait for an endpoint that is starting begins. */
  | { readonly type: "starting"; readonly patienceMs: number }
  | { readonly type: "closed"; readonly afterMs: number }
  | {
      readonly type: "gave-up";
      readonly cause: CircuitCause;
      readonly afterMs: number;
      readonly probes: number;
    };

/** How long an endpoint that was given up is left alone before a later call may try it again. */
const REST_MS = 60_000;
/** Longest pause between two looks at an endpoint that is starting. */
const LONGEST_STARTUP_PAUSE_MS = 5_000;
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
  private unreadyInRow = 0;
  /** When the wait for a start began; undefined while there is none. */
  private startingSinceMs: number | undefined;
  private openCause: CircuitCause = "outage";

  constructor(private readonly options: BreakerOptions = defaultBreakerOptions) {}

  get state(): CircuitState {
    return this.current;
  }

  /** Why calls are held, while they are. */
  get cause(): CircuitCause | undefined {
    return this.current === "closed" ? undefined : this.openCause;
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
    this.unreadyInRow = 0;
    this.startingSinceMs = undefined;
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
    if (this.mayBeStarting(error)) return this.unready(nowMs, probe);
    const cause = error.code === "rate-limited" ? "refusals" : "outage";
    if (this.startingSinceMs !== undefined) {
      // It listens by now: what it does from here on is judged afresh.
      this.startingSinceMs = undefined;
      this.failedProbes = 0;
      this.openedAtMs = nowMs;
    }
    this.unreadyInRow = 0;
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

  /** A connection that is refused later on is an outage: the endpoint did listen. */
  private mayBeStarting({ unready }: EndpointError): boolean {
    if (this.options.startupWaitMs <= 0 || unready === undefined) return false;
    return unready === "loading" || !this.hasServed;
  }

  private unready(nowMs: number, probe: boolean): CircuitChange | undefined {
    this.unreadyInRow++;
    if (!probe && (this.current !== "closed" || this.unreadyInRow < this.options.startupThreshold)) {
      return undefined;
    }
    const isNews = this.startingSinceMs === undefined;
    const sinceMs = this.startingSinceMs ?? nowMs;
    this.startingSinceMs = sinceMs;
    this.openCause = "starting";
    if (isNews) this.openedAtMs = nowMs;
    const { startupWaitMs, patienceMs, firstPauseMs } = this.options;
    const allowedMs = this.hasServed ? Math.max(startupWaitMs, patienceMs) : startupWaitMs;
    const waitedMs = nowMs - sinceMs;
    if (waitedMs >= allowedMs) {
      this.current = "down";
      this.resumesAtMs = nowMs + REST_MS;
      this.startingSinceMs = undefined;
      return { type: "gave-up", cause: "starting", afterMs: waitedMs, probes: this.unreadyInRow };
    }
    const pauseMs = Math.min(
      LONGEST_STARTUP_PAUSE_MS,
      firstPauseMs * 2 ** Math.min(10, this.unreadyInRow - 1),
    );
    this.current = "open";
    this.resumesAtMs = nowMs + Math.max(1, Math.min(pauseMs, allowedMs - waitedMs));
    return isNews ? { type: "starting", patienceMs: allowedMs } : undefined;
  }

  private probeFailed(
    nowMs: number,
    cause: Exclude<CircuitCause, "starting">,
    askedMs: number | undefined,
  ): CircuitChange {
    this.failedProbes++;
    this.openCause = cause;
    const afterMs = nowMs - this.openedAtMs;
    const givesUp =
      afterMs >= this.options.patienceMs ||
      (!this.hasServed && this.failedProbes >= this.options.probesOfUnknown);
    if (!givesUp) return this.open(nowMs, cause, askedMs ?? Number.POSITIVE_INFINITY);
    this.current = "down";
    this.resumesAtMs = nowMs + REST_MS;
    return { type: "gave-up", cause, afterMs, probes: this.failedProbes };
  }

  private open(nowMs: number, cause: Exclude<CircuitCause, "starting">, askedMs: number): CircuitChange {
    this.openCause = cause;
    const ownMs = Math.min(this.options.longestPauseMs, this.options.firstPauseMs * 2 ** this.failedProbes);
    const pauseMs =
      cause === "refusals" && Number.isFinite(askedMs) ? Math.min(askedMs, LONGEST_REFUSAL_PAUSE_MS) : ownMs;
    this.current = "open";
    this.resumesAtMs = nowMs + Math.max(1, pauseMs);
    return { type: "opened", cause, pauseMs: Math.max(1, pauseMs) };
  }
}
