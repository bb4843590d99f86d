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
  /**
   * Whole words in a row that suite and corpus have in common, {@link RUN} numbers for each row: its first suite word, how
   * many words, and its first word in the scanner's buffer.
   */
  readonly runs: readonly number[];
  /** How many of those numbers are this match's; what stands behind them is of earlier ones. */
  readonly runCount: number;
  /** Line feeds of the text before it. */
  readonly line: number;
  /** Where it begins and ends in the source; worked out when it is asked for, while the match is told. */
  readonly span: SourceSpan;
}

/** Numbers of each row of {@link Match.runs}. */
export const RUN = 3;

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

class Segment implements Match {
  part = 0;
  /** Suite byte minus corpus byte. */
  shift = 0;
  from = 0;
  to = 0;
  characters = 0;
  words = 0;
  grams8 = 0;
  grams13 = 0;
  readonly runs: number[] = [];
  runCount = 0;
  /** Where the rows of {@link runs} begin whose words are those of the scanner's buffer as it is. */
  fresh = 0;
  /** Where it begins, noted before the scanner's buffer drops that. */
  start: SourcePlace | undefined;

  constructor(private readonly scanner: TextScanner) {}

  /** Begins another stretch: objects are used again from text to text, since a corpus may hold millions of stretches. */
  begin(part: number, shift: number, from: number, to: number): void {
    this.part = part;
    this.shift = shift;
    this.from = from;
    this.to = to;
    this.characters = 0;
    this.words = 0;
    this.grams8 = 0;
    this.grams13 = 0;
    this.runCount = 0;
    this.fresh = 0;
    this.start = undefined;
  }

  get line(): number {
    const { start, scanner } = this;
    return start === undefined ? scanner.lineOf(scanner.wordAt(this.from)) : start.line;
  }

  get span(): SourceSpan {
    return {
      from: this.start ?? placeOf(this.from, this.scanner),
      to: placeOf(this.to - 1, this.scanner),
    };
  }
}

/** Segments of a text that are remembered, so that nothing is found twice. */
const REMEMBERED = 64;
const NO_RUNS: readonly number[] = [];

/**
 * Looks at the anchors of a text: verifies each letter by letter, extends it both ways as far as suite and corpus are the
 * same, and tells the longest stretches. Each byte of a stretch is compared once, and anchors within a stretch of which the
 * suite has no other place are passed over, so that a corpus full of the suite takes hardly longer than any other.
 */
export class MatchFinder {
  /** Segments of the text at hand are the first {@link used}; the others are free. */
  private readonly recent: Segment[] = [];
  private used = 0;
  private next = 0;
  private open: Segment[] = [];
  private latest: Segment | undefined;
  private readonly suite: DataView;
  /** Row of words in which anchors are passed over: where it stands in the latest segment's rows, and its first words. */
  private runs: readonly number[] = NO_RUNS;
  private runCount = 0;
  private run = 0;
  private runFrom = 0;
  private runTo = 0;
  private runWord = 0;

  constructor(
    private readonly index: SuiteIndex,
    private readonly found: (match: Match) => void,
  ) {
    const { norm } = index;
    this.suite = new DataView(norm.buffer, norm.byteOffset, norm.length);
  }

  /** As {@link TextSink.anchors}. */
  anchors(scanner: TextScanner, isEnd: boolean): void {
    const { gramAnchors, gramCount, blockAnchors, blockCount } = scanner;
    this.followRuns(NO_RUNS, 0, 0);
    if (this.open.length > 0) for (const segment of this.open.splice(0)) this.extend(segment, scanner, isEnd);
    for (let at = 0; at < gramCount; at++) {
      const first = (gramAnchors[at] as number) - GRAM + 1;
      if (first >= 0 && !this.isPassed(first)) this.gram(first, scanner, isEnd);
    }
    for (let at = 0; at < blockCount; at++) {
      const place = blockAnchors[at] as number;
      if (!this.isWithin(place)) this.block(place, scanner, isEnd);
    }
    if (!isEnd) {
      for (const segment of this.open) segment.start ??= placeOf(segment.from, scanner);
      return;
    }
    this.used = 0;
    this.next = 0;
    this.latest = undefined;
  }

  /** Passes over n-grams in the rows of words of a segment. */
  private followRuns(runs: readonly number[], count: number, fresh: number): void {
    this.runs = runs;
    this.runCount = count;
    this.run = fresh;
    this.enterRun();
  }

  private enterRun(): void {
    const { runs, run } = this;
    const isNone = run >= this.runCount;
    this.runWord = isNone ? 0 : (runs[run] as number);
    this.runFrom = isNone ? 0 : (runs[run + 2] as number);
    this.runTo = isNone ? 0 : this.runFrom + (runs[run + 1] as number) - GRAM + 1;
  }

  /** Whether an n-gram is in the latest segment and the suite has it nowhere else. @param first its first word */
  private isPassed(first: number): boolean {
    while (first >= this.runTo && this.run < this.runCount) {
      this.run += RUN;
      this.enterRun();
    }
    return (
      first >= this.runFrom &&
      first < this.runTo &&
      this.index.lone8[first - this.runFrom + this.runWord] === 1
    );
  }

  /** Whether a block is in a segment that was found and the suite has it nowhere else. */
  private isWithin(at: number): boolean {
    const { recent, used } = this;
    for (let position = 0; position < used; position++) {
      const { from, to, shift } = recent[position] as Segment;
      if (at >= from && at + BLOCK <= to && this.index.loneBlocks[at + shift] === 1) return true;
    }
    return false;
  }

