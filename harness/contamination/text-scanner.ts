import { CAPACITY, LIMIT, NormalText, SLACK } from "./normal-text.js";
import { HashBits, mixed, type PlainBits } from "./position-table.js";

/** Words of an anchor: the shorter of the two n-grams, so that every longer one holds it. */
export const GRAM = 8;
/** Words of a shingle of near duplicates. */
export const SHINGLE = 3;
/**
 * Bytes of an anchor of long matches. The corpus is cut into blocks of this size, the suite into all its windows: a match
 * of 2 × 24 − 1 = 47 normalised bytes or more holds a whole block wherever it begins.
 */
export const BLOCK = 24;
/** Multiplier of the polynomial over word hashes. */
const BASE = 0x2c1b3c6d;

function power(exponent: number): number {
  let value = 1;
  for (let step = 0; step < exponent; step++) value = Math.imul(value, BASE);
  return value;
}
const BASE_GRAM = power(GRAM);
const BASE_SHINGLE = power(SHINGLE);

/** Keeps a place before the first word inside of the array; prefixes are one power of two. */
const PREFIX_MASK = CAPACITY - 1;
/** Holds nothing. */
const NO_BITS = new HashBits(1);

/** Held back at a flush, so that what begins before it can be extended. */
const TAIL = 4096;
/** Held back at most, for a line or paragraph under way. */
const LONG_TAIL = 1 << 16;

/** What the scanner looks for. */
export interface AnchorBits {
  /** Hashes of its n-grams of {@link GRAM} words; undefined where they are not looked for. */
  readonly grams: PlainBits | undefined;
  readonly blocks: PlainBits | undefined;
  readonly shingles: PlainBits | undefined;
}

/** What is told of a text while it is scanned. */
export interface TextSink {
  /**
   * Anchors found so far must be looked at now.
   * @param isEnd whether the text ends here; else it goes on and all but a tail is dropped
   */
  anchors(scanner: TextScanner, isEnd: boolean): void;
  /** A line, paragraph or text of which many shingles are the suite's: words from..to of the scanner's buffer. */
  unit(scanner: TextScanner, from: number, to: number): void;
  /** What stands in the scanner's buffers moves to the front by so many bytes. */
  moved(bytes: number): void;
}

/** Least share of a unit's shingles that must be the suite's, and least and most shingles of a unit. */
export interface UnitBounds {
  readonly share: number;
  readonly least: number;
  readonly most: number;
}

/** Odd multipliers, one for each four bytes: the products do not wait for each other. */
const P0 = 0x9e3779b1;
const P1 = 0x85ebca77;
const P2 = 0xc2b2ae3d;
const P3 = 0x27d4eb2f;
const P4 = 0x165667b1;
const P5 = 0xd3a2646d;

/** Hash of the window of {@link BLOCK} bytes at a place. */
export function windowHash(bytes: DataView, at: number): number {
  return mixed(
    Math.imul(bytes.getInt32(at, true), P0) +
      Math.imul(bytes.getInt32(at + 4, true), P1) +
      Math.imul(bytes.getInt32(at + 8, true), P2) +
      Math.imul(bytes.getInt32(at + 12, true), P3) +
      Math.imul(bytes.getInt32(at + 16, true), P4) +
      Math.imul(bytes.getInt32(at + 20, true), P5),
  );
}

/** The same of a block, by the number of its first four bytes. */
function blockHash(ints: Int32Array, first: number): number {
  return mixed(
    Math.imul(ints[first] as number, P0) +
      Math.imul(ints[first + 1] as number, P1) +
      Math.imul(ints[first + 2] as number, P2) +
      Math.imul(ints[first + 3] as number, P3) +
      Math.imul(ints[first + 4] as number, P4) +
      Math.imul(ints[first + 5] as number, P5),
  );
}

const MASKS = Int32Array.of(0, 0xff, 0xffff, 0xffffff, -1, -1, -1, -1, -1);
/** Masks of a word's second four bytes, by its length. */
const LATER_MASKS = Int32Array.of(0, 0, 0, 0, 0, 0xff, 0xffff, 0xffffff, -1);

