import { ALONE, CLASS, foldOf, JSON_CLASSES, TEXT_CLASSES } from "./character-classes.js";

/** Bytes of normalised text that are held at once. */
export const CAPACITY = 1 << 19;
/** Room behind that for what one step may write. */
export const SLACK = 64;
/** Bytes of normalised text at which the buffers must be emptied. */
export const LIMIT = CAPACITY - SLACK;

/**
 * What two bytes become: their letters and digits (bits 0–15) and how many those are (16–17); whether they hold a space
 * (18), how many letters stand before it (19), and which of the two it is (20). Negative where one needs more than that.
 */
function pairsOf(classes: Uint8Array): Int32Array {
  const isLetter = (kind: number) => kind > 31;
  return Int32Array.from({ length: 1 << 16 }, (_, pair) => {
    const [one, two] = [classes[pair & 255] as number, classes[pair >> 8] as number];
    const isSpecial = [one, two].some((kind) => kind > CLASS.space && !isLetter(kind));
    if (isSpecial) return -1;
    const letters = [one, two].filter(isLetter);
    const [first = 0, second = 0] = letters;
    const space = one === CLASS.space ? 0 : two === CLASS.space ? 1 : -1;
    const place = space < 0 ? 0 : (1 << 18) | ((space === 1 && isLetter(one) ? 1 : 0) << 19) | (space << 20);
    return first | (second << 8) | (letters.length << 16) | place;
  });
}

const TEXT_PAIRS = pairsOf(TEXT_CLASSES);
const JSON_PAIRS = pairsOf(JSON_CLASSES);

/**
 * Text in normal form: letters and digits without gaps, where its words end, and where they stand in the source. It is
 * filled piece by piece from plain text or from the inside of JSON strings; nothing is allocated on the way.
 */
export class NormalText {
  readonly norm = new Uint8Array(CAPACITY + SLACK);
  /** The same, readable and writable at any place. */
  readonly view = new DataView(this.norm.buffer);
  /** End of each word in {@link norm}; words stand without a gap. */
  readonly wordEnds = new Int32Array(CAPACITY + SLACK);
  /** Where each word ends in the source, in bytes from {@link origin}. */
  protected readonly wordStops = new Int32Array(CAPACITY + SLACK);
  /** Where in the source the first word of the buffers, or what stands before it, begins. */
  protected origin = 0;
  /** Number of words before each line feed. */
  protected readonly lineMarks = new Int32Array(CAPACITY + SLACK);
  protected lineCount = 0;
  /** Bytes and words in the buffers. */
  length = 0;
  words = 0;
  /** Whether the latest piece stopped at the string's closing quote. */
  closed = false;
  /** Where the word that has not ended begins in {@link norm}. */
  protected wordFrom = 0;

  /** Begins a text. @param offset where it begins in the source */
  protected clear(offset: number): void {
    this.length = 0;
    this.words = 0;
    this.lineCount = 0;
    this.wordFrom = 0;
    this.origin = offset;
  }

  /**
   * Takes a piece of plain text, or of the inside of a JSON string, up to its closing quote or a line feed, or until the
   * buffers are full. @returns where it stopped
   */
  protected piece(source: Uint8Array, from: number, to: number, base: number, isJson: boolean): number {
    const table = isJson ? JSON_CLASSES : TEXT_CLASSES;
    const pairs = isJson ? JSON_PAIRS : TEXT_PAIRS;
    const { norm, view, wordEnds, wordStops } = this;
    const shift = base - this.origin;
    let { length: n, words: w, wordFrom: start } = this;
    let i = from;
    while (i < to) {
      // Two bytes at once. What they may end is written in any case, and counted where it is so: a branch would be guessed
      // wrong once in every word.
      for (const last = to - 1; i < last; i += 2) {
        const pair = pairs[(source[i] as number) | ((source[i + 1] as number) << 8)] as number;
        if (pair < 0) break;
        view.setUint16(n, pair & 0xffff, true);
        const end = n + ((pair >> 19) & 1);
        wordEnds[w] = end;
        wordStops[w] = i + shift + ((pair >> 20) & 1);
        const ends = (pair >> 18) & ((start - end) >>> 31);
        w += ends;
        start += ends * (end - start);
        n += (pair >> 16) & 3;
      }
      if (i >= to) break;
      const kind = table[source[i] as number] as number;
      if (kind > 31) {
        norm[n++] = kind;
        i++;
        continue;
      }
      if (kind === CLASS.punctuation) {
        i++;
        continue;
      }
      this.length = n;
      this.words = w;
      this.wordFrom = start;
      const next = this.special(kind, source, i, base, isJson);
      if (next < 0) return i;
      i = next;
      n = this.length;
      w = this.words;
      start = this.wordFrom;
      if (n >= LIMIT || this.lineCount >= LIMIT) return i;
    }
    this.length = n;
    this.words = w;
    this.wordFrom = start;
    return i;
  }

