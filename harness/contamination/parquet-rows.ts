import { open } from "node:fs/promises";
import type { AsyncBuffer, FileMetaData } from "hyparquet";
import { DataError, messageOf } from "../core/errors.js";
import type { ReadFacts, TextTarget } from "./corpus-records.js";
import type { SourceWindow } from "./source-window.js";

/** Rows of a column that are read at once, where the file says where their pages are. */
const ROWS = 10_000;

/** A text of a row and where in the row it stands. */
interface RowText {
  readonly bytes: Uint8Array;
  readonly field: string;
}

/** Texts of a value, whatever lists and structs it is made of. */
function* textsIn(value: unknown, field: string, depth = 0): Generator<RowText> {
  if (value instanceof Uint8Array) {
    // Pictures and the like stand in columns of bytes, too.
    if (!value.subarray(0, 1024).includes(0)) yield { bytes: value, field };
  } else if (typeof value === "string") yield { bytes: Buffer.from(value, "utf8"), field };
  else if (depth > 50 || value === null || typeof value !== "object") return;
  else if (Array.isArray(value)) {
    for (const [index, member] of value.entries()) yield* textsIn(member, `${field}[${index}]`, depth + 1);
  } else
    for (const [key, member] of Object.entries(value)) yield* textsIn(member, `${field}.${key}`, depth + 1);
}

/** Whether a path such as `messages[1].content` belongs to one of the wanted fields. */
function isWanted(field: string, wanted: readonly string[]): boolean {
  if (wanted.length === 0) return true;
  const plain = field.replace(/\[\d+\]/g, "");
  return wanted.some((one) => plain === one || plain.startsWith(`${one}.`));
}

function unreadable(file: string, cause: unknown): DataError {
  return new DataError(`cannot be read as Parquet (${messageOf(cause).slice(0, 200)})`, {
    code: "damaged-parquet",
    file,
    cause,
    remedy: "Check that the file is whole; a reader such as DuckDB or pyarrow can convert it to JSONL.",
  });
}

function columnsOf(metadata: FileMetaData, fields: readonly string[], file: string): string[] {
  const [root, ...rest] = metadata.schema;
  const names: string[] = [];
  for (let at = 0, left = root?.num_children ?? 0; left > 0 && at < rest.length; left--) {
    names.push(rest[at]?.name ?? "");
    // Passes over the children of this column.
    for (let open = 1; open > 0 && at < rest.length; open--) open += rest[at++]?.num_children ?? 0;
  }
  const wanted = names.filter(
    (name) => fields.length === 0 || fields.some((field) => field === name || field.startsWith(`${name}.`)),
  );
  if (wanted.length > 0 || fields.length === 0) return wanted;
  throw new DataError(`has no column ${fields.join(" or ")}`, {
    code: "unknown-column",
    file,
    remedy: `Its columns are ${names.slice(0, 20).join(", ")}; choose with --field.`,
  });
}

/** Reads a file as the library wants it. */
async function parquetFile(file: string) {
  const handle = await open(file, "r");
  const { size } = await handle.stat();
  const source: AsyncBuffer = {
    byteLength: size,
    slice: async (start, end = size) => {
      const bytes = new Uint8Array(Math.max(0, end - start));
      await handle.read(bytes, 0, bytes.length, start);
      return bytes.buffer;
    },
  };
  return { source, close: () => handle.close() };
}

/** The latest file's: pieces of one file are scanned one after the other. */
let known: { readonly file: string; readonly metadata: FileMetaData } | undefined;

async function metadataOf(file: string, source: AsyncBuffer): Promise<FileMetaData> {
  if (known?.file === file) return known.metadata;
  const { parquetMetadataAsync } = await import("hyparquet");
  const metadata = await parquetMetadataAsync(source).catch((cause: unknown) => {
    throw unreadable(file, cause);
  });
  known = { file, metadata };
  return metadata;
}

/** Row groups of a file. */
export interface RowGroups {
  /** Position of the first one, and of the one behind the last. */
  readonly from: number;
  readonly to: number;
}

