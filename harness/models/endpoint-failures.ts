import { EndpointError, type EndpointErrorDetails } from "../core/errors.js";
import { excerpt } from "../core/text.js";
import { isJsonObject, type JsonObject, listOf, memberOf, parseJson } from "./json-reading.js";
import type { Redactor } from "./redaction.js";
import { findBloat } from "./reply-limits.js";
import { type HeaderReader, readRateLimit, readRetryAfter } from "./retry-after.js";

/** What an error response says, wherever its server puts it; texts are empty where it says nothing. */
export interface FailureDetail {
  readonly message: string;
  readonly code: string;
  readonly type: string;
  readonly param: string;
}

/** An error response, with what it said for those who can learn from it. */
export class ResponseFailure extends EndpointError {
  readonly detail: FailureDetail;

  constructor(message: string, details: EndpointErrorDetails, detail: FailureDetail) {
    super(message, details);
    this.detail = detail;
  }
}

function wordsOf(value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value === "number") return String(value);
  return value === undefined || value === null ? "" : JSON.stringify(value);
}

function detailOf(error: JsonObject): FailureDetail {
  const raw = memberOf(error.metadata, "raw");
  const inner = wordsOf(error.message ?? error.detail ?? error.error ?? error.msg);
  return {
    message: raw === undefined ? inner : `${inner} ${wordsOf(raw)}`,
    code: wordsOf(error.code),
    type: wordsOf(error.type),
    param: wordsOf(error.param),
  };
}

/**
 * Finds the message in an error body: `error` as an object or text (OpenAI, llama.cpp, Ollama), a list of them
 * (Gemini), fields at the top (older vLLM, SGLang, Mistral), FastAPI's `detail`, or a web page.
 */
export function describeFailure(body: string): FailureDetail {
  const parsed = findBloat(body) === undefined ? parseJson(body) : undefined;
  const top = Array.isArray(parsed) ? parsed[0] : parsed;
  if (isJsonObject(top)) {
    if (isJsonObject(top.error)) return detailOf(top.error);
    return detailOf(top);
  }
  const page = body
    .replace(/<(script|style)[\s\S]*?<\/\1>/gi, " ")
    .replace(/<[^>]*>/g, " ")
    .replace(/\s+/g, " ")
    .trim();
  return { message: page, code: "", type: "", param: "" };
}

const OVERFLOW =
  /maximum context length|longer than the model's context length|exceeds? the (available|model's( maximum)?|maximum) context|context (length|size|window) (is )?exceeded|prompt is too long|input is too long|exceeds the maximum number of tokens|`?max_new_tokens`? must be <=|too large for model with \d+ maximum context|exceed context window/i;
const FILTERED =
  /content management policy|content[ _-]filter|flagged as potentially violating|input was flagged|content exists risk|data may contain inappropriate content/i;
const FILTER_CODES = new Set([
  "content_filter",
  "content_policy_violation",
  "invalid_prompt",
  "data_inspection_failed",
  "DataInspectionFailed",
]);
const QUOTA =
  /insufficient[ _](quota|balance|credits|funds)|exceeded your current quota|credit balance is too low|billing_hard_limit_reached|billing hard limit/i;

interface Classified {
  readonly code: string;
  readonly retryable: boolean;
  readonly remedy?: string;
}

function classifyByStatus(status: number, detail: FailureDetail, keyName: string): Classified {
  if (status === 401 || status === 403) {
    return {
      code: "unauthorized",
      retryable: false,
      remedy: `Check that ${keyName} holds a key that is valid for this endpoint and may use this model.`,
    };
  }
  if (status === 404 || status === 405) {
    if (status === 404 && /model|deployment/i.test(detail.message + detail.code)) {
      return {
        code: "model-not-found",
        retryable: false,
        remedy: "Check the model name; most endpoints list theirs under the base URL at /models.",
      };
    }
    return {
      code: "bad-request",
      retryable: false,
      remedy: "Check the base URL; for most servers it ends in /v1.",
    };
  }
  if (status === 408) return { code: "timeout", retryable: true };
  if (status === 409 || status === 425) return { code: "server-error", retryable: true };
  if (status === 413) return { code: "context-overflow", retryable: false };
  if (status === 429) {
    if (/request too large/i.test(detail.message)) {
      const remedy = "The request alone is above the account's limit: lower parameters.maxTokens.";
      return { code: "rate-limited", retryable: false, remedy };
    }
    return { code: "rate-limited", retryable: true };
  }
  if (status >= 500 && status !== 501) return { code: "server-error", retryable: true };
  return { code: "bad-request", retryable: false };
}

function classify(status: number, detail: FailureDetail, keyName: string): Classified {
  const all = `${detail.code} ${detail.type} ${detail.message}`;
  if (status === 402 || QUOTA.test(all)) {
    const remedy = "Add credit or use another key; the same command then goes on from here.";
    return { code: "quota-exceeded", retryable: false, remedy };
  }
  if (status === 401) return classifyByStatus(status, detail, keyName);
  if (
    detail.code === "context_length_exceeded" ||
    detail.type === "exceed_context_size_error" ||
    OVERFLOW.test(all)
  ) {
    const remedy = "Lower parameters.maxTokens, or serve the model with a longer context.";
    return { code: "context-overflow", retryable: false, remedy };
  }
  if (status < 500 && status !== 429 && (FILTER_CODES.has(detail.code) || FILTERED.test(all))) {
    return { code: "content-filtered", retryable: false };
  }
  return classifyByStatus(status, detail, keyName);
}

/** What is known about the call besides its response. */
export interface FailureContext {
  /** Name of the endpoint for people. */
  readonly endpoint: string;
  /** Where the key comes from, such as `OPENAI_API_KEY`. */
  readonly keyName: string;
  readonly redact: Redactor;
  readonly nowMs: number;
}

/** Turns an error response into the error that the pipeline acts on; secrets that the server repeats are removed. */
export function readFailure(
  status: number,
  body: string,
  headers: HeaderReader & Iterable<readonly [string, string]>,
  context: FailureContext,
): ResponseFailure {
  const raw = describeFailure(body.slice(0, 100_000));
  const detail: FailureDetail = { ...raw, message: context.redact(raw.message) };
  const { code, retryable, remedy } = classify(status, detail, context.keyName);
  const retryAfterMs = retryable ? readRetryAfter(headers, detail.message, context.nowMs) : undefined;
  const rateLimit = readRateLimit(headers);
  const said = excerpt(detail.message.trim(), 300);
  const message = `${context.endpoint} answered ${status}${said === "" ? "" : `: ${said}`}`;
  return new ResponseFailure(
    message,
    {
      code,
      retryable,
      status,
      ...(remedy === undefined ? {} : { remedy }),
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
      ...(rateLimit === undefined ? {} : { rateLimit }),
    },
    detail,
  );
}

/** Reads an error that a gateway sent with status 200; undefined when the body holds none. */
export function readHiddenFailure(
  body: unknown,
  headers: HeaderReader & Iterable<readonly [string, string]>,
  context: FailureContext,
): ResponseFailure | undefined {
  const error = memberOf(body, "error");
  if (error === undefined || error === null || listOf(memberOf(body, "choices")).length > 0) return undefined;
  const code = Number(memberOf(error, "code"));
  const status = Number.isInteger(code) && code >= 400 && code <= 599 ? code : 500;
  return readFailure(status, JSON.stringify({ error }), headers, context);
}
