import { DataError } from "../../core/errors.js";

/** A file within a zip archive, as the archive's directory tells of it. */
export interface ZipMember {
  readonly name: string;
  /** 0 stored, 8 deflate, 93 zstandard. */
  readonly method: number;
  readonly packedBytes: number;
  readonly plainBytes: number;
  readonly crc32: number;
  /** Where its local header begins. */
  readonly offset: number;
}

/** Bytes of an archive by position, so that it need not lie in memory. */
export interface ZipBytes {
  readonly file: string;
  readonly size: number;
  /** @throws DataError for what lies outside of the file. */
  read(offset: number, length: number): Buffer;
}

/** What an archive may hold at most; what is larger was made to exhaust its reader. */
export const zipLimits = {
  members: 100_000,
  plainBytes: 2 ** 31,
  memberBytes: 256 << 20,
  /** Members that inflate further than this are refused where they are large. */
  ratio: 250,
  ratioFrom: 64 << 20,
  directoryBytes: 64 << 20,
} as const;

const END = 0x06054b50;
const END_64 = 0x06064b50;
const END_64_LOCATOR = 0x07064b50;
const ENTRY = 0x02014b50;
const END_LENGTH = 22;
const MOST_COMMENT = 0xffff;
const FULL_16 = 0xffff;
const FULL_32 = 0xffffffff;

/** The error for an archive that is damaged, or made to do harm. */
export function badArchive(file: string, message: string, code = "broken-archive"): DataError {
  return new DataError(message, {
    code,
    file,
    remedy:
      code === "archive-too-large"
        ? "No log of an evaluation is like this: look at where the file comes from."
        : "Copy or write the file again; if it stays so, look at where it comes from.",
  });
}

interface Directory {
  readonly entries: number;
  readonly length: number;
  readonly offset: number;
}

function numberAt(bytes: Buffer, offset: number): number {
  return Number(bytes.readBigUInt64LE(offset));
}

/** Zip64 keeps in a second record what the first has no room for. */
function directory64(bytes: ZipBytes, end: number): Directory {
  const locator = end >= 20 ? bytes.read(end - 20, 20) : Buffer.alloc(20);
  if (locator.readUInt32LE(0) !== END_64_LOCATOR)
    throw badArchive(bytes.file, "the archive's end is damaged");
  const record = bytes.read(numberAt(locator, 8), 56);
  if (record.readUInt32LE(0) !== END_64) throw badArchive(bytes.file, "the archive's end is damaged");
  return { entries: numberAt(record, 32), length: numberAt(record, 40), offset: numberAt(record, 48) };
}

function findDirectory(bytes: ZipBytes): Directory {
  const length = Math.min(bytes.size, END_LENGTH + MOST_COMMENT);
  const tail = bytes.read(bytes.size - length, length);
  for (let at = length - END_LENGTH; at >= 0; at--) {
    if (tail.readUInt32LE(at) !== END) continue;
    const found = {
      entries: tail.readUInt16LE(at + 10),
      length: tail.readUInt32LE(at + 12),
      offset: tail.readUInt32LE(at + 16),
    };
    const isShort = found.entries === FULL_16 || found.length === FULL_32 || found.offset === FULL_32;
    return isShort ? directory64(bytes, bytes.size - length + at) : found;
  }
  throw badArchive(bytes.file, "the archive has no end: it was cut off, or is no zip archive");
}

/** Sizes that zip64 keeps among the extra fields, in the order in which the entry lacks them. */
function fields64(extra: Buffer, wanted: number): readonly number[] {
  for (let at = 0; at + 4 <= extra.length; ) {
    const length = extra.readUInt16LE(at + 2);
    if (extra.readUInt16LE(at) === 1) {
      const count = Math.min(wanted, Math.floor(Math.min(length, extra.length - at - 4) / 8));
      return Array.from({ length: count }, (_, index) => numberAt(extra, at + 4 + 8 * index));
    }
    at += 4 + length;
  }
  return [];
}

