import { isLong, noteText } from "./text-garbage.js";

/** Memory that can grow, which V8 takes from the system itself; the types of ES2023 do not know of it. */
const GrowingMemory = ArrayBuffer as new (length: number, options: { maxByteLength: number }) => ArrayBuffer;

/**
 * Bytes whose content is undefined. Many of them go back to the system once they are collected: other memory comes from
 * the C library, which keeps what was given back in pieces between other data (glibc raises its threshold for mapped
 * memory to the largest piece that was freed, up to 32 MB).
 */
export function returnedBytes(length: number): Buffer {
  if (!isLong(length)) return Buffer.allocUnsafe(length);
  return Buffer.from(new GrowingMemory(length, { maxByteLength: length }), 0, length);
}

/** The same for a text: where it is a long one, what others left behind is collected first. */
export function bytesForText(length: number): Buffer {
  noteText(length);
  return returnedBytes(length);
}
