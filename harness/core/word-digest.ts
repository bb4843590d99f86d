import { createHash, hash } from "node:crypto";
import { sha256 } from "./hash.js";
import { noteText } from "./text-garbage.js";
import { SLICE, slicesOf } from "./text-slices.js";

/** Every character beyond ASCII takes more bytes than units; counting them is quicker than looking for one. */
const isAscii = (text: string) => Buffer.byteLength(text) === text.length;

/** Of every character of ASCII: what it is in lower case, a space for all blanks. */
const PLAIN = Uint8Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code);
  return /\s/.test(character) ? 0x20 : character.toLowerCase().charCodeAt(0);
});

/** What stands before a slice: nothing that counts, a word, or a blank that counts if a word follows. */
type Before = "nothing" | "word" | "blank";

/** A slice in lower case, and before it the blank that was due. */
const written = Buffer.alloc(SLICE + 1);

/** Writes a slice of ASCII in lower case with single spaces. @returns the bytes written, and what stands at their end */
function writePlain(slice: string, before: Before): [filled: number, after: Before] {
  const bytes = written;
  bytes.write(slice, 1, "latin1");
  let filled = 0;
  let begun = before !== "nothing";
  let blank = before === "blank";
  for (let at = 1; at <= slice.length; at++) {
    const plain = PLAIN[bytes[at] as number] as number;
    if (plain === 0x20) {
      blank = begun;
      continue;
    }
    if (blank) bytes[filled++] = 0x20;
    bytes[filled++] = plain;
    blank = false;
    begun = true;
  }
  return [filled, blank ? "blank" : begun ? "word" : "nothing"];
}

function asciiDigest(text: string): string {
  if (text.length <= SLICE) return hash("sha256", written.subarray(0, writePlain(text, "nothing")[0]), "hex");
  const digest = createHash("sha256");
  let before: Before = "nothing";
  for (const slice of slicesOf(text)) {
    const [filled, after] = writePlain(slice, before);
    digest.update(written.subarray(0, filled));
    before = after;
  }
  return digest.digest("hex");
}

function plainText(text: string): string {
  noteText(text.length);
  const lower = text.normalize("NFKC").toLowerCase();
  // Single spaces are most blanks, and stay.
  return lower.replace(/\s{2,}|[^\S ]/g, " ").trim();
}

/**
 * A text in 52 bits (of its SHA-256), equal for texts that differ in case, width, spacing and line breaks alone. Two
 * other texts are taken for the same once in 10¹⁵.
 */
export function wordDigest(text: string): number {
  const digest = isAscii(text) ? asciiDigest(text) : sha256(plainText(text));
  return Number.parseInt(digest.slice(0, 13), 16);
}
