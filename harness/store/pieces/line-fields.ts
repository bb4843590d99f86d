import type { JsonFields } from "../../core/json-fields.js";
import type { TextPool } from "../text-pool.js";

const QUOTE = 0x22;
/** Whole numbers of at most so many digits are read from their bytes. */
const MOST_DIGITS = 9;

/** The values of fields that were found in an object's bytes. */
export class LineFields {
  private bytes: Buffer = Buffer.alloc(0);

  constructor(
    private readonly fields: JsonFields,
    private readonly pool: TextPool,
  ) {}

  /** {@link JsonFields.find}. */
  find(bytes: Buffer, start: number, end: number): boolean {
    this.bytes = bytes;
    return this.fields.find(bytes, start, end);
  }

  /** {@link JsonFields.objectEnd}. */
  findAt(bytes: Buffer, start: number): number {
    this.bytes = bytes;
    return this.fields.objectEnd(bytes, start);
  }

  /** Whether there are fields besides the wanted ones. */
  get hasMore(): boolean {
    return this.fields.hasMore;
  }

  /** Where the value of a field begins; −1 where there is none. */
  startOf(field: number): number {
    return this.fields.starts[field] ?? -1;
  }

  /** Where it ends. */
  endOf(field: number): number {
    return this.fields.ends[field] ?? -1;
  }

  has(field: number): boolean {
    return this.startOf(field) !== -1;
  }

  isText(field: number): boolean {
    return this.bytes[this.startOf(field)] === QUOTE;
  }

  /** Whether a field is a list without anything but objects in it. */
  isListOfObjects(field: number): boolean {
    return this.has(field) && this.fields.areObjects[field] === 1;
  }

  /** A text that is met again and again; undefined for any other value. */
  text(field: number): string | undefined {
    if (!this.isText(field)) return undefined;
    return this.pool.textAt(this.bytes, this.startOf(field) + 1, this.endOf(field) - 1);
  }

  /** A text that is hardly met twice, where the field is one. */
  longText(field: number): string {
    return JSON.parse(this.bytes.toString("utf8", this.startOf(field), this.endOf(field))) as string;
  }

  /** A whole number; −1 for any other value. */
  number(field: number): number {
    const { bytes } = this;
    const [start, end] = [this.startOf(field), this.endOf(field)];
    if (end - start > MOST_DIGITS || end <= start) return -1;
    let number = 0;
    for (let at = start; at < end; at++) {
      const digit = (bytes[at] ?? 0) - 0x30;
      if (digit < 0 || digit > 9) return -1;
      number = 10 * number + digit;
    }
    return number;
  }
}
