/**
 * WebAssembly written out instruction by instruction: functions that go through text sixteen bytes at a time, which
 * JavaScript cannot, are small and need no compiler this way.
 */

const I32 = 0x7f;
const I64 = 0x7e;
const F64 = 0x7c;
const V128 = 0x7b;
const FUNCTION = 0x60;
/** Bytes of a page of memory. */
const PAGE_BYTES = 1 << 16;

/** Whole numbers as WebAssembly has them: seven bits a byte, the lowest first; signed ones where a sign is told by the last. */
function leb(value: number | bigint, isSigned = false): number[] {
  const bytes: number[] = [];
  for (let rest = BigInt(value); ; ) {
    const byte = Number(rest & 0x7fn);
    rest >>= 7n;
    const isLast = isSigned ? rest === ((byte & 0x40) === 0 ? 0n : -1n) : rest === 0n;
    bytes.push(isLast ? byte : byte | 0x80);
    if (isLast) return bytes;
  }
}

const get = (local: number) => [0x20, local];
const set = (local: number) => [0x21, local];
const tee = (local: number) => [0x22, local];
const constant = (value: number) => [0x41, ...leb(value, true)];
const when = (...body: readonly number[]) => [0x04, 0x40, ...body, 0x0b];
const loop = (...body: readonly number[]) => [0x03, 0x40, ...body, 0x0b];
/** Goes to the beginning of a loop, by how many blocks are between. */
const again = (blocks: number) => [0x0c, blocks];
const simd = (instruction: number) => [0xfd, ...leb(instruction)];
/** Byte behind the address on the stack. */
const loadByte = (offset: number) => [0x2d, 0x00, ...leb(offset)];
/** Sixteen bytes from the address on the stack, wherever they begin. */
const loadBlock = (offset: number) => [...simd(0x00), 0x00, ...leb(offset)];
const RETURN = 0x0f;
const IS_ZERO = 0x45;
const EQUAL = 0x46;
const DIFFERENT = 0x47;
const BELOW = 0x49;
const FIRST_BIT = 0x68;
const ADD = 0x6a;
const SUBTRACT = 0x6b;
const IN_ALL_BYTES = simd(0x0f);
const BYTES_EQUAL = simd(0x23);
const BYTES_BELOW = simd(0x26);
const EITHER = simd(0x50);
const HIGHEST_BITS = simd(0x64);

/** Types, instructions and what makes them, as bytes. */
export const wasm = {
  ADD,
  again,
  BELOW,
  BYTES_BELOW,
  BYTES_EQUAL,
  constant,
  DIFFERENT,
  EITHER,
  EQUAL,
  F64,
  FIRST_BIT,
  get,
  HIGHEST_BITS,
  I32,
  I64,
  IN_ALL_BYTES,
  IS_ZERO,
  leb,
  loadBlock,
  loadByte,
  loop,
  RETURN,
  set,
  simd,
  SUBTRACT,
  tee,
  V128,
  when,
} as const;

const section = (id: number, ...content: readonly number[]) => [id, ...leb(content.length), ...content];
const name = (text: string) => [text.length, ...Buffer.from(text, "ascii")];

/** A module with one function, of a whole number, over a memory that it is given. */
function moduleOf(result: number, body: readonly number[]): Uint8Array<ArrayBuffer> {
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, 1, FUNCTION, 1, I32, 1, result),
    ...section(2, 1, ...name("m"), ...name("m"), 0x02, 0x00, ...leb(1)),
    ...section(3, 1, 0),
    ...section(7, 1, ...name("f"), 0x00, 0),
    ...section(10, 1, ...leb(body.length), ...body),
  ]);
}

/** A function over a memory of its own, of at least a page. */
export interface MemoryFunction {
  readonly memory: WebAssembly.Memory;
  readonly call: (value: number) => number;
}

/**
 * Makes instances of a function, each with its own memory; they are undefined where this machine or this Node has no
 * WebAssembly for sixteen bytes at a time.
 * @param result Type of its result; its parameter is a whole number.
 * @param body Its locals and instructions.
 * @param mostPages Of a memory.
 */
export function memoryFunctions(
  result: number,
  body: readonly number[],
  mostPages: number,
): () => MemoryFunction | undefined {
  let compiled: WebAssembly.Module | null | undefined;
  const compile = () => {
    const code = moduleOf(result, body);
    return typeof WebAssembly === "object" && WebAssembly.validate(code)
      ? new WebAssembly.Module(code)
      : null;
  };
  return () => {
    if (compiled === undefined) compiled = compile();
    if (compiled === null) return undefined;
    const memory = new WebAssembly.Memory({ initial: 1, maximum: mostPages });
    const { exports } = new WebAssembly.Instance(compiled, { m: { m: memory } });
    return { memory, call: exports.f as MemoryFunction["call"] };
  };
}

/** Makes a memory large enough for so many bytes. What it held stays; earlier buffers must not be used any more. */
export function growTo(memory: WebAssembly.Memory, bytes: number): void {
  const missing = Math.ceil(bytes / PAGE_BYTES) - memory.buffer.byteLength / PAGE_BYTES;
  if (missing > 0) memory.grow(missing);
}
