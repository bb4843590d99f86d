/** Words as a sentence lists them: `a`, `a and b`, `a, b and c`. */
export function wordList(words: readonly string[], last = "and"): string {
  const [end = ""] = words.slice(-1);
  const before = words.slice(0, -1).join(", ");
  return before === "" ? end : `${before} ${last} ${end}`;
}
