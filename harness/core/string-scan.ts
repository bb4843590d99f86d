import { growTo, type MemoryFunction, memoryFunctions, wasm } from "./wasm-code.js";

/**
 * A WebAssembly function that finds the end of a JSON string sixteen bytes at a time: most bytes of a record are in
 * strings that nobody looks at.
 */

const {
  ADD,
  again,
  BYTES_BELOW,
  BYTES_EQUAL,
  constant,
  DIFFERENT,
  EITHER,
  EQUAL,
  FIRST_BIT,
  get,
  HIGHEST_BITS,
  I32,
  IN_ALL_BYTES,
  IS_ZERO,
  loadBlock,
  loadByte,
  loop,
  RETURN,
  SUBTRACT,
  set,
  tee,
  V128,
  when,
} = wasm;

const MOST_PAGES = 1 << 14;
/** Bytes that come before the text in memory: for every byte, whether it may stand behind a backslash. */
const TABLE_BYTES = 256;

/** Bytes that a scan may look at beyond the end of a text, whatever they are. */
const BYTES_BEYOND = 16;

/** Where a string ends whose text begins at `at`, as {@link StringScan} says it. */
export type StringEnd = (at: number) => number;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const FIRST_PRINTABLE = 0x20;

const [AT, MARKED, BYTE, BLOCK] = [0, 1, 2, 3];

const block = (comparison: readonly number[], byte: number) => [
  ...get(BLOCK),
  ...constant(byte),
  ...IN_ALL_BYTES,
  ...comparison,
];

const BODY = [
  // Locals: two whole numbers and a block.
  ...[2, 2, I32, 1, V128],
  ...loop(
    ...[...get(AT), ...loadBlock(TABLE_BYTES), ...set(BLOCK)],
    ...block(BYTES_EQUAL, QUOTE),
    ...block(BYTES_EQUAL, BACKSLASH),
    ...EITHER,
    ...block(BYTES_BELOW, FIRST_PRINTABLE),
    ...[...EITHER, ...HIGHEST_BITS, ...tee(MARKED), IS_ZERO],
    ...when(...get(AT), ...constant(16), ADD, ...set(AT), ...again(1)),
    // The first byte that is none of a plain text: the end, an escape, or a fault.
    ...[...get(AT), ...get(MARKED), FIRST_BIT, ADD, ...tee(AT), ...loadByte(TABLE_BYTES), ...tee(BYTE)],
    ...[...constant(QUOTE), EQUAL, ...when(...get(AT), ...constant(1), ADD, RETURN)],
    ...[...get(BYTE), ...constant(BACKSLASH), DIFFERENT, ...when(...constant(0), RETURN)],
    ...[...get(AT), ...loadByte(TABLE_BYTES + 1), ...loadByte(0), IS_ZERO],
    ...when(...constant(0), ...get(AT), SUBTRACT, RETURN),
    ...[...get(AT), ...constant(2), ADD, ...set(AT), ...again(0)],
  ),
  // The loop is only left by returning; the end of the function.
  ...[0x00, 0x0b],
];

const instance = memoryFunctions(I32, BODY, MOST_PAGES);

/** Memory whose texts can be searched, and the search. */
export class StringScan {
  private readonly memory: WebAssembly.Memory;
  /**
   * Where a string ends whose text begins at `at`, a byte of {@link buffer}; its quotation mark is included. 0 where it
   * holds a byte that no string may hold; −`place` of a backslash that is followed by none of `"\/bfnrt`. There must be
   * such a byte, or an end, with {@link BYTES_BEYOND} more behind it.
   */
  readonly stringEnd: StringEnd;

  private constructor({ memory, call }: MemoryFunction) {
    this.memory = memory;
    this.stringEnd = call;
    const table = new Uint8Array(this.memory.buffer);
    for (const byte of Buffer.from('"\\/bfnrt', "ascii")) table[byte] = 1;
  }

  /** Undefined where there is none on this machine. */
  static make(): StringScan | undefined {
    const made = instance();
    return made === undefined ? undefined : new StringScan(made);
  }

  /** The memory, made large enough for so many bytes and what may be looked at beyond. What it held stays; earlier buffers must not be used any more. */
  buffer(length: number): Buffer {
    growTo(this.memory, TABLE_BYTES + length + BYTES_BEYOND);
    return Buffer.from(this.memory.buffer, TABLE_BYTES, length);
  }
}
