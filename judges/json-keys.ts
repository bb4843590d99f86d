/**
 * The first key that occurs twice in one and the same object, at any depth of a JSON text, or undefined. `JSON.parse`
 * silently takes the last one.
 * @param json text that `JSON.parse` has accepted
 */
export function repeatedKey(json: string): string | undefined {
  /** Keys of the objects that are open, innermost last; undefined for an array. */
  const open: (Set<string> | undefined)[] = [];
  for (const match of json.matchAll(/"(?:[^"\\]|\\.)*"(\s*:)?|[{}[\]]/g)) {
    const [token, colon] = match;
    if (token === "{" || token === "[") open.push(token === "{" ? new Set() : undefined);
    else if (token === "}" || token === "]") open.pop();
    else if (colon !== undefined) {
      const key: unknown = JSON.parse(token.slice(0, token.length - colon.length));
      const keys = open.at(-1);
      if (typeof key !== "string" || keys === undefined) continue;
      if (keys.has(key)) return key;
      keys.add(key);
    }
  }
  return undefined;
}
