import { DataError } from "./errors.js";
import { presentFields } from "./present-fields.js";

const [QUOTE, BACKSLASH, COLON] = [0x22, 0x5c, 0x3a];
const [OBJECT, OBJECT_END, LIST, LIST_END] = [0x7b, 0x7d, 0x5b, 0x5d];

/** Index behind the string of JSON that begins at `start`; the text's length where it never ends. */
export function endOfString(json: string, start: number): number {
  for (let end = json.indexOf('"', start + 1); end >= 0; end = json.indexOf('"', end + 1)) {
    let slashes = 0;
    while (json.charCodeAt(end - 1 - slashes) === BACKSLASH) slashes++;
    if (slashes % 2 === 0) return end + 1;
  }
  return json.length;
}

function isKey(json: string, end: number): boolean {
  let next = end;
  while (json.charCodeAt(next) <= 0x20) next++;
  return json.charCodeAt(next) === COLON;
}

function keyOf(token: string): string {
  return token.includes("\\") ? (JSON.parse(token) as string) : token.slice(1, -1);
}

/**
 * The first key that occurs twice in one and the same object, at any depth of a JSON text, or undefined. `JSON.parse`
 * silently takes the last one. In time proportional to the text.
 * @param json text that `JSON.parse` has accepted
 */
export function repeatedKey(json: string): string | undefined {
  /** Keys of the objects that are open, innermost last; undefined for a list. */
  const open: (Set<string> | undefined)[] = [];
  for (let at = 0; at < json.length; at++) {
    const code = json.charCodeAt(at);
    if (code === OBJECT) open.push(new Set());
    else if (code === LIST) open.push(undefined);
    else if (code === OBJECT_END || code === LIST_END) open.pop();
    else if (code === QUOTE) {
      const end = endOfString(json, at);
      const keys = open.at(-1);
      if (keys !== undefined && isKey(json, end)) {
        const key = keyOf(json.slice(at, end));
        if (keys.has(key)) return key;
        keys.add(key);
      }
      at = end - 1;
    }
  }
  return undefined;
}

/**
 * For files that decide something and that people write, change or join: which of two values is meant, nobody knows.
 * @param json text that `JSON.parse` has accepted
 * @throws DataError `repeated-key`, naming the key.
 */
export function refuseRepeatedKeys(json: string, file: string, line?: number): void {
  const key = repeatedKey(json);
  if (key === undefined) return;
  throw new DataError(`the key ${JSON.stringify(key.slice(0, 80))} is given twice in one object`, {
    code: "repeated-key",
    file,
    ...presentFields({ line }),
    remedy: "Keep the one that is meant: JSON itself would silently take the last.",
  });
}
