import { stat } from "node:fs/promises";
import { type ByteRange, isGzipped } from "./byte-source.js";
import type { CorpusFile } from "./corpus-files.js";
import type { RowGroups } from "./parquet-rows.js";

/** Bytes of a piece: small against a corpus, so that no thread waits long for the last one. */
export const UNIT_BYTES = 1 << 23;

/** A piece of a corpus, scanned in one go. Pieces depend on the corpus alone, so that results do not depend on the threads. */
export interface ScanUnit {
  /** Position among all pieces. */
  readonly unit: number;
  readonly file: CorpusFile;
  /** Lines that begin here, of a file whose rows are lines. */
  readonly range?: ByteRange;
  /** Row groups of a Parquet file. */
  readonly groups?: RowGroups;
  /** Bytes on disk, or as near as can be known. */
  readonly bytes: number;
}

type Part = Pick<ScanUnit, "range" | "groups">;

async function partsOf({ path, kind }: CorpusFile, size: number, unitBytes: number): Promise<Part[]> {
  if (kind === "parquet") {
    const { parquetPieces } = await import("./parquet-rows.js");
    return (await parquetPieces(path, unitBytes)).map((groups) => ({ groups }));
  }
  if (kind !== "jsonl" || isGzipped(path) || size <= unitBytes) return [{}];
  return Array.from({ length: Math.ceil(size / unitBytes) }, (_, at) => ({
    range: { from: at * unitBytes, to: Math.min(size, (at + 1) * unitBytes) },
  }));
}

/**
 * Divides a corpus: JSON lines at the ends of lines, Parquet between row groups, other files not at all.
 * @throws DataError for a file that cannot be read, or is no Parquet.
 */
export async function scanUnits(files: readonly CorpusFile[], unitBytes: number): Promise<ScanUnit[]> {
  const units: ScanUnit[] = [];
  for (const file of files) {
    const { size } = await stat(file.path);
    const parts = await partsOf(file, size, unitBytes);
    for (const part of parts) {
      const bytes =
        part.range === undefined ? Math.round(size / parts.length) : part.range.to - part.range.from;
      units.push({ unit: units.length, file, ...part, bytes });
    }
  }
  return units;
}
