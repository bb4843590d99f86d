import type { SourceSpan } from "./match-finder.js";
import { BANDS, bandKeys, jaccard } from "./min-hash.js";
import { distinct, type SuiteIndex } from "./suite-index.js";
import { SHINGLE, type TextScanner, type UnitBounds } from "./text-scanner.js";

/** A line, paragraph or text of the corpus that is nearly a part of the suite. */
export interface NearDuplicate {
  readonly part: number;
  readonly jaccard: number;
  readonly words: number;
  readonly span: SourceSpan;
}

/** Words that a part must have: shorter ones are alike by chance. */
export const LEAST_NEAR_WORDS = 13;
/** Parts in one bucket of a band that are compared with a unit; more are a template that tells of none of them. */
const MOST_IN_BUCKET = 200;

/**
 * Near duplicates by MinHash (Broder 1997) with 32 bands of 4 rows over the sets of 3-word shingles: of two texts with
 * similarity J, 1 − (1 − J⁴)³² are candidates (0.87 of those at 0.5, 0.9997 at 0.7), and each candidate's Jaccard
 * similarity is computed from the sets themselves. Only units of which at least the least similarity's share of shingles
 * is in the suite can reach it, so only those are hashed.
 */
export class NearDuplicates {
  readonly bounds: UnitBounds;
  private readonly buckets: Map<number, number[]>[] = [];
  private readonly keys = new Int32Array(BANDS);

  constructor(
    private readonly index: SuiteIndex,
    private readonly least: number,
    private readonly found: (duplicate: NearDuplicate) => void,
  ) {
    const shingles = LEAST_NEAR_WORDS - SHINGLE + 1;
    let largest = 0;
    for (let band = 0; band < BANDS; band++) this.buckets.push(new Map());
    index.shingles.forEach((own, part) => {
      if (this.wordsOf(part) < LEAST_NEAR_WORDS || own.length === 0) return;
      largest = Math.max(largest, own.length);
      bandKeys(own, this.keys);
      this.buckets.forEach((bucket, band) => {
        const key = this.keys[band] as number;
        const same = bucket.get(key);
        if (same === undefined) bucket.set(key, [part]);
        else if (same.length < MOST_IN_BUCKET) same.push(part);
      });
    });
    // |A ∩ B| ≥ J·|A ∪ B| bounds the size of A from both sides.
    this.bounds = { share: least, least: Math.ceil(least * shingles), most: Math.floor(largest / least) };
  }

  private wordsOf(part: number): number {
    const { wordStarts } = this.index;
    return (wordStarts[part + 1] as number) - (wordStarts[part] as number);
  }

  /** As {@link TextSink.unit}. */
  unit(scanner: TextScanner, from: number, to: number): void {
    const own = new Int32Array(to - from - SHINGLE + 1);
    for (let at = 0; at < own.length; at++) own[at] = scanner.shingleAt(from + SHINGLE - 1 + at);
    const { sharedShingles } = this.index;
    const shingles = distinct(own).filter((shingle) => !sharedShingles.has(shingle));
    if (shingles.length === 0) return;
    bandKeys(shingles, this.keys);
    const parts = new Set<number>();
    this.buckets.forEach((bucket, band) => {
      for (const part of bucket.get(this.keys[band] as number) ?? []) parts.add(part);
    });
    for (const part of parts) {
      const similarity = jaccard(shingles, this.index.shingles[part] as Int32Array);
      if (similarity < this.least) continue;
      const last = to - 1;
      const bytes = (scanner.wordEnds[last] as number) - scanner.startOf(last);
      const span = {
        from: { offset: scanner.offsetOf(from), skip: 0, line: scanner.lineOf(from) },
        to: { offset: scanner.offsetOf(last), skip: bytes - 1, line: scanner.lineOf(last) },
      };
      this.found({ part, jaccard: similarity, words: to - from, span });
    }
  }
}
