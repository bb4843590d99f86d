import { isJsonObject, type JsonObject, memberOf, parseJson } from "./json-reading.js";
import { textOfPage } from "./page-text.js";
import { findBloat } from "./reply-limits.js";

/** What an error response says, wherever its server puts it; texts are empty where it says nothing. */
export interface FailureDetail {
  readonly message: string;
  readonly code: string;
  readonly type: string;
  readonly param: string;
  /** A status in words or digits (Gemini's `status`). */
  readonly state?: string;
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
    state: wordsOf(error.status ?? error.status_code),
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
  return { message: textOfPage(body), code: "", type: "", param: "" };
}
