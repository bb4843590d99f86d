/** Written forms that end in a full stop without ending a sentence. */
const ABBREVIATIONS: ReadonlySet<string> = new Set(
  "mr mrs ms dr prof st sr jr vs etc cf approx no vol fig e.g i.e a.m p.m u.s u.k".split(" "),
);

/** Words: stretches between blanks that hold a letter or a digit; `well-kept` and `4:52` are one each. */
export function wordsIn(text: string): number {
  let words = 0;
  for (const token of text.split(/\s+/)) if (/[\p{L}\p{N}]/u.test(token)) words++;
  return words;
}

/** Whether a token's marks end a sentence: not those of an abbreviation, of an initial, or of a list's number. */
function endsSentence(token: string, isFirst: boolean): boolean {
  const bare = token.replace(/["'”’»)\]*_]{1,20}$/u, "");
  if (/[!?…。！？]$/u.test(bare)) return true;
  if (!bare.endsWith(".")) return false;
  const stem = bare.slice(0, -1).replace(/^["'“‘«(*_]{1,20}/u, "");
  if (ABBREVIATIONS.has(stem.toLowerCase()) || /^\p{Lu}$/u.test(stem)) return false;
  return !(isFirst && /^\p{N}{1,3}$/u.test(stem));
}

/** Sentences: ended by a mark before a blank, or by the end of a line of text. Scripts without blanks: by the mark alone. */
export function sentencesIn(text: string): number {
  let sentences = 0;
  for (const line of text.replace(/[。！？]/gu, "$& ").split(/\n/)) {
    let isOpen = false;
    let isFirst = true;
    for (const token of line.split(/\s+/)) {
      if (token === "") continue;
      if (/[\p{L}\p{N}]/u.test(token)) isOpen = true;
      if (isOpen && endsSentence(token, isFirst)) {
        sentences++;
        isOpen = false;
      }
      isFirst = false;
    }
    // A heading or a line of a letter counts as well; a list's number alone does not.
    if (isOpen && !/^\s*\p{N}{1,3}[.)]\s*$/u.test(line)) sentences++;
  }
  return sentences;
}

/** Numbers in reading order: `−1,234.5`, `3e-4`, `50%` (50). A comma parts thousands; `3,5` is two numbers. */
export function numbersIn(text: string): number[] {
  const plain = text.replace(/\u2212/g, "-");
  const found = plain.matchAll(
    /(?<![\p{L}\p{N}.])-?(?:\d{1,3}(?:,\d{3})+(?!\d)|\d{1,300})(?:\.\d{1,300})?(?:[eE][+-]?\d{1,3})?/gu,
  );
  return Array.from(found, ([number]) => Number(number.replaceAll(",", ""))).filter(Number.isFinite);
}
