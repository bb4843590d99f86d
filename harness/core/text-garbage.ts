import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** Characters of long texts after which what is left of them is collected. */
const COLLECTED_EVERY = 16_000_000;

/** Characters from which a text is a long one; no ordinary answer is. */
const LONG_TEXT = 256_000;

/** Whether texts of so many characters are kept on disk, make others wait, and leave garbage that counts. */
export function isLong(characters: number): boolean {
  return characters >= LONG_TEXT;
}

let passed = 0;
let collect: (() => void) | undefined;

function collector(): () => void {
  setFlagsFromString("--expose-gc");
  const gc: unknown = runInNewContext("gc");
  setFlagsFromString("--no-expose-gc");
  return typeof gc === "function" ? () => gc() : () => undefined;
}

/**
 * Notes a text that was read, written or parsed. Each step leaves copies behind, and V8 lets some hundred megabytes
 * of them pile up where there is memory: after enough of them they are collected at once, which takes some hundredths of
 * a second. A run without long texts never gets here.
 */
export function noteText(characters: number): void {
  if (!isLong(characters)) return;
  passed += characters;
  if (passed < COLLECTED_EVERY) return;
  passed = 0;
  collect ??= collector();
  collect();
}
