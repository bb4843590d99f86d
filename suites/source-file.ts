import { statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { extname } from "node:path";
import { readCsvRows } from "../harness/core/csv-table.js";
import { isStackFull, isTooDeep, tooDeep } from "../harness/core/depth.js";
import { ConfigError, DataError, messageOf } from "../harness/core/errors.js";
import { sha256 } from "../harness/core/hash.js";
import { refuseRepeatedKeys } from "../harness/core/json-keys.js";
import { readJsonLines } from "../harness/core/jsonl.js";
import { decodeText, MOST_TEXT_BYTES, textTooLarge } from "../harness/core/utf8.js";

/** Steps from the top of a document to a value in it. */
export type DocumentPath = readonly (string | number)[];

/** A parsed file whose values can be traced back to lines. */
export interface SourceFile {
  readonly file: string;
  /** SHA-256 of its bytes, lower-case hex. */
  readonly sha256: string;
  /** The document; for JSONL the array of its lines, for CSV that of its rows of cells. */
  readonly root: unknown;
  /** Line (from 1) of the value at `path`, or of the nearest thing around it. */
  lineOf(path: DocumentPath): Promise<number | undefined>;
}

/** JSON beyond this is not parsed a second time just to name a line. */
const MOST_CHARACTERS_TRACED = 20_000_000;

/**
 * Reads a YAML, JSON, JSONL or CSV file, told apart by its extension.
 * @throws DataError with file and line for what cannot be parsed; ConfigError for another extension.
 */
export async function readSourceFile(file: string): Promise<SourceFile> {
  const extension = extname(file).toLowerCase();
  if (![".yaml", ".yml", ".json", ".jsonl", ".ndjson", ".csv"].includes(extension)) {
    throw new ConfigError(`${file} is of a kind that holds no questions (${extension || "no extension"})`, {
      code: "unknown-suite-format",
      remedy: "Give a .yaml, .json, .jsonl or .csv file.",
    });
  }
  let bytes: Buffer;
  try {
    if (statSync(file).size > MOST_TEXT_BYTES) throw textTooLarge(file);
    bytes = await readFile(file);
  } catch (cause) {
    if (cause instanceof DataError) throw cause;
    throw new DataError(`cannot be read (${messageOf(cause)})`, { code: "unreadable-file", file, cause });
  }
  const hash = sha256(bytes);
  if (extension === ".jsonl" || extension === ".ndjson") return { ...readRows(file), sha256: hash };
  const text = decodeText(bytes, file);
  if (extension === ".csv") return { ...readCsv(file, text), sha256: hash };
  const parsed = extension === ".json" ? await parseJson(file, text) : await parseYaml(file, text);
  if (isTooDeep(parsed.root)) throw tooDeep(file);
  return { ...parsed, sha256: hash };
}

type Parsed = Omit<SourceFile, "sha256">;

function readRows(file: string): Parsed {
  const lines = [...readJsonLines(file, { uniqueKeys: true })];
  return {
    file,
    root: lines.map((one) => one.value),
    lineOf: async ([index]) => (typeof index === "number" ? lines[index]?.line : undefined),
  };
}

/** Rows of cells; whether the first one is a header is for the format to say. */
function readCsv(file: string, text: string): Parsed {
  const rows = readCsvRows(text, file, {
    code: "broken-csv",
    remedy: "Quote cells that hold commas or quotation marks, and double the marks inside them.",
  });
  return {
    file,
    root: rows.map(({ cells }) => cells),
    lineOf: async ([index]) => (typeof index === "number" ? rows[index]?.line : undefined),
  };
}

async function parseYaml(file: string, text: string): Promise<Parsed> {
  const { isNode, LineCounter, parseDocument } = await import("yaml");
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, prettyErrors: false });
  const [error] = document.errors;
  if (error !== undefined) {
    if (isStackFull(error)) throw tooDeep(file);
    throw new DataError(`not valid YAML (${error.message})`, {
      code: "broken-yaml",
      file,
      line: lineCounter.linePos(error.pos[0]).line,
      cause: error,
    });
  }
  let root: unknown;
  try {
    root = document.toJS({ maxAliasCount: 100 });
  } catch (cause) {
    throw new DataError(`not usable YAML (${messageOf(cause)})`, { code: "broken-yaml", file, cause });
  }
  return {
    file,
    root,
    async lineOf(path) {
      for (let length = path.length; length >= 0; length--) {
        const node = document.getIn(path.slice(0, length), true);
        if (isNode(node) && node.range) return lineCounter.linePos(node.range[0]).line;
      }
      return undefined;
    },
  };
}

async function parseJson(file: string, text: string): Promise<Parsed> {
  let root: unknown;
  try {
    root = JSON.parse(text);
  } catch (cause) {
    const message = messageOf(cause);
    const position = Number(/at position (\d+)/.exec(message)?.[1] ?? text.length);
    throw new DataError(`not valid JSON (${message.slice(0, 160)})`, {
      code: "broken-json",
      file,
      line: text.slice(0, position).split("\n").length,
      remedy: "A file that ends too early was often cut off while it was copied.",
      cause,
    });
  }
  refuseRepeatedKeys(text, file);
  return { file, root, lineOf: tracedLater(file, text) };
}

/** JSON is YAML too; its lines are only needed for an error, so the slower parser runs only then. */
function tracedLater(file: string, text: string): SourceFile["lineOf"] {
  return async (path) => {
    if (text.length > MOST_CHARACTERS_TRACED) return undefined;
    return parseYaml(file, text).then(
      (parsed) => parsed.lineOf(path),
      () => undefined,
    );
  };
}
