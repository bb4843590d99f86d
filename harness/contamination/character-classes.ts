/**
 * The normal form in which suite and corpus meet: lower case, punctuation and symbols deleted, words between white space.
 * For ASCII this is what GPT-3's authors describe (Brown et al. 2020, appendix C) and lm-evaluation-harness's `janitor`
 * does; beyond ASCII the same is carried on: letters are folded (full width, accents), typographic punctuation is deleted
 * like the plain one, and in scripts that do not part words every character is a word.
 */

/** What a byte means to the scanner; a class from 32 on is a letter or digit, folded. */
export const CLASS = {
  /** Deleted. */
  punctuation: 0,
  space: 1,
  lineFeed: 2,
  /** Ends a JSON string. */
  quote: 3,
  /** Begins an escape in a JSON string. */
  backslash: 4,
  /** First byte of a character beyond ASCII, or no UTF-8. */
  wide: 5,
} as const;

function classes(isJson: boolean): Uint8Array {
  const table = new Uint8Array(256);
  for (let byte = 0; byte < 128; byte++) {
    const character = String.fromCharCode(byte);
    if (/[a-z0-9]/i.test(character)) table[byte] = character.toLowerCase().charCodeAt(0);
    else if (byte <= 0x20 || byte === 0x7f) table[byte] = CLASS.space;
  }
  table[0x0a] = CLASS.lineFeed;
  table.fill(CLASS.wide, 128);
  if (isJson) {
    table[0x22] = CLASS.quote;
    table[0x5c] = CLASS.backslash;
  }
  return table;
}

/** Classes of bytes in plain text. */
export const TEXT_CLASSES = classes(false);
/** Classes of bytes inside a JSON string. */
export const JSON_CLASSES = classes(true);

/** Set in {@link foldOf} for a character that is a word by itself. */
export const ALONE = 1 << 24;
const UNKNOWN = -1;
const FOLDS = new Int32Array(0x30000).fill(UNKNOWN);

const SPACES = /^[\p{White_Space}\p{Cc}]$/u;
const WORD_CHARACTERS = /^[\p{L}\p{N}\p{M}]$/u;
const ACCENTS = /[\u0300-\u036f]/g;
const WITHOUT_SPACES =
  /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]$/u;

function foldAnew(codePoint: number): number {
  const character = String.fromCodePoint(codePoint);
  if (SPACES.test(character)) return CLASS.space;
  if (!WORD_CHARACTERS.test(character)) return CLASS.punctuation;
  const plain = character.normalize("NFKD").replace(ACCENTS, "").toLowerCase();
  if (plain === "") return CLASS.punctuation;
  const [own, ...more] = [...plain];
  const [lower = character, ...rest] = [...character.toLowerCase()];
  const folded = own !== undefined && more.length === 0 ? own : rest.length === 0 ? lower : character;
  const alone = WITHOUT_SPACES.test(character) ? ALONE : 0;
  return (folded.codePointAt(0) ?? codePoint) | alone;
}

/**
 * What becomes of a character beyond ASCII: `CLASS.punctuation`, `CLASS.space`, or the folded code point, with {@link ALONE}
 * where it is a word by itself.
 */
export function foldOf(codePoint: number): number {
  if (codePoint >= 0xd800 && codePoint <= 0xdfff) return CLASS.punctuation;
  if (codePoint >= FOLDS.length) return codePoint > 0x10ffff ? CLASS.punctuation : foldAnew(codePoint);
  let fold = FOLDS[codePoint] as number;
  if (fold === UNKNOWN) {
    fold = foldAnew(codePoint);
    FOLDS[codePoint] = fold;
  }
  return fold;
}
