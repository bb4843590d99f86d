import { readdir, readFile, stat } from "node:fs/promises";
import { basename, extname, join } from "node:path";
import { ConfigError, DataError, messageOf } from "../../harness/core/errors.js";
import type { AssetUse } from "../../harness/core/records.js";
import { misfit } from "../read-questions.js";
import { readSourceFile } from "../source-file.js";
import { readAgievalRow } from "./agieval-rows.js";
import type { KnownItem } from "./known-item.js";
import { readOwnRow, rowsUnderHeader } from "./own-rows.js";
import {
  piqaReader,
  readArcRow,
  readBoolqRow,
  readHellaswagRow,
  readMmluRow,
  readOpenbookqaRow,
  readWinograndeRow,
} from "./published-rows.js";
import type { RowReader } from "./row-reader.js";

/** How the publishers of common sets lay their files out; `questions` is assay's simple form. */
export const LAYOUT_NAMES = [
  "questions",
  "agieval",
  "arc",
  "openbookqa",
  "hellaswag",
  "piqa",
  "boolq",
  "winogrande",
  "mmlu",
] as const;

/** Name of a layout. */
export type LayoutName = (typeof LAYOUT_NAMES)[number];

const READERS: Readonly<Record<Exclude<LayoutName, "piqa">, RowReader>> = {
  questions: readOwnRow,
  agieval: readAgievalRow,
  arc: readArcRow,
  openbookqa: readOpenbookqaRow,
  hellaswag: readHellaswagRow,
  boolq: readBoolqRow,
  winogrande: readWinograndeRow,
  mmlu: readMmluRow,
};

/** Items of files, with the files' hashes. */
export interface ReadItems {
  readonly items: readonly KnownItem[];
  readonly assets: readonly AssetUse[];
}

/** Rows of a list, or under `questions`. */
function rowsOf(root: unknown, layout: LayoutName, isCsv: boolean): readonly unknown[] {
  const rows: readonly unknown[] = Array.isArray(root) ? root : [];
  return isCsv && layout === "questions" ? rowsUnderHeader(rows) : rows;
}

/** PIQA's labels stand in a second file beside the first: `valid.jsonl`, `valid-labels.lst`. */
async function readerFor(layout: LayoutName, file: string): Promise<RowReader> {
  if (layout !== "piqa") return READERS[layout];
  const labels = file.replace(/\.jsonl?$/i, "-labels.lst");
  try {
    const text = await readFile(labels, "utf8");
    return piqaReader(text.split(/\r?\n/).map((line) => line.trim()));
  } catch (cause) {
    throw new DataError(`cannot be read (${messageOf(cause)})`, {
      code: "labels-missing",
      file: labels,
      remedy: "PIQA's right answers stand in this file; put it beside the questions.",
      cause,
    });
  }
}

/** Subjects of MMLU are named by their files, without the part of the set. */
function categoryOf(file: string, layout: LayoutName): string {
  const name = basename(file, extname(file));
  return layout === "mmlu" ? name.replace(/_(?:test|val|dev)$/, "") : name.replace(/\.$/, "");
}

/**
 * Reads files of one layout. An item without a category has that of its file's name.
 * @param category of all rows that name none
 * @throws DataError with file and line; ConfigError for an id that two rows share.
 */
export async function readItems(
  files: readonly string[],
  layout: LayoutName,
  category?: string,
): Promise<ReadItems> {
  const items: KnownItem[] = [];
  const assets: AssetUse[] = [];
  const seen = new Set<string>();
  for (const file of files) {
    const source = await readSourceFile(file);
    const isCsv = extname(file).toLowerCase() === ".csv";
    const rows = rowsOf(source.root, layout, isCsv);
    if (rows.length === 0) throw await misfit(source, [], "holds no question", "Add at least one question.");
    const read = await readerFor(layout, file);
    // The header of a CSV file is a row of its own.
    const first = isCsv && layout === "questions" ? 1 : 0;
    for (const [index, row] of rows.entries()) {
      const place = { source, path: [index + first], index, category: category ?? categoryOf(file, layout) };
      const item = await read(row, place);
      if (seen.has(item.id))
        throw await misfit(
          source,
          place.path,
          `repeats the id "${item.id}"`,
          "Give every question an id of its own.",
        );
      seen.add(item.id);
      items.push(item);
    }
    assets.push({ id: basename(file), sha256: source.sha256, pinned: null });
  }
  return { items, assets };
}

/** Files that paths name: a file itself, or all files of a folder that a layout may have, in the order of their names. */
export async function filesAt(paths: readonly string[], layout: LayoutName): Promise<readonly string[]> {
  const extensions = layout === "mmlu" ? [".csv"] : [".jsonl", ".json", ".ndjson", ".yaml", ".yml", ".csv"];
  const found: string[] = [];
  for (const path of paths) {
    const facts = await stat(path).catch(() => undefined);
    if (facts?.isDirectory() !== true) {
      if (facts === undefined) throw missing(path);
      found.push(path);
      continue;
    }
    const names = (await readdir(path))
      .filter((name) => extensions.includes(extname(name).toLowerCase()))
      .sort();
    if (names.length === 0) throw missing(path);
    found.push(...names.map((name) => join(path, name)));
  }
  return found;
}

function missing(path: string): ConfigError {
  return new ConfigError(`there is no file of questions at ${path}`, {
    code: "suite-file-missing",
    remedy: "Check the path; it is read from the folder of the file that names it.",
  });
}
