import { LONG_GRAM, partAt, type SuiteIndex } from "./suite-index.js";
import { BLOCK, GRAM, type TextScanner, windowHash } from "./text-scanner.js";

/** A stretch of the corpus that is, letter for letter in normal form, a stretch of the suite. */
export interface Match {
  readonly part: number;
  /** Letters and digits. */
  readonly characters: number;
  /** Whole words in a row. */
  readonly words: number;
  /** N-grams in it that are looked for. */
  readonly grams8: number;
  readonly grams13: number;
  /** Suite words of those n-grams, first words from..to. */
  readonly runs: readonly GramRun[];
  /** Where its words begin and end in the source, with the normalised bytes to be passed over in the first and last word. */
  readonly span: SourceSpan;
}

/** First suite word and number of whole words in a row that stand in the corpus. */
export interface GramRun {
  readonly word: number;
  readonly words: number;
}

/** Offset of a word in the source and how many of its normalised bytes come before the place that is meant. */
export interface SourcePlace {
  readonly offset: number;
  readonly skip: number;
  /** Line feeds of the text before it. */
  readonly line: number;
}

/** A stretch of the source. */
export interface SourceSpan {
  readonly from: SourcePlace;
  readonly to: SourcePlace;
}

interface Segment {
  readonly part: number;
  /** Suite byte minus corpus byte. */
  shift: number;
  from: number;
  to: number;
  characters: number;
  words: number;
  runs: GramRun[];
  start: SourcePlace | undefined;
}

/** Segments of a text that are remembered, so that nothing is found twice. */
const REMEMBERED = 64;

/**
 * Looks at the anchors of a text: verifies each letter by letter, extends it both ways as far as suite and corpus are the
 * same, and tells the longest stretches. Each byte of a stretch is compared once.
 */
export class MatchFinder {
  private readonly recent: Segment[] = [];
  private next = 0;
  private open: Segment[] = [];
  private latest: Segment | undefined;

  constructor(
    private readonly index: SuiteIndex,
    private readonly found: (match: Match) => void,
  ) {}

  /** As {@link TextSink.anchors}. */
  anchors(scanner: TextScanner, isEnd: boolean): void {
    for (const segment of this.open.splice(0)) this.extend(segment, scanner, isEnd);
    for (let at = 0; at < scanner.gramCount; at++) {
      const word = scanner.gramAnchors[at] as number;
      if (word >= GRAM - 1) this.gram(word, scanner, isEnd);
    }
    for (let at = 0; at < scanner.blockCount; at++)
      this.block(scanner.blockAnchors[at] as number, scanner, isEnd);
    if (!isEnd) return;
    this.recent.length = 0;
    this.next = 0;
    this.latest = undefined;
  }

  /** As {@link TextSink.moved}. */
  moved(bytes: number): void {
    for (const segment of new Set([...this.recent, ...this.open])) {
      segment.shift += bytes;
      segment.from -= bytes;
      segment.to -= bytes;
    }
  }

  private block(at: number, scanner: TextScanner, isEnd: boolean): void {
    const { blocks, norm } = this.index;
    const hash = windowHash(scanner.view, at);
    for (let slot = hash & blocks.mask; blocks.positions[slot] !== 0; slot = (slot + 1) & blocks.mask) {
      if (blocks.hashes[slot] !== hash) continue;
      const place = (blocks.positions[slot] as number) - 1;
      if (this.isKnown(place, at) || !isSame(norm, place, scanner.norm, at, BLOCK)) continue;
      this.begin(place, at, BLOCK, scanner, isEnd);
    }
  }

  private gram(word: number, scanner: TextScanner, isEnd: boolean): void {
    const { grams, norm, wordEnds } = this.index;
    const from = scanner.startOf(word - GRAM + 1);
    const size = (scanner.wordEnds[word] as number) - from;
    const hash = scanner.gramAt(word);
    for (let slot = hash & grams.mask; grams.positions[slot] !== 0; slot = (slot + 1) & grams.mask) {
      if (grams.hashes[slot] !== hash) continue;
      const first = (grams.positions[slot] as number) - 1;
      const place = first === 0 ? 0 : (wordEnds[first - 1] as number);
      if (this.isKnown(place, from)) continue;
      if ((wordEnds[first + GRAM - 1] as number) - place !== size) continue;
      if (isSame(norm, place, scanner.norm, from, size)) this.begin(place, from, size, scanner, isEnd);
    }
  }

  /** Whether a stretch that was found already has both the place of the suite and that of the corpus. */
  private isKnown(place: number, at: number): boolean {
    // Nearly always it is the stretch that the last anchor was in.
    if (this.latest !== undefined && holds(this.latest, place, at)) return true;
    for (const segment of this.recent) {
      if (!holds(segment, place, at)) continue;
      this.latest = segment;
      return true;
    }
    return false;
  }