/** Hash of a word, eight bytes at once; behind it there must be eight bytes more. Most words take no branch. */
function wordHash(bytes: DataView, from: number, to: number): number {
  const size = to - from;
  const short = size > 8 ? 8 : size;
  let h =
    Math.imul(bytes.getInt32(from, true) & (MASKS[short] as number), P0) +
    Math.imul(bytes.getInt32(from + 4, true) & (LATER_MASKS[short] as number), P1) +
    Math.imul(size, P2);
  for (let at = from + 8; at < to; at += 4) {
    const rest = to - at;
    h = Math.imul((h ^ (h >>> 15)) + (bytes.getInt32(at, true) & (MASKS[rest > 4 ? 4 : rest] as number)), P3);
  }
  h ^= h >>> 15;
  return Math.imul(h, P4);
}

/**
 * Scans texts for what may be the suite's: n-grams and blocks that are in its prefilters, and lines, paragraphs and texts
 * that share many shingles with it. Every byte is looked at once, every word and block hashed once, and hardly a branch depends on the text.
 */
export class TextScanner extends NormalText {
  private readonly ints = new Int32Array(this.norm.buffer);
  /** Polynomial over the hashes of the words before each word. */
  private readonly prefixes = new Int32Array(CAPACITY + SLACK);
  /** N-grams that may be the suite's, by their last words; blocks, by their places. */
  readonly gramAnchors = new Int32Array(CAPACITY + SLACK);
  readonly blockAnchors = new Int32Array(CAPACITY / BLOCK + SLACK);
  gramCount = 0;
  blockCount = 0;
  /** Words that were hashed, line marks that were looked at. */
  private hashed = 0;
  private marked = 0;
  private block = 0;
  private hits = 0;
  /** Line feeds before those of {@link lineMarks}. */
  private linesBefore = 0;
  private lineFrom = 0;
  private lineHits = 0;
  private paragraphFrom = 0;
  private paragraphHits = 0;
  private paragraphLines = 0;
  private paragraphs = 0;
  private textFrom = 0;
  /** Where the first word of the buffer begins in {@link norm}. */
  private firstStart = 0;
  private isFlushed = false;
  /** Where the latest piece ended in the source. */
  private sourceEnd = 0;

  constructor(
    private readonly bits: AnchorBits,
    private readonly sink: TextSink,
    private readonly bounds: UnitBounds,
  ) {
    super();
  }

  /** Begins a text. @param offset where it begins in the source */
  begin(offset: number): void {
    this.clear(offset);
    this.sourceEnd = offset;
    this.gramCount = 0;
    this.blockCount = 0;
    this.hashed = 0;
    this.marked = 0;
    this.block = 0;
    this.hits = 0;
    this.linesBefore = 0;
    this.lineFrom = 0;
    this.lineHits = 0;
    this.paragraphFrom = 0;
    this.paragraphHits = 0;
    this.paragraphLines = 0;
    this.paragraphs = 0;
    this.textFrom = 0;
    this.firstStart = 0;
    this.isFlushed = false;
    this.prefixes[0] = 0;
  }

  /**
   * Takes a piece of plain text, or of the inside of a JSON string up to its closing quote.
   * @param base offset of `source[0]` in the whole source
   * @returns where it stopped; `closed` says whether it was at the quote
   */
  scan(source: Uint8Array, from: number, to: number, base: number, isJson: boolean): number {
    let i = from;
    this.closed = false;
    for (;;) {
      // An ASCII byte gives at most one byte of normalised text; what gives more is counted as it comes.
      i = this.piece(source, i, Math.min(to, i + LIMIT - this.length), base, isJson);
      if (this.length >= LIMIT || this.lineCount >= LIMIT) this.flush();
      const isRowEnd = isJson && i < to && source[i] === 0x0a;
      this.sourceEnd = base + i;
      if (this.closed || isRowEnd || i >= to) return i;
    }
  }

  /** Ends the text. */
  end(): void {
    this.gap(this.sourceEnd, false);
    this.digest();
    this.endLine(this.words);
    if (this.paragraphLines > 0) this.endParagraph(this.words);
    if (this.paragraphs > 1) this.considerUnit(this.textFrom, this.words, this.hits);
    if (this.gramCount > 0 || this.blockCount > 0 || this.isFlushed) this.sink.anchors(this, true);
  }

