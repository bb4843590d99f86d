import {
  available,
  type Estimate,
  meanOf,
  requireSameLength,
  squaresAround,
  toFiniteNumbers,
  unavailable,
} from "./estimate.js";

const CONSTANT = "one of the two is constant";

/**
 * Pearson's product-moment correlation, in −1…1.
 * @returns unavailable below two pairs or when either side is constant.
 * @throws RangeError for values that are not finite or arrays of different length.
 */
export function pearsonCorrelation(first: ArrayLike<number>, second: ArrayLike<number>): Estimate {
  requireSameLength("correlation", first, second);
  const x = toFiniteNumbers(first, "correlation, first");
  const y = toFiniteNumbers(second, "correlation, second");
  if (x.length < 2) return unavailable("fewer than two pairs");
  const [meanX, meanY] = [meanOf(x), meanOf(y)];
  // A constant's mean may be off by rounding, which would leave a spread of 1e-32 instead of none.
  if (isConstant(x) || isConstant(y)) return unavailable(CONSTANT);
  let products = 0;
  for (let i = 0; i < x.length; i++) products += ((x[i] as number) - meanX) * ((y[i] as number) - meanY);
  const spread = Math.sqrt(squaresAround(x, meanX)) * Math.sqrt(squaresAround(y, meanY));
  return spread === 0 ? unavailable(CONSTANT) : available(Math.max(-1, Math.min(1, products / spread)));
}

/**
 * Spearman's rank correlation: Pearson's on mid-ranks (Spearman 1904).
 * @returns unavailable below two pairs or when either side is constant.
 * @throws RangeError for values that are not finite or arrays of different length.
 */
export function spearmanCorrelation(first: ArrayLike<number>, second: ArrayLike<number>): Estimate {
  requireSameLength("correlation", first, second);
  return pearsonCorrelation(midRanks(first), midRanks(second));
}

/**
 * Kendall's τ_b (Kendall 1945), which corrects for ties: (C − D)/√((n₀ − n₁)(n₀ − n₂)) with C concordant and D
 * discordant pairs, n₀ = n(n−1)/2, n₁ and n₂ the pairs tied on either side. Compares all pairs, n² steps.
 * @returns unavailable below two pairs or when either side is constant.
 * @throws RangeError for values that are not finite or arrays of different length.
 */
export function kendallTau(first: ArrayLike<number>, second: ArrayLike<number>): Estimate {
  requireSameLength("correlation", first, second);
  const x = toFiniteNumbers(first, "correlation, first");
  const y = toFiniteNumbers(second, "correlation, second");
  if (x.length < 2) return unavailable("fewer than two pairs");
  let balance = 0;
  let untiedX = 0;
  let untiedY = 0;
  for (let i = 1; i < x.length; i++) {
    for (let j = 0; j < i; j++) {
      const signX = Math.sign((x[i] as number) - (x[j] as number));
      const signY = Math.sign((y[i] as number) - (y[j] as number));
      balance += signX * signY;
      untiedX += signX * signX;
      untiedY += signY * signY;
    }
  }
  if (untiedX === 0 || untiedY === 0) return unavailable(CONSTANT);
  return available(balance / (Math.sqrt(untiedX) * Math.sqrt(untiedY)));
}

/**
 * Ranks from 1, equal values sharing the mean of their ranks.
 * @throws RangeError for values that are not finite.
 */
export function midRanks(values: ArrayLike<number>): Float64Array {
  const numbers = toFiniteNumbers(values, "ranks");
  const order = Array.from(numbers.keys()).sort((a, b) => (numbers[a] as number) - (numbers[b] as number));
  const ranks = new Float64Array(numbers.length);
  for (let start = 0; start < order.length; ) {
    const value = numbers[order[start] as number];
    let end = start + 1;
    while (end < order.length && numbers[order[end] as number] === value) end++;
    for (let k = start; k < end; k++) ranks[order[k] as number] = (start + 1 + end) / 2;
    start = end;
  }
  return ranks;
}

function isConstant(values: Float64Array): boolean {
  return values.every((value) => value === values[0]);
}
