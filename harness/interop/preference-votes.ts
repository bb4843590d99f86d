import { readFileSync } from "node:fs";
import { DataError, messageOf } from "../core/errors.js";
import { type JsonLine, readJsonLines } from "../core/jsonl.js";
import { isVoteRow, parseVote, type Vote } from "../core/vote.js";

/** The records of a JSON array or of a JSONL file; those of an array are counted as lines. */
function* recordsOf(file: string): Generator<JsonLine> {
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

/** Whether a file holds votes, by its first record. @throws DataError when it cannot be read. */
export function isVoteFile(file: string): boolean {
  for (const { value } of recordsOf(file)) return isVoteRow(value);
  return false;
}

/**
 * Reads the votes of a file: a JSON array or JSONL of battle rows, as Chatbot Arena, MT-Bench's published votes and
 * assay write them.
 * @throws DataError with file and line (in an array: number of the record) for a record that is no vote.
 */
export function readPreferenceVotes(file: string): Vote[] {
  return [...recordsOf(file)].map(({ line, value }) => parseVote(file, line, value));
}
