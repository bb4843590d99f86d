/**
 * Adjusted p-values: compare them with the level directly. A null (a test that could not be made) stays null and
 * does not count as a comparison.
 */
export type PValues = readonly (number | null)[];

/**
 * Holm's step-down adjustment (Holm 1979): the i-th smallest of m becomes max over j ≤ i of (m − j + 1)·p₍ⱼ₎, at most 1.
 * Bounds the chance of any false rejection, whatever the dependence.
 * @throws RangeError for p outside [0, 1].
 */
export function adjustHolm(pValues: PValues): (number | null)[] {
  const ascending = positionsByP(pValues);
  const adjusted: (number | null)[] = pValues.map(() => null);
  let largest = 0;
  ascending.forEach((position, rank) => {
    largest = Math.max(largest, (ascending.length - rank) * (pValues[position] as number));
    adjusted[position] = Math.min(1, largest);
  });
  return adjusted;
}

/**
 * Benjamini–Hochberg step-up adjustment (Benjamini & Hochberg 1995): the i-th smallest of m becomes min over j ≥ i of
 * m·p₍ⱼ₎/j. Bounds the expected share of false rejections among the rejections.
 * @throws RangeError for p outside [0, 1].
 */
export function adjustBenjaminiHochberg(pValues: PValues): (number | null)[] {
  const ascending = positionsByP(pValues);
  const adjusted: (number | null)[] = pValues.map(() => null);
  let smallest = 1;
  for (let rank = ascending.length; rank >= 1; rank--) {
    const position = ascending[rank - 1] as number;
    smallest = Math.min(smallest, (ascending.length * (pValues[position] as number)) / rank);
    adjusted[position] = smallest;
  }
  return adjusted;
}

function positionsByP(pValues: PValues): number[] {
  const positions: number[] = [];
  pValues.forEach((p, position) => {
    if (p === null) return;
    if (!(p >= 0 && p <= 1)) throw new RangeError(`p-value ${position} is ${p}, outside 0 to 1`);
    positions.push(position);
  });
  return positions.sort((x, y) => (pValues[x] as number) - (pValues[y] as number));
}
