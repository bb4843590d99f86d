import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { noteFollowing } from "../core/text-garbage.js";

const LINE_FEED = 0x0a;
/** Bytes read at once. */
const CHUNK_BYTES = 1 << 18;
/** A line beyond this is passed over: a viewer stays small whatever it looks at. */
const MOST_LINE_BYTES = 1 << 25;
/** Bytes at the end of a file in which its newest lines are looked for. */
const END_BYTES = 1 << 17;

/** Told of each whole line, with the byte at which it begins; undefined for one that is too long. */
export type OnLine = (text: string | undefined, offset: number) => void;

/** Opens a file for reading, and nothing but a file: a link in a foreign folder may lead anywhere, a pipe has no end. */
async function openPlain(path: string): Promise<{ handle: FileHandle; size: number } | undefined> {
  const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
  const handle = await open(path, flags).catch(() => undefined);
  if (handle === undefined) return undefined;
  const found = await handle.stat().catch(() => undefined);
  if (found?.isFile() === true) return { handle, size: found.size };
  await handle.close();
  return undefined;
}

/**
 * Reads whole lines of files that grow; whatever has no line feed yet is left for later. One buffer serves one read after
 * the other, so whoever reads beside another needs a reader of its own.
 */
export class LineReader {
  private buffer = Buffer.allocUnsafe(CHUNK_BYTES);

  /**
   * Reads whole lines that begin at `from` and end before `until`, at most about so many bytes of them.
   * @returns Where the next line begins, and whether there may be more of them; undefined where the file cannot be read.
   */
  async readFrom(
    path: string,
    { from, until, mostBytes }: { readonly from: number; readonly until: number; readonly mostBytes: number },
    onLine: OnLine,
  ): Promise<{ readonly next: number; readonly more: boolean } | undefined> {
    const opened = await openPlain(path);
    if (opened === undefined) return undefined;
    const { handle, size } = opened;
    const end = Math.min(size, until);
    try {
      let next = from;
      while (next < end && next - from < mostBytes) {
        const after = await this.readChunk(handle, next, end, onLine);
        if (after === next) return { next, more: false };
        next = after;
      }
      return { next, more: next < end };
    } finally {
      await handle.close();
    }
  }

  /** Reads the lines of one chunk, which grows with a line that does not fit. */
  private async readChunk(handle: FileHandle, from: number, end: number, onLine: OnLine): Promise<number> {
    noteFollowing();
    let held = 0;
    for (;;) {
      if (held === this.buffer.length) this.grow();
      const room = Math.min(this.buffer.length - held, end - from - held);
      const { bytesRead } = await handle.read(this.buffer, held, room, from + held);
      const filled = this.buffer.subarray(0, held + bytesRead);
      const last = filled.lastIndexOf(LINE_FEED);
      if (last >= 0) return this.split(filled, last, from, onLine);
      if (bytesRead === 0 || from + filled.length >= end) return from;
      if (filled.length >= MOST_LINE_BYTES) return this.passOver(handle, from, filled.length, onLine);
      held = filled.length;
    }
  }

  private split(filled: Buffer, last: number, from: number, onLine: OnLine): number {
    for (let start = 0; start <= last; ) {
      const end = filled.indexOf(LINE_FEED, start);
      if (end > start) onLine(filled.toString("utf8", start, end), from + start);
      start = end + 1;
    }
    if (this.buffer.length > CHUNK_BYTES) this.buffer = Buffer.allocUnsafe(CHUNK_BYTES);
    return from + last + 1;
  }

  /** Looks for the end of a line that is too long. */
  private async passOver(handle: FileHandle, from: number, read: number, onLine: OnLine): Promise<number> {
    for (let at = from + read; ; ) {
      const { bytesRead } = await handle.read(this.buffer, 0, CHUNK_BYTES, at);
      if (bytesRead === 0) return from;
      const end = this.buffer.subarray(0, bytesRead).indexOf(LINE_FEED);
      at += end < 0 ? bytesRead : end + 1;
      if (end < 0) continue;
      onLine(undefined, from);
      return at;
    }
  }

  private grow(): void {
    const larger = Buffer.allocUnsafe(2 * this.buffer.length);
    this.buffer.copy(larger);
    this.buffer = larger;
  }

  /**
   * Reads the last whole lines of a file.
   * @returns Where the next line will begin; undefined where the file cannot be read.
   */
  async readEnd(path: string, onLine: OnLine): Promise<number | undefined> {
    const opened = await openPlain(path);
    if (opened === undefined) return undefined;
    const { handle, size } = opened;
    try {
      const start = Math.max(0, size - END_BYTES);
      const bytes = Buffer.allocUnsafe(size - start);
      const { bytesRead } = await handle.read(bytes, 0, bytes.length, start);
      const filled = bytes.subarray(0, bytesRead);
      // What comes first may be the end of a line.
      const first = start === 0 ? 0 : filled.indexOf(LINE_FEED) + 1;
      const last = filled.lastIndexOf(LINE_FEED);
      if (last >= first) this.split(filled.subarray(first), last - first, start + first, onLine);
      return last < 0 && start > 0 ? size : start + last + 1;
    } finally {
      await handle.close();
    }
  }

  /** The line that begins at a byte; undefined where none does. */
  async lineAt(path: string, offset: number): Promise<string | undefined> {
    const opened = await openPlain(path);
    if (opened === undefined) return undefined;
    const { handle, size } = opened;
    try {
      if (offset >= size) return undefined;
      const before = Buffer.alloc(1, LINE_FEED);
      if (offset > 0) await handle.read(before, 0, 1, offset - 1);
      if (before[0] !== LINE_FEED) return undefined;
      let found: string | undefined;
      await this.readChunk(handle, offset, size, (text, at) => {
        if (at === offset) found = text;
      });
      return found;
    } finally {
      await handle.close();
    }
  }
}
