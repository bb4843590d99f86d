import { hash } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { SLICE } from "../../harness/core/text-slices.js";
import { wordDigest } from "../../harness/core/word-digest.js";

/** What two texts have in common that get the same digest. */
const plain = (text: string) => text.normalize("NFKC").toLowerCase().replace(/\s+/g, " ").trim();

test("tells texts apart by what is left without case, width and spacing, and by nothing else", () => {
  const piece = fc.constantFrom(
    "a",
    "B",
    "b",
    " ",
    "\n",
    "\t",
    "\u00a0",
    "\u2003",
    "\ufeff",
    "Ａ",
    "é",
    "ﬁ",
    "1",
  );
  const text = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(""));
  fc.assert(
    fc.property(text, text, (one, other) => {
      expect(wordDigest(one)).toBe(wordDigest(plain(one)));
      expect(wordDigest(one) === wordDigest(other)).toBe(plain(one) === plain(other));
    }),
    { numRuns: 2000, seed: 1 },
  );
});

test.each([
  ["a word", "Word", "other"],
  ["blanks", "  ", " \n"],
  ["a word after blanks", " \n word", "x"],
])("a long text is read alike wherever its slices part %s", (_name, parted, after) => {
  for (let shift = 0; shift <= parted.length; shift++) {
    const long = `${" ".repeat(9)}${"Lorem ".repeat(SLICE).slice(0, SLICE - 9 - shift)}${parted}${after}  \n`;
    const whole = Number.parseInt(hash("sha256", plain(long)).slice(0, 13), 16);
    expect(wordDigest(long)).toBe(whole);
  }
});

test("100,000 different texts have as many digests, all of them whole numbers", () => {
  const digests = Array.from({ length: 100_000 }, (_, index) =>
    wordDigest(`Answer ${index} of ${index % 7}`),
  );
  expect(new Set(digests).size).toBe(100_000);
  expect(digests.every(Number.isSafeInteger)).toBe(true);
});
