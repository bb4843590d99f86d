import { isUtf8 } from "node:buffer";
import { DataError } from "./errors.js";

/** What stands for bytes that are no UTF-8, after decoding. */
const REPLACEMENT = "\ufffd";

/** Whether a text that was decoded from bytes lacks some of them, because they are no UTF-8. */
export function isGarbled(text: string, bytes: Uint8Array): boolean {
  return text.includes(REPLACEMENT) && !isUtf8(bytes);
}

/** The error for a file in another encoding. @param line Where it is known. */
export function notUtf8(file: string, line?: number): DataError {
  return new DataError("is not UTF-8 text; it was probably saved as Latin-1 or Windows-1252", {
    code: "not-utf-8",
    file,
    ...(line === undefined ? {} : { line }),
    remedy: "Save it as UTF-8, such as with: iconv -f WINDOWS-1252 -t UTF-8 OLD > NEW",
  });
}

/** Bytes of a text, or of a line of a long one, that are read at once: what is larger is no record and no configuration. */
export const MOST_TEXT_BYTES = 256 << 20;

/** The error for a text of more than {@link MOST_TEXT_BYTES}. @param line Of a file of lines. */
export function textTooLarge(file: string, line?: number): DataError {
  const most = `${MOST_TEXT_BYTES >> 20} MB`;
  return new DataError(`${line === undefined ? "the file" : "the line"} holds more than ${most}`, {
    code: line === undefined ? "file-too-large" : "line-too-long",
    file,
    ...(line === undefined ? {} : { line }),
    remedy: "It is probably damaged, or no file of this kind.",
  });
}

/** Decodes the bytes of a text file, without the mark of byte order that it may begin with. @throws DataError `not-utf-8` naming file and line; `file-too-large`. */
export function decodeText(bytes: Buffer, file: string): string {
  if (bytes.length > MOST_TEXT_BYTES) throw textTooLarge(file);
  const text = bytes.toString("utf8");
  if (!isGarbled(text, bytes)) return text.startsWith("\ufeff") ? text.slice(1) : text;
  const line = text.slice(0, text.indexOf(REPLACEMENT)).split("\n").length;
  throw notUtf8(file, line);
}
