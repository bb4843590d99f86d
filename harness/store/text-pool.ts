/** A power of two. */
const PLACES = 4_096;
/** Longer texts are hardly met twice. */
const LONGEST = 64;

/**
 * Texts of JSON strings, made once for bytes that are met again and again, such as names and ids. A text takes the place of
 * another that happens to fall on it, so that no file makes the pool grow.
 */
export class TextPool {
  private readonly texts = new Array<string | undefined>(PLACES).fill(undefined);

  /** The text of a valid JSON string between its quotation marks. */
  textAt(bytes: Buffer, start: number, end: number): string {
    const length = end - start;
    let hash = length;
    let isPlain = length <= LONGEST;
    for (let at = start; isPlain && at < end; at++) {
      const byte = bytes[at] ?? 0;
      isPlain = byte !== 0x5c && byte < 0x80;
      hash = (Math.imul(hash, 31) + byte) | 0;
    }
    if (!isPlain) return JSON.parse(bytes.toString("utf8", start - 1, end + 1)) as string;
    const place = (hash ^ (hash >>> 12)) & (PLACES - 1);
    const known = this.texts[place];
    if (known !== undefined && isAt(known, bytes, start, length)) return known;
    const text = bytes.toString("latin1", start, end);
    this.texts[place] = text;
    return text;
  }
}

function isAt(text: string, bytes: Buffer, start: number, length: number): boolean {
  if (text.length !== length) return false;
  for (let at = 0; at < length; at++) if (text.charCodeAt(at) !== bytes[start + at]) return false;
  return true;
}
