import type { IncomingHttpHeaders } from "node:http";

/** A message as it stands in a chat request. */
export interface WireMessage {
  readonly role: string;
  readonly content: string;
}

/** The API that was called. */
export type CallEndpoint = "chat" | "completions" | "responses";

/** The API of a path such as `/v1/responses`. */
export function endpointOf(path: string): CallEndpoint {
  if (path.endsWith("/responses")) return "responses";
  return path.endsWith("/chat/completions") ? "chat" : "completions";
}

/** A call for a completion as the server understood it. */
export interface ModelCall {
  /** From 0, in the order in which the calls arrived. */
  readonly index: number;
  readonly endpoint: CallEndpoint;
  /** Model name of the request. */
  readonly model: string;
  /** The last user message, or the raw prompt of `/v1/completions`. */
  readonly prompt: string;
  readonly messages: readonly WireMessage[];
  readonly body: Readonly<Record<string, unknown>>;
  readonly headers: IncomingHttpHeaders;
}

/** Whether a value is a JSON object. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

function contentText(content: unknown): string {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return "";
  return content.map((part) => (isObject(part) && typeof part.text === "string" ? part.text : "")).join("");
}

/** Reads a request body of any endpoint. */
export function readModelCall(
  index: number,
  endpoint: CallEndpoint,
  body: Record<string, unknown>,
  headers: IncomingHttpHeaders,
): ModelCall {
  const given = endpoint === "responses" ? body.input : body.messages;
  const messages: WireMessage[] = Array.isArray(given)
    ? given
        .filter(isObject)
        .map((message) => ({ role: String(message.role), content: contentText(message.content) }))
    : [];
  const lastUser = messages.findLast((message) => message.role === "user");
  const prompt = endpoint === "completions" ? String(body.prompt ?? "") : (lastUser?.content ?? "");
  return {
    index,
    endpoint,
    model: typeof body.model === "string" ? body.model : "",
    prompt,
    messages,
    body,
    headers,
  };
}

/** A number in [0, 1) that depends on nothing but the text (FNV-1a, then a finalizer). */
export function hashFraction(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  hash ^= hash >>> 16;
  return (hash >>> 0) / 0x1_0000_0000;
}
