import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
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

async function plainSource(file: string): Promise<ByteSource> {
  const handle = await open(file, "r").catch((cause: unknown) => {
    throw unreadable(file, cause);
  });
  return {
    read: async (into) => (await handle.read(into, 0, into.length, null)).bytesRead,
    close: () => handle.close(),
  };
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

/** Opens a file, unpacking what is gzipped. @throws DataError for what cannot be read. */
export async function byteSource(file: string): Promise<ByteSource> {
  return /\.gz$/i.test(file) ? gzipSource(file) : plainSource(file);
}
