/** A writing system that the bundled fonts lack: how it is called, and where its letters usually come from. */
interface Script {
  /** Its name in Unicode, as a regular expression takes it. */
  readonly unicode: string;
  readonly name: string;
  /** Font families that draw it well, best first. */
  readonly families: readonly string[];
  /** A font that can be installed for it, and its package on Debian and Ubuntu. */
  readonly install: string;
}

const JAPANESE = ["Noto Sans CJK JP", "Noto Sans JP", "Hiragino Sans", "Yu Gothic", "Meiryo"];
const KOREAN = ["Noto Sans CJK KR", "Noto Sans KR", "Apple SD Gothic Neo", "Malgun Gothic"];
const CHINESE = ["Noto Sans CJK SC", "Noto Sans SC", "PingFang SC", "Microsoft YaHei", "WenQuanYi Zen Hei"];
const CJK = "Noto Sans CJK (fonts-noto-cjk)";
const NOTO = "Noto Sans (fonts-noto-core)";
const EMOJI = ["Noto Color Emoji", "Apple Color Emoji", "Segoe UI Emoji"];

function noto(unicode: string, name: string, ...families: readonly string[]): Script {
  return { unicode, name, families: [`Noto Sans ${unicode}`, ...families], install: NOTO };
}

/** Kana and Hangul come before Han, whose letters are drawn as the text around them is. */
const SCRIPTS: readonly Script[] = [
  { unicode: "Hiragana", name: "Japanese kana", families: JAPANESE, install: CJK },
  { unicode: "Katakana", name: "Japanese kana", families: JAPANESE, install: CJK },
  { unicode: "Hangul", name: "Korean", families: KOREAN, install: CJK },
  { unicode: "Han", name: "Chinese characters", families: CHINESE, install: CJK },
  { unicode: "Bopomofo", name: "Bopomofo", families: CHINESE, install: CJK },
  noto("Arabic", "Arabic", "Geeza Pro", "Segoe UI", "DejaVu Sans"),
  noto("Hebrew", "Hebrew", "Arial Hebrew", "Segoe UI", "DejaVu Sans"),
  noto("Devanagari", "Devanagari", "Kohinoor Devanagari", "Nirmala UI"),
  noto("Bengali", "Bengali", "Kohinoor Bangla", "Nirmala UI"),
  noto("Gurmukhi", "Gurmukhi", "Nirmala UI"),
  noto("Gujarati", "Gujarati", "Nirmala UI"),
  noto("Tamil", "Tamil", "Nirmala UI"),
  noto("Telugu", "Telugu", "Nirmala UI"),
  noto("Kannada", "Kannada", "Nirmala UI"),
  noto("Malayalam", "Malayalam", "Nirmala UI"),
  noto("Sinhala", "Sinhala", "Nirmala UI"),
  noto("Thai", "Thai", "Thonburi", "Leelawadee UI"),
  noto("Lao", "Lao", "Leelawadee UI"),
  noto("Khmer", "Khmer", "Leelawadee UI"),
  noto("Myanmar", "Burmese", "Myanmar Text"),
  noto("Georgian", "Georgian", "DejaVu Sans"),
  noto("Armenian", "Armenian", "DejaVu Sans"),
  noto("Ethiopic", "Ethiopic", "Ebrima"),
  noto("Tibetan", "Tibetan", "Microsoft Himalaya"),
  noto("Greek", "ancient Greek", "DejaVu Sans"),
  noto("Cyrillic", "old Cyrillic", "DejaVu Sans"),
  noto("Latin", "Latin letters with unusual marks", "DejaVu Sans"),
];
const SYMBOLS: Script = {
  unicode: "Common",
  name: "symbols or emoji",
  families: [...EMOJI, "Noto Sans Symbols", "Noto Sans Symbols 2", "DejaVu Sans"],
  install: "Noto Color Emoji (fonts-noto-color-emoji)",
};

/** Signs that Unicode gives to no writing system, though only its fonts have them: fullwidth forms and CJK punctuation. */
const FULLWIDTH: Script = {
  unicode: "Han",
  name: "East Asian punctuation",
  families: CHINESE,
  install: CJK,
};

type Patterns = readonly (readonly [pattern: RegExp, script: Script])[];

const patterns = (property: string): Patterns =>
  SCRIPTS.map((script) => [new RegExp(`^\\p{${property}=${script.unicode}}$`, "u"), script]);

/** A letter's own writing system comes first, then, for signs of several, the first of those that share it. */
const PATTERNS: Patterns = [
  ...patterns("Script"),
  [/^[\u3000-\u303f\uff00-\uffef]$/u, FULLWIDTH],
  ...patterns("Script_Extensions"),
];

function scriptOf(character: string): Script {
  const found = PATTERNS.find(([pattern]) => pattern.test(character))?.[1];
  if (found !== undefined) return found;
  return /^[\p{L}\p{N}]$/u.test(character) ? { ...SYMBOLS, name: "rare letters", install: NOTO } : SYMBOLS;
}

function scriptsOf(characters: readonly string[]): readonly Script[] {
  const found = new Set(characters.map(scriptOf));
  const known = SCRIPTS.filter((script) => found.has(script));
  return [...known, ...[...found].filter((script) => !known.includes(script))];
}

/** Font families to ask first for characters, best first: Japanese fonts for Han beside kana, Korean ones beside Hangul. */
export function preferredFamilies(characters: readonly string[]): readonly string[] {
  return [...new Set(scriptsOf(characters).flatMap((script) => script.families))];
}

/**
 * Characters enough to tell whether a font is worth a closer look: the first of each writing system, since a font has
 * most letters of a system or none, and every symbol.
 */
export function sampleCharacters(characters: readonly string[]): readonly string[] {
  const seen = new Set<string>();
  return characters.filter((character) => {
    const { unicode } = scriptOf(character);
    const isNew = unicode === SYMBOLS.unicode || !seen.has(unicode);
    seen.add(unicode);
    return isNew;
  });
}

/** Writing systems of characters by name, each with one character as a sample and fonts that have it. */
export function describeScripts(
  characters: readonly string[],
): readonly { readonly name: string; readonly sample: string; readonly install: string }[] {
  const described = new Map<string, { name: string; sample: string; install: string }>();
  for (const character of characters) {
    const { name, install } = scriptOf(character);
    if (!described.has(name)) described.set(name, { name, sample: character, install });
  }
  return [...described.values()];
}
