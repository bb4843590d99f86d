/** What one line of a file of batch results says. */
export type ResultLine =
  | { readonly customId: string; readonly kind: "answered"; readonly body: unknown }
  /** The endpoint answered with an error. */
  | { readonly customId: string; readonly kind: "refused"; readonly status: number; readonly body: unknown }
  /** The request was never made: the batch expired or was cancelled before. */
  | { readonly customId: string; readonly kind: "not-run"; readonly code: string; readonly message: string };

function memberOf(value: unknown, key: string): unknown {
  return value !== null && typeof value === "object" && key in value
    ? (value as Readonly<Record<string, unknown>>)[key]
    : undefined;
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

const NOT_RUN = /expired|cancel/i;

/**
 * Reads a line of an output or error file: OpenAI's form, and that of `vllm run-batch`, which puts what an error
 * response said under `error`. Undefined when it is not such a line.
 */
export function readResultLine(value: unknown): ResultLine | undefined {
  const customId = textOf(memberOf(value, "custom_id"));
  if (customId === undefined) return undefined;
  const response = memberOf(value, "response");
  const error = memberOf(value, "error");
  const status = memberOf(response, "status_code");
  const body = memberOf(response, "body");
  const isEmpty = body === undefined || body === null;
  if (status === 200 && !isEmpty) return { customId, kind: "answered", body };
  if (typeof status === "number" && status !== 200) {
    return { customId, kind: "refused", status, body: isEmpty ? errorBody(error) : body };
  }
  if (error === undefined || error === null) {
    return isEmpty
      ? {
          customId,
          kind: "not-run",
          code: "no-response",
          message: "the line holds neither a response nor an error",
        }
      : { customId, kind: "answered", body };
  }
  const code = String(memberOf(error, "code") ?? memberOf(error, "type") ?? "error");
  const message = textOf(memberOf(error, "message")) ?? JSON.stringify(error);
  if (NOT_RUN.test(code)) return { customId, kind: "not-run", code, message };
  const told = Number(memberOf(error, "code"));
  return {
    customId,
    kind: "refused",
    status: Number.isInteger(told) && told >= 400 && told <= 599 ? told : 500,
    body: errorBody(error),
  };
}

/** An error as responses hold it, whether it came bare or wrapped. */
function errorBody(error: unknown): unknown {
  return memberOf(error, "error") === undefined ? { error } : error;
}
