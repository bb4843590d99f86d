import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { DataError, messageOf } from "../../core/errors.js";
import type { Json } from "../../core/records.js";

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const LINE_FEED = 0x0a;
const LETTER_U = 0x75;
/** Deeper nesting than any tool writes, shallow enough for the stack. */
const DEEPEST = 500;
/** Letters that may stand behind a backslash, besides `u`. */
const ESCAPES = new Uint8Array(256);
for (const letter of '"\\/bfnrt') ESCAPES[letter.charCodeAt(0)] = 1;

/** A text that is likely to come again, with its bytes, so that it need not be decoded again. */
export class RepeatedText {
  text = "";
  bytes: Uint8Array = new Uint8Array(0);
}

/** Memory for one file after the other: fresh megabytes for each cost more time than reading them. */
export class ReadBuffer {
  private bytes = Buffer.alloc(0);

  /** Memory of at least this size; what it held before is overwritten. */
  take(size: number): Buffer {
    if (this.bytes.length < size) this.bytes = Buffer.allocUnsafeSlow(Math.ceil(size * 1.2));
    return this.bytes;
  }
}

/** An object of a JSON file. */
export type JsonRecord = { readonly [key: string]: Json };

const PLAIN = 0;
const IS_QUOTE = 1;
const OPENS = 2;
const CLOSES = 3;

/** What a byte outside of texts does to the nesting. */
const NESTING = new Uint8Array(256);
NESTING[QUOTE] = IS_QUOTE;
NESTING[OPEN_LIST] = OPENS;
NESTING[OPEN_OBJECT] = OPENS;
NESTING[CLOSE_LIST] = CLOSES;
NESTING[CLOSE_OBJECT] = CLOSES;

/**
 * Reads JSON as Python writes it (`NaN` and `Infinity` stand bare in it) straight from the bytes, value by value: what
 * is not asked for is passed over without being made into strings and objects, which takes half the time of JSON.parse
 * and a fraction of its memory.
 *
 * Values that are passed over are not checked beyond their quotation marks and brackets.
 */
export class JsonReader {
  private at = 0;
  private readonly bytes: Buffer;
  /** The same bytes four by four. */
  private readonly words: Int32Array;

