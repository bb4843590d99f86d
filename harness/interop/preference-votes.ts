import { isVoteRow, parseVote, type Vote } from "../core/vote.js";
import { jsonRecords } from "./json-records.js";

/** Whether a file holds votes, by its first record. @throws DataError when it cannot be read. */
export function isVoteFile(file: string): boolean {
  for (const { value } of jsonRecords(file)) return isVoteRow(value);
  return false;
}

/**
 * Reads the votes of a file: a JSON array or JSONL of battle rows, as Chatbot Arena, MT-Bench's published votes and
 * assay write them.
 * @throws DataError with file and line (in an array: number of the record) for a record that is no vote.
 */
export function readPreferenceVotes(file: string): Vote[] {
  return [...jsonRecords(file)].map(({ line, value }) => parseVote(file, line, value));
}
