const TWO_POW_32 = 4294967296;
const TWO_POW_53 = 9007199254740992;
/** Up to here a 32-bit draw times the bound stays below 2^53 and is exact in a double. */
const LARGEST_SMALL_BOUND = 2097152;
const WARM_UP_ROUNDS = 20;

/**
 * A seeded stream of random numbers. The same seed gives the same stream on every platform; the tests pin it,
 * because manifests record seeds and a figure must be reproducible from its manifest.
 */
export interface Random {
  /** Uniform in [0, 1) with 53 random bits (two 32-bit draws). */
  next(): number;
  /** Uniform 32-bit unsigned integer, 0 to 2^32 − 1: one raw draw. */
  bits32(): number;
  /**
   * Uniform integer in [0, bound), without bias.
   * @throws RangeError unless bound is an integer from 1 to 2^53 − 1.
   */
  integer(bound: number): number;
  /**
   * Fills `target` with what as many calls of `integer(bound)` would return; much faster inside hot loops.
   * @throws RangeError unless bound is an integer from 1 to 2^21.
   */
  fillIntegers(target: Int32Array, bound: number): void;
  /** Fills `target` with what as many calls of `bits32()` would return; much faster inside hot loops. */
  fillBits32(target: Uint32Array): void;
  /** A new array with the same items in uniformly random order (Fisher–Yates); the argument is left alone. */
  shuffle<T>(items: readonly T[]): T[];
  /** Standard normal deviate (Marsaglia's polar method). */
  normal(): number;
}

/**
 * sfc32 of Chris Doty-Humphrey's PractRand: 128 bits of state, one 32-bit word per step, passes PractRand and
 * BigCrush, and needs nothing beyond 32-bit integer arithmetic, so that it is exact in JavaScript.
 */
export class Sfc32 implements Random {
  private a: number;
  private b: number;
  private c: number;
  private counter = 1;

  constructor(seedBytes: Uint8Array) {
    const view = new DataView(seedBytes.buffer, seedBytes.byteOffset, seedBytes.byteLength);
    this.a = view.getInt32(0);
    this.b = view.getInt32(4);
    this.c = view.getInt32(8);
    for (let round = 0; round < WARM_UP_ROUNDS; round++) this.bits32();
  }

  bits32(): number {
    const drawn = (((this.a + this.b) | 0) + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = (((this.c << 21) | (this.c >>> 11)) + drawn) | 0;
    return drawn >>> 0;
  }

  next(): number {
    const high = this.bits32() >>> 5;
    const low = this.bits32() >>> 6;
    return (high * 67108864 + low) / TWO_POW_53;
  }

  integer(bound: number): number {
    if (!Number.isSafeInteger(bound) || bound < 1) {
      throw new RangeError(`random integer: the bound must be an integer of at least 1, not ${bound}`);
    }
    return bound <= LARGEST_SMALL_BOUND ? this.smallInteger(bound) : this.largeInteger(bound);
  }

  fillIntegers(target: Int32Array, bound: number): void {
    if (!Number.isInteger(bound) || bound < 1 || bound > LARGEST_SMALL_BOUND) {
      throw new RangeError(`random integers: the bound must be an integer from 1 to 2^21, not ${bound}`);
    }
    const rejectBelow = (TWO_POW_32 - bound) % bound;
    const perBit = bound / TWO_POW_32;
    // State in locals that are plainly integers: a bootstrap spends its time here, and fields take four times as long.
    let a = this.a | 0;
    let b = this.b | 0;
    let c = this.c | 0;
    let counter = this.counter | 0;
    let filled = 0;
    while (filled < target.length) {
      const drawn = (((a + b) | 0) + counter) | 0;
      counter = (counter + 1) | 0;
      a = b ^ (b >>> 9);
      b = (c + (c << 3)) | 0;
      c = (((c << 21) | (c >>> 11)) + drawn) | 0;
      if (Math.imul(drawn, bound) >>> 0 < rejectBelow) continue;
      target[filled] = ((drawn >>> 0) * perBit) | 0;
      filled++;
    }
    this.a = a;
    this.b = b;
    this.c = c;
    this.counter = counter;
  }

  fillBits32(target: Uint32Array): void {
    let a = this.a | 0;
    let b = this.b | 0;
    let c = this.c | 0;
    let counter = this.counter | 0;
    for (let filled = 0; filled < target.length; filled++) {
      const drawn = (((a + b) | 0) + counter) | 0;
      counter = (counter + 1) | 0;
      a = b ^ (b >>> 9);
      b = (c + (c << 3)) | 0;
      c = (((c << 21) | (c >>> 11)) + drawn) | 0;
      target[filled] = drawn;
    }
    this.a = a;
    this.b = b;
    this.c = c;
    this.counter = counter;
  }

  shuffle<T>(items: readonly T[]): T[] {
    const shuffled = items.slice();
    for (let last = shuffled.length - 1; last > 0; last--) {
      const chosen = this.integer(last + 1);
      const moved = shuffled[last] as T;
      shuffled[last] = shuffled[chosen] as T;
      shuffled[chosen] = moved;
    }
    return shuffled;
  }

  normal(): number {
    for (;;) {
      const x = 2 * this.next() - 1;
      const y = 2 * this.next() - 1;
      const radius = x * x + y * y;
      if (radius > 0 && radius < 1) return x * Math.sqrt((-2 * Math.log(radius)) / radius);
    }
  }

  /** Lemire 2019 (arXiv 1805.10941): high word of draw × bound, rejecting the few draws that would bias it. */
  private smallInteger(bound: number): number {
    const rejectBelow = (TWO_POW_32 - bound) % bound;
    for (;;) {
      const drawn = this.bits32();
      if (Math.imul(drawn, bound) >>> 0 >= rejectBelow) return Math.floor((drawn * bound) / TWO_POW_32);
    }
  }

  private largeInteger(bound: number): number {
    const limit = TWO_POW_53 - (TWO_POW_53 % bound);
    for (;;) {
      const drawn = this.next() * TWO_POW_53;
      if (drawn < limit) return drawn % bound;
    }
  }
}
