import { isJsonObject } from "../core/json.js";
import { type CallJob, SCHEMA } from "./call-job.js";

const isText = (value: unknown): value is string => typeof value === "string";
const isLimit = (value: unknown) => value === undefined || (typeof value === "number" && value > 0);
const isCount = (value: unknown) => Number.isSafeInteger(value) && Number(value) >= 1;

const ROLES: ReadonlySet<unknown> = new Set(["system", "user", "assistant"]);
const STAGES: ReadonlySet<unknown> = new Set(["answers", "judgments"]);
/** Head of the schemas of all versions. */
const ANY_VERSION = /^assay\.call\/\d{1,9}$/;

function isMessage(value: unknown): boolean {
  return isJsonObject(value) && ROLES.has(value.role) && isText(value.content);
}

function isSubject(value: unknown): boolean {
  if (!isJsonObject(value) || !isText(value.suite) || !isText(value.questionId)) return false;
  if (!isCount(value.turn) || !isCount(value.trial)) return false;
  if (value.kind === "answer") return true;
  return value.kind === "judgment" && isText(value.a) && isCount(value.attempt);
}

function isRequest(value: unknown): boolean {
  return (
    isJsonObject(value) &&
    Array.isArray(value.messages) &&
    value.messages.every(isMessage) &&
    isJsonObject(value.parameters) &&
    isSubject(value.subject)
  );
}

const PARTS: Readonly<Record<Exclude<keyof CallJob, "schema">, (value: unknown) => boolean>> = {
  run: isText,
  specifications: (value) => Array.isArray(value) && value.length > 0 && value.every(isJsonObject),
  variables: (value) => Array.isArray(value) && value.every(isText),
  request: isRequest,
  stage: (value) => STAGES.has(value),
  timeoutMs: (value) => typeof value === "number" && value > 0,
  limits: (value) => isJsonObject(value) && isLimit(value.rpm) && isLimit(value.tpm),
};

/**
 * Why what stands in the queue is no call that this version understands, in a few words; undefined when it is one.
 * Whoever can write to the Redis can put anything there.
 */
export function problemOfCall(data: unknown): string | undefined {
  if (!isJsonObject(data)) return "it is no call of assay";
  if (data.schema !== SCHEMA) {
    return isText(data.schema) && ANY_VERSION.test(data.schema)
      ? `it is of another version of assay (${data.schema}; this one reads ${SCHEMA})`
      : "it is no call of assay";
  }
  const wrong = Object.entries(PARTS).find(([name, isRight]) => !isRight(data[name]));
  return wrong === undefined ? undefined : `its ${wrong[0]} cannot be read`;
}

/** Whether something is the result of a call, as a worker sends it. */
export function isCallResult(value: unknown): boolean {
  if (!isJsonObject(value)) return false;
  if (value.ok === false && value.takenBack === true) return true;
  if (typeof value.latencyMs !== "number") return false;
  if (value.ok === true) {
    const { generation } = value;
    return isJsonObject(generation) && isText(generation.text) && isText(generation.finishReason);
  }
  const { error } = value;
  const isError = isJsonObject(error) && isText(error.code) && isText(error.message);
  return value.ok === false && isError && typeof error.retryable === "boolean";
}