/** A name that leads out of the archive would write elsewhere if anybody unpacked it; no tool writes one on purpose. */
function isUnsafe(name: string): boolean {
  return (
    name === "" ||
    name.includes("\0") ||
    name.includes("\\") ||
    /^(?:\/|[A-Za-z]:)/.test(name) ||
    name.split("/").includes("..")
  );
}

function memberAt(directory: Buffer, at: number, file: string): { member: ZipMember; next: number } {
  if (at + 46 > directory.length || directory.readUInt32LE(at) !== ENTRY)
    throw badArchive(file, "the archive's directory is damaged");
  const [nameLength, extraLength, commentLength] = [28, 30, 32].map((field) =>
    directory.readUInt16LE(at + field),
  );
  const nameEnd = at + 46 + (nameLength ?? 0);
  const extraEnd = nameEnd + (extraLength ?? 0);
  const next = extraEnd + (commentLength ?? 0);
  if (next > directory.length) throw badArchive(file, "the archive's directory is damaged");
  if ((directory.readUInt16LE(at + 8) & 1) === 1) throw badArchive(file, "the archive is encrypted");
  const name = directory.toString("utf8", at + 46, nameEnd);
  const short = [24, 20, 42].map((field) => directory.readUInt32LE(at + field));
  const long = [
    ...fields64(directory.subarray(nameEnd, extraEnd), short.filter((one) => one === FULL_32).length),
  ];
  const [plainBytes = 0, packedBytes = 0, offset = 0] = short.map((one) =>
    one === FULL_32 ? (long.shift() ?? one) : one,
  );
  const method = directory.readUInt16LE(at + 10);
  return {
    member: { name, method, packedBytes, plainBytes, offset, crc32: directory.readUInt32LE(at + 16) },
    next,
  };
}

function checkSizes(file: string, members: readonly ZipMember[], size: number): void {
  let [plain, packed] = [0, 0];
  for (const { name, plainBytes, packedBytes } of members) {
    plain += plainBytes;
    packed += packedBytes;
    const isTight = plainBytes > zipLimits.ratioFrom && plainBytes > zipLimits.ratio * packedBytes;
    if (plainBytes <= zipLimits.memberBytes && !isTight) continue;
    const shown = `${JSON.stringify(name.slice(0, 80))} would inflate to ${Math.ceil(plainBytes / 2 ** 20)} MB`;
    throw badArchive(file, `${shown}${isTight ? ` from ${packedBytes} bytes` : ""}`, "archive-too-large");
  }
  if (plain > zipLimits.plainBytes)
    throw badArchive(
      file,
      `the archive would inflate to ${Math.ceil(plain / 2 ** 20)} MB`,
      "archive-too-large",
    );
  // Members that share their bytes: small archives that unpack to any size are made so.
  if (packed > size) throw badArchive(file, "members of the archive overlap", "archive-too-large");
}

/**
 * Reads the directory of a zip archive, after which nothing of it can surprise: of members of one name the last one
 * counts, as for everybody who adds to an archive.
 * @throws DataError `broken-archive`, `archive-too-large`, `unsafe-member`.
 */
export function readDirectory(bytes: ZipBytes): ReadonlyMap<string, ZipMember> {
  const { file } = bytes;
  const { entries, length, offset } = findDirectory(bytes);
  if (entries > zipLimits.members)
    throw badArchive(
      file,
      `the archive has ${entries} members, more than ${zipLimits.members}`,
      "archive-too-large",
    );
  if (length > zipLimits.directoryBytes || offset + length > bytes.size)
    throw badArchive(file, "the archive's directory is damaged");
  const directory = bytes.read(offset, length);
  const all: ZipMember[] = [];
  for (let at = 0; all.length < entries; ) {
    const { member, next } = memberAt(directory, at, file);
    if (isUnsafe(member.name)) {
      throw new DataError(`the archive has a member called ${JSON.stringify(member.name.slice(0, 120))}`, {
        code: "unsafe-member",
        file,
        remedy:
          "A name that leads elsewhere is refused. Inspect names members after sample ids: give such samples other ids, or convert the log to .json with `inspect log convert`.",
      });
    }
    all.push(member);
    at = next;
  }
  checkSizes(file, all, bytes.size);
  return new Map(all.map((member) => [member.name, member]));
}
