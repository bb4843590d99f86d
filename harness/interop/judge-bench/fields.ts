import { DataError } from "../../core/errors.js";
import { contentId } from "../../core/hash.js";
import type { PairChoice } from "../../core/labelled-pair.js";

/** A record of a file, with where it stands. */
export interface BenchRow {
  readonly file: string;
  readonly line: number;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** The error for a record that is not what it should be. */
export function badBenchRow({ file, line }: Pick<BenchRow, "file" | "line">, problem: string): DataError {
  return new DataError(problem, {
    code: "bad-judge-bench-row",
    file,
    line,
    remedy: "Fix or remove this record.",
  });
}

/** @throws DataError when the record is no JSON object. */
export function benchRow(file: string, line: number, value: unknown): BenchRow {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw badBenchRow({ file, line }, "is not a JSON object");
  }
  return { file, line, fields: { ...value } };
}

/** A field of text. @throws DataError naming it. */
export function benchText(row: BenchRow, name: string): string {
  const value = row.fields[name];
  if (typeof value === "string") return value;
  throw badBenchRow(row, `"${name}" is ${value === undefined ? "missing" : "not text"}`);
}

/** A field of text or of a number as text, where it is there. */
export function optionalText({ fields }: BenchRow, ...names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = fields[name];
    if (typeof value === "string" && value !== "") return value;
    if (typeof value === "number") return String(value);
  }
  return undefined;
}

/** A text, or texts of several turns. @throws DataError naming the field. */
export function benchTexts(row: BenchRow, name: string): readonly string[] {
  const value = row.fields[name];
  const texts: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (texts.length > 0 && texts.every((one): one is string => typeof one === "string")) return texts;
  throw badBenchRow(
    row,
    `"${name}" is ${value === undefined ? "missing" : "neither text nor a list of texts"}`,
  );
}

const CHOICES: Readonly<Record<string, PairChoice>> = {
  "A>B": "a",
  "B>A": "b",
  "A=B": "tie",
  a: "a",
  b: "b",
  A: "a",
  B: "b",
  "1": "a",
  "2": "b",
  tie: "tie",
  model_a: "a",
  model_b: "b",
};

/** What a text says of a pair: `A>B`, `a`, `1`, `tie` …; undefined for everything else. */
export function choiceOf(value: unknown): PairChoice | undefined {
  return typeof value === "string" || typeof value === "number" ? CHOICES[String(value)] : undefined;
}

/** A label. @throws DataError where it says neither. */
export function labelOf(row: BenchRow, name = "label"): PairChoice {
  const choice = choiceOf(row.fields[name]);
  if (choice !== undefined) return choice;
  throw badBenchRow(
    row,
    `"${name}" says neither which answer is better nor that they tie (A>B, B>A, a, b, 1, 2, tie)`,
  );
}

/** One name for all pairs on the same prompt, where a file has none. */
export function promptCluster(prompt: readonly string[]): string {
  return contentId(prompt);
}
