import { expect, test } from "vitest";
import { seededRandom } from "../../harness/core/random.js";
import { estimateTokens } from "../../harness/core/token-counter.js";

/** The pattern by which o200k_base cuts texts, without its care for upper case. */
const PIECE =
  /[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+/gu;

function tokensOfPiece(piece: string): number {
  if (!/\p{L}/u.test(piece)) return /\S/.test(piece) ? Math.max(1, piece.length / 3) : 1;
  const isWithoutGaps = /[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}]/u.test(
    piece,
  );
  if (/[^\0-\x7f]/.test(piece)) return Math.max(1, piece.length * (isWithoutGaps ? 0.65 : 0.3));
  return 1 + Math.max(0, piece.length - 8) / 6;
}

const CHARACTERS = [
  ..."aZé\u03011٣Ⅷ\n\r \t\u00a0\u2003/*-“漢字か한々〇ﬀक😀𝒜_０ि",
  "\ud83d",
  "\udc00",
  "word",
];

test("the estimate is made of the pieces that the tokenizer's pattern cuts a text into, whatever its script", () => {
  const random = seededRandom("pieces");
  for (let round = 0; round < 8_000; round++) {
    const text = Array.from(
      { length: random.integer(14) },
      () => CHARACTERS[random.integer(CHARACTERS.length)],
    );
    const joined = text.join("");
    const pieces = Array.from(joined.matchAll(PIECE), ([piece]) => tokensOfPiece(piece));
    expect(estimateTokens(joined), JSON.stringify(joined)).toBe(
      Math.round(pieces.reduce((sum, tokens) => sum + tokens, 0)),
    );
  }
});
