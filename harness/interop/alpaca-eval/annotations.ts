import type { CountTokens, StyleCounts } from "../../core/answer-style.js";
import { compositeKey } from "../../core/composite-key.js";
import { refuseEmptyFile } from "../../core/empty-file.js";
import { DataError } from "../../core/errors.js";
import type { TurnTrace } from "../../pipeline/audit/answer-traces.js";
import { traceOf } from "../../pipeline/audit/audit-input.js";
import { JsonReader } from "./json.js";
import { type KnownInstruction, KnownInstructions } from "./known-instructions.js";
import { type ReadBuffer, RepeatedText } from "./read-buffer.js";

/** What a JSON file of alpaca_eval holds. */
export type AlpacaEvalFormat = "alpaca-eval-annotations" | "alpaca-eval-outputs";

/** Which slot the model's answer stood in, where a file says so. */
export type ShownSlot = "first" | "second" | "both";

/** Judged answers of one model against one baseline by one annotator, in the file's order; parallel arrays. */
export interface AnnotationColumns {
  readonly file: string;
  readonly annotator: string;
  /** `generator_1`. */
  readonly baseline: string;
  /** `generator_2`. */
  readonly model: string;
  readonly instructions: readonly string[];
  /** Source data set; undefined where the file names none. */
  readonly datasets: readonly (string | undefined)[];
  /** For the model, 0 to 1; NaN where there is no verdict. */
  readonly preferences: readonly number[];
  /** Why a preference that was given cannot be used, by row. */
  readonly unreadable: ReadonlyMap<number, string>;
  /** Code points. */
  readonly baselineLengths: readonly number[];
  /** Code points. */
  readonly modelLengths: readonly number[];
  /** What the checks of answers want of the model's; undefined for one that is empty. */
  readonly modelTraces: readonly (TurnTrace | undefined)[];
  /** Marks of the baseline's style; undefined where tokens are not counted, and for one that is empty. */
  readonly baselineStyles: readonly (StyleCounts | undefined)[];
  /** Slot of the model's answer, by row; rows that are left out stood in the order that alpaca_eval draws. */
  readonly shown: ReadonlyMap<number, ShownSlot>;
  /** Byte at which each record starts in the file. */
  readonly offsets: readonly number[];
}

/** An annotation file. */
export interface AnnotationFile {
  readonly file: string;
  readonly records: number;
  /** One per annotator, baseline and model, in order of appearance. */
  readonly sets: readonly AnnotationColumns[];
}

/** How far a preference may lie outside 1 to 2 and be taken for rounding. */
const ROUNDING = 1e-9;

const REMEDY =
  "An annotations.json of alpaca_eval has instruction, output_1, output_2, generator_1, generator_2 and preference in every record.";

/**
 * Tells what a JSON file of alpaca_eval holds by its first record; undefined when it is neither.
 * @throws DataError for a file that cannot be read or is not JSON up to its first record.
 */
export function alpacaEvalFormatOf(file: string): AlpacaEvalFormat | undefined {
  return formatAt(JsonReader.open(file));
}

function formatAt(reader: JsonReader): AlpacaEvalFormat | undefined {
  if (reader.kind() !== "list") return undefined;
  const keys = new Set<string>();
  reader.readList(() => {
    if (reader.kind() === "object") {
      reader.readObject((key) => {
        keys.add(key);
        reader.skipValue();
      });
    }
    return false;
  });
  if (!keys.has("instruction")) return undefined;
  if (keys.has("output_1") && keys.has("output_2")) return "alpaca-eval-annotations";
  return keys.has("output") ? "alpaca-eval-outputs" : undefined;
}

function refuseOtherKinds(reader: JsonReader): void {
  refuseEmptyFile(reader.file);
  const start = reader.offset;
  const format = formatAt(reader);
  reader.goTo(start);
  if (format === "alpaca-eval-annotations") return;
  const place = { code: "unknown-format", file: reader.file, line: 1 };
  if (format === "alpaca-eval-outputs") {
    throw new DataError("holds a model's outputs without verdicts", {
      ...place,
      remedy:
        "Name the annotations.json, or have the outputs judged: `assay import --format alpaca-eval`, then `assay judge`.",
    });
  }
  throw new DataError("is not a file of judgments that assay knows", {
    ...place,
    remedy: `A .json file of judgments is AlpacaEval's annotations.json, a list of records. ${REMEDY}`,
  });
}

