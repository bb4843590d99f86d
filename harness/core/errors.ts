import type { Usage } from "./records.js";
import { printable } from "./text.js";

/** What an {@link AssayError} is made of besides its message. */
export interface ErrorDetails {
  /** Stable kebab-case code that scripts may match on, such as `unknown-suite`. */
  readonly code: string;
  /** What the user can do next, in one sentence. */
  readonly remedy?: string;
  readonly cause?: unknown;
}

/** Base of every error that assay throws on purpose: a code, a message and what to do next. */
export class AssayError extends Error {
  readonly code: string;
  readonly remedy: string | undefined;

  constructor(message: string, details: ErrorDetails) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = new.target.name;
    this.code = details.code;
    this.remedy = details.remedy;
  }
}

/** A mistake in flags, environment or configuration; thrown before the first call is made. Exit code 2. */
export class ConfigError extends AssayError {}

/** Where in a file a {@link DataError} was found. Lines count from 1. */
export interface DataLocation {
  readonly file: string;
  readonly line?: number;
}

/** A file that cannot be read as what it should be; names the file and, where it can, the line. Exit code 2. */
export class DataError extends AssayError {
  readonly file: string;
  readonly line: number | undefined;

  constructor(message: string, details: ErrorDetails & DataLocation) {
    const file = printable(details.file, { oneLine: true });
    const place = details.line === undefined ? file : `${file}:${details.line}`;
    super(`${place}: ${message}`, details);
    this.file = details.file;
    this.line = details.line;
  }
}

/** How an endpoint's failure is to be treated. */
export interface EndpointErrorDetails extends ErrorDetails {
  /** HTTP status, where there was a response. */
  readonly status?: number;
  /** Whether asking again can help: true for limits, faults and timeouts; false for refusals. */
  readonly retryable: boolean;
  /** How long the endpoint asked to wait, in milliseconds. */
  readonly retryAfterMs?: number;
  /** Rate-limit headers of the response, lower-case names, where there were any. */
  readonly rateLimit?: Readonly<Record<string, string>>;
  /** Tokens of a reply that came and cannot be used, as the endpoint counted them: it is paid for all the same. */
  readonly usage?: Usage | undefined;
  /** Whether every other request would be refused alike; by default that follows from the code. */
  readonly concernsEndpoint?: boolean;
  /** Why an endpoint may merely not be ready yet: it says that it loads its model, or nobody listens. */
  readonly unready?: "loading" | "refused";
}

/** Refusals of the endpoint as a whole: no question is to blame, and fixing the cause makes the same command go on. */
const ENDPOINT_REFUSALS: ReadonlySet<string> = new Set(["unauthorized", "model-not-found", "quota-exceeded"]);

/** Whether a code stands for a refusal of the endpoint as a whole (key, model name, quota). */
export function isEndpointRefusal(code: string): boolean {
  return ENDPOINT_REFUSALS.has(code);
}

/**
 * One failed attempt to get a generation. Codes: `rate-limited`, `server-error`, `connection-failed`,
 * `timeout`, `invalid-response`, `context-overflow`, `content-filtered`, `unauthorized`, `model-not-found`,
 * `quota-exceeded`, `bad-request`, `redirect-refused`, `reply-too-large`, `no-recording`, `program-failed`,
 * `adapter-failed`.
 */
export class EndpointError extends AssayError {
  readonly status: number | undefined;
  readonly retryable: boolean;
  readonly retryAfterMs: number | undefined;
  readonly rateLimit: Readonly<Record<string, string>> | undefined;
  /** See {@link EndpointErrorDetails.usage}; whoever knows the reply's body may add it. */
  usage: Usage | undefined;
  readonly unready: "loading" | "refused" | undefined;
  /** Whether the refusal is final for this attempt, but concerns the endpoint and not the request. */
  readonly concernsEndpoint: boolean;

  constructor(message: string, details: EndpointErrorDetails) {
    super(message, details);
    this.concernsEndpoint =
      !details.retryable && (details.concernsEndpoint ?? isEndpointRefusal(details.code));
    this.status = details.status;
    this.retryable = details.retryable;
    this.retryAfterMs = details.retryAfterMs;
    this.rateLimit = details.rateLimit;
    this.usage = details.usage;
    this.unready = details.unready;
  }
}

/** The {@link EndpointError} that something thrown is, or that it was caused by. */
export function endpointErrorWithin(thrown: unknown): EndpointError | undefined {
  for (let cause = thrown, depth = 0; cause instanceof Error && depth < 8; cause = cause.cause, depth++) {
    if (cause instanceof EndpointError) return cause;
  }
  return undefined;
}

/** A report that cannot be drawn or written. */
export class ReportError extends AssayError {}

/**
 * The error for a file or folder that cannot be written: full disk, missing permission, a path that can hold nothing.
 * @param Kind class of the error
 */
export function cannotWrite(
  path: string,
  remedy: string,
  cause: unknown,
  Kind: new (message: string, details: ErrorDetails) => AssayError = AssayError,
): AssayError {
  return new Kind(`${path}: cannot be written (${messageOf(cause)})`, {
    code: "cannot-write",
    remedy,
    cause,
  });
}

/** The message of anything that was thrown. */
export function messageOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  return "code" in thrown && thrown.code === "EISDIR" ? "it is a folder, not a file" : thrown.message;
}
