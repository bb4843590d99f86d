/** Blanks as `\\s` has them. */
function isBlank(code: number): boolean {
  if (code <= 0x20) return code === 0x20 || (code >= 9 && code <= 13);
  if (code < 0xa0) return false;
  return code === 0xa0 || code === 0xfeff || (code >= 0x1680 && /\s/.test(String.fromCharCode(code)));
}

const isAscii = (text: string) => !/[^\u0000-\u007f]/.test(text);

/**
 * A text in 53 bits, equal for texts that differ in case, width, spacing and line breaks alone. Two other texts are taken
 * for the same once in 10¹⁵. No defence against who looks for two such texts: they would only hurt their own model.
 */
export function wordDigest(text: string): number {
  const plain = isAscii(text) ? text : text.normalize("NFKC").toLowerCase();
  let [first, second] = [0xdeadbeef, 0x41c6ce57];
  let [isBehindWord, isBehindBlank] = [false, false];
  for (let index = 0; index < plain.length; index++) {
    let code = plain.charCodeAt(index);
    if ((code <= 0x20 || code >= 0xa0) && isBlank(code)) {
      isBehindBlank = isBehindWord;
      continue;
    }
    if (isBehindBlank) {
      first = Math.imul(first ^ 0x20, 2654435761);
      second = Math.imul(second ^ 0x20, 1597334677);
      isBehindBlank = false;
    }
    isBehindWord = true;
    if (code >= 0x41 && code <= 0x5a) code += 0x20;
    first = Math.imul(first ^ code, 2654435761);
    second = Math.imul(second ^ code, 1597334677);
  }
  // Bret Mulvey's and Murmur's last steps, as in cyrb53: each bit of the input moves each bit of the result.
  first = Math.imul(first ^ (first >>> 16), 2246822507) ^ Math.imul(second ^ (second >>> 13), 3266489909);
  second = Math.imul(second ^ (second >>> 16), 2246822507) ^ Math.imul(first ^ (first >>> 13), 3266489909);
  return 4294967296 * (2097151 & second) + (first >>> 0);
}
