import { isoTime } from "../../core/clock.js";
import { EndpointError, isEndpointRefusal, messageOf } from "../../core/errors.js";
import { presentFields } from "../../core/present-fields.js";
import type { RecordedError, Usage } from "../../core/records.js";

/** When a failed attempt is made again, and how long is waited before. */
export interface RetryPolicy {
  /** Attempts after the first one. */
  readonly maxRetries: number;
  /** Upper end of the first wait, in milliseconds; doubles with every failure. */
  readonly baseMs: number;
  /** Upper end that waits never grow beyond, in milliseconds. */
  readonly capMs: number;
  /** Longest Retry-After that is waited for, in milliseconds; a longer one ends the call as a retryable failure. */
  readonly longestRetryAfterMs: number;
}

/**
 * Eight retries carry a call through an endpoint that fails three attempts in ten with a chance of 2e-5 to be lost.
 */
export const defaultRetryPolicy: RetryPolicy = {
  maxRetries: 8,
  baseMs: 500,
  capMs: 60_000,
  longestRetryAfterMs: 600_000,
};

/** What follows from a failed attempt. */
export type RetryDecision =
  | { readonly retry: true; readonly waitMs: number }
  /** `final`: asking again cannot help. `exhausted`: no retries left. `too-long`: the endpoint asked for a wait beyond reason. */
  | { readonly retry: false; readonly reason: "final" | "exhausted" | "too-long" };

/** Longest random time added to a Retry-After, so that calls refused together do not come back together. */
const RETRY_AFTER_SPREAD_MS = 1_000;

/**
 * Decides over a failed attempt: exponential backoff with full jitter (M. Brooker, "Exponential Backoff And Jitter",
 * AWS Architecture Blog, 2015), or the endpoint's own Retry-After with a little jitter on top.
 *
 * @param failures attempts of this call that failed and count, this one included; from 1
 * @param random uniform in [0, 1)
 */
export function decideRetry(
  policy: RetryPolicy,
  error: EndpointError,
  failures: number,
  random: () => number,
): RetryDecision {
  if (!error.retryable) return { retry: false, reason: "final" };
  if (failures > policy.maxRetries) return { retry: false, reason: "exhausted" };
  const rangeMs = Math.min(policy.capMs, policy.baseMs * 2 ** Math.max(0, failures - 1));
  const askedMs = error.retryAfterMs;
  if (askedMs === undefined || !Number.isFinite(askedMs) || askedMs < 0) {
    return { retry: true, waitMs: random() * rangeMs };
  }
  if (askedMs > policy.longestRetryAfterMs) return { retry: false, reason: "too-long" };
  return { retry: true, waitMs: askedMs + random() * Math.min(rangeMs, RETRY_AFTER_SPREAD_MS) };
}

function hasCounts(usage: unknown): usage is Usage {
  if (typeof usage !== "object" || usage === null) return false;
  const { inputTokens, outputTokens }: { inputTokens?: unknown; outputTokens?: unknown } = usage;
  return typeof inputTokens === "number" && typeof outputTokens === "number";
}

/**
 * Whatever an adapter threw, as an {@link EndpointError}. An error of that shape from another copy of this package
 * (a user's adapter module may bring its own) is taken over; anything else becomes a final `adapter-failed`.
 */
export function endpointErrorOf(thrown: unknown): EndpointError {
  if (thrown instanceof EndpointError) return thrown;
  if (thrown instanceof Error && thrown.name === "EndpointError") {
    const fields: { readonly [key: string]: unknown } = { ...thrown };
    if (typeof fields.code === "string" && typeof fields.retryable === "boolean") {
      return new EndpointError(thrown.message, {
        code: fields.code,
        retryable: fields.retryable,
        ...(typeof fields.status === "number" ? { status: fields.status } : {}),
        ...(fields.unready === "loading" || fields.unready === "refused" ? { unready: fields.unready } : {}),
        ...(typeof fields.concernsEndpoint === "boolean"
          ? { concernsEndpoint: fields.concernsEndpoint }
          : {}),
        ...(typeof fields.remedy === "string" ? { remedy: fields.remedy } : {}),
        ...(typeof fields.retryAfterMs === "number" ? { retryAfterMs: fields.retryAfterMs } : {}),
        ...(hasCounts(fields.usage) ? { usage: fields.usage } : {}),
        cause: thrown,
      });
    }
  }
  return new EndpointError(`the adapter threw something unexpected: ${messageOf(thrown)}`, {
    code: "adapter-failed",
    retryable: false,
    cause: thrown,
  });
}

const LONGEST_MESSAGE = 2_000;

/**
 * The error that a failed record keeps; the message is cut at 2,000 UTF-16 units, since endpoints echo whole prompts.
 * @param nowMs Milliseconds since the epoch, to say when a wait that is too long ends.
 */
export function recordedErrorOf(
  error: EndpointError,
  reason?: "final" | "exhausted" | "too-long",
  nowMs?: number,
): RecordedError {
  const { retryAfterMs } = error;
  const until =
    nowMs === undefined || retryAfterMs === undefined ? "" : `, until ${isoTime(nowMs + retryAfterMs)}`;
  const asked =
    reason === "too-long" && retryAfterMs !== undefined
      ? ` (it asked to wait ${Math.round(retryAfterMs / 1000)} s${until}, which is longer than a run waits)`
      : "";
  const message = error.message;
  const cut = message.length > LONGEST_MESSAGE ? `${message.slice(0, LONGEST_MESSAGE)}…` : message;
  return {
    code: error.code,
    message: cut + asked,
    ...presentFields({ status: error.status, remedy: error.remedy }),
    retryable: error.retryable,
    // The codes of endpoint-wide refusals say it themselves.
    ...(error.concernsEndpoint && !isEndpointRefusal(error.code) ? { concernsEndpoint: true } : {}),
  };
}
