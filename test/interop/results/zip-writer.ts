import { writeFileSync } from "node:fs";
import { crc32, deflateRawSync } from "node:zlib";

/** A member of an archive that a test makes. */
export interface MadeMember {
  readonly name: string;
  readonly text: string;
  /** Default: deflate. */
  readonly method?: 0 | 8 | 93;
  /** What the directory says of its size, where that is to be a lie. */
  readonly told?: number;
}

/** A zstandard frame of raw blocks, which needs no compressor. */
function zstdFrame(plain: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32LE(0xfd2fb528, 0);
  // Single segment with a content size of four bytes, no dictionary, no checksum.
  const size = Buffer.alloc(5);
  size.writeUInt8(0xa0, 0);
  size.writeUInt32LE(plain.length, 1);
  const block = Buffer.alloc(3);
  block.writeUIntLE((plain.length << 3) | 1, 0, 3);
  return Buffer.concat([head.subarray(0, 4), size, block, plain]);
}

function pack(plain: Buffer, method: number): Buffer {
  return method === 8 ? deflateRawSync(plain) : method === 93 ? zstdFrame(plain) : plain;
}

/** Writes a zip archive, several members of one name and sizes that are not true as they are given. */
export function writeZip(file: string, members: readonly MadeMember[]): string {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, text, method = 8, told } of members) {
    const [plain, title] = [Buffer.from(text), Buffer.from(name)];
    const packed = pack(plain, method);
    const facts = Buffer.alloc(20);
    facts.writeUInt16LE(method, 2);
    facts.writeUInt32LE(crc32(plain), 8);
    facts.writeUInt32LE(packed.length, 12);
    facts.writeUInt32LE(told ?? plain.length, 16);
    const lengths = Buffer.alloc(4);
    lengths.writeUInt16LE(title.length, 0);
    const local = Buffer.concat([
      Buffer.from([0x50, 0x4b, 3, 4, 63, 0]),
      facts.subarray(0, 20),
      lengths,
      title,
      packed,
    ]);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(offset, 10);
    directory.push(
      Buffer.concat([Buffer.from([0x50, 0x4b, 1, 2, 63, 0, 63, 0]), facts, lengths, place, title]),
    );
    parts.push(local);
    offset += local.length;
  }
  const list = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(members.length, 8);
  end.writeUInt16LE(members.length, 10);
  end.writeUInt32LE(list.length, 12);
  end.writeUInt32LE(offset, 16);
  writeFileSync(file, Buffer.concat([...parts, list, end]));
  return file;
}
