import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import * as zlib from "node:zlib";
import { DataError, messageOf } from "../../core/errors.js";
import { badArchive, readDirectory, type ZipBytes, type ZipMember, zipLimits } from "./central-directory.js";

const LOCAL = 0x04034b50;

/** Node has it from 22.15 on. */
type NativeZstd = (packed: Uint8Array, options: { readonly maxOutputLength: number }) => Buffer;

function nativeZstd(): NativeZstd | undefined {
  const found: unknown = Reflect.get(zlib, "zstdDecompressSync");
  // The signature is Node's own; the types of the oldest version that assay runs on do not know it.
  return typeof found === "function" ? (found as NativeZstd) : undefined;
}

/** Inflates zstandard in as much memory as is told at most. */
async function unpackZstd(packed: Buffer, most: number): Promise<Buffer> {
  const native = nativeZstd();
  if (native !== undefined) return native(packed, { maxOutputLength: Math.max(1, most) });
  const { Decompress } = await import("fzstd");
  const parts: Uint8Array[] = [];
  let length = 0;
  const stream = new Decompress((part) => {
    length += part.length;
    if (length > most) throw new RangeError("more than its directory says");
    // The stream goes on with its buffer.
    parts.push(part.slice());
  });
  stream.push(packed, true);
  return Buffer.concat(parts, length);
}

async function unpack({ method }: ZipMember, packed: Buffer, most: number): Promise<Buffer | undefined> {
  if (method === 0) return packed;
  if (method === 8) return zlib.inflateRawSync(packed, { maxOutputLength: Math.max(1, most) });
  return method === 93 ? unpackZstd(packed, most) : undefined;
}

/** A zip archive that is open for reading. */
export interface ZipArchive {
  readonly file: string;
  /** By name; of members of one name the last. */
  readonly members: ReadonlyMap<string, ZipMember>;
  /**
   * The text of a member; undefined where there is none of that name.
   * @throws DataError naming archive and member.
   */
  text(name: string): Promise<string | undefined>;
  close(): void;
}

function bytesOf(file: string, handle: number): ZipBytes {
  const { size } = fstatSync(handle);
  return {
    file,
    size,
    read(offset, length) {
      if (!Number.isSafeInteger(offset) || offset < 0 || offset + length > size)
        throw badArchive(file, "the archive points outside of itself");
      const buffer = Buffer.alloc(length);
      let filled = 0;
      while (filled < length) {
        const count = readSync(handle, buffer, filled, length - filled, offset + filled);
        if (count === 0) throw badArchive(file, "the archive became shorter while it was read");
        filled += count;
      }
      return buffer;
    },
  };
}

/** The bytes of a member behind its local header, whose own sizes nobody has to trust. */
function packedBytes(bytes: ZipBytes, { offset, packedBytes: length }: ZipMember): Buffer {
  const header = bytes.read(offset, 30);
  if (header.readUInt32LE(0) !== LOCAL) throw badArchive(bytes.file, "a member of the archive is damaged");
  return bytes.read(offset + 30 + header.readUInt16LE(26) + header.readUInt16LE(28), length);
}

/**
 * Opens a zip archive and reads its directory. Members are inflated one at a time, each to the size that the directory
 * tells and no further.
 * @throws DataError `unreadable-file`, and what {@link readDirectory} throws.
 */
export function openZip(file: string): ZipArchive {
  let handle: number;
  try {
    handle = openSync(file, "r");
  } catch (cause) {
    throw new DataError(`cannot be read (${messageOf(cause)})`, {
      ...{ code: "unreadable-file", file, cause, remedy: "Check the path." },
    });
  }
  try {
    const bytes = bytesOf(file, handle);
    const members = readDirectory(bytes);
    let inflated = 0;
    return {
      file,
      members,
      close: () => closeSync(handle),
      async text(name) {
        const member = members.get(name);
        if (member === undefined) return undefined;
        inflated += member.plainBytes;
        // A member that is read again counts again.
        if (inflated > 2 * zipLimits.plainBytes)
          throw badArchive(file, "the archive inflates to too much", "archive-too-large");
        return memberText(bytes, member);
      },
    };
  } catch (error) {
    closeSync(handle);
    throw error;
  }
}

async function memberText(bytes: ZipBytes, member: ZipMember): Promise<string> {
  const place = `${bytes.file}!${member.name}`;
  let plain: Buffer | undefined;
  try {
    plain = await unpack(member, packedBytes(bytes, member), member.plainBytes);
  } catch (cause) {
    if (cause instanceof DataError) throw cause;
    throw badArchive(place, `cannot be unpacked (${messageOf(cause)})`);
  }
  if (plain === undefined) {
    throw new DataError(`is packed by method ${member.method}, which assay does not read`, {
      code: "unknown-compression",
      file: place,
      remedy: "Write the archive with deflate or zstandard, or the log as .json.",
    });
  }
  if (plain.length !== member.plainBytes)
    throw badArchive(place, "does not have the size that the archive tells");
  return plain.toString("utf8");
}
