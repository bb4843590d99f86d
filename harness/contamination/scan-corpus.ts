import type { ContaminationMethod, CorpusFacts } from "../core/contamination.js";
import type { CorpusFile } from "./corpus-files.js";
import type { FileFacts } from "./corpus-records.js";
import { CorpusScan } from "./corpus-scan.js";
import type { FoundParts, FoundPassage } from "./findings.js";
import type { SuiteIndex } from "./suite-index.js";

/** How a corpus is scanned. */
export interface ScanCorpusOptions {
  readonly methods: ReadonlySet<ContaminationMethod>;
  readonly fields: readonly string[];
  readonly similarity: number;
  /** Passages kept of each part. */
  readonly passages: number;
  readonly signal?: AbortSignal | undefined;
  readonly onMatch?: ((passage: FoundPassage) => void) | undefined;
  /** Told now and then: bytes read of all files, and of how many. */
  readonly onProgress?: ((bytes: number, file: string) => void) | undefined;
}

/** What a scan found and read. */
export interface ScannedCorpus {
  readonly found: FoundParts;
  readonly corpus: CorpusFacts;
}

function factsOf(files: readonly FileFacts[]): CorpusFacts {
  const sum = (pick: (facts: FileFacts) => number) => files.reduce((total, one) => total + pick(one), 0);
  return {
    files: files.length,
    rows: sum((one) => one.rows),
    texts: sum((one) => one.texts),
    bytes: sum((one) => one.bytes),
    uncompressedBytes: sum((one) => one.uncompressedBytes),
    damagedRows: sum((one) => one.damagedRows),
    matchedRows: sum((one) => one.matchedRows),
    byFile: files.map(({ file, rows, matchedRows }) => ({ file, rows, matchedRows })),
  };
}

/** Scans files one after the other. @throws DataError for what cannot be read; what `signal` was aborted with. */
export async function scanCorpus(
  index: SuiteIndex,
  files: readonly CorpusFile[],
  options: ScanCorpusOptions,
): Promise<ScannedCorpus> {
  const { methods, fields, similarity, passages, signal, onMatch, onProgress } = options;
  let before = 0;
  let current = "";
  const scan = new CorpusScan(index, {
    methods,
    fields,
    similarity,
    passages,
    signal,
    ...(onMatch === undefined ? {} : { onMatch }),
    onProgress: (bytes) => onProgress?.(before + bytes, current),
  });
  const facts: FileFacts[] = [];
  for (const file of files) {
    current = file.path;
    const read = await scan.file(file);
    before += read.bytes;
    facts.push(read);
  }
  return { found: scan.found(), corpus: factsOf(facts) };
}
