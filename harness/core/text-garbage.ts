import { getHeapStatistics, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** Bytes by which texts may grow in memory, with what is left of them, before what nobody needs is collected. */
const MOST_GROWTH = 16_000_000;

/** The same where a process only follows what others write, and is to stay small beside them. */
const MOST_GROWTH_BESIDE_OTHERS = 20_000_000;

/** The same before a file of many short records is read: a collection for every file takes longer than reading it. */
const MOST_GROWTH_BETWEEN_FILES = 128_000_000;

/** Characters from which a text is a long one; no ordinary answer is. */
const LONG_TEXT = 256_000;

/** Whether texts of so many characters are kept on disk, make others wait, and leave garbage that counts. */
export function isLong(characters: number): boolean {
  return characters >= LONG_TEXT;
}

/** Whether a text takes two bytes a character. Takes time in proportion to its length. */
export function isWide(text: string): boolean {
  return /[^\0-\xff]/.test(text);
}

/** Characters of a text; twice as many where it is long and each takes two bytes, since limits are made for one. */
export function sizeOfText(text: string): number {
  return isLong(text.length) && isWide(text) ? 2 * text.length : text.length;
}

/** Bytes after the last collection. */
let least = 0;
let collect: (() => void) | undefined;

function collector(): () => void {
  setFlagsFromString("--expose-gc");
  const gc: unknown = runInNewContext("gc");
  setFlagsFromString("--no-expose-gc");
  return typeof gc === "function" ? () => gc() : () => undefined;
}

function bytesInUse(): number {
  const { used_heap_size: heap, external_memory: external } = getHeapStatistics();
  return heap + external;
}

/**
 * Notes a text that is about to be read, written, parsed or copied. Each step leaves a copy behind, and V8 lets some hundred
 * megabytes of them pile up where there is memory: it has no setting for the growth of a heap that holds after it has
 * started. So they are collected as soon as there is some garbage, which takes some hundredths of a second. A run with
 * short texts gets here only from {@link noteFile}.
 */
export function noteText(characters: number): void {
  if (isLong(characters)) collectBeyond(MOST_GROWTH);
}

/** Notes a file of records that is about to be read in pieces of so many bytes: what a run left behind is collected once. */
export function noteFile(pieceBytes: number): void {
  if (isLong(pieceBytes)) collectBeyond(MOST_GROWTH_BETWEEN_FILES);
}

/** Notes that more is about to be read by a process that only follows what others write. */
export function noteFollowing(): void {
  collectBeyond(MOST_GROWTH_BESIDE_OTHERS);
}

function collectBeyond(growth: number): void {
  const now = bytesInUse();
  least = Math.min(least, now);
  if (now - least < growth) return;
  collect ??= collector();
  collect();
  least = bytesInUse();
}
