import type { PromptToken } from "./prompt-tokens.js";

/** A blank, a line break and a byte as vocabularies write them, for servers that send their pieces as they are. */
const PIECES: readonly (readonly [RegExp, string])[] = [
  [/[▁Ġ]/g, " "],
  [/Ċ/g, "\n"],
  [/<0x0A>/g, "\n"],
  [/<0x09>/g, "\t"],
];

/** What stands for part of a character: tokens that end within one are shown so. */
const PART = "\ufffd";

function spellingsOf(token: string): readonly string[] {
  const piece = PIECES.reduce((text, [mark, plain]) => text.replace(mark, plain), token);
  return piece === token ? [token] : [token, piece];
}

/** What is left of a text whose end a token spells; undefined where it does not. */
function withoutEnd(rest: string, token: string): string | undefined {
  for (const text of spellingsOf(token))
    if (rest.endsWith(text)) return rest.slice(0, rest.length - text.length);
  // Tokens decoded one by one lose the blank before their word: it stands at the end of what is left then.
  const bare = rest.trimEnd();
  if (bare.length === rest.length) return undefined;
  for (const text of spellingsOf(token))
    if (text !== "" && bare.endsWith(text)) return bare.slice(0, bare.length - text.length);
  return undefined;
}

/** Whether parts of characters, so many, can spell a text: it holds characters beyond ASCII and blanks alone. */
function canBeParts(text: string, parts: number): boolean {
  const characters = [...text];
  return (
    characters.length <= parts && characters.every((one) => one.trim() === "" || one.charCodeAt(0) >= 0x80)
  );
}

/** The same where tokens behind it are parts of characters: the fewest characters that they can spell. */
function withoutParts(rest: string, token: string, parts: number): string | undefined {
  const characters = [...rest];
  for (let taken = 1; taken <= Math.min(parts, characters.length); taken++) {
    if (!canBeParts(characters.slice(-taken).join(""), parts)) return undefined;
    const left = withoutEnd(characters.slice(0, characters.length - taken).join(""), token);
    if (left !== undefined) return left;
  }
  return undefined;
}

/**
 * The tokens of a text at the end of a prompt, which holds at least one token before it. A token that begins before the
 * text belongs to what stands before it, as lm-evaluation-harness counts: it takes the tokens behind as many as the
 * context has alone.
 * @param tokens of the whole prompt
 * @returns undefined where the tokens do not spell the text, or none of them begins within it
 */
export function tailTokens(tokens: readonly PromptToken[], text: string): readonly PromptToken[] | undefined {
  let rest = text;
  let parts = 0;
  for (let at = tokens.length - 1; at >= 0; at--) {
    const token = tokens[at]?.token ?? "";
    // What is left is the blank before the text's first word, which its token has lost.
    if (rest === "") return tokens.slice(at + 1);
    if (token.includes(PART)) {
      parts += [...token].length;
      continue;
    }
    const left = parts === 0 ? withoutEnd(rest, token) : withoutParts(rest, token, parts);
    if (left !== undefined) {
      rest = left;
      parts = 0;
    } else {
      const isBegun = at + 1 < tokens.length;
      const straddles = rest.trim() === "" || spellingsOf(token).some((one) => one.endsWith(rest));
      const isSpelt = parts === 0 ? straddles : canBeParts(rest, parts);
      return isBegun && isSpelt ? tokens.slice(at + 1) : undefined;
    }
  }
  return canBeParts(rest, parts) || rest.trim() === "" ? tokens : undefined;
}
