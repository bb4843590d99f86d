import { closeSync, readSync } from "node:fs";
import { openToRead } from "../../core/jsonl.js";

/** Bytes that are read at once: records that are asked for often stand beside each other. */
const WINDOW_BYTES = 1 << 16;

/** Lines of files of records, by where they stand. */
export class LineSource {
  private file: string | undefined;
  private handle = -1;
  private window = Buffer.allocUnsafe(WINDOW_BYTES);
  private start = 0;
  private end = 0;

  /** The bytes of a line, good until the next one is asked for. @throws DataError where the file cannot be read. */
  bytes(file: string, start: number, end: number): Buffer {
    if (file !== this.file) this.open(file);
    if (start < this.start || end > this.end) this.fill(start, end);
    return this.window.subarray(start - this.start, end - this.start);
  }

  close(): void {
    if (this.handle !== -1) closeSync(this.handle);
    this.handle = -1;
    this.file = undefined;
  }

  private open(file: string): void {
    this.close();
    this.handle = openToRead(file);
    this.file = file;
    [this.start, this.end] = [0, 0];
  }

  private fill(start: number, end: number): void {
    const wanted = Math.max(WINDOW_BYTES, end - start);
    // What a long line needed is let go of with the next short one.
    if (this.window.length !== wanted) this.window = Buffer.allocUnsafeSlow(wanted);
    this.start = start;
    this.end = start;
    while (this.end < end || this.end === start) {
      const bytes = readSync(
        this.handle,
        this.window,
        this.end - start,
        wanted - (this.end - start),
        this.end,
      );
      if (bytes === 0) break;
      this.end += bytes;
    }
  }
}
