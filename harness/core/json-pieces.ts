import { bytesForText } from "./long-bytes.js";
import { isLong } from "./text-garbage.js";
import { slicesOf } from "./text-slices.js";

/** Whether a value of plain JSON holds a text that is written in slices. */
export function holdsLongText(value: unknown): boolean {
  if (typeof value === "string") return isLong(value.length);
  if (typeof value !== "object" || value === null) return false;
  if (Array.isArray(value)) return value.some(holdsLongText);
  return Object.values(value).some(holdsLongText);
}

/** A text as JSON has it. */
function* piecesOfText(text: string): Generator<string> {
  yield '"';
  for (const slice of slicesOf(text)) yield JSON.stringify(slice).slice(1, -1);
  yield '"';
}

function* piecesOfList(list: readonly unknown[]): Generator<string> {
  yield "[";
  for (const [index, one] of list.entries()) {
    if (index > 0) yield ",";
    yield* jsonPieces(one ?? null);
  }
  yield "]";
}

function* piecesOfMembers(value: object): Generator<string> {
  let isFirst = true;
  yield "{";
  for (const [name, member] of Object.entries(value)) {
    if (member === undefined) continue;
    yield `${isFirst ? "" : ","}${JSON.stringify(name)}:`;
    isFirst = false;
    yield* jsonPieces(member);
  }
  yield "}";
}

/**
 * What `JSON.stringify` makes of a value of plain JSON, in pieces: a long text is never there as a whole once more.
 * @param value objects, lists, texts, numbers, booleans and null
 */
export function* jsonPieces(value: unknown): Generator<string> {
  if (!holdsLongText(value)) yield JSON.stringify(value);
  else if (typeof value === "string") yield* piecesOfText(value);
  else if (Array.isArray(value)) yield* piecesOfList(value);
  else yield* piecesOfMembers(value as object);
}

/** What `JSON.stringify` makes of a value of plain JSON, in UTF-8. */
export function jsonBytes(value: unknown): Buffer {
  let length = 0;
  for (const piece of jsonPieces(value)) length += Buffer.byteLength(piece);
  const bytes = bytesForText(length);
  let end = 0;
  for (const piece of jsonPieces(value)) end += bytes.write(piece, end);
  return bytes;
}
