/** Limits of one endpoint; both hold in every sliding window of 60 s. */
export interface RateLimits {
  /** Requests per minute. */
  readonly rpm?: number;
  /** Tokens per minute, input and output together. */
  readonly tpm?: number;
}

/** One started call in the window; `tokens` is its estimate until it is settled. */
export interface WindowEntry {
  readonly startedAtMs: number;
  tokens: number;
}

const WINDOW_MS = 60_000;
/** Requests do not arrive at the endpoint with the spacing at which they were sent. */
const MARGIN_MS = 100;

/**
 * Counts requests and tokens of the last 60 s and says how long the next call has to wait. Tokens are reserved by an
 * estimate when a call starts and replaced by its usage when it ends, so the limit holds exactly as far as estimates
 * are not below the truth; what was underestimated delays the calls after it. A call that alone exceeds the limit
 * may start when the window holds no tokens, since it could never start otherwise.
 */
export class RateWindow {
  private entries: WindowEntry[] = [];
  private head = 0;
  private tokens = 0;

  constructor(private readonly limits: RateLimits) {}

  /**
   * Milliseconds until a call of so many tokens may start; 0 when it may now.
   *
   * @param nowMs monotonic milliseconds, never less than in an earlier call
   */
  waitMs(nowMs: number, tokens: number): number {
    this.expire(nowMs);
    return Math.max(this.requestWaitMs(nowMs), this.tokenWaitMs(nowMs, tokens));
  }

  /** Counts a call as started. */
  start(nowMs: number, tokens: number): WindowEntry {
    const entry = { startedAtMs: nowMs, tokens };
    this.entries.push(entry);
    this.tokens += tokens;
    return entry;
  }

  /** Replaces the estimate of a started call by what it used. */
  settle(entry: WindowEntry, tokens: number): void {
    // An entry that has left the window no longer counts in the sum.
    const oldest = this.entries[this.head];
    if (oldest !== undefined && entry.startedAtMs >= oldest.startedAtMs) this.tokens += tokens - entry.tokens;
    entry.tokens = tokens;
  }

  private requestWaitMs(nowMs: number): number {
    const { rpm } = this.limits;
    if (rpm === undefined || this.entries.length - this.head < rpm) return 0;
    return this.leavesInMs(this.entries[this.entries.length - rpm], nowMs);
  }

  private tokenWaitMs(nowMs: number, tokens: number): number {
    const { tpm } = this.limits;
    if (tpm === undefined || this.tokens === 0 || this.tokens + tokens <= tpm) return 0;
    let left = this.tokens;
    for (let index = this.head; index < this.entries.length; index++) {
      const entry = this.entries[index];
      left -= entry?.tokens ?? 0;
      if (left <= 0 || left + tokens <= tpm) return this.leavesInMs(entry, nowMs);
    }
    return 0;
  }

  private leavesInMs(entry: WindowEntry | undefined, nowMs: number): number {
    return entry === undefined ? 0 : Math.max(0, entry.startedAtMs + WINDOW_MS + MARGIN_MS - nowMs);
  }

  private expire(nowMs: number): void {
    for (;;) {
      const oldest = this.entries[this.head];
      if (oldest === undefined || oldest.startedAtMs + WINDOW_MS + MARGIN_MS > nowMs) break;
      this.tokens -= oldest.tokens;
      this.head++;
    }
    if (this.head === this.entries.length) {
      this.entries = [];
      this.head = 0;
      this.tokens = 0;
    } else if (this.head > 1024 && this.head * 2 > this.entries.length) {
      this.entries = this.entries.slice(this.head);
      this.head = 0;
    }
  }
}