  /** @param file name of the file for errors */
  constructor(
    readonly file: string,
    given: Buffer,
  ) {
    const bytes = given.byteOffset % 4 === 0 ? given : Buffer.from(new Uint8Array(given).buffer);
    this.bytes = bytes;
    this.words = new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2);
    if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) this.at = 3;
  }

  /**
   * Reads a file.
   * @param buffer memory to read it into; the reader is of no use any more when the next file is read into it
   * @throws DataError `unreadable-file`
   */
  static open(file: string, buffer?: ReadBuffer): JsonReader {
    let handle: number | undefined;
    try {
      handle = openSync(file, "r");
      const { size } = fstatSync(handle);
      const bytes = buffer?.take(size) ?? Buffer.allocUnsafeSlow(size);
      let filled = 0;
      while (filled < size) {
        const count = readSync(handle, bytes, filled, size - filled, null);
        if (count === 0) break;
        filled += count;
      }
      return new JsonReader(file, bytes.subarray(0, filled));
    } catch (cause) {
      throw new DataError(`cannot be read (${messageOf(cause)})`, { code: "unreadable-file", file, cause });
    } finally {
      if (handle !== undefined) closeSync(handle);
    }
  }

  /** Byte at which the next value starts; {@link JsonReader.lineAt} makes a line of it. */
  get offset(): number {
    this.skipSpace();
    return this.at;
  }

  /** Goes to a byte that {@link JsonReader.offset} told. */
  goTo(offset: number): void {
    this.at = offset;
  }

  /** Line (from 1) of a byte. */
  lineAt(offset: number): number {
    return this.linesOf([offset])[0] ?? 1;
  }

  /** Lines (from 1) of bytes in increasing order. */
  linesOf(offsets: readonly number[]): number[] {
    let line = 1;
    let feed = this.bytes.indexOf(LINE_FEED);
    return offsets.map((offset) => {
      for (; feed !== -1 && feed < offset; feed = this.bytes.indexOf(LINE_FEED, feed + 1)) line++;
      return line;
    });
  }

  /** An error about the JSON itself, with the line that was reached. */
  broken(message: string): DataError {
    const ended = this.at >= this.bytes.length;
    return new DataError(ended ? "the file ends in the middle of a value" : `not valid JSON (${message})`, {
      code: "broken-json",
      file: this.file,
      line: this.lineAt(this.at),
      remedy: ended
        ? "It was probably cut off while it was written or copied; fetch or write it again."
        : "Mend the file at this line, or write it again.",
    });
  }

  /** What kind of value comes next; undefined at the end of the file. */
  kind(): "list" | "object" | "text" | "other" | undefined {
    switch (this.skipSpace()) {
      case -1:
        return undefined;
      case OPEN_LIST:
        return "list";
      case OPEN_OBJECT:
        return "object";
      case QUOTE:
        return "text";
      default:
        return "other";
    }
  }

  /** Calls `visit` at the start of every item of a list; it must read the item, or return false to stop there. */
  readList(visit: (index: number) => unknown): void {
    this.expect(OPEN_LIST, "a list");
    if (this.skipSpace() === CLOSE_LIST) {
      this.at++;
      return;
    }
    for (let index = 0; ; index++) {
      if (visit(index) === false || this.isClosed(CLOSE_LIST)) return;
    }
  }

  /**
   * Calls `visit` with every key of an object; it must read the value.
   * @param keys the keys of the object before, which most often are the same in the same order
   */
  readObject(visit: (key: string) => void, keys: RepeatedText[] = []): void {
    this.expect(OPEN_OBJECT, "an object");
    if (this.skipSpace() === CLOSE_OBJECT) {
      this.at++;
      return;
    }
    for (let index = 0; ; index++) {
      if (this.skipSpace() !== QUOTE) throw this.broken("a key in quotation marks was expected");
      let known = keys[index];
      if (known === undefined) {
        known = new RepeatedText();
        keys.push(known);
      }
      const key = this.readRepeated(known);
      this.expect(COLON, "a colon behind the key");
      visit(key);
      if (this.isClosed(CLOSE_OBJECT)) return;
    }
  }

  /** @throws DataError when anything but blanks follows. */
  expectEnd(): void {
    if (this.skipSpace() !== -1) throw this.broken("there is something behind the last value");
  }

  /** The text that comes next; call only where {@link JsonReader.kind} says so. */
  readText(): string {
    this.skipSpace();
    const start = this.at + 1;
    const escaped = this.skipText();
    const raw = this.bytes.toString("utf8", start, this.at - 1);
    if (!escaped) return raw;
    try {
      return JSON.parse(`"${raw}"`) as string;
    } catch {
      throw this.broken("a text holds an escape that does not exist");
    }
  }

  /** The text that comes next; decoded only when it is not `known`, which then is the new one. */
  readRepeated(known: RepeatedText): string {
    this.skipSpace();
    const { bytes } = this;
    const start = this.at + 1;
    const { length } = known.bytes;
    let same = 0;
    while (same < length && bytes[start + same] === known.bytes[same]) same++;
    if (same === length && length > 0 && bytes[start + length] === QUOTE) {
      this.at = start + length + 1;
      return known.text;
    }
    known.text = this.readText();
    known.bytes = Uint8Array.prototype.slice.call(bytes, start, this.at - 1);
    return known.text;
  }

  /** Code points of the text that comes next, which is not made into a string. */
  readLength(): number {
    this.skipSpace();
    const { bytes } = this;
    let at = this.at + 1;
    let length = 0;
    for (;;) {
      if ((at & 3) === 0) {
        const end = this.plainEnd(at);
        length += end - at;
        at = end;
      }
      const byte = bytes[at] ?? -1;
      if (byte === QUOTE) break;
      if (byte === BACKSLASH) {
        length++;
        at += ESCAPES[bytes[at + 1] ?? 0] === 1 ? 2 : this.unicodeEscapeAt(at);
        continue;
      }
      if (byte < 0x20) this.failAt(at, "a text holds a control character");
      // Bytes 10xxxxxx go on with a code point; all others begin one.
      if ((byte & 0xc0) !== 0x80) length++;
      at++;
    }
    this.at = at + 1;
    return length;
  }

  /** Passes over the value that comes next. */
  skipValue(): void {
    const first = this.skipSpace();
    if (first === QUOTE) {
      this.skipText();
      return;
    }
    if (first !== OPEN_LIST && first !== OPEN_OBJECT) {
      this.readWord();
      return;
    }
    const { bytes } = this;
    const end = bytes.length;
    let at = this.at;
    let depth = 0;
    for (; at < end; at++) {
      const kind = NESTING[bytes[at] as number];
      if (kind === PLAIN) continue;
      if (kind === OPENS) depth++;
      else if (kind === CLOSES) {
        if (--depth === 0) break;
      } else {
        at++;
        for (let byte = bytes[at] as number; byte !== QUOTE && at < end; byte = bytes[++at] as number) {
          if (byte === BACKSLASH) at++;
        }
      }
    }
    if (at >= end) this.failAt(end, "");
    this.at = at + 1;
  }

  /** A number (NaN and the infinities too), `true`, `false` or `null`. */
  readScalar(): number | boolean | null {
    const word = this.readWord();
    switch (word) {
      case "null":
        return null;
      case "true":
        return true;
      case "false":
        return false;
      case "NaN":
        return Number.NaN;
      case "Infinity":
      case "-Infinity":
        return Number(word);
    }
    if (!/^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/.test(word)) {
      this.at -= word.length;
      throw this.broken(`${word === "" ? "a value is missing" : `unexpected "${word.slice(0, 20)}"`}`);
    }
    return Number(word);
  }

  /** The whole value that comes next; NaN and the infinities become null. */
  readValue(depth = 0): Json {
    if (depth > DEEPEST) throw this.broken("it is nested too deeply");
    switch (this.kind()) {
      case "text":
        return this.readText();
      case "list": {
        const items: Json[] = [];
        this.readList(() => items.push(this.readValue(depth + 1)));
        return items;
      }
      case "object":
        return this.readRecord(depth);
      default: {
        const scalar = this.readScalar();
        return typeof scalar === "number" && !Number.isFinite(scalar) ? null : scalar;
      }
    }
  }

  /** The object that comes next, whole; see {@link JsonReader.readValue}. */
  readRecord(depth = 0): JsonRecord {
    const entries: [string, Json][] = [];
    this.readObject((key) => entries.push([key, this.readValue(depth + 1)]));
    return Object.fromEntries(entries);
  }

  private skipSpace(): number {
    const { bytes } = this;
    let at = this.at;
    let byte = bytes[at] ?? -1;
    while (byte === 0x20 || (byte >= 0x09 && byte <= 0x0d)) byte = bytes[++at] ?? -1;
    this.at = at;
    return byte;
  }

  private expect(byte: number, what: string): void {
    if (this.skipSpace() !== byte) throw this.broken(`${what} was expected`);
    this.at++;
  }

  private isClosed(close: number): boolean {
    const byte = this.skipSpace();
    if (byte !== close && byte !== COMMA) throw this.broken("a comma or a closing bracket was expected");
    this.at++;
    return byte === close;
  }

  /** Passes over a text; true when it holds escapes. */
  private skipText(): boolean {
    const { bytes } = this;
    let at = this.at + 1;
    let escaped = false;
    for (;;) {
      if ((at & 3) === 0) at = this.plainEnd(at);
      const byte = bytes[at] ?? -1;
      if (byte === QUOTE) break;
      if (byte === BACKSLASH) {
        escaped = true;
        at++;
      }
      if (byte < 0x20) this.failAt(at, "a text holds a control character");
      at++;
    }
    this.at = at + 1;
    return escaped;
  }

  /** Where the next four bytes are no longer all ASCII characters that stand for themselves; `at` divides by four. */
  private plainEnd(at: number): number {
    const { words } = this;
    let index = at >> 2;
    for (; index < words.length; index++) {
      const word = words[index] as number;
      const quotes = word ^ 0x22222222;
      const backslashes = word ^ 0x5c5c5c5c;
      // A byte's top bit: below 0x20, from 0x80 on, or equal to one of the two marks ("haszero" of Bit Twiddling Hacks).
      const special =
        (word - 0x20202020) |
        word |
        ((quotes - 0x01010101) & ~quotes) |
        ((backslashes - 0x01010101) & ~backslashes);
      if ((special & 0x80808080) !== 0) break;
    }
    return index << 2;
  }

  private readWord(): string {
    this.skipSpace();
    const start = this.at;
    let at = start;
    for (;;) {
      const byte = this.bytes[at] ?? -1;
      if (byte <= 0x20 || byte === COMMA || byte === CLOSE_LIST || byte === CLOSE_OBJECT) break;
      at++;
    }
    this.at = at;
    return this.bytes.toString("latin1", start, at);
  }

  /** Bytes of an escape such as `\u00e9`, or of two that make one code point. */
  private unicodeEscapeAt(at: number): 6 | 12 {
    const { bytes } = this;
    if (bytes[at + 1] !== LETTER_U) this.failAt(at, "a text holds an escape that does not exist");
    const high = this.unitAt(at + 2);
    if (high < 0xd800 || high > 0xdbff || bytes[at + 6] !== BACKSLASH || bytes[at + 7] !== LETTER_U) return 6;
    const low = this.unitAt(at + 8);
    return low < 0xdc00 || low > 0xdfff ? 6 : 12;
  }

  private unitAt(at: number): number {
    const digits = this.bytes.toString("latin1", at, at + 4);
    if (!/^[0-9a-fA-F]{4}$/.test(digits)) this.failAt(at, "a text holds an escape that does not exist");
    return Number.parseInt(digits, 16);
  }

  private failAt(at: number, message: string): never {
    this.at = at;
    throw this.broken(message);
  }
}
