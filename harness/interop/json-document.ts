import { closeSync, fstatSync, openSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { isStackFull, isTooDeep, tooDeep } from "../core/depth.js";
import { emptyFile } from "../core/empty-file.js";
import { DataError, messageOf } from "../core/errors.js";
import { sha256 } from "../core/hash.js";
import { refuseRepeatedKeys } from "../core/json-keys.js";
import { decodeText, MOST_TEXT_BYTES, textTooLarge } from "../core/utf8.js";

/** The bytes of a whole file that is read at once. @throws DataError `unreadable-file`, `file-too-large`. */
export function readWholeFile(file: string): Buffer {
  try {
    const handle = openSync(file, "r");
    try {
      if (fstatSync(handle).size > MOST_TEXT_BYTES) throw textTooLarge(file);
      return readFileSync(handle);
    } finally {
      closeSync(handle);
    }
  } catch (cause) {
    if (cause instanceof DataError) throw cause;
    throw new DataError(`cannot be read (${messageOf(cause)})`, {
      ...{ code: "unreadable-file", file, cause, remedy: "Check the path." },
    });
  }
}

const NOT_JSON = /-?\bInfinity\b|\bNaN\b/g;

/** Where the string ends whose opening quotation mark stands at `open`; the text's end where it never does. */
function stringEnd(text: string, open: number): number {
  for (let at = text.indexOf('"', open + 1); at !== -1; at = text.indexOf('"', at + 1)) {
    let slashes = 0;
    while (text[at - 1 - slashes] === "\\") slashes++;
    if (slashes % 2 === 0) return at + 1;
  }
  return text.length;
}

/** `NaN` and `Infinity`, which Python writes outside of strings and JSON does not know, as null. */
function withoutNaN(text: string): string {
  const parts: string[] = [];
  for (let at = 0; at < text.length; ) {
    const open = text.indexOf('"', at);
    const outside = text.slice(at, open === -1 ? text.length : open);
    parts.push(outside.replace(NOT_JSON, "null"));
    if (open === -1) break;
    at = stringEnd(text, open);
    parts.push(text.slice(open, at));
  }
  return parts.join("");
}

function parsed(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    if (cause instanceof Error && isStackFull(cause)) throw tooDeep(file);
    if (text.trim() === "") throw emptyFile(file);
    const plain = /NaN|Infinity/.test(text) ? withoutNaN(text) : text;
    if (plain !== text) return parsed(plain, file);
    throw new DataError(`cannot be read as JSON (${messageOf(cause).slice(0, 120)})`, {
      code: "broken-json",
      file,
      cause,
      remedy: "The file is cut off, or was changed by hand: write it again with the tool that made it.",
    });
  }
}

/**
 * Parses JSON as Python writes it: `NaN` and `Infinity` become null.
 * @param file what errors name
 * @throws DataError `broken-json`, `nested-too-deeply`, `repeated-key`.
 */
export function parseDocument(text: string, file: string): unknown {
  const value = parsed(text, file);
  if (isTooDeep(value)) throw tooDeep(file);
  refuseRepeatedKeys(text, file);
  return value;
}

/** A JSON file with the hash of its bytes. */
export interface JsonDocument {
  readonly value: unknown;
  /** Of the file as it lies there, compressed or not. */
  readonly sha256: string;
}

function inflated(bytes: Buffer, file: string): Buffer {
  try {
    return gunzipSync(bytes, { maxOutputLength: MOST_TEXT_BYTES });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE") throw textTooLarge(file);
    throw new DataError(`cannot be unpacked (${messageOf(cause)})`, { code: "broken-archive", file, cause });
  }
}

/** Reads a `.json` or `.json.gz` file. @throws DataError naming it. */
export function readDocument(file: string): JsonDocument {
  const bytes = readWholeFile(file);
  const isPacked = bytes[0] === 0x1f && bytes[1] === 0x8b;
  const text = decodeText(isPacked ? inflated(bytes, file) : bytes, file);
  return { value: parseDocument(text, file), sha256: sha256(bytes) };
}
