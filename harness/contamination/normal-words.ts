import { plainScanner } from "./suite-index.js";
import type { TextScanner } from "./text-scanner.js";

let scanner: TextScanner | undefined;

/** Longest text whose words are told, in bytes. */
const MOST_BYTES = 200_000;

/** The words of a text in normal form. */
export function normalWords(text: string): string[] {
  scanner ??= plainScanner();
  const own = scanner;
  const bytes = Buffer.from(text, "utf8").subarray(0, MOST_BYTES);
  own.begin(0);
  own.scan(bytes, 0, bytes.length, 0, false);
  own.end();
  const norm = Buffer.from(own.norm.buffer);
  return Array.from({ length: own.words }, (_, word) =>
    norm.toString("utf8", own.startOf(word), own.wordEnds[word]),
  );
}
