import { readFileSync } from "node:fs";
import { DataError, messageOf } from "../core/errors.js";
import { refuseRepeatedKeys } from "../core/json-keys.js";

/** What a file of assay's own must hold. */
export interface OwnDocument<Value> {
  /** Such as `judge card`. */
  readonly what: string;
  /** Its `schema`. */
  readonly schema: string;
  readonly is: (value: unknown) => value is Value;
  /** Code of the error for a file that holds something else. */
  readonly code: string;
  readonly remedy: string;
}

/** Reads a file of assay's own, which is there. @throws DataError `broken-json`, `repeated-key`, and the document's own code. */
export function readOwnDocument<Value>(file: string, document: OwnDocument<Value>): Value {
  const { what, schema, is, code, remedy } = document;
  let text: string;
  let value: unknown;
  try {
    text = readFileSync(file, "utf8");
    value = JSON.parse(text);
  } catch (cause) {
    const told = `cannot be read as JSON (${messageOf(cause)})`;
    throw new DataError(told, { code: "broken-json", file, remedy, cause });
  }
  refuseRepeatedKeys(text, file);
  if (is(value)) return value;
  throw new DataError(`is no ${what} (${schema})`, { code, file, remedy });
}
