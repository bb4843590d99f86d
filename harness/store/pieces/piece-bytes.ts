import { isUtf8 } from "node:buffer";
import { closeSync, readSync } from "node:fs";
import { openToRead } from "../../core/jsonl.js";
import type { StringScan } from "../../core/string-scan.js";
import type { RecordPiece } from "./record-piece.js";

const CHUNK_BYTES = 1 << 18;
const LEAST_CHUNK_BYTES = 1 << 14;
/** Bytes of a line from which it is passed over here, for others to read it as they read long texts. */
const LONG_LINE = 32 << 20;
const LINE_FEED = 0x0a;

/** Whoever is shown the lines of a piece. */
export interface LineVisitor {
  /**
   * A line without its line feed, good until the next one; valid UTF-8 whose byte at `to` is the line feed.
   * @param at Where it stands in the file.
   */
  line(bytes: Buffer, from: number, to: number, at: number): void;
  /** A line that is not shown: of a chunk that is no UTF-8, too long, or without its line feed. @param end In the file. */
  unread(at: number, end: number): void;
}

/** Shows the lines that begin in pieces of files, in memory that can be searched. */
export class PieceBytes {
  private buffer: Buffer;
  private held = 0;
  /** Where the first byte of the buffer stands in the file. */
  private offset = 0;
  /** Where a line began that is too long for the buffer; −1 for none. */
  private long = -1;

  /** Bytes that are read at once: a small run is not given a large buffer. */
  private readonly chunkBytes: number;

  /**
   * @param memory Where lines are to be; left out, no line is shown.
   * @param most Bytes of the largest piece.
   */
  constructor(
    private readonly memory: StringScan | undefined,
    most: number,
  ) {
    this.chunkBytes = Math.min(CHUNK_BYTES, Math.max(LEAST_CHUNK_BYTES, most + 1));
    this.buffer = this.bufferOf(2 * this.chunkBytes);
  }

  private bufferOf(length: number): Buffer {
    // Memory that is searched keeps what it holds as it grows.
    if (this.memory !== undefined) return this.memory.buffer(length);
    const buffer = Buffer.allocUnsafe(length);
    this.buffer?.copy(buffer, 0, 0, this.held);
    return buffer;
  }

  /** @returns whether the last line lacks its line feed. @throws DataError where the file cannot be read. */
  read({ file, start, end }: RecordPiece, visitor: LineVisitor): boolean {
    const handle = openToRead(file);
    try {
      // The byte before tells whether a line begins here.
      this.offset = Math.max(0, start - 1);
      [this.held, this.long] = [0, -1];
      let isBehind = start > 0;
      for (;;) {
        const at = this.offset + this.held;
        this.makeRoom();
        // Of the line that goes on behind the piece, as much again each time.
        const wanted = Math.min(
          this.chunkBytes,
          at < end ? end - at : Math.max(LEAST_CHUNK_BYTES, this.held),
        );
        const bytes = readSync(handle, this.buffer, this.held, wanted, at);
        if (bytes === 0) return this.finish(isBehind, end, visitor);
        const filled = this.held + bytes;
        let from = 0;
        if (isBehind) {
          from = this.buffer.subarray(0, filled).indexOf(LINE_FEED) + 1;
          isBehind = from === 0;
          if (isBehind) from = filled;
        }
        if (this.show(from, filled, end, visitor)) return false;
      }
    } finally {
      closeSync(handle);
    }
  }

  private makeRoom(): void {
    if (this.buffer.length - this.held >= this.chunkBytes) return;
    if (this.held < LONG_LINE) {
      this.buffer = this.bufferOf(2 * this.buffer.length);
      return;
    }
    if (this.long === -1) this.long = this.offset;
    this.offset += this.held;
    this.held = 0;
  }

  /** Shows complete lines; true where the last one that begins in the piece was among them. */
  private show(start: number, filled: number, end: number, visitor: LineVisitor): boolean {
    const { buffer, offset } = this;
    const bytes = buffer.subarray(0, filled);
    let from = start;
    // What was held ends no line: a long one would be searched again with each reading.
    let to = bytes.indexOf(LINE_FEED, Math.max(from, this.held));
    const last = to === -1 ? -1 : bytes.lastIndexOf(LINE_FEED);
    const isText = this.memory !== undefined && last > from && isUtf8(buffer.subarray(from, last));
    while (to !== -1) {
      const at = this.long === -1 ? offset + from : this.long;
      if (at >= end) return true;
      if (this.long !== -1 || !isText) visitor.unread(at, offset + to);
      else visitor.line(buffer, from, to, at);
      this.long = -1;
      from = to + 1;
      to = bytes.indexOf(LINE_FEED, from);
    }
    if (from > 0) buffer.copyWithin(0, from, filled);
    this.held = filled - from;
    this.offset = offset + from;
    return this.long === -1 && this.offset >= end;
  }

  private finish(isBehind: boolean, end: number, visitor: LineVisitor): boolean {
    const at = this.long === -1 ? this.offset : this.long;
    const behind = this.offset + this.held;
    if (isBehind || behind === at || at >= end) return false;
    visitor.unread(at, behind);
    return true;
  }
}
