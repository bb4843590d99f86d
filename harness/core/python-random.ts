import { createHash } from "node:crypto";

const STATE_WORDS = 624;
const SHIFT_WORDS = 397;
const TEMPERED_TO_UNIT = 1 / 9007199254740992;

/**
 * The Mersenne Twister MT19937 (Matsumoto and Nishimura 1998), the generator behind CPython's `random`, NumPy's
 * `RandomState` and C++'s `std::mt19937`. Not for new designs: it is here to reproduce orders and folds that Python
 * drew. Everything of our own uses `seededRandom`.
 */
export class MersenneTwister {
  private readonly state: Uint32Array;
  private position = 0;

  private constructor(state: Uint32Array) {
    this.state = state;
  }

  /** Seeds with one 32-bit word (`init_genrand`), as NumPy's `RandomState(seed)` and `std::mt19937(seed)` do. */
  static fromSeed(seed: number): MersenneTwister {
    return new MersenneTwister(expandSeed(seed));
  }

  /** Seeds with a key of 32-bit words (`init_by_array`), as CPython's `random.Random(seed)` does. */
  static fromKey(key: Uint32Array): MersenneTwister {
    return new MersenneTwister(mixKey(KEYED_START.slice(), key));
  }

  /** The next 32 random bits, as an integer from 0 to 2³² − 1. */
  nextUint32(): number {
    const state = this.state;
    const index = this.position;
    const following = index + 1 === STATE_WORDS ? 0 : index + 1;
    const far = index + SHIFT_WORDS;
    // Each word of the next round is made when it is asked for: who needs two floats does not pay for 624 words.
    const mixed = ((state[index] ?? 0) & 0x80000000) | ((state[following] ?? 0) & 0x7fffffff);
    const source = state[far < STATE_WORDS ? far : far - STATE_WORDS] ?? 0;
    const word = source ^ (mixed >>> 1) ^ (mixed & 1 ? 0x9908b0df : 0);
    state[index] = word;
    this.position = following;
    let tempered = word ^ (word >>> 11);
    tempered ^= (tempered << 7) & 0x9d2c5680;
    tempered ^= (tempered << 15) & 0xefc60000;
    return (tempered ^ (tempered >>> 18)) >>> 0;
  }

  /** The next float in [0, 1) with 53 random bits, CPython's `random.random()`. */
  next(): number {
    const high = this.nextUint32() >>> 5;
    const low = this.nextUint32() >>> 6;
    return (high * 67108864 + low) * TEMPERED_TO_UNIT;
  }
}

function expandSeed(seed: number): Uint32Array {
  const state = new Uint32Array(STATE_WORDS);
  let previous = seed >>> 0;
  state[0] = previous;
  for (let index = 1; index < STATE_WORDS; index++) {
    previous = (Math.imul(1812433253, previous ^ (previous >>> 30)) + index) >>> 0;
    state[index] = previous;
  }
  return state;
}

const KEYED_START = expandSeed(19650218);

function mixKey(state: Uint32Array, key: Uint32Array): Uint32Array {
  let index = 1;
  let keyIndex = 0;
  let previous = state[0] ?? 0;
  for (let step = Math.max(STATE_WORDS, key.length); step > 0; step--) {
    const mixed = Math.imul(previous ^ (previous >>> 30), 1664525);
    previous = (((state[index] ?? 0) ^ mixed) + (key[keyIndex] ?? 0) + keyIndex) >>> 0;
    state[index] = previous;
    index++;
    keyIndex++;
    if (index >= STATE_WORDS) {
      state[0] = previous;
      index = 1;
    }
    if (keyIndex >= key.length) keyIndex = 0;
  }
  for (let step = STATE_WORDS - 1; step > 0; step--) {
    const mixed = Math.imul(previous ^ (previous >>> 30), 1566083941);
    previous = (((state[index] ?? 0) ^ mixed) - index) >>> 0;
    state[index] = previous;
    index++;
    if (index >= STATE_WORDS) {
      state[0] = previous;
      index = 1;
    }
  }
  state[0] = 0x80000000;
  return state;
}

/** Big-endian bytes of a non-negative integer as its 32-bit words, least significant first, without leading zeros. */
function wordsOf(bytes: Uint8Array): Uint32Array {
  let first = 0;
  while (first < bytes.length && bytes[first] === 0) first++;
  const words = new Uint32Array(Math.max(1, Math.ceil((bytes.length - first) / 4)));
  for (let index = bytes.length - 1; index >= first; index--) {
    const fromEnd = bytes.length - 1 - index;
    const word = fromEnd >> 2;
    words[word] = (words[word] ?? 0) | ((bytes[index] ?? 0) << (8 * (fromEnd & 3)));
  }
  return words;
}

/**
 * CPython's `random.Random(seed)` for a string seed (version 2 of its seeding, Python 3.2 and later): the seed is the
 * integer whose big-endian bytes are the UTF-8 text followed by its SHA-512 digest. `next()` equals `random()`.
 *
 * A lone surrogate, which Python refuses to encode, is read as U+FFFD, so that every string has an order.
 */
export function pythonRandom(seed: string): MersenneTwister {
  const text = Buffer.from(seed, "utf8");
  const digest = createHash("sha512").update(text).digest();
  return MersenneTwister.fromKey(wordsOf(Buffer.concat([text, digest])));
}

/**
 * Whether alpaca_eval shows the model's answer first for this instruction. Its one order per instruction, the same
 * for every model, is `Random("is_switched_outputs" + instruction + seed).choices([False, True], k=1)[0]`
 * (`PairwiseAnnotator` in alpaca_eval's `annotators/pairwise_evaluator.py`): switched when the first float is at least
 * one half. Unswitched, the baseline stands first.
 *
 * @param instruction the question's whole text
 * @param seed alpaca_eval's `seed` of the annotator, as Python prints it; published figures use "0"
 */
export function isSwitched(instruction: string, seed = "0"): boolean {
  return pythonRandom(`is_switched_outputs${instruction}${seed}`).next() >= 0.5;
}
