import { createHash } from "node:crypto";
import { holdsLongText, jsonPieces } from "./json-pieces.js";
import { slicesOf } from "./text-slices.js";

/** SHA-256 of text (as UTF-8) or bytes, lower-case hex. */
export function sha256(data: string | Uint8Array): string {
  const hash = createHash("sha256");
  for (const piece of typeof data === "string" ? slicesOf(data) : [data]) hash.update(piece);
  return hash.digest("hex");
}

function sorted(value: object): object {
  return Object.fromEntries(Object.entries(value).sort(([x], [y]) => (x < y ? -1 : x > y ? 1 : 0)));
}

/** JSON with sorted keys and without undefined fields: equal values give equal text. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === "object" && !Array.isArray(inner) ? sorted(inner) : inner,
  );
}

function sortedThroughout(value: unknown): unknown {
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map(sortedThroughout);
  const members = Object.entries(value).map(([name, member]) => [name, sortedThroughout(member)]);
  return sorted(Object.fromEntries(members));
}

/** SHA-256 of {@link canonicalJson}, without the text of all of it where it holds long ones. @param value plain JSON */
export function canonicalHash(value: unknown): string {
  if (!holdsLongText(value)) return sha256(canonicalJson(value));
  const hash = createHash("sha256");
  for (const piece of jsonPieces(sortedThroughout(value))) hash.update(piece);
  return hash.digest("hex");
}

/** Short id (16 hex digits) of any JSON value: equal values give equal ids on every machine. */
export function contentId(value: unknown): string {
  return canonicalHash(value).slice(0, 16);
}

/** First line of a text, as eight digits: enough to tell two questions apart, without the question. */
export function lineHash(text: string): string {
  const [line = ""] = text.trimStart().split("\n", 1);
  return sha256(line.trim()).slice(0, 8);
}
