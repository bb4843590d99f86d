import { closeSync, openSync, readSync } from "node:fs";
import { DataError } from "./errors.js";

/** What is said of a file that holds nothing. */
export const EMPTY = "the file is empty";

/** How much of a file is looked at: one that begins with more blanks than this is left to its reader. */
const LOOKED_AT_BYTES = 4096;

/** Whether a file holds nothing, or blanks alone. One that cannot be opened is not called empty. */
function isEmptyFile(file: string): boolean {
  try {
    const handle = openSync(file, "r");
    try {
      const start = Buffer.alloc(LOOKED_AT_BYTES);
      const length = readSync(handle, start);
      return length < LOOKED_AT_BYTES && start.toString("utf8", 0, length).trim() === "";
    } finally {
      closeSync(handle);
    }
  } catch {
    return false;
  }
}

/** The refusal of a file that holds nothing, where something was to be read. */
export function emptyFile(file: string): DataError {
  return new DataError(EMPTY, {
    code: "empty-file",
    file,
    remedy: "Check the path, or write the file again with the tool that made it.",
  });
}

/** @throws DataError `empty-file` for a file that holds nothing, or blanks alone. */
export function refuseEmptyFile(file: string): void {
  if (isEmptyFile(file)) throw emptyFile(file);
}
