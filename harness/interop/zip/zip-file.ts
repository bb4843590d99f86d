import { crc32, deflateRawSync } from "node:zlib";
import { countOf } from "../../core/count-of.js";
import { ConfigError } from "../../core/errors.js";

const LOCAL = 0x04034b50;
const ENTRY = 0x02014b50;
const END = 0x06054b50;
const DEFLATE = 8;
/** Names are UTF-8. */
const UTF_8 = 0x0800;
const VERSION = 20;
/** 1 January 1980, the first day that a zip archive knows: the same content gives the same bytes. */
const NO_DATE = 0x21;
const MOST_MEMBERS = 0xfffe;
const MOST_BYTES = 0xfffffffe;

/** A zip archive that is made in memory: deflate, no dates, members in the order in which they were added. */
export class ZipFile {
  private readonly parts: Buffer[] = [];
  private readonly entries: Buffer[] = [];
  private offset = 0;

  /**
   * Adds a member.
   * @param name of characters that may stand in a path; the caller answers for it
   */
  add(name: string, text: string): void {
    const plain = Buffer.from(text);
    const packed = deflateRawSync(plain);
    const title = Buffer.from(name);
    const facts = Buffer.alloc(26);
    facts.writeUInt16LE(VERSION, 0);
    facts.writeUInt16LE(UTF_8, 2);
    facts.writeUInt16LE(DEFLATE, 4);
    facts.writeUInt16LE(NO_DATE, 8);
    facts.writeUInt32LE(crc32(plain), 10);
    facts.writeUInt32LE(packed.length, 14);
    facts.writeUInt32LE(plain.length, 18);
    facts.writeUInt16LE(title.length, 22);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(Math.min(this.offset, MOST_BYTES), 10);
    this.entries.push(Buffer.concat([words(ENTRY), Buffer.from([VERSION, 0]), facts, place, title]));
    const head = Buffer.concat([words(LOCAL), facts, title]);
    this.parts.push(head, packed);
    this.offset += head.length + packed.length;
  }

  /** @throws ConfigError `too-large` for what needs the 64-bit form. */
  bytes(): Buffer {
    const list = Buffer.concat(this.entries);
    const { length } = this.entries;
    if (length > MOST_MEMBERS || this.offset + list.length > MOST_BYTES)
      throw new ConfigError(
        `${countOf(length, "sample")} of one suite and model are more than one archive takes`,
        {
          code: "too-large",
          remedy: "Export a run with fewer questions or trials.",
        },
      );
    const end = Buffer.alloc(22);
    end.writeUInt32LE(END, 0);
    end.writeUInt16LE(length, 8);
    end.writeUInt16LE(length, 10);
    end.writeUInt32LE(list.length, 12);
    end.writeUInt32LE(this.offset, 16);
    return Buffer.concat([...this.parts, list, end]);
  }
}

function words(signature: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(signature, 0);
  return bytes;
}
