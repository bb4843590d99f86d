/**
 * A WebAssembly function that finds the end of a JSON string sixteen bytes at a time, which JavaScript cannot: most bytes
 * of a record are in strings that nobody looks at. It is written out here, instruction by instruction, since it is small
 * and needs no compiler this way.
 */

const PAGE_BYTES = 1 << 16;
const MOST_PAGES = 1 << 14;
/** Bytes that come before the text in memory: for every byte, whether it may stand behind a backslash. */
const TABLE_BYTES = 256;

/** Bytes that a scan may look at beyond the end of a text, whatever they are. */
const BYTES_BEYOND = 16;

/** Where a string ends whose text begins at `at`, as {@link StringScan} says it. */
export type StringEnd = (at: number) => number;

const I32 = 0x7f;
const V128 = 0x7b;
const FUNCTION = 0x60;

/** Numbers as WebAssembly has them: seven bits a byte, the lowest first; signed ones where a sign is told by the last. */
function leb(value: number, isSigned = false): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; ) {
    const byte = rest & 0x7f;
    rest >>= 7;
    const isLast = isSigned ? rest === ((byte & 0x40) === 0 ? 0 : -1) : rest === 0;
    bytes.push(isLast ? byte : byte | 0x80);
    if (isLast) return bytes;
  }
}

const get = (local: number) => [0x20, local];
const set = (local: number) => [0x21, local];
const tee = (local: number) => [0x22, local];
const constant = (value: number) => [0x41, ...leb(value, true)];
const when = (...body: readonly number[]) => [0x04, 0x40, ...body, 0x0b];
const again = (loop: number) => [0x0c, loop];
const simd = (instruction: number) => [0xfd, ...leb(instruction)];
/** Byte behind the address on the stack. */
const loadByte = (offset: number) => [0x2d, 0x00, ...leb(offset)];
/** Sixteen bytes from the address on the stack, wherever they begin. */
const loadBlock = (offset: number) => [...simd(0x00), 0x00, ...leb(offset)];
const RETURN = 0x0f;
const IS_ZERO = 0x45;
const EQUAL = 0x46;
const DIFFERENT = 0x47;
const FIRST_BIT = 0x68;
const ADD = 0x6a;
const SUBTRACT = 0x6b;
const IN_ALL_BYTES = simd(0x0f);
const BYTES_EQUAL = simd(0x23);
const BYTES_BELOW = simd(0x26);
const EITHER = simd(0x50);
const HIGHEST_BITS = simd(0x64);

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
  ...[0x03, 0x40],
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
  // The end of the loop, which is only left by returning; of the function.
  ...[0x0b, 0x00, 0x0b],
];

const section = (id: number, ...content: readonly number[]) => [id, ...leb(content.length), ...content];
const text = (name: string) => [name.length, ...Buffer.from(name, "ascii")];

const MODULE = Uint8Array.from([
  ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
  ...section(1, 1, FUNCTION, 1, I32, 1, I32),
  ...section(2, 1, ...text("m"), ...text("m"), 0x02, 0x00, ...leb(1)),
  ...section(3, 1, 0),
  ...section(7, 1, ...text("f"), 0x00, 0),
  ...section(10, 1, ...leb(BODY.length), ...BODY),
]);

let compiled: WebAssembly.Module | null | undefined;

/** Null where this machine or this Node has no WebAssembly for sixteen bytes at a time. */
function compiledModule(): WebAssembly.Module | null {
  if (compiled !== undefined) return compiled;
  compiled =
    typeof WebAssembly === "object" && WebAssembly.validate(MODULE) ? new WebAssembly.Module(MODULE) : null;
  return compiled;
}

/** Memory whose texts can be searched, and the search. */
export class StringScan {
  private readonly memory: WebAssembly.Memory;
  /**
   * Where a string ends whose text begins at `at`, a byte of {@link buffer}; its quotation mark is included. 0 where it
   * holds a byte that no string may hold; −`place` of a backslash that is followed by none of `"\/bfnrt`. There must be
   * such a byte, or an end, with {@link BYTES_BEYOND} more behind it.
   */
  readonly stringEnd: StringEnd;

  private constructor(module: WebAssembly.Module) {
    this.memory = new WebAssembly.Memory({ initial: 1, maximum: MOST_PAGES });
    const { exports } = new WebAssembly.Instance(module, { m: { m: this.memory } });
    this.stringEnd = exports.f as StringEnd;
    const table = new Uint8Array(this.memory.buffer);
    for (const byte of Buffer.from('"\\/bfnrt', "ascii")) table[byte] = 1;
  }

  /** Undefined where there is none on this machine. */
  static make(): StringScan | undefined {
    const module = compiledModule();
    return module === null ? undefined : new StringScan(module);
  }

  /** The memory, made large enough for so many bytes and what may be looked at beyond. What it held stays; earlier buffers must not be used any more. */
  buffer(length: number): Buffer {
    const pages = Math.ceil((TABLE_BYTES + length + BYTES_BEYOND) / PAGE_BYTES);
    const missing = pages - this.memory.buffer.byteLength / PAGE_BYTES;
    if (missing > 0) this.memory.grow(missing);
    return Buffer.from(this.memory.buffer, TABLE_BYTES, length);
  }
}
