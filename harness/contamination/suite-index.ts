import { HashBits, type PositionList, PositionTable, QuestionCounts } from "./position-table.js";
import { type AnchorBits, BLOCK, GRAM, SHINGLE, TextScanner, windowHash } from "./text-scanner.js";

/** A text of a suite that is looked for. */
export interface SuitePart {
  /** Position of the question in the list of all questions. */
  readonly question: number;
  readonly part: "question" | "answer";
  /** From 1. */
  readonly turn: number;
  readonly text: string;
}

/** Words of the longer n-gram. */
export const LONG_GRAM = 13;
/** What more questions than these share tells of none of them, such as a template's instruction. */
export const MOST_SHARING = 10;
/** Places of one n-gram or window in one question that are looked at. */
const PLACES_PER_QUESTION = 2;

/** A suite ready to be looked for: plain data, so that threads can share it. Positions count over all parts, which stand one behind the other. */
export interface SuiteIndex {
  readonly parts: readonly SuitePart[];
  readonly norm: Uint8Array;
  /** End of each word in {@link norm}. */
  readonly wordEnds: Int32Array;
  /** First byte and first word of each part, with one entry more at the end. */
  readonly byteStarts: Int32Array;
  readonly wordStarts: Int32Array;
  /** By the first word of an n-gram: 1 where it is looked for. */
  readonly counted8: Uint8Array;
  readonly counted13: Uint8Array;
  /** How many of them begin before a word, with one entry more at the end. */
  readonly before8: Int32Array;
  readonly before13: Int32Array;
  /** By the first word of an n-gram, or the first byte of a window: 1 where no other place of the tables has the same hash. */
  readonly lone8: Uint8Array;
  readonly loneBlocks: Uint8Array;
  /** By part: 1 where every letter is one byte. */
  readonly plain: Uint8Array;
  /** First word of each n-gram of 8 words. */
  readonly grams: PositionList;
  /** First byte of each window. */
  readonly blocks: PositionList;
  readonly bits: AnchorBits;
  /** Distinct shingles of each part, sorted, without those that many questions share. */
  readonly shingles: readonly Int32Array[];
  readonly sharedShingles: ReadonlySet<number>;
  /** N-grams (of 8 words) that many questions share and that are therefore not looked for. */
  readonly shared: number;
}

/** Which searches an index is for. */
export interface IndexOptions {
  readonly exact: boolean;
  readonly near: boolean;
}

interface NormalPart {
  readonly norm: Uint8Array;
  readonly wordEnds: Int32Array;
  readonly grams: Int32Array;
  readonly longGrams: Int32Array;
  readonly shingles: Int32Array;
}

const NO_SINK = { anchors: () => undefined, unit: () => undefined, moved: () => undefined };

/** A scanner that only brings text into normal form. */
export function plainScanner(): TextScanner {
  const bits: AnchorBits = { grams: undefined, blocks: undefined, shingles: undefined };
  return new TextScanner(bits, NO_SINK, { share: 2, least: 1, most: 0 });
}

/** Longest text of a suite that is looked at, in bytes of normal form; more is cut off. */
const MOST_PART_BYTES = 400_000;

function hashesOf(scanner: TextScanner, words: number): Int32Array {
  const count = Math.max(0, scanner.words - words + 1);
  return Int32Array.from({ length: count }, (_, from) => scanner.runHash(from, from + words));
}

/** Brings a text into normal form. */
function normalPart(scanner: TextScanner, text: string): NormalPart {
  const bytes = Buffer.from(text, "utf8");
  scanner.begin(0);
  scanner.scan(bytes, 0, Math.min(bytes.length, MOST_PART_BYTES), 0, false);
  scanner.end();
  const { words, length } = scanner;
  return {
    norm: scanner.norm.slice(0, length),
    wordEnds: scanner.wordEnds.slice(0, words),
    grams: hashesOf(scanner, GRAM),
    longGrams: hashesOf(scanner, LONG_GRAM),
    shingles: hashesOf(scanner, SHINGLE),
  };
}

/** The distinct values, sorted. */
export function distinct(values: Int32Array): Int32Array {
  const sorted = values.slice().sort();
  let count = 0;
  for (let at = 0; at < sorted.length; at++)
    if (at === 0 || sorted[at] !== sorted[at - 1]) sorted[count++] = sorted[at] as number;
  return sorted.slice(0, count);
}

function startsOf(sizes: readonly number[]): Int32Array {
  const starts = new Int32Array(sizes.length + 1);
  sizes.forEach((size, part) => {
    starts[part + 1] = (starts[part] as number) + size;
  });
  return starts;
}

function windowsOf(norm: Uint8Array): Int32Array {
  const view = new DataView(norm.buffer, norm.byteOffset, norm.length);
  const count = Math.max(0, norm.length - BLOCK + 1);
  return Int32Array.from({ length: count }, (_, at) => windowHash(view, at));
}

/** Positions of hashes of all parts; of what more than {@link MOST_SHARING} questions share there is none. */
function tableOf(
  parts: readonly SuitePart[],
  hashes: readonly Int32Array[],
  starts: Int32Array,
): { readonly table: PositionTable; readonly counts: QuestionCounts } {
  const entries = hashes.reduce((sum, one) => sum + one.length, 0);
  const counts = new QuestionCounts(entries);
  const table = new PositionTable(entries);
  const questionAt = questionFinder(parts, starts);
  parts.forEach(({ question }, part) => {
    for (const hash of hashes[part] ?? []) counts.add(hash, question);
  });
  parts.forEach(({ question }, part) => {
    const isFull = (same: readonly number[]) =>
      same.filter((position) => questionAt(position) === question).length >= PLACES_PER_QUESTION;
    (hashes[part] ?? new Int32Array()).forEach((hash, at) => {
      if (counts.of(hash) <= MOST_SHARING) table.add(hash, (starts[part] as number) + at, isFull);
    });
  });
  return { table, counts };
}

