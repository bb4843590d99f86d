import { mixed } from "./position-table.js";

/** Bands of a MinHash signature. */
export const BANDS = 32;
/** Hash functions of each band. */
const ROWS = 4;

const HASHES = BANDS * ROWS;

/** Multipliers and offsets of the hash functions, the same in every run. */
const FAMILY = (() => {
  const numbers = new Int32Array(2 * HASHES);
  for (let at = 0; at < numbers.length; at++) numbers[at] = mixed(Math.imul(at + 1, 0x9e3779b1));
  for (let at = 0; at < HASHES; at++) numbers[at] = (numbers[at] as number) | 1;
  return numbers;
})();

/** Keys of the bands of a set of shingles. */
export function bandKeys(shingles: Int32Array, into: Int32Array): void {
  const least = new Int32Array(HASHES).fill(0x7fffffff);
  for (let at = 0; at < shingles.length; at++) {
    const shingle = shingles[at] as number;
    for (let k = 0; k < HASHES; k++) {
      let value = Math.imul(shingle, FAMILY[k] as number) + (FAMILY[HASHES + k] as number);
      value = (value ^ (value >>> 15)) | 0;
      if (value < (least[k] as number)) least[k] = value;
    }
  }
  for (let band = 0; band < BANDS; band++) {
    let key = band;
    for (let row = 0; row < ROWS; row++)
      key = mixed(Math.imul(key, 31) + (least[band * ROWS + row] as number));
    into[band] = key;
  }
}

/** |A ∩ B| / |A ∪ B| of two sorted sets. */
export function jaccard(one: Int32Array, other: Int32Array): number {
  let [i, j, both] = [0, 0, 0];
  while (i < one.length && j < other.length) {
    const [x, y] = [one[i] as number, other[j] as number];
    if (x === y) both++;
    if (x <= y) i++;
    if (y <= x) j++;
  }
  return both / (one.length + other.length - both);
}