  /** Takes what is neither a letter nor punctuation of ASCII. @returns where it ends; −1 where the piece does */
  private special(kind: number, source: Uint8Array, at: number, base: number, isJson: boolean): number {
    if (kind === CLASS.wide) return this.wide(source, at, base);
    if (kind === CLASS.backslash) return this.escape(source, at, base);
    if (kind === CLASS.quote) {
      this.closed = true;
      return -1;
    }
    // No JSON string holds a line feed: the row ends here, whatever it lacks.
    if (kind === CLASS.lineFeed && isJson) return -1;
    this.gap(base + at, kind === CLASS.lineFeed);
    return at + 1;
  }

  /** Ends a word, if one is under way. @param offset where in the source */
  protected gap(offset: number, isLineFeed: boolean): void {
    if (this.length > this.wordFrom) {
      this.wordEnds[this.words] = this.length;
      this.wordStops[this.words++] = offset - this.origin;
      this.wordFrom = this.length;
    }
    if (isLineFeed) this.lineMarks[this.lineCount++] = this.words;
  }

  /** Takes a character beyond ASCII. @returns where it ends */
  private wide(source: Uint8Array, at: number, base: number): number {
    const lead = source[at] as number;
    const size = lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0;
    let codePoint = size === 2 ? lead & 31 : size === 3 ? lead & 15 : lead & 7;
    for (let index = 1; index < size; index++) {
      const next = source[at + index];
      // What is no UTF-8 is passed over byte by byte.
      if (next === undefined || (next & 0xc0) !== 0x80) return at + 1;
      codePoint = (codePoint << 6) | (next & 63);
    }
    if (size === 0) return at + 1;
    this.character(codePoint, base + at, base + at + size);
    return at + size;
  }

  private escape(source: Uint8Array, at: number, base: number): number {
    const mark = source[at + 1] ?? 0x0a;
    if (mark !== 0x75) {
      if (mark === 0x0a) return at + 1;
      if (mark === 0x6e || mark === 0x72 || mark === 0x74 || mark === 0x62 || mark === 0x66)
        this.gap(base + at, mark === 0x6e);
      return at + 2;
    }
    const unit = hexAt(source, at + 2);
    if (unit < 0) return at + 2;
    if (unit < 0xd800 || unit > 0xdbff || source[at + 6] !== 0x5c || source[at + 7] !== 0x75) {
      this.character(unit, base + at, base + at + 6);
      return at + 6;
    }
    const low = hexAt(source, at + 8);
    if (low < 0xdc00 || low > 0xdfff) return at + 6;
    this.character(0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00), base + at, base + at + 12);
    return at + 12;
  }

  private character(codePoint: number, offset: number, next: number): void {
    if (codePoint < 128) {
      const kind = TEXT_CLASSES[codePoint] as number;
      if (kind > 31) this.norm[this.length++] = kind;
      else if (kind !== CLASS.punctuation) this.gap(offset, kind === CLASS.lineFeed);
      return;
    }
    const fold = foldOf(codePoint);
    if (fold === CLASS.punctuation) return;
    if (fold === CLASS.space) {
      this.gap(offset, false);
      return;
    }
    const isAlone = (fold & ALONE) !== 0;
    if (isAlone) this.gap(offset, false);
    this.put(fold & ~ALONE);
    if (isAlone) this.gap(next, false);
  }

  /** Writes a character in UTF-8. */
  private put(codePoint: number): void {
    const { norm } = this;
    if (codePoint < 0x80) {
      norm[this.length++] = codePoint;
      return;
    }
    const size = codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : 4;
    const mark = size === 2 ? 0xc0 : size === 3 ? 0xe0 : 0xf0;
    norm[this.length++] = mark | (codePoint >> (6 * (size - 1)));
    for (let rest = size - 2; rest >= 0; rest--)
      norm[this.length++] = 0x80 | ((codePoint >> (6 * rest)) & 63);
  }
}

function hexAt(source: Uint8Array, at: number): number {
  let value = 0;
  for (let index = at; index < at + 4; index++) {
    const byte = source[index] ?? 0;
    const letter = byte | 32;
    const digit =
      byte >= 0x30 && byte <= 0x39 ? byte - 0x30 : letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
    if (digit < 0) return -1;
    value = value * 16 + digit;
  }
  return value;
}
