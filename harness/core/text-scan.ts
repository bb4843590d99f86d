import { growTo, type MemoryFunction, memoryFunctions, wasm } from "./wasm-code.js";

/**
 * A WebAssembly function that goes through a text once, sixteen bytes at a time: it makes letters small and white space
 * single, takes a digest of what is left, and tells whether any of some words may stand in it.
 *
 * Words are found as the Teddy algorithm of Hyperscan does it (Wang et al. 2019): for each of the first bytes of a word, the
 * halves of a byte of the text are looked up in tables that say which words have such a byte there.
 */

const {
  ADD,
  again,
  BELOW,
  BYTES_BELOW,
  BYTES_EQUAL,
  constant,
  EITHER,
  EQUAL,
  F64,
  get,
  HIGHEST_BITS,
  I32,
  I64,
  IN_ALL_BYTES,
  IS_ZERO,
  leb,
  loadBlock,
  loadByte,
  loop,
  SUBTRACT,
  set,
  simd,
  tee,
  V128,
  when,
} = wasm;

/** Bytes of a word that are looked at. */
const WORD_BYTES = 6;
/** Groups of words that are told apart: a bit of a byte for each. */
const GROUPS = 8;
const MOST_PAGES = 1 << 14;

// In memory: what was found; the tables, two of sixteen bytes for each byte of a word; a block; the text.
const KEPT_BYTES = 0;
const HOLDS_WORD = 4;
const TABLES = 16;
const BLOCK = TABLES + 2 * 16 * WORD_BYTES;
const TEXT = 256;
/** Bytes that are written or looked at beyond the end of a text. */
const BYTES_BEYOND = 48;

const [LENGTH, AT, OUT, BEFORE, BLANKS, DOUBLES, BYTE, A, B, BYTES, FOUND, MATCHED] = [
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11,
];

const AND = 0x71;
const OR = 0x72;
const SHIFT_LEFT = 0x74;
const SHIFT_RIGHT = 0x76;
const BOTH = simd(0x4e);
const ANY = simd(0x53);
const LOOKED_UP = simd(0x0e);
const BYTES_WITHOUT = simd(0x71);
const BYTES_RIGHT = simd(0x6d);
const TAKEN_WHERE = simd(0x52);
const storeBlock = (offset: number) => [...simd(0x0b), 0x00, ...leb(offset)];
const storeByte = (offset: number) => [0x3a, 0x00, ...leb(offset)];
const storeNumber = (offset: number) => [0x36, 0x00, ...leb(offset)];
const loadLong = (offset: number) => [0x29, 0x00, ...leb(offset)];
const long = (value: bigint) => [0x42, ...leb(BigInt.asIntN(64, value), true)];
const LONG_TIMES = 0x7e;
const LONG_DIFFERING = 0x85;
const LONG_RIGHT = 0x88;
const LONG_ROTATED = 0x89;
const AS_LONG = 0xad;
const AS_DOUBLE = 0xba;

const everywhere = (byte: number) => [...constant(byte), ...IN_ALL_BYTES];
const SPACE = 0x20;

/** Which groups of words have these bytes at a place, of the bytes that begin at AT. */
const groupsAt = (place: number) => [
  ...[...get(AT), ...loadBlock(TEXT + place), ...set(BYTES)],
  ...[...constant(0), ...loadBlock(TABLES + 32 * place), ...get(BYTES), ...everywhere(0x0f), ...BOTH],
  ...LOOKED_UP,
  ...[...constant(0), ...loadBlock(TABLES + 32 * place + 16)],
  ...[...get(BYTES), ...constant(4), ...BYTES_RIGHT, ...LOOKED_UP],
  ...BOTH,
];

const NOTE_WORDS = [
  ...groupsAt(0),
  ...Array.from({ length: WORD_BYTES - 1 }, (_, place) => [
    ...set(MATCHED),
    ...groupsAt(place + 1),
    ...[...get(MATCHED), ...BOTH],
  ]).flat(),
  ...[...get(FOUND), ...EITHER, ...set(FOUND)],
];