  /** Hash of the shingle that ends with a word of the buffer. */
  shingleAt(word: number): number {
    const before = this.prefixes[word + 1 - SHINGLE] as number;
    return mixed((this.prefixes[word + 1] as number) - Math.imul(before, BASE_SHINGLE));
  }

  /** Hash of the n-gram of {@link GRAM} words that ends with a word of the buffer. */
  gramAt(word: number): number {
    const before = this.prefixes[word + 1 - GRAM] as number;
    return mixed((this.prefixes[word + 1] as number) - Math.imul(before, BASE_GRAM));
  }

  /** Hash of a run of words of the buffer. */
  runHash(from: number, to: number): number {
    return mixed((this.prefixes[to] as number) - Math.imul(this.prefixes[from] as number, power(to - from)));
  }

  /** Where the word that has not ended begins in {@link norm}. */
  get openWordStart(): number {
    return this.wordFrom;
  }

  /** Where a word of the buffer begins in {@link norm}. */
  startOf(word: number): number {
    return word === 0 ? this.firstStart : (this.wordEnds[word - 1] as number);
  }

  /** The word of the buffer that holds a byte of {@link norm}; {@link words} for one that has not ended. */
  wordAt(place: number): number {
    return firstAbove(this.wordEnds, this.words, place);
  }

  /** Where a word of the buffer, or what stands before it, begins in the source. */
  offsetOf(word: number): number {
    return word === 0 ? this.origin : this.origin + (this.wordStops[word - 1] as number);
  }

  /** Line feeds of the text before a word of the buffer. */
  lineOf(word: number): number {
    return this.linesBefore + firstAbove(this.lineMarks, this.lineCount, word);
  }

  /** Line feeds of the text so far. */
  get lines(): number {
    return this.linesBefore + this.lineCount;
  }

  /** Hashes the words and blocks that are new. */
  private digest(): void {
    for (; this.marked < this.lineCount; this.marked++) {
      const word = this.lineMarks[this.marked] as number;
      this.hash(word);
      this.endLine(word);
    }
    this.hash(this.words);
    this.findBlocks();
  }

  /** Hashes words up to one, notes the n-grams that may be the suite's and counts the shingles that may be. */
  private hash(to: number): void {
    const { view, wordEnds, prefixes, gramAnchors, hashed } = this;
    const { words: gramWords, shift: gramShift } = this.bits.grams ?? NO_BITS;
    const { words: shingleWords, shift: shingleShift } = this.bits.shingles ?? NO_BITS;
    let { hits, gramCount } = this;
    let start = this.startOf(hashed);
    let prefix = prefixes[hashed] as number;
    for (let word = hashed; word < to; word++) {
      const end = wordEnds[word] as number;
      const hash = wordHash(view, start, end);
      start = end;
      prefix = (Math.imul(prefix, BASE) + hash) | 0;
      prefixes[word + 1] = prefix;
      // Anchors that begin before the text are verified like all others, and fail.
      const gram = mixed(prefix - Math.imul(prefixes[(word + 1 - GRAM) & PREFIX_MASK] as number, BASE_GRAM));
      gramAnchors[gramCount] = word;
      const place = gram >>> gramShift;
      gramCount += ((gramWords[place >>> 5] as number) >>> (place & 31)) & 1;
      if (shingleWords === NO_BITS.words) continue;
      const shingle = mixed(
        prefix - Math.imul(prefixes[(word + 1 - SHINGLE) & PREFIX_MASK] as number, BASE_SHINGLE),
      );
      const other = shingle >>> shingleShift;
      hits += ((shingleWords[other >>> 5] as number) >>> (other & 31)) & 1;
    }
    this.hits = hits;
    this.gramCount = gramCount;
    this.hashed = Math.max(hashed, to);
  }

