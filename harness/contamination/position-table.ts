/** Spreads the bits of a hash (the finalizer of MurmurHash3, public domain). */
export function mixed(hash: number): number {
  let x = hash;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return x ^ (x >>> 16);
}

/** Bits of the largest prefilter (16 MB): a larger one would cost more in misses of the cache than it saves. */
const MOST_BITS = 27;

function sizeFor(entries: number, perEntry: number, most = 31): number {
  let bits = 10;
  while (2 ** bits < entries * perEntry && bits < most) bits++;
  return bits;
}

/** A set of mixed hashes that may say yes in error and never no in error: one bit each, about 1 in 32 set. */
export class HashBits {
  readonly words: Int32Array;
  /** Which of a hash's upper bits are the place. */
  readonly shift: number;

  constructor(entries: number) {
    const bits = sizeFor(entries, 32, MOST_BITS);
    this.words = new Int32Array(2 ** Math.max(0, bits - 5));
    this.shift = 32 - bits;
  }

  add(hash: number): void {
    const place = hash >>> this.shift;
    this.words[place >>> 5] = (this.words[place >>> 5] as number) | (1 << (place & 31));
  }
}

/** In how many questions each hash occurs; questions are added one after the other. */
export class QuestionCounts {
  private readonly hashes: Int32Array;
  private readonly last: Int32Array;
  private readonly counts: Uint8Array;
  private readonly mask: number;

  constructor(entries: number) {
    const size = 2 ** sizeFor(entries, 2);
    this.hashes = new Int32Array(size);
    this.last = new Int32Array(size).fill(-1);
    this.counts = new Uint8Array(size);
    this.mask = size - 1;
  }

  private slotOf(hash: number): number {
    let slot = hash & this.mask;
    while (this.counts[slot] !== 0 && this.hashes[slot] !== hash) slot = (slot + 1) & this.mask;
    return slot;
  }

  add(hash: number, question: number): void {
    const slot = this.slotOf(hash);
    if (this.counts[slot] !== 0 && this.last[slot] === question) return;
    this.hashes[slot] = hash;
    this.last[slot] = question;
    this.counts[slot] = Math.min(255, (this.counts[slot] as number) + 1);
  }

  of(hash: number): number {
    return this.counts[this.slotOf(hash)] as number;
  }
}

/** Positions by hash, as they are looked up. */
export interface PositionList {
  readonly hashes: Int32Array;
  /** Position + 1; 0 where the slot is free. */
  readonly positions: Int32Array;
  readonly mask: number;
}

/** What is looked up of a {@link HashBits}. */
export type PlainBits = Pick<HashBits, "words" | "shift">;

/** Positions by hash, a few for each; open addressing, so that it takes no object per entry. */
export class PositionTable implements PositionList {
  readonly bits: HashBits;
  readonly hashes: Int32Array;
  /** Position + 1; 0 where the slot is free. */
  readonly positions: Int32Array;
  readonly mask: number;

  constructor(entries: number) {
    const size = 2 ** sizeFor(entries, 2);
    this.bits = new HashBits(entries);
    this.hashes = new Int32Array(size);
    this.positions = new Int32Array(size);
    this.mask = size - 1;
  }

  /** @param isFull whether the positions already there for this hash are enough */
  add(hash: number, position: number, isFull: (positions: readonly number[]) => boolean): void {
    let slot = hash & this.mask;
    const same: number[] = [];
    while (this.positions[slot] !== 0) {
      if (this.hashes[slot] === hash) same.push((this.positions[slot] as number) - 1);
      slot = (slot + 1) & this.mask;
    }
    if (same.length > 0 && isFull(same)) return;
    this.hashes[slot] = hash;
    this.positions[slot] = position + 1;
    this.bits.add(hash);
  }

  /** Whether no other position than this one has the hash. */
  isLone(hash: number, position: number): boolean {
    for (let slot = hash & this.mask; this.positions[slot] !== 0; slot = (slot + 1) & this.mask)
      if (this.hashes[slot] === hash && this.positions[slot] !== position + 1) return false;
    return true;
  }
}