/** Bytes of a range, as a mask. */
const within = (first: number, size: number) => [
  ...[...get(BYTES), ...everywhere(first), ...BYTES_WITHOUT],
  ...[...everywhere(size), ...BYTES_BELOW],
];

const MAKE_PLAIN = [
  ...[...get(AT), ...loadBlock(TEXT), ...set(BYTES)],
  ...[...get(BYTES), ...within(0x41, 26), ...everywhere(0x20), ...BOTH, ...EITHER, ...set(BYTES)],
  ...[...everywhere(SPACE), ...get(BYTES), ...within(0x09, 5), ...TAKEN_WHERE, ...set(BYTES)],
  ...[...get(BYTES), ...everywhere(SPACE), ...BYTES_EQUAL, ...HIGHEST_BITS, ...tee(BLANKS)],
  // Blanks behind a blank.
  ...[...get(BLANKS), ...constant(1), SHIFT_LEFT, ...get(BEFORE), OR, AND, ...set(DOUBLES)],
  ...[...get(BLANKS), ...constant(15), SHIFT_RIGHT, ...set(BEFORE)],
  ...[...get(DOUBLES), IS_ZERO],
  0x04,
  0x40,
  ...[...get(OUT), ...get(BYTES), ...storeBlock(TEXT), ...get(OUT), ...constant(16), ADD, ...set(OUT)],
  0x05,
  ...[...constant(0), ...get(BYTES), ...storeBlock(BLOCK), ...constant(0), ...set(BYTE)],
  ...loop(
    ...[...get(OUT), ...get(BYTE), ...loadByte(BLOCK), ...storeByte(TEXT)],
    ...[...get(OUT), ...constant(1), ADD],
    ...[...get(DOUBLES), ...get(BYTE), SHIFT_RIGHT, ...constant(1), AND, SUBTRACT, ...set(OUT)],
    ...[...get(BYTE), ...constant(1), ADD, ...tee(BYTE), ...constant(16), BELOW, 0x0d, 0x00],
  ),
  0x0b,
];

/** Goes on with a loop while AT, after its step, is below a local. */
const stepUntil = (end: number) => [
  ...[...get(AT), ...constant(16), ADD, ...tee(AT), ...get(end), BELOW],
  ...when(...again(1)),
];

/** A lane of FxHash, which takes in eight bytes. */
const takeIn = (lane: number, offset: number, factor: bigint) => [
  ...[...get(lane), ...long(5n), LONG_ROTATED, ...get(AT), ...loadLong(TEXT + offset), LONG_DIFFERING],
  ...[...long(factor), LONG_TIMES, ...set(lane)],
];

/** A step of MurmurHash3's last mixing. */
const mixed = [...get(A), ...get(A), ...long(33n), LONG_RIGHT, LONG_DIFFERING];

const BODY = [
  // Locals, by type.
  ...[3, 6, I32, 2, I64, 3, V128],
  ...[...constant(1), ...set(BEFORE)],
  ...[...get(LENGTH), ...everywhere(SPACE), ...storeBlock(TEXT)],
  ...[...get(LENGTH), ...everywhere(SPACE), ...storeBlock(TEXT + 16)],
  ...loop(...NOTE_WORDS, ...MAKE_PLAIN, ...stepUntil(LENGTH)),
  // One blank may be left at the end.
  ...[...get(OUT), ...get(OUT), ...loadByte(TEXT - 1), ...constant(SPACE), EQUAL, SUBTRACT, ...set(OUT)],
  ...[...get(OUT), ...everywhere(0), ...storeBlock(TEXT)],
  ...[...constant(0), ...get(OUT), ...storeNumber(KEPT_BYTES)],
  ...[...constant(0), ...get(FOUND), ...ANY, ...storeNumber(HOLDS_WORD)],
  ...[...get(OUT), AS_LONG, ...set(A), ...constant(0), ...set(AT)],
  ...loop(...takeIn(A, 0, 0x9e3779b97f4a7c15n), ...takeIn(B, 8, 0xc2b2ae3d27d4eb4fn), ...stepUntil(OUT)),
  ...[...get(A), ...get(B), ...long(31n), LONG_ROTATED, LONG_DIFFERING, ...set(A)],
  ...[...mixed, ...long(0xff51afd7ed558ccdn), LONG_TIMES, ...set(A)],
  ...[...mixed, ...long(0xc4ceb9fe1a85ec53n), LONG_TIMES, ...set(A)],
  ...[...mixed, ...long(12n), LONG_RIGHT, AS_DOUBLE],
  0x0b,
];

