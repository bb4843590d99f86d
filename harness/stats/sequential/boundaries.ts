import { normalCdf, normalQuantile } from "../distributions.js";
import { type Spending, spentError } from "./spending.js";

/** Points of Simpson's rule for one look; the bounds agree with published ones to 4 decimals and more. */
const POINTS = 401;
const BISECTIONS = 50;
/** No bound lies higher: the error beyond is 1e-15. */
const HIGHEST_BOUND = 8;
/** Less error than this is not spent by a look; its bound is infinite. */
const LEAST_ERROR = 1e-13;

/** The density of the standardised sum on a grid, of the paths that have not crossed yet. */
interface Surviving {
  readonly at: Float64Array;
  /** Density times Simpson's weight. */
  readonly mass: Float64Array;
  /** Information share, the variance of the sum. */
  readonly share: number;
}

/** How the looks are taken. */
export interface LookOptions {
  /** Whether the last look is the last of all, which spends what is left even where fewer values came than planned. */
  readonly isFinal?: boolean;
}

/**
 * Bounds for |z| at the looks of a two-sided group-sequential test that spends exactly what {@link spentError} allows, by
 * recursive numerical integration over the paths that have not crossed (Armitage, McPherson & Rowe 1969; Jennison &
 * Turnbull 2000, chapter 19).
 * @param shares Information shares at the looks, rising, the last at most 1.
 * @param alpha Two-sided error over all looks.
 * @throws RangeError unless shares rise within 0 to 1.
 */
export function groupBoundaries(
  shares: readonly number[],
  alpha: number,
  spending: Spending,
  { isFinal = false }: LookOptions = {},
): number[] {
  shares.forEach((share, index) => {
    if (!(share > (shares[index - 1] ?? 0) && share <= 1 + 1e-12))
      throw new RangeError("the information shares of the looks must rise from above 0 to at most 1");
  });
  const bounds: number[] = [];
  let surviving: Surviving | undefined;
  let spent = 0;
  for (const [look, share] of shares.entries()) {
    const isLast = isFinal && look === shares.length - 1;
    const due = isLast ? alpha : spentError(spending, share, alpha);
    const error = due - spent;
    const bound = error < LEAST_ERROR ? Number.POSITIVE_INFINITY : boundFor(error, surviving, share);
    bounds.push(bound);
    if (Number.isFinite(bound)) spent = due;
    surviving = survivingUntil(surviving, share, Math.min(bound, HIGHEST_BOUND));
  }
  return bounds;
}

function boundFor(error: number, surviving: Surviving | undefined, share: number): number {
  if (surviving === undefined) return normalQuantile(1 - error / 2);
  let [low, high] = [0, HIGHEST_BOUND];
  for (let step = 0; step < BISECTIONS; step++) {
    const middle = (low + high) / 2;
    if (crossingError(surviving, share, middle) > error) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Chance to have not crossed so far and to lie beyond ±bound at the next look. */
function crossingError({ at, mass, share: before }: Surviving, share: number, bound: number): number {
  const deviation = Math.sqrt(share - before);
  const edge = bound * Math.sqrt(share);
  let total = 0;
  for (let index = 0; index < at.length; index++) {
    const from = at[index] as number;
    const beyond = normalCdf((from - edge) / deviation) + normalCdf((-edge - from) / deviation);
    total += (mass[index] as number) * beyond;
  }
  return total;
}

function survivingUntil(before: Surviving | undefined, share: number, bound: number): Surviving {
  const edge = bound * Math.sqrt(share);
  const width = (2 * edge) / (POINTS - 1);
  const at = Float64Array.from({ length: POINTS }, (_, index) => -edge + index * width);
  const mass = at.map((sum, index) => simpsonWeight(index) * width * densityAt(sum, before, share));
  return { at, mass, share };
}

function simpsonWeight(index: number): number {
  if (index === 0 || index === POINTS - 1) return 1 / 3;
  return index % 2 === 1 ? 4 / 3 : 2 / 3;
}

function densityAt(sum: number, before: Surviving | undefined, share: number): number {
  const gained = share - (before?.share ?? 0);
  const density = (deviation: number) =>
    Math.exp((-deviation * deviation) / (2 * gained)) / Math.sqrt(2 * Math.PI * gained);
  if (before === undefined) return density(sum);
  let total = 0;
  for (let index = 0; index < before.at.length; index++) {
    total += (before.mass[index] as number) * density(sum - (before.at[index] as number));
  }
  return total;
}
