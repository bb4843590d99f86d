import { EndpointError, type EndpointErrorDetails } from "../core/errors.js";
import { presentFields } from "../core/present-fields.js";
import { excerpt } from "../core/text.js";
import { classifyFailure, statusOfNames } from "./failure-classes.js";
import { describeFailure, type FailureDetail } from "./failure-detail.js";
import { isJsonObject, listOf, memberOf } from "./json-reading.js";
import type { Redactor } from "./redaction.js";
import { type HeaderReader, readRateLimit, readRetryAfter } from "./retry-after.js";

/** An error response, with what it said for those who can learn from it. */
export class ResponseFailure extends EndpointError {
  readonly detail: FailureDetail;

  constructor(message: string, details: EndpointErrorDetails, detail: FailureDetail) {
    super(message, details);
    this.detail = detail;
  }
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

type FailureHeaders = HeaderReader & Iterable<readonly [string, string]>;

/**
 * @param answered What the endpoint did, such as `answered 404`.
 * @param status Undefined where it cannot be told.
 */
function failureOf(
  answered: string,
  status: number | undefined,
  raw: FailureDetail,
  headers: FailureHeaders,
  context: FailureContext,
): ResponseFailure {
  const detail: FailureDetail = { ...raw, message: context.redact(raw.message) };
  const { code, retryable, ...more } = classifyFailure(status, detail, context.keyName);
  const retryAfterMs = retryable ? readRetryAfter(headers, detail.message, context.nowMs) : undefined;
  const rateLimit = readRateLimit(headers);
  const said = excerpt(detail.message.trim(), 300);
  const message = `${context.endpoint} ${answered}${said === "" ? "" : `: ${said}`}`;
  return new ResponseFailure(
    message,
    {
      code,
      retryable,
      ...more,
      ...presentFields({ status, retryAfterMs, rateLimit }),
    },
    detail,
  );
}

/** Turns an error response into the error that the pipeline acts on; secrets that the server repeats are removed. */
export function readFailure(
  status: number,
  body: string,
  headers: FailureHeaders,
  context: FailureContext,
): ResponseFailure {
  return failureOf(`answered ${status}`, status, describeFailure(body.slice(0, 100_000)), headers, context);
}

/**
 * The error that a body with a success status holds: of the whole (`error`, or vLLM's and FastChat's object `error`)
 * or of its first choice, which then may hold half an answer.
 */
function hiddenError(body: unknown): unknown {
  const [choice] = listOf(memberOf(body, "choices"));
  const whole = memberOf(body, "error") ?? undefined;
  if (choice === undefined) return whole ?? (memberOf(body, "object") === "error" ? body : undefined);
  const own = memberOf(choice, "error") ?? undefined;
  if (own !== undefined) return own;
  return String(memberOf(choice, "finish_reason")).toLowerCase() === "error" ? whole : undefined;
}

/**
 * Reads an error that a gateway sent with status 200, under the status that its code or type stands for; undefined
 * when the body holds none.
 */
export function readHiddenFailure(
  body: unknown,
  headers: FailureHeaders,
  context: FailureContext,
): ResponseFailure | undefined {
  const error = hiddenError(body);
  if (error === undefined) return undefined;
  const detail = describeFailure(JSON.stringify(isJsonObject(error) ? error : { error }));
  const status = statusOfNames(detail);
  const answered =
    status === undefined ? "answered 200 with an error" : `answered 200 with an error ${status}`;
  return failureOf(answered, status, detail, headers, context);
}
