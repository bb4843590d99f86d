import type { StringEnd } from "./string-scan.js";

/** Lists and objects within each other that are followed; deeper ones are left to `JSON.parse`. */
const MOST_LEVELS = 30;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const LIST = 0x5b;
const LIST_END = 0x5d;
const OBJECT = 0x7b;
const OBJECT_END = 0x7d;
const MINUS = 0x2d;
const FALSE = 0x66;
const NULL = 0x6e;
const TRUE = 0x74;

const NOWHERE = -1;

const isDigit = (byte: number) => byte >= 0x30 && byte <= 0x39;

const HEX = new Set(Buffer.from("0123456789abcdefABCDEF", "ascii"));

/**
 * Finds fields of JSON objects in the bytes of their lines without making values of the rest: what is long in a record
 * is mostly not wanted. Only lines as `JSON.stringify` writes them are understood, every one of which `JSON.parse` would
 * take; any other (blanks between tokens, wanted fields that are there twice, deep nesting, anything broken) is not, and
 * is for `JSON.parse` to judge. Bytes beyond ASCII are taken for valid UTF-8.
 */
export class JsonFields {
  /** Where the value of each wanted field begins and ends; −1 for one that is not there. */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** Whether each wanted field is a list without anything but objects in it. */
  readonly areObjects: Uint8Array;
  /** Whether the line has fields besides the wanted ones. */
  hasMore = false;
  private readonly names: readonly Uint8Array[];
  /** Number of the field that each value of {@link keyHash} may stand for. */
  private readonly byHash = new Int16Array(256).fill(NOWHERE);
  private bytes: Buffer = Buffer.alloc(0);
  private holdsOthers = false;

  /**
   * @param wanted Names of fields, ASCII, by the numbers that they are found by.
   * @param endOfString Searches the bytes that {@link find} is given.
   * @throws RangeError for names that collide.
   */
  constructor(
    wanted: readonly string[],
    private readonly endOfString: StringEnd,
  ) {
    this.names = wanted.map((name) => Buffer.from(name, "ascii"));
    this.starts = new Int32Array(wanted.length);
    this.ends = new Int32Array(wanted.length);
    this.areObjects = new Uint8Array(wanted.length);
    for (const [number, name] of this.names.entries()) {
      const hash = keyHash(name, 0, name.length);
      if (this.byHash[hash] !== NOWHERE)
        throw new RangeError(`"${wanted[number]}" collides with another name`);
      this.byHash[hash] = number;
    }
  }

  /**
   * Looks at one line; the byte at `end` must be a line feed.
   * @returns Whether the line was understood; if not, the fields mean nothing.
   */
  find(bytes: Buffer, start: number, end: number): boolean {
    return this.objectEnd(bytes, start) === end;
  }

  /**
   * Looks at one object of a line that {@link find} understood.
   * @returns Where it ends; −1 where it is not understood: then the fields mean nothing.
   */
  objectEnd(bytes: Buffer, start: number): number {
    this.bytes = bytes;
    this.starts.fill(NOWHERE);
    this.hasMore = false;
    if (bytes[start] !== OBJECT) return NOWHERE;
    for (let at = start + 1; ; at++) {
      const colon = this.keyEnd(at);
      if (colon === NOWHERE) return NOWHERE;
      const field = this.fieldNamed(at + 1, colon - 1);
      const value = colon + 1;
      at = this.valueEnd(value);
      if (at === NOWHERE) return NOWHERE;
      if (field === NOWHERE) this.hasMore = true;
      else {
        if (this.starts[field] !== NOWHERE) return NOWHERE;
        this.starts[field] = value;
        this.ends[field] = at;
        this.areObjects[field] = bytes[value] === LIST && !this.holdsOthers ? 1 : 0;
      }
      if (bytes[at] === OBJECT_END) return at + 1;
      if (bytes[at] !== COMMA) return NOWHERE;
    }
  }

  /** Where the colon after the key that begins here stands. */
  private keyEnd(at: number): number {
    const { bytes } = this;
    if (bytes[at] !== QUOTE) return NOWHERE;
    let end = at + 1;
    for (let byte = bytes[end] ?? 0; byte !== QUOTE; byte = bytes[++end] ?? 0)
      if (byte === BACKSLASH || byte < 0x20) return NOWHERE;
    return bytes[end + 1] === COLON ? end + 1 : NOWHERE;
  }

  private fieldNamed(start: number, end: number): number {
    const number = this.byHash[keyHash(this.bytes, start, end)] ?? NOWHERE;
    const name = this.names[number];
    if (name === undefined || name.length !== end - start) return NOWHERE;
    for (let at = 0; at < name.length; at++) if (name[at] !== this.bytes[start + at]) return NOWHERE;
    return number;
  }