  /** As {@link TextSink.moved}. */
  moved(bytes: number): void {
    for (const segment of new Set([...this.recent.slice(0, this.used), ...this.open])) {
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
    const from = scanner.startOf(word);
    const size = (scanner.wordEnds[word + GRAM - 1] as number) - from;
    const hash = scanner.gramAt(word + GRAM - 1);
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
    for (let position = 0; position < this.used; position++) {
      const segment = this.recent[position] as Segment;
      if (!holds(segment, place, at)) continue;
      this.latest = segment;
      return true;
    }
    return false;
  }

  private begin(place: number, at: number, size: number, scanner: TextScanner, isEnd: boolean): void {
    const { byteStarts, norm } = this.index;
    const part = partAt(byteStarts, place);
    const shift = place - at;
    const least = Math.max(0, (byteStarts[part] as number) - shift);
    let from = at;
    while (from > least && norm[from - 1 + shift] === scanner.norm[from - 1]) from--;
    const segment = this.free(scanner);
    segment.begin(part, shift, from, at + size);
    segment.characters = this.charactersIn(part, scanner, from, at + size);
    this.latest = segment;
    this.extend(segment, scanner, isEnd);
  }

  /** A segment to be used: a free one, else one in the place of the oldest, which may be under way still. */
  private free(scanner: TextScanner): Segment {
    if (this.used < this.recent.length) return this.recent[this.used++] as Segment;
    const segment = new Segment(scanner);
    if (this.used < REMEMBERED) this.recent[this.used++] = segment;
    else this.recent[this.next++ % REMEMBERED] = segment;
    return segment;
  }

  private extend(segment: Segment, scanner: TextScanner, isEnd: boolean): void {
    const { shift, part } = segment;
    const end = (this.index.byteStarts[part + 1] as number) - shift;
    const to = this.sameUpTo(segment.to, Math.min(end, scanner.length), shift, scanner);
    segment.characters += this.charactersIn(part, scanner, segment.to, to);
    segment.to = to;
    this.align(segment, scanner);
    if (segment === this.latest) this.followRuns(segment.runs, segment.runCount, segment.fresh);
    if (!isEnd && to === scanner.length && to < end) this.open.push(segment);
    else this.found(segment);
  }

  /** How far suite and corpus go on to be the same, four bytes at once. */
  private sameUpTo(from: number, most: number, shift: number, scanner: TextScanner): number {
    const { suite } = this;
    const { view, norm } = scanner;
    let to = from;
    while (to + 4 <= most && suite.getInt32(to + shift, true) === view.getInt32(to, true)) to += 4;
    while (to < most && this.index.norm[to + shift] === norm[to]) to++;
    return to;
  }

  /** Code points: bytes that do not go on with one. */
  private charactersIn(part: number, { norm }: TextScanner, from: number, to: number): number {
    if (this.index.plain[part] === 1) return to - from;
    let count = 0;
    for (let at = from; at < to; at++) if (((norm[at] as number) & 0xc0) !== 0x80) count++;
    return count;
  }

  /** Finds the whole words of the suite in a stretch that are whole words of the corpus, too. */
  private align(segment: Segment, scanner: TextScanner): void {
    const { wordEnds, wordStarts } = this.index;
    const { shift, part, to } = segment;
    const from = Math.max(0, segment.from);
    const last = wordStarts[part + 1] as number;
    segment.fresh = segment.runCount;
    let word = firstWordFrom(this.index, part, from + shift);
    let own = scanner.wordAt(from);
    let start = (word === 0 ? 0 : (wordEnds[word - 1] as number)) - shift;
    let [run, latest] = [0, 0];
    for (; word < last; word++) {
      const end = (wordEnds[word] as number) - shift;
      if (end > to) break;
      while (own < scanner.words && (scanner.wordEnds[own] as number) < end) own++;
      const isWord = own < scanner.words && scanner.wordEnds[own] === end && scanner.startOf(own) === start;
      start = end;
      if (isWord) {
        run++;
        latest = own;
      } else if (run > 0) {
        this.noteRun(segment, word - run, run, latest - run + 1);
        run = 0;
      }
    }
    this.noteRun(segment, word - run, run, latest - run + 1);
  }

  /** @param own the first word in the scanner's buffer */
  private noteRun(segment: Segment, word: number, words: number, own: number): void {
    if (words > segment.words) segment.words = words;
    if (words < GRAM) return;
    const { before8, before13 } = this.index;
    const { runs, runCount } = segment;
    const end = word + words;
    runs[runCount] = word;
    runs[runCount + 1] = words;
    runs[runCount + 2] = own;
    segment.runCount = runCount + RUN;
    segment.grams8 += (before8[end - GRAM + 1] as number) - (before8[word] as number);
    if (words >= LONG_GRAM)
      segment.grams13 += (before13[end - LONG_GRAM + 1] as number) - (before13[word] as number);
  }
}

function holds({ from, to, shift }: Segment, place: number, at: number): boolean {
  return at >= from && at < to && place >= from + shift && place < to + shift;
}

function isSame(one: Uint8Array, at: number, other: Uint8Array, place: number, size: number): boolean {
  for (let index = 0; index < size; index++) if (one[at + index] !== other[place + index]) return false;
  return true;
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
