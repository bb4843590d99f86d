import { readFileSync } from "node:fs";
import { readCsvRows } from "../core/csv-table.js";
import { DataError, messageOf } from "../core/errors.js";
import { sha256 } from "../core/hash.js";
import { knownSuite } from "../core/known-suites.js";
import { presentFields } from "../core/present-fields.js";
import type { StatedFigure } from "../core/stated-figure.js";
import { decodeText } from "../core/utf8.js";

/** Columns that name the model of a row. */
const MODEL_COLUMNS = ["model", "model_name", "name"];

const FAILURE = {
  code: "bad-table",
  remedy:
    "A table has a column `model` and a column of numbers for each suite; empty cells are figures that are not stated.",
};

/** A number as tables write it; null for an empty cell, undefined for what is no number. */
function numberOf(cell: string): number | null | undefined {
  const text = cell.trim();
  if (text === "" || /^(?:-|–|n\/?a)$/i.test(text)) return null;
  const value = Number(text.replace(/%$/, ""));
  return Number.isFinite(value) ? value : undefined;
}

/** What the values of a column are counted in: as is known of the suite, in shares where none is above 1. */
function columnUnit(suite: string, values: readonly number[]): Pick<StatedFigure, "unit" | "scale" | "n"> {
  const known = knownSuite(suite);
  if (known === undefined) return { unit: "other" };
  const { unit, scale, questions: n } = known;
  if (unit === "percent" && values.every((value) => value >= 0 && value <= 1))
    return { unit: "share", scale: { least: 0, most: 1 }, n };
  return { unit, scale, n };
}

/** Whether a file is a table of figures by its header: a column of models, and none that says what a row is of. */
export function isStatedTable(file: string): boolean {
  if (!/\.csv$/i.test(file)) return false;
  try {
    const [header] = readFileSync(file, "utf8").split(/\r?\n/, 1);
    const cells = (header ?? "")
      .replace(/^\ufeff/, "")
      .split(",")
      .map((cell) => cell.trim().toLowerCase());
    return MODEL_COLUMNS.some((name) => cells.includes(name)) && !cells.includes("value");
  } catch {
    return false;
  }
}

/**
 * Figures of a published table: a row for each model, a column for each suite. Columns that hold text are kept beside the
 * figures (`extra`). Numbers of questions are those that are known of the suites; errors and intervals are never guessed.
 * @throws DataError naming file and line.
 */
export function readStatedTable(file: string): StatedFigure[] {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (cause) {
    throw new DataError(`cannot be read (${messageOf(cause)})`, { code: "unreadable-file", file, cause });
  }
  const [header, ...rows] = readCsvRows(decodeText(bytes, file), file, FAILURE);
  const names = header?.cells.map((cell) => cell.trim()) ?? [];
  const at = names.findIndex((name) => MODEL_COLUMNS.includes(name.toLowerCase()));
  const fail = (message: string, line = 1) => new DataError(message, { ...FAILURE, file, line });
  if (at < 0) throw fail("there is no column `model`");
  if (rows.length === 0) throw fail("there are no rows below the header");
  const wrong = rows.find(({ cells }) => cells.length !== names.length);
  if (wrong !== undefined)
    throw fail(`the row has ${wrong.cells.length} cells where the header has ${names.length}`, wrong.line);
  const isNumeric = names.map(
    (_, column) =>
      column !== at &&
      rows.every(({ cells }) => numberOf(cells[column] ?? "") !== undefined) &&
      rows.some(({ cells }) => typeof numberOf(cells[column] ?? "") === "number"),
  );
  if (!isNumeric.some(Boolean)) throw fail("no column holds numbers");
  const units = names.map((name, column) =>
    columnUnit(
      name,
      rows.flatMap(({ cells }) => numberOf(cells[column] ?? "") ?? []),
    ),
  );
  const source = { tool: "published table", file, sha256: sha256(bytes) };
  return rows.flatMap(({ cells, line }) => {
    const model = (cells[at] ?? "").trim();
    if (model === "") throw fail("the row names no model", line);
    const texts = names.flatMap((name, column) =>
      column === at || isNumeric[column] || (cells[column] ?? "") === "" ? [] : [[name, cells[column]]],
    );
    return names.flatMap((suite, column): StatedFigure[] => {
      const value = isNumeric[column] ? numberOf(cells[column] ?? "") : null;
      if (value === null || value === undefined) return [];
      return [
        {
          suite,
          metric: suite,
          model,
          value,
          unit: "other",
          ...units[column],
          lowerIsBetter: false,
          source,
          ...presentFields({ extra: texts.length === 0 ? undefined : Object.fromEntries(texts) }),
        },
      ];
    });
  });
}
