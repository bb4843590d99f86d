import {
  contentFilter,
  contextOverflow,
  type ErrorResponse,
  insufficientQuota,
  modelNotFound,
  type RetryAfterForm,
  rateLimited,
  serverError,
  unauthorized,
  unsupportedParameter,
  type Wording,
} from "./error-bodies.js";
import { hashFraction, type ModelCall } from "./model-calls.js";
import type { ModelReply } from "./replies.js";

/** What can go wrong with one call. */
export type Fault =
  /** 429; waits 1,000 ms unless told. */
  | { readonly kind: "rate-limit"; readonly retryAfter?: RetryAfterForm; readonly waitMs?: number }
  /** Any 5xx (or other) status with an OpenAI-like body. */
  | { readonly kind: "server-error"; readonly status?: number }
  /** Any response at all. */
  | { readonly kind: "response"; readonly response: ErrorResponse }
  /** The socket is reset before anything is sent. */
  | { readonly kind: "connection-reset" }
  /** A complete HTTP message whose JSON ends in the middle. */
  | { readonly kind: "half-json" }
  /** A body that is cut off by the end of the connection. */
  | { readonly kind: "cut-body" }
  /** Headers and the first bytes, then nothing until the client goes away. */
  | { readonly kind: "stalled-body" }
  /** Nothing at all until the client goes away. */
  | { readonly kind: "no-answer" }
  /** A web page with status 200. */
  | { readonly kind: "html" }
  /** A JSON error with status 200, as some gateways send. */
  | { readonly kind: "error-in-200"; readonly code?: number }
  | { readonly kind: "empty-choices" }
  | { readonly kind: "null-content" }
  /** The reply's first half with finish reason `length`. */
  | { readonly kind: "truncated" }
  /** An empty reply with finish reason `content_filter`. */
  | { readonly kind: "filtered-reply" }
  /** Usage figures that no honest server sends. */
  | { readonly kind: "wrong-usage" }
  /** The response names this model. */
  | { readonly kind: "other-model"; readonly model?: string }
  | {
      readonly kind: "unsupported-parameter";
      readonly parameter: string;
      readonly wording?: Wording;
      readonly value?: number;
    }
  | { readonly kind: "context-overflow"; readonly wording?: Wording }
  | { readonly kind: "content-filter" }
  /** 401; `echoKey` repeats the key that was sent. */
  | { readonly kind: "unauthorized"; readonly echoKey?: boolean }
  | { readonly kind: "model-not-found"; readonly wording?: Wording }
  | { readonly kind: "insufficient-quota" };

/** Decides what goes wrong with a call. */
export type FaultPlan = (call: ModelCall) => Fault | undefined;

/** Faults by the order of arrival, from 0. */
export function faultsAt(faults: Readonly<Record<number, Fault>>): FaultPlan {
  return (call) => faults[call.index];
}

/** The first `count` calls of each distinct prompt fail. */
export function faultsPerPrompt(count: number, fault: Fault): FaultPlan {
  const seen = new Map<string, number>();
  return (call) => {
    const key = JSON.stringify([call.model, call.messages, call.prompt]);
    const times = (seen.get(key) ?? 0) + 1;
    seen.set(key, times);
    return times <= count ? fault : undefined;
  };
}

/** Kinds that a client may try again and get through. */
export const passingFaults: readonly Fault[] = [
  { kind: "rate-limit", retryAfter: "seconds", waitMs: 50 },
  { kind: "rate-limit", retryAfter: "milliseconds", waitMs: 50 },
  { kind: "rate-limit", retryAfter: "none" },
  { kind: "server-error", status: 500 },
  { kind: "server-error", status: 503 },
  { kind: "connection-reset" },
  { kind: "half-json" },
  { kind: "cut-body" },
  { kind: "html" },
  { kind: "empty-choices" },
];

/** A share `rate` (0–1) of the calls fails, drawn by seed and order of arrival, with the kinds taken in turn by lot. */
export function seededFaults(rate: number, seed: number, kinds: readonly Fault[] = passingFaults): FaultPlan {
  return (call) => {
    if (hashFraction(`${seed}:${call.index}:whether`) >= rate) return undefined;
    return kinds[Math.floor(hashFraction(`${seed}:${call.index}:which`) * kinds.length)];
  };
}

/** The response of a fault that is an ordinary HTTP error; undefined for the others. */
export function faultResponse(fault: Fault, call: ModelCall, nowMs: number): ErrorResponse | undefined {
  switch (fault.kind) {
    case "rate-limit":
      return rateLimited(fault.retryAfter ?? "seconds", fault.waitMs ?? 1000, nowMs);
    case "server-error":
      return serverError(fault.status ?? 500);
    case "response":
      return fault.response;
    case "html":
      return {
        status: 200,
        body: "<!DOCTYPE html><html><body><h1>Sign in</h1></body></html>",
        headers: { "content-type": "text/html; charset=utf-8" },
      };
    case "error-in-200":
      return {
        status: 200,
        body: { error: { message: "Provider returned error", code: fault.code ?? 502 } },
      };
    case "unsupported-parameter":
      return unsupportedParameter(fault.parameter, fault.wording, fault.value);
    case "context-overflow":
      return contextOverflow(fault.wording);
    case "content-filter":
      return contentFilter();
    case "unauthorized":
      return unauthorized(
        fault.echoKey ? (call.headers.authorization ?? "").replace(/^Bearer /, "") : undefined,
      );
    case "model-not-found":
      return modelNotFound(call.model, fault.wording);
    case "insufficient-quota":
      return insufficientQuota();
    default:
      return undefined;
  }
}

/** The reply as a fault spoils it, where the fault is one of content. */
export function spoilReply(fault: Fault, reply: ModelReply): ModelReply {
  switch (fault.kind) {
    case "empty-choices":
      return { ...reply, body: { ...reply.body, choices: [] } };
    case "null-content":
      return { ...reply, text: null };
    case "truncated":
      return {
        ...reply,
        text: (reply.text ?? "").slice(0, Math.ceil((reply.text ?? "").length / 2)),
        finishReason: "length",
      };
    case "filtered-reply":
      return { ...reply, text: "", finishReason: "content_filter" };
    case "wrong-usage":
      return { ...reply, usage: { prompt_tokens: -5, completion_tokens: "many", total_tokens: null } };
    case "other-model":
      return { ...reply, model: fault.model ?? "another-model-0001" };
    default:
      return reply;
  }
}
