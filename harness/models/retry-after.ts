/** The part of `Headers` that is read. */
export interface HeaderReader {
  get(name: string): string | null;
}

function readNumber(text: string | null): number | undefined {
  if (text === null || !/^\s*\d+(\.\d+)?\s*$/.test(text)) return undefined;
  return Number(text);
}

const UNIT_MS: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1000, ms: 1 };

/** A span as rate limiters write it, such as `1m30.5s` or `860ms`, in milliseconds. */
function readSpan(text: string): number | undefined {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|h|m|s)/g)];
  if (parts.length === 0) return undefined;
  return parts.reduce((sum, part) => sum + Number(part[1]) * (UNIT_MS[part[2] ?? ""] ?? 0), 0);
}

/** Proxies hand on the provider's headers under names of their own (LiteLLM). */
const PREFIXES = ["", "llm_provider-"];

/** A header's value by its own name, else by a proxy's name for it. */
function headerOf(headers: HeaderReader, name: string): string | null {
  for (const prefix of PREFIXES) {
    const value = headers.get(`${prefix}${name}`);
    if (value !== null) return value;
  }
  return null;
}

/**
 * How long an endpoint asks to be left alone, in milliseconds: `retry-after-ms`, `retry-after` in seconds (decimals
 * allowed) or as an HTTP date, else "try again in 1.5s" in the message. A date is read against the response's own
 * `date`, so that a clock that runs wrong does not matter, and against `nowMs` where there is none.
 */
export function readRetryAfter(headers: HeaderReader, message: string, nowMs: number): number | undefined {
  const milliseconds = readNumber(headerOf(headers, "retry-after-ms"));
  if (milliseconds !== undefined) return milliseconds;
  const header = headerOf(headers, "retry-after");
  const seconds = readNumber(header);
  if (seconds !== undefined) return seconds * 1000;
  // Date.parse takes much for a date that is none, such as "-3".
  if (header !== null && /\d:\d\d:\d\d/.test(header)) {
    const until = Date.parse(header);
    const sent = Date.parse(headers.get("date") ?? "");
    if (!Number.isNaN(until)) return Math.max(0, until - (Number.isNaN(sent) ? nowMs : sent));
  }
  const hint = /(?:try again|retry) (?:in|after) ((?:\d+(?:\.\d+)?(?:ms|h|m|s))+)/i.exec(message)?.[1];
  return hint === undefined ? undefined : readSpan(hint);
}

/** Rate-limit headers of a response by lower-case name, or undefined when there are none. */
export function readRateLimit(
  headers: Iterable<readonly [string, string]>,
): Readonly<Record<string, string>> | undefined {
  let found: Record<string, string> | undefined;
  for (const [name, value] of headers) {
    if (!name.includes("ratelimit")) continue;
    found ??= {};
    found[name] = value;
  }
  return found;
}
