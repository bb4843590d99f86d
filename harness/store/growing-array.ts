/** A typed array that holds at least `length` entries: the same one, or a larger one with its entries and `fill` after them. */
export function grownTo<Numbers extends Float64Array | Int32Array | Uint32Array | Uint8Array>(
  numbers: Numbers,
  length: number,
  fill = 0,
): Numbers {
  if (length <= numbers.length) return numbers;
  const Kind = numbers.constructor as new (length: number) => Numbers;
  const larger = new Kind(Math.max(length, 2 * numbers.length, 16));
  larger.set(numbers);
  if (fill !== 0) larger.fill(fill, numbers.length);
  return larger;
}
