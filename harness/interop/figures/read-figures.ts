import { z } from "zod";
import { readCsvRows, refuseRepeatedColumns } from "../../core/csv-table.js";
import { ConfigError, DataError } from "../../core/errors.js";
import { sha256 as hashText } from "../../core/hash.js";
import { readJsonLines } from "../../core/jsonl.js";
import { presentFields } from "../../core/present-fields.js";
import type { Warning } from "../../core/records.js";
import { FIGURE_TABLE, type FigureSource, type StatedFigure } from "../../core/stated-figure.js";
import { decodeText } from "../../core/utf8.js";
import { hashFile } from "../../data/download-file.js";
import { readDocument, readWholeFile } from "../json-document.js";
import { anyRecord, checked } from "../results/checked.js";
import type { FoundFiles } from "../results/found-files.js";
import type { HarnessResults, ImportedFile } from "../results/scored-set.js";
import { type ColumnUnit, knownUnit, parseColumns } from "./column-units.js";

/** How tables of figures are read. */
export interface FigureTableOptions {
  /** What columns (or suites) are counted in: `NAME=UNIT`, `NAME=UNIT:METRIC`. */
  readonly columns?: readonly string[] | undefined;
}

const number = z.union([z.number(), z.string().trim().min(1).transform(Number).pipe(z.number())]);
const optional = z.preprocess(
  (value) => (value === "" || value === null ? undefined : value),
  number.optional(),
);
const text = z.preprocess(
  (value) => (value === "" || value === null ? undefined : value),
  z.string().optional(),
);

/** A figure in its simple form: columns of a table, or keys of a record. */
const recordSchema = z.looseObject({
  suite: z.string().trim().min(1),
  variant: text,
  metric: text,
  model: z.string().trim().min(1),
  value: number,
  unit: z.preprocess(
    (value) => (value === "" ? undefined : value),
    z.enum(["share", "percent", "rating", "other"]).optional(),
  ),
  lowerIsBetter: z
    .union([z.boolean(), z.enum(["true", "false", ""]).transform((value) => value === "true")])
    .optional(),
  standardError: optional,
  low: optional,
  high: optional,
  level: optional,
  method: text,
  n: optional,
  chance: optional,
  partial: text,
  tool: text,
  version: text,
  retrieved: text,
  interval: z
    .looseObject({ low: z.number(), high: z.number(), level: z.number(), method: z.string() })
    .optional(),
  scale: z.looseObject({ least: z.number(), most: z.number() }).optional(),
  source: z.unknown().optional(),
  extra: anyRecord.optional(),
});

const KNOWN: ReadonlySet<string> = new Set(Object.keys(recordSchema.shape));
const FAILURE = {
  code: "invalid-figure",
  remedy:
    "A table has the columns suite, metric, model and value, or a column model and one for each suite (docs/interchange.md).",
};

type FigureRecord = z.output<typeof recordSchema>;

/** An interval is taken only as a whole: a level that nobody states is not guessed. */
function intervalOf(
  { interval, low, high, level, method }: FigureRecord,
  file: string,
  line: number,
): StatedFigure["interval"] {
  if (interval !== undefined) {
    const { low: least, high: most, level: stated, method: how } = interval;
    return { low: least, high: most, level: stated, method: how };
  }
  if (low === undefined && high === undefined) return undefined;
  if (low === undefined || high === undefined || level === undefined || low > high) {
    throw new DataError("an interval has low, high and level (in percent), the lower end first", {
      ...FAILURE,
      file,
      line,
      remedy: "Write all three, such as 61.2, 66.5 and 95; leave all out where no interval was stated.",
    });
  }
  return { low, high, level, method: method ?? "as stated" };
}

interface Reading {
  readonly file: string;
  readonly source: FigureSource;
  readonly columns: ReadonlyMap<string, ColumnUnit>;
  readonly unknown: Set<string>;
}

/**
 * What a suite is counted in, by all its figures of a file that do not say it: as the user says, as is known, and else not
 * known. Shares beside percent are refused: 0.61 and 62 would differ by 61 points.
 */
function unitOf(suite: string, values: readonly number[], { columns, unknown, file }: Reading): ColumnUnit {
  const found = columns.get(suite) ?? knownUnit(suite, values);
  const share = values.find((value) => value > 0 && value < 1);
  const percent = values.find((value) => value > 1);
  if (found?.unit === "percent" && !columns.has(suite) && share !== undefined && percent !== undefined) {
    throw new DataError(`${suite} has ${share} and ${percent}, which looks like shares beside percent`, {
      ...FAILURE,
      file,
      remedy: `Write them alike; where all are percent, say so with --columns ${suite}=percent.`,
    });
  }
  if (found === undefined) unknown.add(suite);
  return found ?? { unit: "other", metric: "score" };
}