  private begin(place: number, at: number, size: number, scanner: TextScanner, isEnd: boolean): void {
    const { byteStarts, norm } = this.index;
    const part = partAt(byteStarts, place);
    const least = byteStarts[part] as number;
    let back = 0;
    while (place - back > least && at - back > 0 && norm[place - back - 1] === scanner.norm[at - back - 1])
      back++;
    const segment: Segment = {
      part,
      shift: place - at,
      from: at - back,
      to: at + size,
      characters: 0,
      words: 0,
      runs: [],
      start: undefined,
    };
    segment.start = placeOf(segment.from, scanner);
    segment.characters = charactersIn(scanner.norm, segment.from, segment.to);
    if (this.recent.length < REMEMBERED) this.recent.push(segment);
    else this.recent[this.next++ % REMEMBERED] = segment;
    this.latest = segment;
    this.extend(segment, scanner, isEnd);
  }

  private extend(segment: Segment, scanner: TextScanner, isEnd: boolean): void {
    const { norm, byteStarts } = this.index;
    const end = (byteStarts[segment.part + 1] as number) - segment.shift;
    const most = Math.min(end, scanner.length);
    let to = segment.to;
    while (to < most && norm[to + segment.shift] === scanner.norm[to]) to++;
    segment.characters += charactersIn(scanner.norm, segment.to, to);
    segment.to = to;
    this.align(segment, scanner);
    if (!isEnd && to === scanner.length && to < end) this.open.push(segment);
    else this.close(segment, scanner);
  }

  /** Finds the whole words of the suite in a stretch that are whole words of the corpus, too. */
  private align(segment: Segment, scanner: TextScanner): void {
    const { wordEnds, wordStarts } = this.index;
    const { shift, part } = segment;
    const from = Math.max(0, segment.from);
    let word = firstWordFrom(this.index, part, from + shift);
    let own = scanner.wordAt(from);
    let run = 0;
    const last = wordStarts[part + 1] as number;
    const take = () => {
      if (run >= GRAM) segment.runs.push({ word: word - run, words: run });
      segment.words = Math.max(segment.words, run);
      run = 0;
    };
    for (; word < last; word++) {
      const end = (wordEnds[word] as number) - shift;
      if (end > segment.to) break;
      const start = word === 0 ? -shift : (wordEnds[word - 1] as number) - shift;
      while (own < scanner.words && (scanner.wordEnds[own] as number) < end) own++;
      const isWord = own < scanner.words && scanner.wordEnds[own] === end && scanner.startOf(own) === start;
      if (isWord) run++;
      else take();
    }
    take();
  }

  private close(segment: Segment, scanner: TextScanner): void {
    const { counted8, counted13 } = this.index;
    let [grams8, grams13] = [0, 0];
    for (const { word, words } of segment.runs) {
      for (let at = word; at <= word + words - GRAM; at++) grams8 += counted8[at] as number;
      for (let at = word; at <= word + words - LONG_GRAM; at++) grams13 += counted13[at] as number;
    }
    const { part, characters, words, runs } = segment;
    const from = segment.start ?? placeOf(Math.max(0, segment.from), scanner);
    this.found({
      ...{ part, characters, words, grams8, grams13, runs },
      span: { from, to: placeOf(segment.to - 1, scanner) },
    });
  }
}

function holds({ from, to, shift }: Segment, place: number, at: number): boolean {
  return at >= from && at < to && place >= from + shift && place < to + shift;
}

function isSame(one: Uint8Array, at: number, other: Uint8Array, place: number, size: number): boolean {
  for (let index = 0; index < size; index++) if (one[at + index] !== other[place + index]) return false;
  return true;
}

/** Code points: bytes that do not go on with one. */
function charactersIn(norm: Uint8Array, from: number, to: number): number {
  let count = 0;
  for (let at = from; at < to; at++) if (((norm[at] as number) & 0xc0) !== 0x80) count++;
  return count;
}

function placeOf(at: number, scanner: TextScanner): SourcePlace {
  const word = scanner.wordAt(at);
  const start = word < scanner.words ? scanner.startOf(word) : scanner.openWordStart;
  return { offset: scanner.offsetOf(word), skip: at - start, line: scanner.lineOf(word) };
}

/** The first word of a part that begins at a byte of the suite, or behind it. */
function firstWordFrom({ wordEnds, wordStarts }: SuiteIndex, part: number, byte: number): number {
  let [low, high] = [wordStarts[part] as number, wordStarts[part + 1] as number];
  while (low < high) {
    const middle = (low + high) >> 1;
    const start = middle === 0 ? 0 : (wordEnds[middle - 1] as number);
    if (start >= byte) high = middle;
    else low = middle + 1;
  }
  return low;
}
