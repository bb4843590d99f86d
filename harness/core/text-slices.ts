/** Characters of a long text that are encoded at once: no more than the C library takes from what it has anyway. */
const SLICE = 1 << 15;

/** A text in slices of some ten thousand characters, none of which parts the halves of a character. */
export function* slicesOf(text: string): Generator<string> {
  for (let start = 0; start < text.length; ) {
    let end = Math.min(text.length, start + SLICE);
    const last = text.charCodeAt(end - 1);
    if (last >= 0xd800 && last <= 0xdbff && end < text.length) end--;
    yield text.slice(start, end);
    start = end;
  }
}
