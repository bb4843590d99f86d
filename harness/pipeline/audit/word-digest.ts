const MORE_THAN_ASCII = /[^\u0000-\u007f]/;
const BLANK_BEYOND_ASCII = /[^\S\u0000-\u007f]/g;

const SPACE = 0x20;

/** Spreads what two halves of a digest hold over all of their bits (MurmurHash3's finalizer). */
function spread(half: number): number {
  let bits = half ^ (half >>> 16);
  bits = Math.imul(bits, 0x85ebca6b);
  bits ^= bits >>> 13;
  bits = Math.imul(bits, 0xc2b2ae35);
  return bits ^ (bits >>> 16);
}

/**
 * A text in 53 bits, equal for texts that differ in case, width, spacing and line breaks alone. Two other texts are taken
 * for the same once in 10¹⁵. One walk over the text makes it, since every answer of a run is digested.
 */
export function wordDigest(text: string): number {
  const plain = MORE_THAN_ASCII.test(text)
    ? text.normalize("NFKC").toLowerCase().replace(BLANK_BEYOND_ASCII, " ")
    : text;
  let [one, other] = [0x9e3779b1, 0x85ebca77];
  let [isStarted, isGap] = [false, false];
  for (let at = 0; at < plain.length; at++) {
    let unit = plain.charCodeAt(at);
    if (unit === SPACE || (unit >= 0x09 && unit <= 0x0d)) {
      isGap = isStarted;
      continue;
    }
    if (unit >= 0x41 && unit <= 0x5a) unit |= 0x20;
    // Any number of blanks between words is one space; those around the text are none.
    if (isGap) {
      one = Math.imul(one ^ SPACE, 0x5bd1e995);
      other = Math.imul(other ^ SPACE, 0x1b873593);
      other ^= other >>> 15;
      isGap = false;
    }
    isStarted = true;
    one = Math.imul(one ^ unit, 0x5bd1e995);
    one ^= one >>> 13;
    other = Math.imul(other ^ unit, 0x1b873593);
    other ^= other >>> 15;
  }
  const [low, high] = [spread(one ^ (other >>> 7)), spread(other ^ Math.imul(one, 0x27d4eb2f))];
  return (high >>> 11) * 2 ** 32 + (low >>> 0);
}