function sourceOf(
  { tool, version, retrieved, source: told }: FigureRecord,
  source: FigureSource,
): FigureSource {
  const inner = anyRecord.catch({}).parse(told ?? {});
  const inside = (key: string) => (typeof inner[key] === "string" ? inner[key] : undefined);
  const given = {
    tool: tool ?? inside("tool"),
    version: version ?? inside("version"),
    retrieved: retrieved ?? inside("retrieved"),
  };
  return { ...source, ...presentFields(given) };
}

interface PlacedRecord {
  readonly line: number;
  readonly record: FigureRecord;
}

/** Figures of a list; what a suite is counted in where they do not say it follows from all of them. */
function figuresOf(
  rows: Iterable<{ readonly line: number; readonly value: unknown }>,
  reading: Reading,
): StatedFigure[] {
  const records = Array.from(rows, ({ line, value }): PlacedRecord => {
    const what = "a figure (suite, metric, model, value)";
    return { line, record: checked(recordSchema, value, reading.file, what, line) };
  });
  const bare = new Map<string, number[]>();
  for (const { record } of records) {
    if (record.unit !== undefined) continue;
    const values = bare.get(record.suite) ?? [];
    bare.set(record.suite, values);
    values.push(record.value);
  }
  const units = new Map(Array.from(bare, ([suite, values]) => [suite, unitOf(suite, values, reading)]));
  return records.map((placed) => figureOf(placed, units, reading));
}

function figureOf(
  { record, line }: PlacedRecord,
  units: ReadonlyMap<string, ColumnUnit>,
  { file, source }: Reading,
): StatedFigure {
  const { suite, metric, model, unit, scale, extra, source: told } = record;
  const known: Pick<ColumnUnit, "unit" | "scale"> =
    unit === undefined ? (units.get(suite) ?? { unit: "other" }) : { unit };
  const rest = Object.fromEntries(
    Object.entries(record).filter(([key, one]) => !KNOWN.has(key) && one !== ""),
  );
  const more = { ...rest, ...extra, ...(typeof told === "string" && told !== "" ? { source: told } : {}) };
  const own = knownUnit(suite, [record.value]);
  return {
    suite,
    ...presentFields({ variant: record.variant }),
    metric: metric ?? own?.metric ?? "score",
    model,
    value: record.value,
    unit: known.unit,
    ...presentFields({
      scale:
        scale === undefined
          ? (known.scale ?? (own?.unit === known.unit ? own.scale : undefined))
          : { least: scale.least, most: scale.most },
    }),
    lowerIsBetter: record.lowerIsBetter ?? false,
    ...presentFields({
      standardError: record.standardError,
      interval: intervalOf(record, file, line),
      n: record.n,
      chance: record.chance,
      partial: record.partial,
    }),
    source: sourceOf(record, source),
    ...(Object.keys(more).length === 0 ? {} : { extra: more }),
  };
}

/** How tables leave a figure out. */
const NOT_STATED = /^(?:|-|–|—|n\/?a)$/i;

function cellNumber(cell: string): number | undefined {
  const bare = cell.trim().replace(/%$/, "");
  return bare !== "" && Number.isFinite(Number(bare)) ? Number(bare) : undefined;
}

/** A table with a column `model` and one for each suite; columns of text say something of the model. */
function wideFigures(
  header: readonly string[],
  rows: readonly { line: number; cells: string[] }[],
  reading: Reading,
): StatedFigure[] {
  const at = header.indexOf("model");
  const isFigure = header.map(
    (name, column) =>
      column !== at && name !== "" && rows.some(({ cells }) => cellNumber(cells[column] ?? "") !== undefined),
  );
  const named = [...reading.columns.keys()].find((name) => !header.includes(name));
  if (named !== undefined) {
    throw new ConfigError(`${reading.file} has no column "${named}"`, {
      code: "unknown-column",
      remedy: `Its columns are ${header.filter((name) => name !== "").join(", ")}.`,
    });
  }
  if (!isFigure.some(Boolean))
    throw new DataError("no column holds numbers", { ...FAILURE, file: reading.file, line: 1 });
  const units = header.map((suite, column) => {
    const values = rows.flatMap(({ cells }) => cellNumber(cells[column] ?? "") ?? []);
    return isFigure[column] === true ? unitOf(suite, values, reading) : undefined;
  });
  return rows.flatMap(({ line, cells }) => {
    const model = (cells[at] ?? "").trim();
    if (model === "") throw new DataError("the row names no model", { ...FAILURE, file: reading.file, line });
    const about = Object.fromEntries(
      header.flatMap((name, column) => {
        const cell = cells[column] ?? "";
        return column === at || isFigure[column] === true || cell === "" ? [] : [[name, cell]];
      }),
    );
    return header.flatMap((suite, column): StatedFigure[] => {
      const cell = cells[column] ?? "";
      if (isFigure[column] !== true || NOT_STATED.test(cell.trim())) return [];
      const value = cellNumber(cell);
      if (value === undefined) {
        throw new DataError(`column "${suite}" has "${cell.slice(0, 40)}", which is not a number`, {
          ...FAILURE,
          file: reading.file,
          line,
        });
      }
      const { unit, metric, scale } = units[column] as ColumnUnit;
      return [
        {
          ...{ suite, metric, model, value, unit },
          ...presentFields({ scale }),
          lowerIsBetter: false,
          source: reading.source,
          ...(Object.keys(about).length === 0 ? {} : { extra: about }),
        },
      ];
    });
  });
}

