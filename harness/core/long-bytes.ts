import { isLong, noteText } from "./text-garbage.js";

/** Memory that can grow, which V8 takes from the system itself; the types of ES2023 do not know of it. */
const GrowingMemory = ArrayBuffer as new (length: number, options: { maxByteLength: number }) => ArrayBuffer;

/**
 * Bytes for a text, whose content is undefined. Those of a long one go back to the system once they are collected: other
 * memory comes from the C library, which keeps what was given back in pieces between other data (glibc raises its
 * threshold for mapped memory to the largest piece that was freed, up to 32 MB).
 */
export function bytesForText(length: number): Buffer {
  if (!isLong(length)) return Buffer.allocUnsafe(length);
  noteText(length);
  return Buffer.from(new GrowingMemory(length, { maxByteLength: length }), 0, length);
}
