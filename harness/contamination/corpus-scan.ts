import { setImmediate } from "node:timers/promises";
import { DataError } from "../core/errors.js";
import { type ByteSource, byteSource, wholeLines } from "./byte-source.js";
import type { CorpusFile } from "./corpus-files.js";
import type { ReadFacts, ScanOptions, UnitFacts } from "./corpus-records.js";
import { Findings, type FoundParts } from "./findings.js";
import { JsonWalker } from "./json-walker.js";
import { MatchFinder } from "./match-finder.js";
import { NearDuplicates } from "./near-duplicates.js";
import type { ScanUnit } from "./scan-units.js";
import type { SourceWindow } from "./source-window.js";
import type { SuiteIndex } from "./suite-index.js";
import { TextScanner, type TextSink } from "./text-scanner.js";

/** Bytes before the place of the scan that are held for quoting. */
const HELD = 1 << 16;
const CHUNK = 1 << 20;
/** No escape or character is longer. */
const EDGE = 16;

/** What is read as one stream. */
interface Piece {
  readonly file: CorpusFile;
  readonly source: ByteSource;
  /** Where in the file it begins. */
  readonly from: number;
  /** Bytes of it on disk, or as near as can be known. */
  readonly size: number;
}

/** Scans texts of a corpus, piece after piece, for one suite. */
export class CorpusScan {
  readonly findings: Findings;
  readonly scanner: TextScanner;
  private readonly buffer = new Uint8Array(HELD + CHUNK + EDGE);
  private base = 0;
  private filled = 0;
  /** Rows of the latest piece. */
  private rows = 0;

  constructor(
    index: SuiteIndex,
    readonly options: ScanOptions,
  ) {
    this.findings = new Findings(index, options);
    const matches = new MatchFinder(index, (match) => this.findings.match(match));
    const near = options.methods.has("near-duplicate")
      ? new NearDuplicates(index, options.similarity, (duplicate) => this.findings.near(duplicate))
      : undefined;
    const sink: TextSink = {
      anchors: (scanner, isEnd) => matches.anchors(scanner, isEnd),
      moved: (bytes) => matches.moved(bytes),
      unit: (scanner, from, to) => near?.unit(scanner, from, to),
    };
    this.scanner = new TextScanner(index.bits, sink, near?.bounds ?? { share: 2, least: 1, most: 0 });
  }

  /** What was found so far. */
  found(): FoundParts {
    return this.findings.found();
  }

  /** Scans a piece of the corpus. @throws DataError for what is no text or cannot be read. */
  async unit(unit: ScanUnit): Promise<UnitFacts> {
    const before = this.findings.matchedRows;
    const { file, groups } = unit;
    this.findings.nextUnit(unit.unit, this.rows);
    const read =
      file.kind === "parquet"
        ? await (await import("./parquet-rows.js")).scanParquet(file.path, this, groups)
        : await this.stream(unit);
    this.rows = Math.max(read.rows, read.lines);
    return { ...read, matchedRows: this.findings.matchedRows - before };
  }

  private window(isJson: boolean): SourceWindow {
    return { bytes: this.buffer, base: this.base, filled: this.filled, isJson };
  }

  private async stream({ file, range, bytes }: ScanUnit): Promise<ReadFacts> {
    const stretch = range && (await wholeLines(file.path, range));
    const source = await byteSource(file.path, stretch);
    const piece = { file, source, from: stretch?.from ?? 0, size: bytes };
    try {
      return file.kind === "text" ? await this.plain(piece) : await this.json(piece);
    } finally {
      await source.close();
    }
  }

  /** Feeds a file to something that takes bytes and says where it stopped. @returns bytes of the whole */
  private async feed(
    { file, source, from, size }: Piece,
    take: (from: number, to: number) => number,
  ): Promise<number> {
    const { buffer, options } = this;
    this.base = from;
    this.filled = 0;
    let at = 0;
    for (let chunk = 0; ; chunk++) {
      const held = Math.min(at, HELD);
      buffer.copyWithin(0, at - held, this.filled);
      this.base += at - held;
      this.filled -= at - held;
      at = held;
      const bytes = await source.read(buffer.subarray(this.filled, buffer.length - EDGE));
      if (chunk === 0) refuseBinary(file.path, buffer.subarray(0, bytes));
      this.filled += bytes;
      if (bytes === 0) {
        buffer.fill(0, this.filled, this.filled + EDGE);
        take(at, this.filled);
        return this.base + this.filled - from;
      }
      at = Math.max(at, take(at, Math.max(at, this.filled - EDGE)));
      if (chunk % 8 === 7) await setImmediate();
      options.signal?.throwIfAborted();
      options.onProgress?.(Math.min(size, this.base + at - from));
    }
  }

  private async plain(piece: Piece): Promise<ReadFacts> {
    const { scanner, buffer, findings } = this;
    findings.place = {
      file: piece.file.path,
      row: 1,
      isLined: true,
      field: () => undefined,
      window: () => this.window(false),
    };
    scanner.begin(0);
    const bytes = await this.feed(piece, (from, to) =>
      from < to ? scanner.scan(buffer, from, to, this.base, false) : from,
    );
    const rows = scanner.lines + (bytes > 0 && buffer[this.filled - 1] !== 0x0a ? 1 : 0);
    scanner.end();
    return { rows, lines: rows, texts: 1, uncompressedBytes: bytes, damagedRows: 0 };
  }

  private async json(piece: Piece): Promise<ReadFacts> {
    const { scanner, buffer, findings, options } = this;
    let [rows, texts, damagedRows] = [0, 0, 0];
    const walker: JsonWalker = new JsonWalker(
      scanner,
      {
        row: (isDamaged) => {
          rows++;
          if (isDamaged) damagedRows++;
        },
        text: () => {
          texts++;
        },
      },
      options.fields,
      piece.file.kind === "jsonl",
    );
    findings.place = {
      file: piece.file.path,
      get row() {
        return walker.row;
      },
      isLined: false,
      field: () => walker.field(),
      window: () => this.window(true),
    };
    const bytes = await this.feed(piece, (from, to) => walker.walk(buffer, from, to, this.base));
    walker.finish();
    return { rows, lines: walker.row - 1, texts, uncompressedBytes: bytes, damagedRows };
  }
}

function refuseBinary(file: string, head: Uint8Array): void {
  const isWide = (head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff);
  if (!isWide && !head.subarray(0, 4096).includes(0)) return;
  throw new DataError(isWide ? "is UTF-16 text" : "is not text", {
    code: "not-text",
    file,
    remedy: isWide
      ? "Write it as UTF-8, such as with `iconv -f UTF-16 -t UTF-8`."
      : "Name JSONL, JSON, Parquet or text files, also gzipped (.gz); leave this one out with a glob.",
  });
}
