import { readFileSync } from "node:fs";
import { DataError, messageOf } from "../core/errors.js";
import { type JsonLine, readJsonLines } from "../core/jsonl.js";

/**
 * The records of a JSON array (or of one JSON value) in a `.json` file, or those of a JSONL file; records of an array are
 * counted as lines.
 * @throws DataError for what is no JSON.
 */
export function* jsonRecords(file: string): Generator<JsonLine> {
  if (!file.endsWith(".json")) {
    yield* readJsonLines(file);
    return;
  }
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, "utf8"));
  } catch (cause) {
    throw new DataError(`cannot be read as JSON (${messageOf(cause)})`, { code: "broken-json", file, cause });
  }
  const records: readonly unknown[] = Array.isArray(value) ? value : [value];
  for (const [index, record] of records.entries()) yield { line: index + 1, value: record };
}