const instance = memoryFunctions(F64, BODY, MOST_PAGES);

/** What a scan says of a text. */
export interface ScannedText {
  /** 52 bits of what is left of it. */
  readonly digest: number;
  /** Whether it holds nothing but white space. */
  readonly isBlank: boolean;
  /** False only where none of the words stands in it, in small letters or large ones. */
  readonly mayHoldWord: boolean;
}

/** The first bytes of words, in groups: short ones alone, since they match most. */
function groupsOf(words: readonly string[]): string[][] {
  const starts = [...new Set(words.map((word) => word.slice(0, WORD_BYTES)))];
  const short = starts.filter((start) => start.length < WORD_BYTES);
  const firsts = [...new Set(starts.map((start) => start.slice(0, 1)))];
  const shared = GROUPS - short.length;
  if (shared < 1) throw new RangeError(`there are ${short.length} short words, and room for ${GROUPS - 1}`);
  return [
    ...short.map((start) => [start]),
    ...Array.from({ length: shared }, (_, group) =>
      starts.filter(
        (start) => start.length === WORD_BYTES && firsts.indexOf(start.slice(0, 1)) % shared === group,
      ),
    ),
  ];
}

/** Looks through texts for words. Holds the longest text that it was given. */
export class TextScan {
  private header: Int32Array;
  private text: Buffer;

  private constructor(
    private readonly scanner: MemoryFunction,
    words: readonly string[],
  ) {
    const { memory } = scanner;
    this.header = new Int32Array(memory.buffer, 0, 2);
    this.text = Buffer.from(memory.buffer, TEXT);
    const tables = new Uint8Array(memory.buffer, TABLES, 2 * 16 * WORD_BYTES);
    const note = (place: number, byte: number, bit: number) => {
      const [low, high] = [32 * place + (byte & 15), 32 * place + 16 + (byte >> 4)];
      tables[low] = (tables[low] ?? 0) | bit;
      tables[high] = (tables[high] ?? 0) | bit;
    };
    for (const [group, starts] of groupsOf(words).entries())
      for (const start of starts)
        for (let place = 0; place < WORD_BYTES; place++) {
          const character = start[place];
          const bytes =
            character === undefined
              ? Array.from({ length: 256 }, (_, byte) => byte)
              : [...Buffer.from(character + character.toUpperCase(), "ascii")];
          for (const byte of bytes) note(place, byte, 1 << group);
        }
  }

  /**
   * @param words ASCII, in small letters.
   * @returns Undefined where there is no such scan on this machine.
   */
  static make(words: readonly string[]): TextScan | undefined {
    const scanner = instance();
    return scanner === undefined ? undefined : new TextScan(scanner, words);
  }

  /** @param bytes Of the text as UTF-8: as many as characters where it is ASCII alone. */
  scan(text: string, bytes: number): ScannedText {
    if (bytes + BYTES_BEYOND > this.text.length) {
      const { memory } = this.scanner;
      growTo(memory, TEXT + bytes + BYTES_BEYOND);
      this.header = new Int32Array(memory.buffer, 0, 2);
      this.text = Buffer.from(memory.buffer, TEXT);
    }
    this.text.write(text, 0, bytes, bytes === text.length ? "latin1" : "utf8");
    const digest = this.scanner.call(bytes);
    return { digest, isBlank: this.header[0] === 0, mayHoldWord: this.header[1] !== 0 };
  }
}
