import { seededRandom } from "../core/random.js";
import { toFiniteNumbers } from "./estimate.js";

/** With up to this many nonzero differences all sign patterns are counted. */
const MOST_EXACT = 20;
const DEFAULT_REPLICATES = 100_000;
/** Sums whose gap is below this share of Σ|d| are equal: rounding must not decide |d*| ≥ |d|. */
const ROUNDING = 1e-10;
const BITS_PER_TABLE = 8;
const TABLE_SIZE = 1 << BITS_PER_TABLE;

/** Outcome of a sign-flip permutation test. */
export interface SignFlipTest {
  /** Two-sided; null without differences. */
  readonly pValue: number | null;
  readonly method: "exact" | "sampled";
  /** Sign patterns counted: 2^nonzero, or the number sampled. */
  readonly patterns: number;
  /** Differences that are not zero; the others cannot change any sum. */
  readonly nonzero: number;
  readonly reason: string | null;
}

/**
 * Sign-flip permutation test of mean difference zero (Fisher 1935; for sampled p-values Phipson & Smyth 2010):
 * if the two models were exchangeable on every question, each difference could as well have had the other sign.
 * Up to 20 nonzero differences p = #{|Σ±d| ≥ |Σd|}/2^m over all patterns; beyond, p = (1 + #)/(B + 1) over B drawn.
 *
 * @param differences candidate − base, one per question.
 * @param options.replicates sampled patterns B; default 100,000, which puts the sampling error of p below 0.0016.
 * @throws RangeError for values that are not finite or replicates below 1.
 */
export function signFlipTest(
  differences: ArrayLike<number>,
  options: { readonly seed: string | number; readonly replicates?: number },
): SignFlipTest {
  const nonzero = toFiniteNumbers(differences, "sign-flip test").filter((difference) => difference !== 0);
  const replicates = options.replicates ?? DEFAULT_REPLICATES;
  if (!Number.isSafeInteger(replicates) || replicates < 1) {
    throw new RangeError(`sign-flip test: replicates must be a whole number, not ${replicates}`);
  }
  if (differences.length === 0) {
    return { pValue: null, method: "exact", patterns: 0, nonzero: 0, reason: "there are no differences" };
  }
  let sum = 0;
  let absolute = 0;
  for (const difference of nonzero) {
    sum += difference;
    absolute += Math.abs(difference);
  }
  const threshold = Math.abs(sum) - ROUNDING * absolute;
  if (nonzero.length <= MOST_EXACT) {
    const patterns = 2 ** nonzero.length;
    const pValue = countExtreme(nonzero, threshold) / patterns;
    return { pValue, method: "exact", patterns, nonzero: nonzero.length, reason: null };
  }
  const extreme = sampleExtreme(nonzero, threshold, options.seed, replicates);
  const pValue = (1 + extreme) / (replicates + 1);
  return { pValue, method: "sampled", patterns: replicates, nonzero: nonzero.length, reason: null };
}

/** All sums Σ±d over sign patterns; entry `mask` gives the plus sign to the differences whose bit is set. */
function signedSums(differences: Float64Array): Float64Array {
  const sums = new Float64Array(2 ** differences.length);
  for (const difference of differences) sums[0] = (sums[0] as number) - difference;
  for (let bit = 0; bit < differences.length; bit++) {
    const half = 1 << bit;
    const flip = 2 * (differences[bit] as number);
    for (let mask = 0; mask < half; mask++) sums[half + mask] = (sums[mask] as number) + flip;
  }
  return sums;
}

/**
 * Patterns with |Σ±d| ≥ threshold. Every sum is one of the first half's sums plus one of the second half's; each is
 * made of few additions, so that unlike a running sum over 2^20 flips nothing drifts. Rounding never turns the order of
 * two sums around: in sorted halves those of the second that suffice for a sum of the first are its two ends, which
 * only move one way as the first grows.
 */
function countExtreme(differences: Float64Array, threshold: number): number {
  const middle = differences.length >> 1;
  const first = signedSums(differences.subarray(0, middle)).sort();
  const second = signedSums(differences.subarray(middle)).sort();
  if (threshold <= 0) return first.length * second.length;
  let count = 0;
  let above = second.length;
  let below = second.length;
  for (const left of first) {
    while (above > 0 && left + (second[above - 1] as number) >= threshold) above--;
    while (below > 0 && !(left + (second[below - 1] as number) <= -threshold)) below--;
    count += second.length - above + below;
  }
  return count;
}

/** Sign patterns that are drawn, and summed up, together: so many fit into the cache with the tables of one word. */
const PATTERNS_PER_BLOCK = 64;
const TABLES_PER_WORD = 4;

/**
 * Among `replicates` random sign patterns, those with |Σ±d| ≥ threshold; eight differences per table look-up. A block of
 * patterns is drawn at once and summed word by word, so that four tables are in use at a time and not all of them; each
 * pattern has its own words of the stream and its own order of additions, as if it were summed by itself.
 */
function sampleExtreme(
  differences: Float64Array,
  threshold: number,
  seed: string | number,
  replicates: number,
): number {
  const random = seededRandom(seed);
  const words = Math.ceil(differences.length / (BITS_PER_TABLE * TABLES_PER_WORD));
  // Differences that are missing at the end are zero, and change no sum.
  const tables = new Float64Array(words * TABLES_PER_WORD * TABLE_SIZE);
  for (let group = 0; group < words * TABLES_PER_WORD; group++) {
    const members = new Float64Array(BITS_PER_TABLE);
    members.set(differences.subarray(group * BITS_PER_TABLE, (group + 1) * BITS_PER_TABLE));
    tables.set(signedSums(members), group * TABLE_SIZE);
  }
  const drawn = new Uint32Array(words * PATTERNS_PER_BLOCK);
  const sums = new Float64Array(PATTERNS_PER_BLOCK);
  let count = 0;
  for (let left = replicates; left > 0; left -= PATTERNS_PER_BLOCK) {
    const patterns = Math.min(left, PATTERNS_PER_BLOCK);
    random.fillBits32(drawn.subarray(0, patterns * words));
    sums.fill(0);
    for (let word = 0; word < words; word++) {
      addWord(sums, drawn, word, words, patterns, tables.subarray(word * TABLES_PER_WORD * TABLE_SIZE));
    }
    for (let pattern = 0; pattern < patterns; pattern++) {
      if (Math.abs(sums[pattern] as number) >= threshold) count++;
    }
  }
  return count;
}

/** Adds to the sum of each pattern what its `word`th word says of 32 differences; lowest bits first. */
function addWord(
  sums: Float64Array,
  drawn: Uint32Array,
  word: number,
  words: number,
  patterns: number,
  tables: Float64Array,
): void {
  const mask = TABLE_SIZE - 1;
  for (let pattern = 0, at = word; pattern < patterns; pattern++, at += words) {
    const bits = drawn[at] as number;
    sums[pattern] =
      (sums[pattern] as number) +
      (tables[bits & mask] as number) +
      (tables[TABLE_SIZE + ((bits >>> 8) & mask)] as number) +
      (tables[2 * TABLE_SIZE + ((bits >>> 16) & mask)] as number) +
      (tables[3 * TABLE_SIZE + (bits >>> 24)] as number);
  }
}