  /** Where the value that begins here ends. */
  private valueEnd(start: number): number {
    const { bytes } = this;
    this.holdsOthers = false;
    /** A bit for every level, set for objects. */
    let levels = 0;
    let depth = 0;
    let at = start;
    for (;;) {
      const byte = bytes[at] ?? 0;
      if (depth === 1 && levels === 0 && byte !== OBJECT) this.holdsOthers = true;
      if (byte === OBJECT || byte === LIST) {
        if (depth === MOST_LEVELS) return NOWHERE;
        const isObject = byte === OBJECT;
        const isEmpty = bytes[at + 1] === (isObject ? OBJECT_END : LIST_END);
        if (!isEmpty) {
          levels = (levels << 1) | (isObject ? 1 : 0);
          depth++;
          at = isObject ? this.memberStart(at + 1) : at + 1;
          if (at === NOWHERE) return NOWHERE;
          continue;
        }
        at += 2;
      } else at = byte === QUOTE ? this.stringEnd(at + 1) : this.plainEnd(at, byte);
      if (at === NOWHERE) return NOWHERE;
      // After a value: the ends of what it was the last of, then the comma before the next.
      while (depth > 0 && bytes[at] === ((levels & 1) === 1 ? OBJECT_END : LIST_END)) {
        levels >>= 1;
        depth--;
        at++;
      }
      if (depth === 0) return at;
      if (bytes[at] !== COMMA) return NOWHERE;
      at = (levels & 1) === 1 ? this.memberStart(at + 1) : at + 1;
      if (at === NOWHERE) return NOWHERE;
    }
  }

  /** Where the value behind a key that begins here begins. */
  private memberStart(at: number): number {
    if (this.bytes[at] !== QUOTE) return NOWHERE;
    const end = this.stringEnd(at + 1);
    return end !== NOWHERE && this.bytes[end] === COLON ? end + 1 : NOWHERE;
  }

  /** Where a string ends whose text begins here, its quotation mark included. */
  private stringEnd(start: number): number {
    let end = this.endOfString(start);
    while (end < 0) {
      if (!this.isUnicode(1 - end)) return NOWHERE;
      end = this.endOfString(6 - end);
    }
    return end === 0 ? NOWHERE : end;
  }

  /** Whether an escape goes on as one of a code unit does. */
  private isUnicode(at: number): boolean {
    const { bytes } = this;
    if (bytes[at] !== 0x75) return false;
    for (let digit = at + 1; digit < at + 5; digit++) if (!HEX.has(bytes[digit] ?? 0)) return false;
    return true;
  }

  /** Where a number, or one of the three words, ends. */
  private plainEnd(at: number, byte: number): number {
    if (byte === MINUS || isDigit(byte)) return this.numberEnd(at);
    if (byte === TRUE) return this.wordEnd(at, "true");
    if (byte === FALSE) return this.wordEnd(at, "false");
    return byte === NULL ? this.wordEnd(at, "null") : NOWHERE;
  }

  private wordEnd(start: number, word: string): number {
    for (let at = 0; at < word.length; at++)
      if (this.bytes[start + at] !== word.charCodeAt(at)) return NOWHERE;
    return start + word.length;
  }

  private numberEnd(start: number): number {
    const { bytes } = this;
    const first = bytes[start] === MINUS ? start + 1 : start;
    let at = this.digitsEnd(first);
    if (at === first || (bytes[first] === 0x30 && at > first + 1)) return NOWHERE;
    if (bytes[at] === 0x2e) {
      const fraction = at + 1;
      at = this.digitsEnd(fraction);
      if (at === fraction) return NOWHERE;
    }
    if (((bytes[at] ?? 0) | 0x20) !== 0x65) return at;
    const sign = bytes[at + 1] ?? 0;
    const exponent = sign === 0x2b || sign === MINUS ? at + 2 : at + 1;
    at = this.digitsEnd(exponent);
    return at === exponent ? NOWHERE : at;
  }

  private digitsEnd(start: number): number {
    let at = start;
    while (isDigit(this.bytes[at] ?? 0)) at++;
    return at;
  }
}

/** A number below 256 that tells a handful of names apart by length, first and last byte. */
function keyHash(bytes: Uint8Array, start: number, end: number): number {
  return (end === start ? 0 : (end - start) * 7 + (bytes[start] ?? 0) * 3 + (bytes[end - 1] ?? 0) * 11) & 255;
}