/** The columns of a set while they grow. */
class GrowingColumns implements AnnotationColumns {
  readonly instructions: string[] = [];
  readonly datasets: (string | undefined)[] = [];
  readonly preferences: number[] = [];
  readonly unreadable = new Map<number, string>();
  readonly baselineLengths: number[] = [];
  readonly modelLengths: number[] = [];
  readonly modelTraces: (TurnTrace | undefined)[] = [];
  readonly baselineStyles: (StyleCounts | undefined)[] = [];
  readonly shown = new Map<number, ShownSlot>();
  readonly offsets: number[] = [];

  constructor(
    readonly file: string,
    readonly annotator: string,
    readonly baseline: string,
    readonly model: string,
  ) {}

  add(row: Row): void {
    const index = this.instructions.push(row.instruction ?? "") - 1;
    this.datasets.push(row.dataset);
    this.preferences.push(row.preference);
    if (row.unreadable !== undefined) this.unreadable.set(index, row.unreadable);
    this.baselineLengths.push(row.baselineLength ?? 0);
    this.modelLengths.push(row.modelLength ?? 0);
    this.modelTraces.push(row.modelTrace);
    this.baselineStyles.push(row.baselineStyle);
    if (row.shown !== undefined) this.shown.set(index, row.shown);
    this.offsets.push(row.offset);
  }
}

/** The record that is being read. */
interface Row {
  offset: number;
  /** What is known of the instruction; undefined where it is not text, or comes later in the record. */
  known: KnownInstruction | undefined;
  instruction: string | undefined;
  dataset: string | undefined;
  annotator: string | undefined;
  baseline: string | undefined;
  model: string | undefined;
  baselineLength: number | undefined;
  modelLength: number | undefined;
  modelTrace: TurnTrace | undefined;
  baselineStyle: StyleCounts | undefined;
  preference: number;
  unreadable: string | undefined;
  shown: ShownSlot | undefined;
}

function emptyRow(offset: number): Row {
  return {
    offset,
    known: undefined,
    instruction: undefined,
    dataset: undefined,
    annotator: undefined,
    baseline: undefined,
    model: undefined,
    baselineLength: undefined,
    modelLength: undefined,
    modelTrace: undefined,
    baselineStyle: undefined,
    preference: Number.NaN,
    unreadable: undefined,
    shown: undefined,
  };
}

/** Texts of the record before, which most often come again. */
interface RecordMemory {
  readonly keys: RepeatedText[];
  readonly dataset: RepeatedText;
  readonly annotator: RepeatedText;
  readonly baseline: RepeatedText;
  readonly model: RepeatedText;
  readonly known: KnownInstructions;
  /** Set where the answers' style is wanted. */
  readonly count: CountTokens | undefined;
}

function emptyMemory(known: KnownInstructions, count: CountTokens | undefined): RecordMemory {
  return {
    known,
    count,
    keys: [],
    dataset: new RepeatedText(),
    annotator: new RepeatedText(),
    baseline: new RepeatedText(),
    model: new RepeatedText(),
  };
}

function textOrNothing(reader: JsonReader, known?: RepeatedText): string | undefined {
  if (reader.kind() === "text") return known === undefined ? reader.readText() : reader.readRepeated(known);
  reader.skipValue();
  return undefined;
}

/** Null stands for an empty output, as in pandas. */
function lengthOrNothing(reader: JsonReader): number | undefined {
  if (reader.kind() === "text") return reader.readLength();
  if (reader.kind() === "other") return reader.readScalar() === null ? 0 : undefined;
  reader.skipValue();
  return undefined;
}

/**
 * A preference as a weight on the model's answer: 1 the baseline, 2 the model, between them weights, 1.5 and 0 a draw
 * (alpaca_eval, `metrics/helpers.py`).
 */
function readPreference(reader: JsonReader, row: Row): void {
  const kind = reader.kind();
  if (kind !== "other") {
    row.unreadable = `the preference is ${kind === "text" ? "text" : `a ${kind}`} instead of a number`;
    reader.skipValue();
    return;
  }
  const value = reader.readScalar();
  if (value === null || (typeof value === "number" && Number.isNaN(value))) return;
  if (typeof value === "boolean") row.unreadable = `the preference is ${value} instead of a number`;
  else if (value === 0) row.preference = 0.5;
  else if (value >= 1 - ROUNDING && value <= 2 + ROUNDING)
    row.preference = Math.min(Math.max(value - 1, 0), 1);
  else row.unreadable = `the preference ${value} is neither 0 nor within 1 to 2`;
}

