import { isoTime } from "./clock.js";
import { DataError } from "./errors.js";

/** Where a row stands, and under which code an error about it goes. */
export interface RowPlace {
  readonly file: string;
  readonly line: number;
  /** Code of errors about this row, where its layout is not FastChat's own. */
  readonly code?: string;
}

/** A row of a file in one of FastChat's layouts, or in one that comes from them, with where it stands. */
export interface FastChatRow extends RowPlace {
  readonly fields: Readonly<Record<string, unknown>>;
}

/** The error for a row that is not what it should be. */
export function badRow(row: RowPlace, problem: string): DataError {
  return new DataError(problem, {
    code: row.code ?? "bad-fastchat-row",
    file: row.file,
    line: row.line,
    remedy: "Fix or remove this line.",
  });
}

/**
 * A parsed line as a row.
 * @param code {@link RowPlace.code}
 * @throws DataError when the line is not a JSON object.
 */
export function rowOf(file: string, line: number, value: unknown, code?: string): FastChatRow {
  const place = { file, line, ...(code === undefined ? {} : { code }) };
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw badRow(place, "is not a JSON object");
  }
  return { ...place, fields: { ...value } };
}

/** A field of text. @throws DataError naming the field. */
export function textField(row: FastChatRow, name: string): string {
  const value = row.fields[name];
  if (typeof value === "string") return value;
  throw badRow(row, `"${name}" is ${value === undefined ? "missing" : "not text"}`);
}

/** A field of text that has to hold something, such as a model's name. @throws DataError naming the field. */
export function nameField(row: FastChatRow, name: string): string {
  const value = textField(row, name);
  if (value.trim() === "") throw badRow(row, `"${name}" is empty`);
  return value;
}

/** The question's id as text; FastChat writes integers. @throws DataError. */
export function questionIdOf(row: FastChatRow): string {
  const value = row.fields.question_id;
  if (typeof value === "number" && Number.isFinite(value)) return String(value);
  if (typeof value === "string" && value !== "") return value;
  throw badRow(row, '"question_id" is missing or neither a number nor text');
}

/** A question's id as FastChat writes it: an integer where it is one. */
export function fastChatQuestionId(id: string): number | string {
  return /^(0|[1-9]\d{0,14})$/.test(id) ? Number(id) : id;
}

/** `tstamp`, seconds since the epoch, as a time with all of its digits; the start of the epoch where there is none. @throws DataError. */
export function timeOf(row: FastChatRow): string {
  const { tstamp } = row.fields;
  if (tstamp === undefined || tstamp === null) return isoTime(0);
  if (typeof tstamp !== "number" || !(tstamp >= 0 && tstamp < 1e11)) {
    throw badRow(row, '"tstamp" is not a number of seconds');
  }
  const [seconds = "0", fraction] = String(tstamp).split(".");
  if (fraction === undefined || String(tstamp).includes("e")) return isoTime(tstamp * 1000);
  return `${isoTime(Number(seconds) * 1000).slice(0, 19)}.${fraction}Z`;
}

/** The inverse of {@link timeOf}, for times of any number of digits. */
export function timestampOf(time: string): number {
  const match = /^(.{19})(?:\.(\d+))?Z$/.exec(time);
  if (match === null) return Date.parse(time) / 1000;
  const [, whole = "", fraction = "0"] = match;
  return Number(`${Date.parse(`${whole}Z`) / 1000}.${fraction}`);
}
