/**
 * The first key that occurs twice at the top of a JSON object, or undefined. `JSON.parse` silently takes the last one.
 * @param json text that `JSON.parse` has accepted as an object
 */
export function repeatedKey(json: string): string | undefined {
  const seen = new Set<string>();
  let depth = 0;
  for (const match of json.matchAll(/"(?:[^"\\]|\\.)*"(\s*:)?|[{}[\]]/g)) {
    const [token, colon] = match;
    if (token === "{" || token === "[") depth++;
    else if (token === "}" || token === "]") depth--;
    else if (depth === 1 && colon !== undefined) {
      const key: unknown = JSON.parse(token.slice(0, token.length - colon.length));
      if (typeof key !== "string") continue;
      if (seen.has(key)) return key;
      seen.add(key);
    }
  }
  return undefined;
}
