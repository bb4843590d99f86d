import { type AnswerRating, parsePeoplesWord } from "../core/answer-rating.js";
import { readCsvRows, refuseRepeatedColumns } from "../core/csv-table.js";
import type { JsonLine } from "../core/jsonl.js";
import { presentFields } from "../core/present-fields.js";
import { decodeText } from "../core/utf8.js";
import { isVoteRow, parseVote, type Vote } from "../core/vote.js";
import { readWholeFile } from "./json-document.js";
import { jsonRecords } from "./json-records.js";

/** Whether a file holds votes, by its first record. @throws DataError when it cannot be read. */
export function isVoteFile(file: string): boolean {
  for (const { value } of jsonRecords(file)) return isVoteRow(value);
  return false;
}

/** What a cell stands for: a number, yes or no, a list, nothing, or its text. */
function cellValue(cell: string): unknown {
  const text = cell.trim();
  if (text === "") return undefined;
  if (/^(true|false|-?\d+(\.\d+)?([eE][-+]?\d+)?|\[.*\])$/s.test(text)) {
    try {
      return JSON.parse(text);
    } catch {
      return cell;
    }
  }
  return cell;
}

/** Columns that hold names, which may look like numbers. */
const NAMES: ReadonlySet<string> = new Set([
  "model",
  "model_a",
  "model_b",
  "voter",
  "judge",
  "vote_id",
  "suite",
]);

function* csvRecords(file: string): Generator<JsonLine> {
  const failure = { code: "bad-votes-table", remedy: "Fix or remove this line." };
  const [header, ...rows] = readCsvRows(decodeText(readWholeFile(file), file), file, failure);
  const columns = (header?.cells ?? []).map((name) => name.trim());
  refuseRepeatedColumns(columns, { ...failure, file, ...presentFields({ line: header?.line }) });
  for (const { line, cells } of rows) {
    const fields = columns.flatMap((name, at) => {
      const cell = cells[at] ?? "";
      const value = NAMES.has(name) ? cell.trim() || undefined : cellValue(cell);
      return value === undefined ? [] : [[name, value] as const];
    });
    yield { line, value: Object.fromEntries(fields) };
  }
}

/** The rows of a file of votes and ratings: CSV with a header, JSONL, or a JSON array. @throws DataError. */
export function* voteRecords(file: string): Generator<JsonLine> {
  yield* /\.csv$/i.test(file) ? csvRecords(file) : jsonRecords(file);
}

/**
 * Reads the votes of a file: a JSON array or JSONL of battle rows, as Chatbot Arena, MT-Bench's published votes and
 * assay write them.
 * @throws DataError with file and line (in an array: number of the record) for a record that is no vote.
 */
export function readPreferenceVotes(file: string): Vote[] {
  return [...jsonRecords(file)].map(({ line, value }) => parseVote(file, line, value));
}

/** Reads a file of votes on pairs and ratings of single answers, in any order. @throws DataError as above. */
export function readPeoplesWords(file: string): (Vote | AnswerRating)[] {
  return Array.from(voteRecords(file), ({ line, value }) => parsePeoplesWord(file, line, value));
}
