import { DataError } from "../../core/errors.js";
import type { GenerationParameters, Json } from "../../core/records.js";
import { JsonReader, type JsonRecord } from "./json.js";

/** A record of a file of alpaca_eval, with where it stands. */
export interface AlpacaEvalRecord {
  readonly file: string;
  readonly line: number;
  /** Place in the file, from 0. */
  readonly row: number;
  readonly fields: JsonRecord;
}

/**
 * What a record of assay keeps of the file that it came from, so that an export can write it again: the columns in their
 * order, and the values that no field of the record has.
 */
export interface AlpacaEvalOrigin {
  readonly row: number;
  readonly columns: readonly string[];
  readonly values: JsonRecord;
}

/** The key under which parameters keep the origin. */
const ORIGIN = "alpacaEval";

/** Reads all records of an `annotations.json` or `model_outputs.json`. @throws DataError naming file and line. */
export function readAlpacaEvalRecords(file: string): AlpacaEvalRecord[] {
  const reader = JsonReader.open(file);
  const records: { offset: number; fields: JsonRecord }[] = [];
  reader.readList(() => {
    const offset = reader.offset;
    if (reader.kind() !== "object") {
      throw new DataError("is not a record with keys", {
        code: "bad-annotation",
        file,
        line: reader.lineAt(offset),
        remedy: "Fix or remove it.",
      });
    }
    records.push({ offset, fields: reader.readRecord() });
  });
  reader.expectEnd();
  const lines = reader.linesOf(records.map((record) => record.offset));
  return records.map(({ fields }, row) => ({ file, line: lines[row] ?? 1, row, fields }));
}

/** The error for a record that is not what it should be. */
function badRecord({ file, line }: AlpacaEvalRecord, problem: string): DataError {
  return new DataError(problem, {
    code: "bad-annotation",
    file,
    line,
    remedy: "Fix or remove this record.",
  });
}

/** A field of text that has to hold something. @throws DataError naming the field. */
export function recordName(record: AlpacaEvalRecord, key: string): string {
  const value = record.fields[key];
  if (typeof value === "string" && value !== "") return value;
  throw badRecord(record, `"${key}" is missing or not text`);
}

/** A field of text; null is empty text, as in pandas. @throws DataError naming the field. */
export function recordText(record: AlpacaEvalRecord, key: string): string {
  const value = record.fields[key];
  if (value === null) return "";
  if (typeof value === "string") return value;
  throw badRecord(record, `"${key}" is missing or not text`);
}

/** Parameters that carry the origin of a record. */
export function originParameters(origin: AlpacaEvalOrigin): GenerationParameters {
  return { extra: { [ORIGIN]: { row: origin.row, columns: origin.columns, values: origin.values } } };
}

/** The origin that parameters carry; undefined for what assay made itself. */
export function originOf(parameters: GenerationParameters | undefined): AlpacaEvalOrigin | undefined {
  const value = parameters?.extra?.[ORIGIN];
  if (!isJsonRecord(value)) return undefined;
  const { row, columns, values } = value;
  if (typeof row !== "number" || !Array.isArray(columns) || !isJsonRecord(values)) return undefined;
  return { row, columns: columns.map(String), values };
}

/** Whether a value of a JSON file is an object. */
export function isJsonRecord(value: Json | undefined): value is JsonRecord {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * A record as its columns say: values that the origin keeps, else those that assay's own record gives.
 * @param derived by column
 */
export function recordAgain(origin: AlpacaEvalOrigin | undefined, derived: JsonRecord): JsonRecord {
  if (origin === undefined) return derived;
  const entries = origin.columns.flatMap((column) => {
    const value = Object.hasOwn(origin.values, column) ? origin.values[column] : derived[column];
    return value === undefined ? [] : [[column, value] as const];
  });
  return Object.fromEntries(entries);
}

/** The origin of a record: what cannot be derived again is kept. */
export function originOfRecord(record: AlpacaEvalRecord, derived: JsonRecord): AlpacaEvalOrigin {
  const values = Object.entries(record.fields).filter(([column, value]) => derived[column] !== value);
  return { row: record.row, columns: Object.keys(record.fields), values: Object.fromEntries(values) };
}