function tableFigures(content: string, reading: Reading): StatedFigure[] {
  const { file } = reading;
  const [first, ...rows] = readCsvRows(content, file, FAILURE);
  const header = (first?.cells ?? []).map((name) => name.trim());
  const line = first?.line ?? 1;
  if (rows.length === 0)
    throw new DataError("there are no rows below the header", { ...FAILURE, file, line });
  const uneven = rows.find(({ cells }) => cells.length !== header.length);
  if (uneven !== undefined) {
    const found = `${uneven.cells.length} cells where the header has ${header.length}`;
    throw new DataError(`the row has ${found}`, { ...FAILURE, file, line: uneven.line });
  }
  refuseRepeatedColumns(header, { ...FAILURE, file, line });
  if (header.includes("suite") && header.includes("value"))
    return figuresOf(
      rows.map(({ line: at, cells }) => ({
        line: at,
        value: Object.fromEntries(header.map((name, column) => [name, cells[column] ?? ""])),
      })),
      reading,
    );
  if (header.includes("model")) return wideFigures(header, rows, reading);
  throw new DataError('there is no column "model"', { ...FAILURE, file, line });
}

function documentFigures(value: unknown, reading: Reading): StatedFigure[] {
  const list: unknown = Array.isArray(value) ? value : Reflect.get(Object(value), "figures");
  const records: readonly unknown[] = Array.isArray(list) ? list : [];
  return figuresOf(
    records.map((value, index) => ({ line: index + 1, value })),
    reading,
  );
}

function unitWarnings({ file, unknown }: Reading): Warning[] {
  if (unknown.size === 0) return [];
  const names = [...unknown];
  const message = `${file}: it is not known what ${names.slice(0, 6).join(", ")} ${names.length === 1 ? "is" : "are"} counted in; say it with --columns ${names[0]}=percent (or share, rating, other)`;
  return [{ code: "unit-not-known", message }];
}

/** Reads tables and lists of figures. @throws ConfigError, DataError naming file, and line or key. */
export async function readFigures(
  { documents, lines }: FoundFiles,
  options: FigureTableOptions,
): Promise<HarnessResults> {
  const columns = parseColumns(options.columns ?? []);
  const figures: StatedFigure[] = [];
  const files: ImportedFile[] = [];
  const warnings: Warning[] = [];
  const begin = (file: string, sha256: string): Reading => {
    files.push({ file, sha256, tool: FIGURE_TABLE });
    return { file, columns, unknown: new Set(), source: { tool: FIGURE_TABLE, file, sha256 } };
  };
  for (const file of documents) {
    if (/\.csv$/i.test(file)) {
      const bytes = readWholeFile(file);
      const reading = begin(file, hashText(bytes));
      // One by one: a call takes no more arguments than its stack holds.
      for (const figure of tableFigures(decodeText(bytes, file), reading)) figures.push(figure);
      warnings.push(...unitWarnings(reading));
      continue;
    }
    const { value, sha256 } = readDocument(file);
    const reading = begin(file, sha256);
    for (const figure of documentFigures(value, reading)) figures.push(figure);
    warnings.push(...unitWarnings(reading));
  }
  for (const file of lines) {
    const reading = begin(file, await hashFile(file));
    for (const figure of figuresOf(readJsonLines(file, { uniqueKeys: true }), reading)) figures.push(figure);
    warnings.push(...unitWarnings(reading));
  }
  return { sets: [], figures, files, warnings };
}
