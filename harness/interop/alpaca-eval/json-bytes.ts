import { DataError } from "../../core/errors.js";

/** `"` */
export const QUOTE = 0x22;
/** `\` */
export const BACKSLASH = 0x5c;
/** `:` */
export const COLON = 0x3a;
/** `[` */
export const OPEN_LIST = 0x5b;
/** `]` */
export const CLOSE_LIST = 0x5d;
/** `{` */
export const OPEN_OBJECT = 0x7b;
/** `}` */
export const CLOSE_OBJECT = 0x7d;
const COMMA = 0x2c;
const LINE_FEED = 0x0a;
const LETTER_U = 0x75;
/** Letters that may stand behind a backslash, besides `u`. */
const ESCAPES = new Uint8Array(256);
for (const letter of '"\\/bfnrt') ESCAPES[letter.charCodeAt(0)] = 1;

/** Whether a byte may stand behind a backslash, besides `u`. */
export function isEscape(byte: number): boolean {
  return ESCAPES[byte] === 1;
}

/** What a text holds, as bits. */
export const TextTraits = { escaped: 1, beyondAscii: 2 } as const;

/**
 * The bytes of a JSON file and how far they are read: blanks, brackets, texts and escapes, and the line of an error. What
 * values they make is the business of {@link JsonReader}.
 */
export class JsonBytes {
  protected at = 0;
  protected readonly bytes: Buffer;
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
        : "Fix the file at this line, or write it again.",
    });
  }

  protected skipSpace(): number {
    const { bytes } = this;
    let at = this.at;
    let byte = bytes[at] ?? -1;
    while (byte === 0x20 || (byte >= 0x09 && byte <= 0x0d)) byte = bytes[++at] ?? -1;
    this.at = at;
    return byte;
  }

  protected expect(byte: number, what: string): void {
    if (this.skipSpace() !== byte) throw this.broken(`${what} was expected`);
    this.at++;
  }

  protected isClosed(close: number): boolean {
    const byte = this.skipSpace();
    if (byte !== close && byte !== COMMA) throw this.broken("a comma or a closing bracket was expected");
    this.at++;
    return byte === close;
  }

  /** Passes over a text; tells what it holds, as {@link TextTraits}. */
  protected skipText(): number {
    const { bytes } = this;
    let at = this.at + 1;
    let traits = 0;
    for (;;) {
      if ((at & 3) === 0) at = this.plainEnd(at);
      const byte = bytes[at] ?? -1;
      if (byte === QUOTE) break;
      if (byte === BACKSLASH) {
        traits |= TextTraits.escaped;
        at++;
      } else if (byte > 0x7f) traits |= TextTraits.beyondAscii;
      if (byte < 0x20) this.failAt(at, "a text holds a control character");
      at++;
    }
    this.at = at + 1;
    return traits;
  }

  /** Where the next four bytes are no longer all ASCII characters that stand for themselves; `at` divides by four. */
  protected plainEnd(at: number): number {
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

  protected readWord(): string {
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
  protected unicodeEscapeAt(at: number): 6 | 12 {
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

  protected failAt(at: number, message: string): never {
    this.at = at;
    throw this.broken(message);
  }
}
