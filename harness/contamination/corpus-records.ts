import type { CorpusFacts } from "../core/contamination.js";
import type { FindingOptions, Findings } from "./findings.js";
import type { TextScanner } from "./text-scanner.js";

/** How a corpus is scanned. */
export interface ScanOptions extends FindingOptions {
  /** Fields of JSON and columns of Parquet that are looked at; none for all strings. */
  readonly fields: readonly string[];
  /** Least Jaccard similarity of near duplicates. */
  readonly similarity: number;
  readonly signal?: AbortSignal | undefined;
  /** Told now and then: bytes of the piece on disk, or as near as can be known. */
  readonly onProgress?: ((bytes: number) => void) | undefined;
}

/** What was read of a piece of the corpus, as its reader knows it. */
export interface ReadFacts extends Pick<CorpusFacts, "rows" | "texts" | "uncompressedBytes" | "damagedRows"> {
  /** By how many the rows of the file's next piece count on; 0 where they have numbers of the whole file. */
  readonly lines: number;
}

/** The same with what was found in it. */
export interface UnitFacts extends ReadFacts, Pick<CorpusFacts, "matchedRows"> {}

/** What a reader of files hands texts to. */
export interface TextTarget {
  readonly scanner: TextScanner;
  readonly findings: Findings;
  readonly options: ScanOptions;
}