function readField(reader: JsonReader, key: string, row: Row, memory: RecordMemory): void {
  switch (key) {
    case "instruction":
      row.known = reader.kind() === "text" ? memory.known.instruction(reader) : undefined;
      if (row.known === undefined) reader.skipValue();
      row.instruction = row.known?.instruction.text;
      return;
    case "output_1":
      if (memory.count !== undefined && reader.kind() === "text") {
        const { length, style } = memory.known.baseline(reader, row.known, memory.count);
        row.baselineLength = length;
        row.baselineStyle = style;
      } else row.baselineLength = lengthOrNothing(reader);
      return;
    case "output_2":
      if (reader.kind() === "text") row.modelTrace = traceOf(reader.readText(), memory.count);
      row.modelLength = row.modelTrace?.length ?? lengthOrNothing(reader);
      return;
    case "generator_1":
      row.baseline = textOrNothing(reader, memory.baseline);
      return;
    case "generator_2":
      row.model = textOrNothing(reader, memory.model);
      return;
    case "annotator":
      row.annotator = textOrNothing(reader, memory.annotator);
      return;
    case "dataset":
      row.dataset = textOrNothing(reader, memory.dataset);
      return;
    case "preference":
      readPreference(reader, row);
      return;
    case "model_shown": {
      const slot = textOrNothing(reader);
      if (slot === "first" || slot === "second" || slot === "both") row.shown = slot;
      return;
    }
    default:
      reader.skipValue();
  }
}

/** The first key without which a record is none. */
function missingIn(row: Row): string | undefined {
  if (row.instruction === undefined) return "instruction";
  if (row.baselineLength === undefined) return "output_1";
  if (row.modelLength === undefined) return "output_2";
  if (!row.baseline) return "generator_1";
  return row.model ? undefined : "generator_2";
}

function checkRow(row: Row, reader: JsonReader): void {
  const missing = missingIn(row);
  if (missing === undefined) return;
  throw new DataError(`"${missing}" is missing or not text in this record`, {
    code: "bad-annotation",
    file: reader.file,
    line: reader.lineAt(row.offset),
    remedy: REMEDY,
  });
}

/** Folder of the file, by which alpaca_eval names the annotator. */
function folderOf(file: string): string {
  return file.split(/[\\/]/).at(-2) || "unknown-annotator";
}

/**
 * Reads an `annotations.json` of alpaca_eval: one JSON list of records, of one or several models, baselines and
 * annotators. Verdicts are kept, texts are measured and let go. `NaN`, which Python writes and JSON does not know, is
 * read as no verdict.
 *
 * @param buffer memory that several files are read into one after the other
 * @param known what the files before held
 * @param count counts tokens, where the answers' style is wanted
 * @throws DataError `unreadable-file`; `broken-json` with the line for JSON that is broken or cut off; `unknown-format`
 * for another kind of file; `bad-annotation` with the line for a record that lacks a field
 */
export function readAnnotations(
  file: string,
  buffer?: ReadBuffer,
  known = new KnownInstructions(),
  count?: CountTokens,
): AnnotationFile {
  const reader = JsonReader.open(file, buffer);
  const memory = emptyMemory(known, count);
  refuseOtherKinds(reader);
  const sets = new Map<string, GrowingColumns>();
  let latest: GrowingColumns | undefined;
  let records = 0;
  reader.readList(() => {
    const row = emptyRow(reader.offset);
    if (reader.kind() === "object")
      reader.readObject((key) => readField(reader, key, row, memory), memory.keys);
    else reader.skipValue();
    checkRow(row, reader);
    const { baseline = "", model = "", annotator = folderOf(file) } = row;
    if (latest?.model !== model || latest.baseline !== baseline || latest.annotator !== annotator) {
      const key = compositeKey(annotator, baseline, model);
      latest = sets.get(key) ?? new GrowingColumns(file, annotator, baseline, model);
      sets.set(key, latest);
    }
    latest.add(row);
    records++;
  });
  reader.expectEnd();
  return { file, records, sets: [...sets.values()] };
}
