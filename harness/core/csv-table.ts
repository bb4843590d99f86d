import { EMPTY } from "./empty-file.js";
import { DataError } from "./errors.js";
import { presentFields } from "./present-fields.js";

/** What an error about a table says besides its place. */
export interface CsvFailure {
  readonly code: string;
  readonly remedy: string;
}

/** A CSV file by its columns. */
export interface CsvTable {
  /** Line of each row. */
  readonly lines: readonly number[];
  /** Whether there is such a column. */
  has(column: string): boolean;
  texts(column: string): string[];
  /** @throws DataError for a cell that is not a finite number. */
  numbers(column: string): Float64Array;
  /** Null for an empty cell, and where there is no such column. @throws DataError for a cell that is no number. */
  optionalNumbers(column: string): (number | null)[];
  /** @throws DataError for a cell that is not a position from 0. */
  positions(column: string): number[];
}

/**
 * Reads a CSV file with a header (RFC 4180, with line feeds or carriage return and line feed).
 *
 * @param wanted columns that have to be there, found by name, in any order; `index` may have no name, as pandas writes it
 * @throws DataError naming the line: nothing in it, a column that is missing, rows of another width, broken quotation
 */
export function readCsvTable(
  text: string,
  file: string,
  wanted: readonly string[],
  failure: CsvFailure,
): CsvTable {
  const broken = (line: number | undefined, message: string) =>
    new DataError(message, { ...failure, file, ...presentFields({ line }) });
  const records = readRecords(text, broken);
  const header = records.shift();
  if (header === undefined) throw broken(undefined, EMPTY);
  const columnOf = (name: string) => {
    const column = header.cells.indexOf(name);
    return column === -1 && name === "index" ? header.cells.indexOf("") : column;
  };
  for (const name of wanted) {
    if (columnOf(name) === -1) throw broken(header.line, `there is no column "${name}"`);
  }
  if (records.length === 0) throw broken(header.line, "there are no rows below the header");
  for (const record of records) {
    if (record.cells.length === header.cells.length) continue;
    const found = `${record.cells.length} cells where the header has ${header.cells.length}`;
    throw broken(record.line, `the row has ${found}`);
  }
  const texts = (column: string) => {
    const at = columnOf(column);
    return records.map((record) => record.cells[at] ?? "");
  };
  const numberIn = (cell: string, row: number, column: string, kind = "a number") => {
    const value = cell.trim() === "" ? Number.NaN : Number(cell);
    if (Number.isFinite(value)) return value;
    throw broken(records[row]?.line, `column "${column}" has "${cell.slice(0, 40)}", which is not ${kind}`);
  };
  return {
    lines: records.map((record) => record.line),
    has: (column) => columnOf(column) !== -1,
    texts,
    numbers: (column) => Float64Array.from(texts(column), (cell, row) => numberIn(cell, row, column)),
    optionalNumbers: (column) =>
      texts(column).map((cell, row) => (cell.trim() === "" ? null : numberIn(cell, row, column))),
    positions: (column) =>
      texts(column).map((cell, row) => {
        const value = numberIn(cell, row, column, "a position from 0");
        if (Number.isSafeInteger(value) && value >= 0 && value < 2 ** 31) return value;
        throw broken(
          records[row]?.line,
          `column "${column}" has "${cell.slice(0, 40)}", which is not a position from 0`,
        );
      }),
  };
}

/** A row of a CSV file with the line that it begins on. */
export interface CsvRecord {
  readonly line: number;
  readonly cells: string[];
}

/**
 * Reads the rows of a CSV file that may have no header (RFC 4180, with line feeds or carriage return and line feed).
 * @throws DataError naming the line for broken quotation; and of an empty file
 */
export function readCsvRows(text: string, file: string, failure: CsvFailure): readonly CsvRecord[] {
  const records = readRecords(text, (line, message) => new DataError(message, { ...failure, file, line }));
  if (records.length === 0) throw new DataError(EMPTY, { ...failure, file });
  return records;
}

/**
 * Which of two columns of one name is meant, nobody knows.
 * @param header names, trimmed; columns without one may be many
 * @throws DataError naming the column
 */
export function refuseRepeatedColumns(
  header: readonly string[],
  failure: CsvFailure & { readonly file: string; readonly line?: number },
): void {
  const seen = new Set<string>();
  const repeated = header.find((name) => name !== "" && seen.size === seen.add(name).size);
  if (repeated === undefined) return;
  throw new DataError(`there are two columns "${repeated.slice(0, 80)}"`, {
    ...failure,
    remedy: "Keep the one that is meant.",
  });
}

/** Blank lines are skipped. */
function readRecords(text: string, broken: (line: number, message: string) => DataError): CsvRecord[] {
  const source = text.startsWith("\ufeff") ? text.slice(1) : text;
  if (!source.includes('"')) return readPlainRecords(source);
  const records: CsvRecord[] = [];
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/y;
  let cells: string[] = [];
  let [line, start] = [1, 1];
  while (cell.lastIndex < source.length) {
    const match = cell.exec(source);
    if (match === null) throw broken(line, "the line is not valid CSV: a quotation mark is out of place");
    const [whole, quoted, plain, end] = match;
    cells.push(quoted === undefined ? (plain ?? "") : quoted.replaceAll('""', '"'));
    for (let at = whole.indexOf("\n"); at !== -1; at = whole.indexOf("\n", at + 1)) line++;
    const lastCell = end !== "," || cell.lastIndex >= source.length;
    if (!lastCell) continue;
    if (end === ",") cells.push("");
    if (cells.length > 1 || cells[0] !== "") records.push({ line: start, cells });
    cells = [];
    start = line;
  }
  return records;
}

/** As {@link readRecords} for a file without quotation marks, which most are, in a fraction of the time. */
function readPlainRecords(source: string): CsvRecord[] {
  return source.split(/\r?\n/).flatMap((text, index) => {
    return text === "" ? [] : [{ line: index + 1, cells: text.split(",") }];
  });
}

/** A line of CSV; cells that need it stand in quotation marks. */
export function csvLine(cells: readonly string[]): string {
  const quoted = cells.map((cell) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell));
  return `${quoted.join(",")}\n`;
}
