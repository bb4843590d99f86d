import { choiceLetter } from "../../harness/core/likelihood.js";

/** A choice that begins with its letter: `(A)5`, `A) 5`, `A. 5`; some published rows have `A 5` and `A? 5`. */
const STRICT = /^\s*\(([A-Z])\)\s*/;
const LOOSE = /^\s*(?:\(([A-Z])\)|([A-Z])[).:?])\s*|^\s*([A-Z])\s+/;

function letterOf(match: RegExpExecArray | null): string | undefined {
  return match?.[1] ?? match?.[2] ?? match?.[3];
}

function isSequence(letters: readonly (string | undefined)[]): boolean {
  return letters.every((letter, index) => letter === choiceLetter(index));
}

/**
 * Choices without the letters that they begin with, in the order of those letters: published rows hold choices in the
 * order A, C, B, D, and their key names the letter that is printed. Where not every choice has a letter of its own, those
 * in brackets alone are taken off.
 */
export function withoutLetters(choices: readonly string[]): readonly string[] {
  const strict = choices.map((text) => STRICT.exec(text));
  const letters = strict.map(letterOf);
  const wanted = choices.map((_, index) => choiceLetter(index));
  if (new Set(letters).size === choices.length && wanted.every((letter) => letters.includes(letter))) {
    return wanted.map((letter) => {
      const at = letters.indexOf(letter);
      return (choices[at] ?? "").slice(strict[at]?.[0].length ?? 0);
    });
  }
  const loose = choices.map((text) => LOOSE.exec(text));
  if (isSequence(loose.map(letterOf)))
    return choices.map((text, index) => text.slice(loose[index]?.[0].length ?? 0));
  return choices.map((text, index) =>
    letters[index] === wanted[index] ? text.slice(strict[index]?.[0].length ?? 0) : text,
  );
}

/** Letters of a key such as `B`, `(B)`, `AC` or `A, C`, in order; undefined for what names no choice of so many. */
export function keyLetters(key: string, choices: number): readonly string[] | undefined {
  const bare = key.replace(/[\s,;()[\].&]/g, "");
  if (bare === "" || !/^[A-Z]{1,26}$/.test(bare)) return undefined;
  const letters = [...new Set(bare)].sort();
  return letters.every((letter) => letter.charCodeAt(0) - 65 < choices) ? letters : undefined;
}