  private findBlocks(): void {
    const { blocks } = this.bits;
    if (blocks === undefined) return;
    const { ints, length, blockAnchors } = this;
    const { words, shift } = blocks;
    let { block, blockCount } = this;
    for (; length - block >= BLOCK; block += BLOCK) {
      const place = blockHash(ints, block >> 2) >>> shift;
      blockAnchors[blockCount] = block;
      blockCount += ((words[place >>> 5] as number) >>> (place & 31)) & 1;
    }
    this.block = block;
    this.blockCount = blockCount;
  }

  private endLine(word: number): void {
    if (this.bits.shingles === undefined) return;
    if (word > this.lineFrom) {
      this.considerUnit(this.lineFrom, word, this.hits - this.lineHits);
      this.paragraphLines++;
    } else if (this.paragraphLines > 0) this.endParagraph(word);
    this.lineFrom = word;
    this.lineHits = this.hits;
  }

  private endParagraph(word: number): void {
    if (this.paragraphLines > 1) this.considerUnit(this.paragraphFrom, word, this.hits - this.paragraphHits);
    this.paragraphs++;
    this.paragraphFrom = word;
    this.paragraphHits = this.hits;
    this.paragraphLines = 0;
  }

  private considerUnit(from: number, to: number, hits: number): void {
    const { share, least, most } = this.bounds;
    const shingles = to - from - SHINGLE + 1;
    if (from < 0 || shingles < least || shingles > most || hits < share * shingles) return;
    this.sink.unit(this, from, to);
  }

  /** Has the anchors looked at and drops all but the tail, which begins at a place divisible by eight as blocks must. */
  private flush(): void {
    this.digest();
    this.sink.anchors(this, false);
    this.gramCount = 0;
    this.blockCount = 0;
    this.isFlushed = true;
    this.linesBefore += this.lineCount;
    const starts = [this.paragraphFrom, this.lineFrom].filter((word) => word >= 0);
    const begun = starts.map((word) => (word < this.words ? this.startOf(word) : this.wordFrom));
    const held = begun.find((start) => this.length - start <= LONG_TAIL) ?? this.length - TAIL;
    const bytes = Math.max(0, Math.min(held, this.length - TAIL)) & ~7;
    let word = this.wordAt(bytes);
    if (word < this.words && this.startOf(word) < bytes) word++;
    this.keepMarks(word);
    if (bytes === 0) return;
    this.firstStart = (word < this.words ? this.startOf(word) : Math.max(bytes, this.wordFrom)) - bytes;
    this.norm.copyWithin(0, bytes, this.length);
    this.wordEnds.copyWithin(0, word, this.words);
    for (let at = 0; at < this.words - word; at++) this.wordEnds[at] = (this.wordEnds[at] as number) - bytes;
    const origin = word === 0 ? 0 : (this.wordStops[word - 1] as number);
    this.wordStops.copyWithin(0, word, this.words);
    for (let at = 0; at < this.words - word; at++)
      this.wordStops[at] = (this.wordStops[at] as number) - origin;
    this.origin += origin;
    this.prefixes.copyWithin(0, word, this.words + 1);
    this.words -= word;
    this.hashed -= word;
    this.length -= bytes;
    this.block -= bytes;
    this.wordFrom = Math.max(0, this.wordFrom - bytes);
    this.lineFrom -= word;
    this.paragraphFrom -= word;
    this.textFrom -= word;
    this.sink.moved(bytes);
  }

  /** Keeps the marks of lines that end behind a word, counted from it. */
  private keepMarks(word: number): void {
    const first = firstAbove(this.lineMarks, this.lineCount, word);
    const kept = this.lineCount - first;
    for (let at = 0; at < kept; at++) this.lineMarks[at] = (this.lineMarks[first + at] as number) - word;
    this.linesBefore -= kept;
    this.lineCount = kept < LIMIT / 2 ? kept : 0;
    if (this.lineCount !== kept) this.linesBefore += kept;
    this.marked = this.lineCount;
  }
}

/** Position of the first of the sorted numbers that is above a value. */
function firstAbove(numbers: Int32Array, count: number, value: number): number {
  let [low, high] = [0, count];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((numbers[middle] as number) > value) high = middle;
    else low = middle + 1;
  }
  return low;
}
