import type { ContaminationMethod, CorpusFacts } from "../core/contamination.js";
import { presentFields } from "../core/present-fields.js";
import { threadsFor } from "../core/threads.js";
import type { CorpusFile } from "./corpus-files.js";
import type { UnitFacts } from "./corpus-records.js";
import { CorpusScan } from "./corpus-scan.js";
import {
  type FoundParts,
  type FoundPassage,
  joinedFindings,
  type KeptPassage,
  type PlacedFindings,
} from "./findings.js";
import { SCAN_FILE, type ScanListener, scanByThreads } from "./scan-threads.js";
import { type ScanUnit, scanUnits, UNIT_BYTES } from "./scan-units.js";
import type { SuiteIndex } from "./suite-index.js";

/** How a corpus is scanned. */
export interface ScanCorpusOptions {
  readonly methods: ReadonlySet<ContaminationMethod>;
  readonly fields: readonly string[];
  readonly similarity: number;
  /** Passages kept of each part. */
  readonly passages: number;
  /** Threads that scan; as many as there are cores by default. The result is the same for any number. */
  readonly workers?: number | undefined;
  /** Bytes of the pieces that a corpus is divided into. */
  readonly unitBytes?: number;
  readonly signal?: AbortSignal | undefined;
  readonly onMatch?: ((passage: FoundPassage) => void) | undefined;
  /** Told now and then: bytes read of all files, and of how many. */
  readonly onProgress?: ((bytes: number, file: string) => void) | undefined;
}

/** What a scan found and read. */
export interface ScannedCorpus {
  readonly found: PlacedFindings;
  readonly corpus: CorpusFacts;
}

/** Gathers what is read of the pieces of a corpus, in their order. */
class CorpusRecord implements ScanListener {
  private readonly facts: UnitFacts[] = [];
  /** Rows of each piece's file before it. */
  private readonly rowsBefore: number[] = [];
  /** Bytes read of each piece, and of all. */
  private readonly bytes: number[] = [];
  private read = 0;

  constructor(
    private readonly units: readonly ScanUnit[],
    private readonly options: ScanCorpusOptions,
  ) {}

  private before(unit: number): number {
    const own = this.units[unit]?.file;
    if (unit === 0 || this.units[unit - 1]?.file !== own) return 0;
    return (this.rowsBefore[unit - 1] as number) + (this.facts[unit - 1]?.lines ?? 0);
  }

  /** A passage with its row counted from the beginning of its file. */
  placed({ unit, passage }: KeptPassage): FoundPassage {
    return { ...passage, row: passage.row + this.before(unit) };
  }

  matches(unit: number, matches: readonly FoundPassage[]): void {
    for (const passage of matches) this.options.onMatch?.(this.placed({ unit, passage }));
  }

  done(unit: number, facts: UnitFacts): void {
    this.rowsBefore[unit] = this.before(unit);
    this.facts[unit] = facts;
    this.progress(unit, this.units[unit]?.bytes ?? 0);
  }

  progress(unit: number, bytes: number): void {
    this.read += bytes - (this.bytes[unit] ?? 0);
    this.bytes[unit] = bytes;
    this.options.onProgress?.(this.read, this.units[unit]?.file.path ?? "");
  }

  corpus(): CorpusFacts {
    const { facts, units } = this;
    const sum = (pick: (one: UnitFacts) => number) => facts.reduce((total, one) => total + pick(one), 0);
    const byFile = new Map<string, { file: string; rows: number; matchedRows: number }>();
    facts.forEach(({ rows, matchedRows }, at) => {
      const file = units[at]?.file.path ?? "";
      const before = byFile.get(file) ?? { file, rows: 0, matchedRows: 0 };
      byFile.set(file, {
        file,
        rows: before.rows + rows,
        matchedRows: before.matchedRows + matchedRows,
      });
    });
    return {
      files: byFile.size,
      rows: sum((one) => one.rows),
      texts: sum((one) => one.texts),
      bytes: units.reduce((total, one) => total + one.bytes, 0),
      uncompressedBytes: sum((one) => one.uncompressedBytes),
      damagedRows: sum((one) => one.damagedRows),
      matchedRows: sum((one) => one.matchedRows),
      byFile: [...byFile.values()],
    };
  }
}

/** Scans the pieces one after the other on this thread. */
async function scanHere(
  index: SuiteIndex,
  units: readonly ScanUnit[],
  record: CorpusRecord,
  options: ScanCorpusOptions,
): Promise<FoundParts[]> {
  const { methods, fields, similarity, passages, signal, onMatch } = options;
  let current = 0;
  const scan = new CorpusScan(index, {
    ...{ methods, fields, similarity, passages, signal },
    ...presentFields({
      onMatch: onMatch && ((passage: FoundPassage) => onMatch(record.placed({ unit: current, passage }))),
    }),
    onProgress: (bytes) => record.progress(current, bytes),
  });
  for (const unit of units) {
    current = unit.unit;
    record.done(current, await scan.unit(unit));
  }
  return [scan.found()];
}

/** Scans files, by several threads where there are cores. @throws DataError for what cannot be read; what `signal` was aborted with. */
export async function scanCorpus(
  index: SuiteIndex,
  files: readonly CorpusFile[],
  options: ScanCorpusOptions,
): Promise<ScannedCorpus> {
  const { methods, fields, similarity, passages, signal, workers } = options;
  const units = await scanUnits(files, options.unitBytes ?? UNIT_BYTES);
  const record = new CorpusRecord(units, options);
  const threads = threadsFor(SCAN_FILE, units.length, workers);
  const data = {
    index,
    options: { methods: [...methods], fields, similarity, passages },
    wantsMatches: options.onMatch !== undefined,
  };
  const scans =
    threads === 1
      ? await scanHere(index, units, record, options)
      : await scanByThreads(units, data, record, { threads, signal });
  const found = joinedFindings(scans, passages);
  const placed = found.passages.map((list) => list.map((kept) => record.placed(kept)));
  return { found: { ...found, passages: placed }, corpus: record.corpus() };
}
