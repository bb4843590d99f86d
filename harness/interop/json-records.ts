import { type JsonLine, readJsonLines } from "../core/jsonl.js";
import { readDocument } from "./json-document.js";

/**
 * The records of a JSON array (or of one JSON value) in a `.json` file, or those of a JSONL file; records of an array are
 * counted as lines.
 * @throws DataError for what is no JSON, and a key that is given twice.
 */
export function* jsonRecords(file: string): Generator<JsonLine> {
  if (!file.endsWith(".json")) {
    yield* readJsonLines(file, { uniqueKeys: true });
    return;
  }
  const { value } = readDocument(file);
  const records: readonly unknown[] = Array.isArray(value) ? value : [value];
  for (const [index, record] of records.entries()) yield { line: index + 1, value: record };
}
