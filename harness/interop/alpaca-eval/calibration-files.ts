import { countOf } from "../../core/count-of.js";
import { type CsvFailure, type CsvTable, readCsvTable } from "../../core/csv-table.js";
import { DataError } from "../../core/errors.js";
import { presentFields } from "../../core/present-fields.js";

/** The rows of `df_gamed.csv`: judged answers of a deliberately long and a deliberately short baseline. */
export interface GamedCalibration {
  /** Preference for the gamed answer, 0 to 1. */
  readonly preferences: Float64Array;
  /** (length of baseline − length of gamed answer) / standard deviation, before tanh. */
  readonly standardizedLengths: Float64Array;
  /** γ of the row's question. */
  readonly difficulties: Float64Array;
  /** Position of the row's question in the suite, from 0. */
  readonly questionOf: Int32Array;
  /** Name of the gamed model of each row. */
  readonly models: readonly string[];
}

/** One row of a published weights file. */
export interface LengthControlledWeights {
  readonly model: string;
  /** φ, of the standardised length difference. */
  readonly length: number;
  /** ψ, of the question's difficulty. */
  readonly difficulty: number;
  /** θ, the model against the baseline. */
  readonly strength: number;
}

const REMEDY =
  "Use the file as alpaca_eval publishes it (`assay data` fetches it), or leave it out to fit without it.";

/**
 * `df_gamed.csv` of alpaca_eval's `length_controlled_v1`: columns preference, index, std_delta_len,
 * instruction_difficulty and model, found by name, in any order.
 *
 * @param file what to name the text in errors
 * @throws DataError `broken-calibration` naming the line, for a missing column, a value that is not a number, or a
 * preference outside 0 to 1
 */
export function parseGamedRows(text: string, file: string): GamedCalibration {
  const table = readTable(text, file, [
    "preference",
    "index",
    "std_delta_len",
    "instruction_difficulty",
    "model",
  ]);
  const preferences = table.numbers("preference");
  const outside = preferences.findIndex((preference) => preference < 0 || preference > 1);
  if (outside !== -1) {
    throw broken(file, table.lines[outside], `the preference ${preferences[outside]} lies outside 0 to 1`);
  }
  return {
    preferences,
    standardizedLengths: table.numbers("std_delta_len"),
    difficulties: table.numbers("instruction_difficulty"),
    questionOf: Int32Array.from(table.positions("index")),
    models: table.texts("model"),
  };
}

/**
 * `instruction_difficulty.csv` of alpaca_eval's `length_controlled_v1`: columns index (which may have no name) and
 * instruction_difficulty.
 *
 * @param file what to name the text in errors
 * @returns γ by position of the question in the suite
 * @throws DataError `broken-calibration` naming the line, also for a position that is missing or given twice
 */
export function parseDifficulties(text: string, file: string): Float64Array {
  const table = readTable(text, file, ["index", "instruction_difficulty"]);
  const positions = table.positions("index");
  const values = table.numbers("instruction_difficulty");
  const byQuestion = new Float64Array(positions.length);
  const seen = new Uint8Array(positions.length);
  for (const [row, position] of positions.entries()) {
    if (position >= positions.length) {
      throw broken(
        file,
        table.lines[row],
        `index ${position} leaves a gap: there are ${countOf(positions.length, "row")}`,
      );
    }
    if (seen[position] === 1) throw broken(file, table.lines[row], `index ${position} is given twice`);
    seen[position] = 1;
    byQuestion[position] = values[row] ?? 0;
  }
  return byQuestion;
}

/**
 * A published weights file (`weights/…/length_controlled_v1/baseline_….csv`): the model's name, then φ, ψ and θ under
 * the names of the original's formula.
 *
 * @param file what to name the text in errors
 * @returns by model; of a model that is listed twice the last row counts, as in alpaca_eval
 * @throws DataError `broken-calibration` naming the line
 */
export function parseWeights(text: string, file: string): ReadonlyMap<string, LengthControlledWeights> {
  const [length, difficulty, strength] = [
    "np.tanh(std_delta_len)",
    "instruction_difficulty",
    "not_gamed_baseline.astype(float)",
  ] as const;
  const table = readTable(text, file, ["index", length, difficulty, strength]);
  const columns = {
    length: table.numbers(length),
    difficulty: table.numbers(difficulty),
    strength: table.numbers(strength),
  };
  const weights = new Map<string, LengthControlledWeights>();
  for (const [row, model] of table.texts("index").entries()) {
    weights.set(model, {
      model,
      length: columns.length[row] ?? 0,
      difficulty: columns.difficulty[row] ?? 0,
      strength: columns.strength[row] ?? 0,
    });
  }
  return weights;
}

const FAILURE: CsvFailure = { code: "broken-calibration", remedy: REMEDY };

function readTable(text: string, file: string, wanted: readonly string[]): CsvTable {
  return readCsvTable(text, file, wanted, FAILURE);
}

function broken(file: string, line: number | undefined, message: string): DataError {
  return new DataError(message, {
    code: "broken-calibration",
    file,
    ...presentFields({ line }),
    remedy: REMEDY,
  });
}
