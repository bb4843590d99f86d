/** Longest pause that a header can cause; what resets later (daily quotas) is met by a refusal and its Retry-After. */
const LONGEST_HOLD_MS = 60_000;

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * Reads the time until a limit resets, as the dialects of `x-ratelimit-reset-*` write it: Go durations (`6m0s`,
 * `120ms`), plain seconds, Unix times in seconds or milliseconds, and dates.
 *
 * @param epochMs the present, milliseconds since the epoch
 * @returns milliseconds from now, at least 0; undefined for anything else
 */
export function readResetMs(value: string, epochMs: number): number | undefined {
  const text = value.trim();
  if (/^\d+(\.\d+)?$/.test(text)) {
    const number = Number(text);
    if (number > 1e11) return Math.max(0, number - epochMs);
    if (number > 1e8) return Math.max(0, number * 1_000 - epochMs);
    return number * 1_000;
  }
  if (/^(\d+(\.\d+)?(ms|s|m|h|d))+$/.test(text)) {
    let totalMs = 0;
    for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)) {
      totalMs += Number(amount) * (UNIT_MS[unit ?? ""] ?? 0);
    }
    return totalMs;
  }
  const date = /^[A-Z0-9][\w ,:+.-]+$/i.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - epochMs);
}

/** Names of `remaining`, `reset` and `limit` in OpenAI's, Anthropic's and the plain dialects. */
type HeaderNames = readonly [remaining: string, reset: string, limit: string];
const REQUEST_HEADERS: readonly HeaderNames[] = [
  ["x-ratelimit-remaining-requests", "x-ratelimit-reset-requests", "x-ratelimit-limit-requests"],
  [
    "anthropic-ratelimit-requests-remaining",
    "anthropic-ratelimit-requests-reset",
    "anthropic-ratelimit-requests-limit",
  ],
  ["x-ratelimit-remaining", "x-ratelimit-reset", "x-ratelimit-limit"],
  ["ratelimit-remaining", "ratelimit-reset", "ratelimit-limit"],
];
const TOKEN_HEADERS: readonly HeaderNames[] = [
  ["x-ratelimit-remaining-tokens", "x-ratelimit-reset-tokens", "x-ratelimit-limit-tokens"],
  [
    "anthropic-ratelimit-tokens-remaining",
    "anthropic-ratelimit-tokens-reset",
    "anthropic-ratelimit-tokens-limit",
  ],
];

/**
 * What is left of one limit. When it is used up and its reset has come, endpoints differ in what is free again:
 * everything (a bucket that is full) or a single request (a sliding window). Until a response tells, starts keep the
 * distance that the limit per minute implies, which suits both.
 */
class Allowance {
  private nextStartMs = Number.NEGATIVE_INFINITY;

  constructor(
    private remaining: number,
    private readonly resetsAtMs: number,
    private readonly perMinute: number | undefined,
  ) {}

  waitMs(nowMs: number, need: number): number {
    if (nowMs < this.resetsAtMs) return this.remaining < need ? this.resetsAtMs - nowMs : 0;
    return Math.max(0, this.nextStartMs - nowMs);
  }

  start(nowMs: number, need: number): void {
    const wasUsedUp = this.remaining < need;
    this.remaining -= need;
    if (nowMs < this.resetsAtMs || !wasUsedUp || this.perMinute === undefined) return;
    this.nextStartMs = nowMs + Math.min(LONGEST_HOLD_MS, (60_000 * need) / this.perMinute);
  }
}

/**
 * What an endpoint says is left of its limits. Between two responses the calls that start are counted off, so that a
 * burst does not run into a limit that was announced.
 */
export class RateHeaders {
  private requests: Allowance | undefined;
  private tokens: Allowance | undefined;

  /**
   * Takes over what a response said.
   *
   * @param headers lower-case names
   * @param nowMs monotonic milliseconds
   * @param epochMs milliseconds since the epoch, for reset times given as dates
   */
  observe(headers: Readonly<Record<string, string>>, nowMs: number, epochMs: number): void {
    this.requests = readAllowance(headers, REQUEST_HEADERS, nowMs, epochMs) ?? this.requests;
    this.tokens = readAllowance(headers, TOKEN_HEADERS, nowMs, epochMs) ?? this.tokens;
  }

  /** Whether the endpoint told how many tokens are left. */
  get countsTokens(): boolean {
    return this.tokens !== undefined;
  }

  /** Milliseconds until a call of so many tokens is welcome; 0 when it is now or nothing is known. At most 60,000. */
  waitMs(nowMs: number, tokens: number): number {
    return Math.max(
      this.requests?.waitMs(nowMs, 1) ?? 0,
      this.tokens?.waitMs(nowMs, Math.max(1, tokens)) ?? 0,
    );
  }

  /** Counts a started call off what is left. */
  start(nowMs: number, tokens: number): void {
    this.requests?.start(nowMs, 1);
    this.tokens?.start(nowMs, Math.max(1, tokens));
  }
}

function readAllowance(
  headers: Readonly<Record<string, string>>,
  names: readonly HeaderNames[],
  nowMs: number,
  epochMs: number,
): Allowance | undefined {
  for (const [remainingName, resetName, limitName] of names) {
    const remaining = readCount(headers[remainingName]);
    const resetMs = readResetMs(headers[resetName] ?? "", epochMs);
    if (remaining === undefined || resetMs === undefined) continue;
    const limit = readCount(headers[limitName]);
    const perMinute = limit === undefined || limit < 1 ? undefined : limit;
    return new Allowance(remaining, nowMs + Math.min(resetMs, LONGEST_HOLD_MS), perMinute);
  }
  return undefined;
}

function readCount(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : undefined;
}