/** Which part a position belongs to. */
export function partAt(starts: Int32Array, position: number): number {
  let [low, high] = [0, starts.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((starts[middle] as number) <= position) low = middle;
    else high = middle;
  }
  return low;
}

function questionFinder(parts: readonly SuitePart[], starts: Int32Array): (position: number) => number {
  return (position) => parts[partAt(starts, position)]?.question ?? -1;
}

/** By first word: 1 for the n-grams that few questions share. */
function countedOf(
  parts: readonly SuitePart[],
  hashes: readonly Int32Array[],
  starts: Int32Array,
  counts: QuestionCounts,
): Uint8Array {
  const counted = new Uint8Array(starts[parts.length] as number);
  hashes.forEach((own, part) => {
    own.forEach((hash, at) => {
      if (counts.of(hash) <= MOST_SHARING) counted[(starts[part] as number) + at] = 1;
    });
  });
  return counted;
}

/** How many are set before each place. */
function countsBefore(flags: Uint8Array): Int32Array {
  const before = new Int32Array(flags.length + 1);
  for (let at = 0; at < flags.length; at++) before[at + 1] = (before[at] as number) + (flags[at] as number);
  return before;
}

/** By position: 1 where its hash has no other one. */
function loneOf(table: PositionTable, hashes: readonly Int32Array[], starts: Int32Array): Uint8Array {
  const lone = new Uint8Array(starts[hashes.length] as number);
  hashes.forEach((own, part) => {
    const start = starts[part] as number;
    for (let at = 0; at < own.length; at++)
      if (table.isLone(own[at] as number, start + at)) lone[start + at] = 1;
  });
  return lone;
}

function countsOf(parts: readonly SuitePart[], hashes: readonly Int32Array[]): QuestionCounts {
  const counts = new QuestionCounts(hashes.reduce((sum, one) => sum + one.length, 0));
  parts.forEach(({ question }, part) => {
    for (const hash of hashes[part] ?? []) counts.add(hash, question);
  });
  return counts;
}

function bitsOf(hashes: Iterable<Int32Array>, entries: number): HashBits {
  const bits = new HashBits(entries);
  for (const own of hashes) for (const hash of own) bits.add(hash);
  return bits;
}

function joined(parts: readonly NormalPart[], byteStarts: Int32Array, wordStarts: Int32Array) {
  const norm = new Uint8Array(byteStarts[parts.length] as number);
  const wordEnds = new Int32Array(wordStarts[parts.length] as number);
  parts.forEach((part, index) => {
    const start = byteStarts[index] as number;
    norm.set(part.norm, start);
    part.wordEnds.forEach((end, word) => {
      wordEnds[(wordStarts[index] as number) + word] = start + end;
    });
  });
  return { norm, wordEnds };
}

/** Prepares the texts of a suite to be looked for. Parts of one question stand together. */
export function suiteIndex(parts: readonly SuitePart[], { exact, near }: IndexOptions): SuiteIndex {
  const scanner = plainScanner();
  const normal = parts.map(({ text }) => normalPart(scanner, text));
  const byteStarts = startsOf(normal.map(({ norm }) => norm.length));
  const wordStarts = startsOf(normal.map(({ wordEnds }) => wordEnds.length));
  const words = wordStarts[parts.length] as number;
  const grams = normal.map((one) => one.grams);
  const longGrams = normal.map((one) => one.longGrams);
  const windows = normal.map(({ norm }) => (exact ? windowsOf(norm) : new Int32Array()));
  const { table: gramTable, counts } = tableOf(parts, grams, wordStarts);
  const blocks = tableOf(parts, windows, byteStarts).table;
  const counted8 = countedOf(parts, grams, wordStarts, counts);
  const counted13 = countedOf(parts, longGrams, wordStarts, countsOf(parts, longGrams));
  const allShingles = normal.map((one) => distinct(one.shingles));
  const sharing = countsOf(parts, allShingles);
  const isShared = (shingle: number) => sharing.of(shingle) > MOST_SHARING;
  const shingles = allShingles.map((own) => own.filter((shingle) => !isShared(shingle)));
  const sharedShingles = new Set(allShingles.flatMap((own) => [...own.filter(isShared)]));
  return {
    parts,
    ...joined(normal, byteStarts, wordStarts),
    byteStarts,
    wordStarts,
    counted8,
    counted13,
    before8: countsBefore(counted8),
    before13: countsBefore(counted13),
    lone8: loneOf(gramTable, grams, wordStarts),
    loneBlocks: loneOf(blocks, windows, byteStarts),
    plain: Uint8Array.from(normal, ({ norm }) => (norm.every((byte) => byte < 0x80) ? 1 : 0)),
    grams: gramTable,
    blocks,
    bits: {
      grams: exact ? gramTable.bits : undefined,
      blocks: exact ? blocks.bits : undefined,
      shingles: near ? bitsOf([...shingles, Int32Array.from(sharedShingles)], words) : undefined,
    },
    shingles,
    sharedShingles,
    shared: grams.reduce((sum, one) => sum + one.length, 0) - counted8.reduce((sum, one) => sum + one, 0),
  };
}
