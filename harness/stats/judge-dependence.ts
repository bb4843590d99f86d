import { available, type Estimate, unavailable } from "./estimate.js";

/**
 * Pearson's correlation of two lists of the same length.
 * @returns unavailable below two pairs, or where one of the lists does not vary
 */
export function correlationOf(first: readonly number[], second: readonly number[]): Estimate {
  const n = first.length;
  if (n < 2) return unavailable("fewer than two items have verdicts of both judges");
  const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / n;
  const [a, b] = [meanOf(first), meanOf(second)];
  let [products, squares, others] = [0, 0, 0];
  for (let index = 0; index < n; index++) {
    const [x, y] = [(first[index] ?? 0) - a, (second[index] ?? 0) - b];
    products += x * y;
    squares += x * x;
    others += y * y;
  }
  if (squares === 0 || others === 0) return unavailable("a judge gave one and the same verdict throughout");
  return available(Math.max(-1, Math.min(1, products / Math.sqrt(squares * others))));
}

/**
 * Effective number of judges, n/(1 + (n − 1)ρ), ρ the mean correlation of their verdicts taken as at least 0: judges that
 * agree by chance alone are n, three that always say the same are 1. Without labels ρ holds what is true of the answers
 * besides the judges' shared errors, so that the figure is a lower bound.
 */
export function effectiveJudges(judges: number, correlation: number): number {
  return judges / (1 + (judges - 1) * Math.max(0, correlation));
}
