/** A fraction in lowest terms with a positive denominator. */
export interface Fraction {
  readonly top: bigint;
  readonly bottom: bigint;
}

/** The fraction top/bottom in lowest terms; throws for a denominator of 0. */
export function fraction(top: bigint | number, bottom: bigint | number = 1): Fraction {
  let [a, b] = [BigInt(top), BigInt(bottom)];
  if (b === 0n) throw new RangeError("denominator 0");
  if (b < 0n) [a, b] = [-a, -b];
  let [x, y] = [a < 0n ? -a : a, b];
  while (y !== 0n) [x, y] = [y, x % y];
  return { top: a / x, bottom: b / x };
}

/** a + b. */
export function add(a: Fraction, b: Fraction): Fraction {
  return fraction(a.top * b.bottom + b.top * a.bottom, a.bottom * b.bottom);
}

/** a - b. */
export function subtract(a: Fraction, b: Fraction): Fraction {
  return add(a, { top: -b.top, bottom: b.bottom });
}

/** a · b. */
export function multiply(a: Fraction, b: Fraction): Fraction {
  return fraction(a.top * b.top, a.bottom * b.bottom);
}

/** a / b; throws for b = 0. */
export function divide(a: Fraction, b: Fraction): Fraction {
  return fraction(a.top * b.bottom, a.bottom * b.top);
}

/** "top/bottom", or "top" for a whole number. */
export function format({ top, bottom }: Fraction): string {
  return bottom === 1n ? String(top) : `${top}/${bottom}`;
}

/** The fraction as a floating-point number. */
export function toNumber({ top, bottom }: Fraction): number {
  return Number(top) / Number(bottom);
}
