import { createHash } from "node:crypto";

/** SHA-256 of text (as UTF-8) or bytes, lower-case hex. */
export function sha256(data: string | Uint8Array): string {
  return createHash("sha256").update(data).digest("hex");
}

/** JSON with sorted keys and without undefined fields: equal values give equal text. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === "object" && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([x], [y]) => (x < y ? -1 : x > y ? 1 : 0)))
      : inner,
  );
}

/** Short id (16 hex digits) of any JSON value: equal values give equal ids on every machine. */
export function contentId(value: unknown): string {
  return sha256(canonicalJson(value)).slice(0, 16);
}

/** First line of a text, as eight digits: enough to tell two questions apart, without the question. */
export function lineHash(text: string): string {
  const [line = ""] = text.trimStart().split("\n", 1);
  return sha256(line.trim()).slice(0, 8);
}
