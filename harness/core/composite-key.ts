const SEPARATOR = "\u0000";
const ESCAPES: Readonly<Record<string, string>> = { "\u0000": "\u0001\u0002", "\u0001": "\u0001\u0003" };
const UNESCAPED: Readonly<Record<string, string>> = { "\u0002": "\u0000", "\u0003": "\u0001" };

/** What a composite key is made of. */
export type KeyPart = string | number | boolean | undefined;

function escaped(part: KeyPart): string {
  if (typeof part !== "string") return part === undefined ? "" : String(part);
  return part.includes("\u0000") || part.includes("\u0001")
    ? part.replace(/[\u0000\u0001]/g, (character) => ESCAPES[character] ?? character)
    : part;
}

/**
 * One text for several parts, for maps and sets in memory; never written anywhere, never hashed. Different lists of as
 * many texts give different keys, whatever the texts hold; a part that is missing is as good as an empty one.
 */
export function compositeKey(...parts: readonly KeyPart[]): string {
  let key = escaped(parts[0]);
  for (let index = 1; index < parts.length; index++) key += SEPARATOR + escaped(parts[index]);
  return key;
}

/** The parts of a composite key, as texts. */
export function keyParts(key: string): string[] {
  return key
    .split(SEPARATOR)
    .map((part) => part.replace(/\u0001([\u0002\u0003])/g, (_, code: string) => UNESCAPED[code] ?? ""));
}
