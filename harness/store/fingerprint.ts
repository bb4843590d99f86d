import { crc32 } from "node:zlib";

const LENGTH_LIMIT = 2 ** 21;

/**
 * A text in eight bytes, to tell whether two texts are the same without keeping either: CRC-32 of its UTF-8 and its
 * length in UTF-16 units (up to two million). Two different texts of one length are taken for the same once in four
 * thousand million. A whole number below 2⁵³.
 */
export function fingerprintOf(text: string): number {
  return crc32(text) * LENGTH_LIMIT + Math.min(text.length, LENGTH_LIMIT - 1);
}

const POLYNOMIAL = 0xedb88320;
const CRC_OF_BYTE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1;
  return crc;
});

/** The fingerprint of a short text in ASCII, from its bytes: sooner made than a text and a call. */
export function fingerprintOfBytes(bytes: Uint8Array, start: number, end: number): number {
  let crc = -1;
  for (let at = start; at < end; at++)
    crc = (crc >>> 8) ^ (CRC_OF_BYTE[(crc ^ (bytes[at] ?? 0)) & 0xff] ?? 0);
  return ((crc ^ -1) >>> 0) * LENGTH_LIMIT + Math.min(end - start, LENGTH_LIMIT - 1);
}
