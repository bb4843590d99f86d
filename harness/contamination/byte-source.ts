import { createReadStream } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { createGunzip } from "node:zlib";
import { DataError, messageOf } from "../core/errors.js";

/** Bytes that come one after the other. */
export interface ByteSource {
  /** Fills what it can of a buffer; 0 at the end. */
  read(into: Uint8Array): Promise<number>;
  close(): Promise<void>;
}

function unreadable(file: string, cause: unknown): DataError {
  return new DataError(`cannot be read (${messageOf(cause)})`, {
    code: "unreadable-file",
    file,
    cause,
    remedy: "Check the path and its permissions.",
  });
}

/** A stretch of a file. */
export interface ByteRange {
  readonly from: number;
  readonly to: number;
}

async function plainSource(file: string, range: ByteRange | undefined): Promise<ByteSource> {
  const handle = await open(file, "r").catch((cause: unknown) => {
    throw unreadable(file, cause);
  });
  let at = range?.from ?? 0;
  return {
    read: async (into) => {
      const size = range === undefined ? into.length : Math.min(into.length, range.to - at);
      const { bytesRead } = await handle.read(into, 0, size, at);
      at += bytesRead;
      return bytesRead;
    },
    close: () => handle.close(),
  };
}

/** Where the first line begins that begins at a place or behind it; the file's size where there is none. */
async function lineStart(handle: FileHandle, at: number, size: number): Promise<number> {
  if (at === 0) return 0;
  const buffer = new Uint8Array(1 << 16);
  for (let from = at - 1; from < size; ) {
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, from);
    if (bytesRead === 0) return from;
    const found = buffer.subarray(0, bytesRead).indexOf(0x0a);
    if (found >= 0) return from + found + 1;
    from += bytesRead;
  }
  return size;
}

/** The lines that begin in a stretch of a file, each of them whole. */
export async function wholeLines(file: string, { from, to }: ByteRange): Promise<ByteRange> {
  const handle = await open(file, "r").catch((cause: unknown) => {
    throw unreadable(file, cause);
  });
  try {
    const { size } = await handle.stat();
    const begins = await lineStart(handle, from, size);
    return { from: begins, to: Math.max(begins, await lineStart(handle, to, size)) };
  } finally {
    await handle.close();
  }
}

function gzipSource(file: string): ByteSource {
  const raw = createReadStream(file, { highWaterMark: 1 << 18 });
  const unpacked = createGunzip({ chunkSize: 1 << 18 });
  raw.on("error", (error) => unpacked.destroy(error));
  const chunks = raw.pipe(unpacked)[Symbol.asyncIterator]();
  let rest: Uint8Array = new Uint8Array();
  return {
    read: async (into) => {
      while (rest.length === 0) {
        const next = await chunks.next().catch((cause: unknown) => {
          throw new DataError(`cannot be unpacked (${messageOf(cause)})`, {
            code: "damaged-archive",
            file,
            cause,
            remedy: "Unpack it with `gzip -t` to see whether it is whole, and fetch it again.",
          });
        });
        if (next.done === true) return 0;
        rest = next.value as Uint8Array;
      }
      const size = Math.min(rest.length, into.length);
      into.set(rest.subarray(0, size));
      rest = rest.subarray(size);
      return size;
    },
    close: () => {
      raw.destroy();
      unpacked.destroy();
      return Promise.resolve();
    },
  };
}

/** Whether a file is unpacked while it is read. */
export function isGzipped(file: string): boolean {
  return /\.gz$/i.test(file);
}

/**
 * Opens a file, unpacking what is gzipped.
 * @param range what is read of it; not of a gzipped file
 * @throws DataError for what cannot be read.
 */
export async function byteSource(file: string, range?: ByteRange): Promise<ByteSource> {
  return isGzipped(file) ? gzipSource(file) : plainSource(file, range);
}
