import type { FindingOptions, Findings } from "./findings.js";
import type { TextScanner } from "./text-scanner.js";

/** How a corpus is scanned. */
export interface ScanOptions extends FindingOptions {
  /** Fields of JSON and columns of Parquet that are looked at; none for all strings. */
  readonly fields: readonly string[];
  /** Least Jaccard similarity of near duplicates. */
  readonly similarity: number;
  readonly signal?: AbortSignal | undefined;
  /** Told now and then: bytes of the file on disk, or as near as can be known. */
  readonly onProgress?: ((bytes: number) => void) | undefined;
}

/** What was read of one file. */
export interface FileFacts {
  readonly file: string;
  readonly rows: number;
  readonly texts: number;
  readonly bytes: number;
  readonly uncompressedBytes: number;
  readonly damagedRows: number;
  readonly matchedRows: number;
}

/** What was read of a file, as its reader knows it. */
export type ReadFacts = Omit<FileFacts, "file" | "bytes" | "matchedRows">;

/** What a reader of files hands texts to. */
export interface TextTarget {
  readonly scanner: TextScanner;
  readonly findings: Findings;
  readonly options: ScanOptions;
}