/** Divides a file between row groups into pieces of so many bytes of values or more. @throws DataError for no Parquet. */
export async function parquetPieces(file: string, least: number): Promise<RowGroups[]> {
  const { source, close } = await parquetFile(file);
  try {
    known = undefined;
    const { row_groups } = await metadataOf(file, source);
    const pieces: RowGroups[] = [];
    let [from, bytes] = [0, 0];
    row_groups.forEach(({ total_byte_size }, at) => {
      bytes += Number(total_byte_size);
      if (bytes < least && at + 1 < row_groups.length) return;
      pieces.push({ from, to: at + 1 });
      [from, bytes] = [at + 1, 0];
    });
    return pieces.length === 0 ? [{ from: 0, to: 0 }] : pieces;
  } finally {
    await close();
  }
}

/**
 * Scans the texts of a Parquet file, one column of one row group at a time. Memory grows with the largest of those, and
 * not with the file.
 * @throws DataError for a file that is no Parquet, or damaged, or lacks the fields.
 */
export async function scanParquet(
  file: string,
  scan: TextTarget,
  groups: RowGroups = { from: 0, to: Number.POSITIVE_INFINITY },
): Promise<ReadFacts> {
  const [{ parquetRead }, { compressors }] = await Promise.all([
    import("hyparquet"),
    import("hyparquet-compressors"),
  ]);
  const { source, close } = await parquetFile(file);
  try {
    const { options } = scan;
    const metadata = await metadataOf(file, source);
    const columns = columnsOf(metadata, options.fields, file);
    const texts = new ParquetTexts(file, scan);
    const rowsOf = (from: number, to: number) =>
      metadata.row_groups.slice(from, to).reduce((sum, group) => sum + Number(group.num_rows), 0);
    const rows = rowsOf(groups.from, groups.to);
    const first = rowsOf(0, groups.from);
    let before = first;
    for (const group of metadata.row_groups.slice(groups.from, groups.to)) {
      const end = before + Number(group.num_rows);
      for (const column of columns) {
        for (let rowStart = before; rowStart < end; rowStart += ROWS) {
          options.signal?.throwIfAborted();
          const rowEnd = Math.min(end, rowStart + ROWS);
          let values: readonly unknown[][] = [];
          await parquetRead({
            ...{ file: source, metadata, columns: [column], rowStart, rowEnd, compressors },
            useOffsetIndex: true,
            parsers: { stringFromBytes: (bytes: Uint8Array) => bytes },
            onComplete: (found) => {
              values = found;
            },
          }).catch((cause: unknown) => {
            throw unreadable(file, cause);
          });
          values.forEach(([value], at) => {
            texts.take(value, rowStart + at + 1, column);
          });
        }
      }
      before = end;
      options.onProgress?.(
        Math.round((source.byteLength * (before - first)) / Math.max(1, Number(metadata.num_rows))),
      );
    }
    return { rows, lines: 0, texts: texts.count, uncompressedBytes: texts.bytes, damagedRows: 0 };
  } finally {
    await close();
  }
}

/** Hands the texts of values to the scanner. */
class ParquetTexts {
  count = 0;
  bytes = 0;
  private row = 0;
  private field = "";
  private window: SourceWindow = { bytes: new Uint8Array(), base: 0, filled: 0, isJson: false };

  constructor(
    file: string,
    private readonly scan: TextTarget,
  ) {
    const own = this;
    scan.findings.place = {
      file,
      get row() {
        return own.row;
      },
      isLined: false,
      field: () => this.field,
      window: () => this.window,
    };
  }

  take(value: unknown, row: number, column: string): void {
    const { scanner, options } = this.scan;
    this.row = row;
    for (const { bytes, field } of textsIn(value, column)) {
      if (!isWanted(field, options.fields)) continue;
      this.field = field;
      this.window = { bytes, base: 0, filled: bytes.length, isJson: false };
      this.count++;
      this.bytes += bytes.length;
      scanner.begin(0);
      scanner.scan(bytes, 0, bytes.length, 0, false);
      scanner.end();
    }
  }
}
