import type { EndpointErrorDetails } from "../core/errors.js";
import { EndpointError } from "../core/errors.js";
import { contentId } from "../core/hash.js";
import { presentFields } from "../core/present-fields.js";
import type { Generation, GenerationRequest, Json } from "../core/records.js";
import type { CallStage } from "../pipeline/dispatch/events.js";
import type { RateLimits } from "../pipeline/dispatch/rate-window.js";

/** Name and key prefix of the queue in Redis; all runs share it, so that workers serve whichever there is. */
export const queueName = { prefix: "assay", name: "calls" } as const;

/** How long results wait in Redis for a run that was cut off to be resumed, in seconds. */
export const RESULTS_KEPT_SECONDS = 7 * 24 * 3600;

/** Schema of {@link CallJob}. */
export const SCHEMA = "assay.call/1";

/** One attempt at a call, as it travels to a worker. Holds names of variables, never keys. */
export interface CallJob {
  readonly schema: typeof SCHEMA;
  /** The run that asks. */
  readonly run: string;
  /** Descriptions that the worker makes the model of: one, or one per replica. */
  readonly specifications: readonly Json[];
  /** Environment variables with keys that were set where the run was started: a worker without them is of no use to it. */
  readonly variables: readonly string[];
  readonly request: GenerationRequest;
  readonly stage: CallStage;
  /** Deadline of the attempt, headers and body, in milliseconds. */
  readonly timeoutMs: number;
  /** Limits of the endpoint over all workers. */
  readonly limits: RateLimits;
}

/** An {@link EndpointError} as it travels back. */
export interface TravellingError extends Omit<EndpointErrorDetails, "cause"> {
  readonly message: string;
}

/** What became of an attempt. */
export type CallResult =
  | { readonly ok: true; readonly generation: Generation; readonly latencyMs: number }
  | { readonly ok: false; readonly error: TravellingError; readonly latencyMs: number }
  /** It waited for its turn under a shared limit when the run took its calls back. */
  | { readonly ok: false; readonly takenBack: true };

/** What a call is made of besides the run that asks. */
export type CallParts = Omit<CallJob, "schema" | "run">;

/** Makes the job of an attempt. */
export function callJob(run: string, parts: CallParts): CallJob {
  return { schema: SCHEMA, run, ...parts };
}

/** Key that stands in Redis while a run takes its calls back. */
export function takeBackKey(run: string): string {
  return `${queueName.prefix}:${queueName.name}:taken-back:${run}`;
}

/** Part of a job's id that follows from what is asked of whom: equal calls have equal ids in every process. */
export function callId(specifications: readonly Json[], request: GenerationRequest): string {
  return contentId({ specifications, request });
}

/** An error for the way. */
export function errorToSend(error: EndpointError): TravellingError {
  const {
    code,
    message,
    retryable,
    status,
    retryAfterMs,
    rateLimit,
    usage,
    remedy,
    concernsEndpoint,
    unready,
  } = error;
  return {
    code,
    message,
    retryable,
    ...presentFields({ status, retryAfterMs, rateLimit, usage, remedy, unready }),
    concernsEndpoint,
  };
}

/** The error that was sent. */
export function errorReceived({ message, ...details }: TravellingError): EndpointError {
  return new EndpointError(message, details);
}
