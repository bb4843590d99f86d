import type { RetryAfterForm } from "./error-bodies.js";

/** Limits that the server enforces with 429. */
export interface RateLimitOptions {
  /** Most calls at the same time. */
  readonly maxInFlight?: number;
  /** Most calls in any window of `windowMs`. */
  readonly requests?: number;
  /** Most tokens (one for four characters of the request) in any window. */
  readonly tokens?: number;
  /** Length of the window; a minute by default. */
  readonly windowMs?: number;
  /** How a 429 says when to come back; seconds by default. */
  readonly retryAfter?: RetryAfterForm;
  /** Send `x-ratelimit-*` headers with every response. */
  readonly headers?: boolean;
}

/** Decides over each call and says what is left. */
export interface RateLimiter {
  /** Milliseconds to wait when the call is refused; undefined when it may go on. */
  admit(inFlight: number, tokens: number): number | undefined;
  headers(): Record<string, string>;
}

/** A limiter over a sliding window; refused calls do not count. */
export function createRateLimiter(options: RateLimitOptions, monotonic: () => number): RateLimiter {
  const windowMs = options.windowMs ?? 60_000;
  let admitted: { at: number; tokens: number }[] = [];
  let first = 0;
  const settle = () => {
    const now = monotonic();
    while (first < admitted.length && (admitted[first]?.at ?? now) <= now - windowMs) first++;
    if (first > 1000) {
      admitted = admitted.slice(first);
      first = 0;
    }
    return now;
  };
  const used = () => admitted.length - first;
  const usedTokens = () => {
    let sum = 0;
    for (let index = first; index < admitted.length; index++) sum += admitted[index]?.tokens ?? 0;
    return sum;
  };
  return {
    admit(inFlight, tokens) {
      const now = settle();
      const oldest = admitted[first]?.at ?? now;
      if (options.maxInFlight !== undefined && inFlight > options.maxInFlight) return 100;
      if (options.requests !== undefined && used() >= options.requests) return oldest + windowMs - now;
      if (options.tokens !== undefined && used() > 0 && usedTokens() + tokens > options.tokens) {
        return oldest + windowMs - now;
      }
      admitted.push({ at: now, tokens });
      return undefined;
    },
    headers() {
      if (options.headers !== true) return {};
      const now = settle();
      const reset = `${Math.max(0, Math.round((admitted[first]?.at ?? now - windowMs) + windowMs - now))}ms`;
      const headers: Record<string, string> = {};
      if (options.requests !== undefined) {
        headers["x-ratelimit-limit-requests"] = String(options.requests);
        headers["x-ratelimit-remaining-requests"] = String(Math.max(0, options.requests - used()));
        headers["x-ratelimit-reset-requests"] = reset;
      }
      if (options.tokens !== undefined) {
        headers["x-ratelimit-limit-tokens"] = String(options.tokens);
        headers["x-ratelimit-remaining-tokens"] = String(Math.max(0, options.tokens - usedTokens()));
        headers["x-ratelimit-reset-tokens"] = reset;
      }
      return headers;
    },
  };
}
