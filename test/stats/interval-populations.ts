import type { Random } from "../../harness/core/random.js";
import type { ValueScale } from "../../harness/stats/bounded-mean.js";

/** Values that a question's mean can take, with their chances. */
export interface Population {
  readonly name: string;
  readonly kind: "constant" | "two-valued" | "few-valued" | "skewed" | "normal" | "rare losses";
  readonly values: readonly number[];
  readonly chances: readonly number[];
  readonly mean: number;
}

const RATINGS: ValueScale = { low: 1, high: 10 };
const DIFFERENCES: ValueScale = { low: -9, high: 9 };
/** Two turns of a question give half points. */
const HALF = 0.5;

type Weighted = readonly (readonly [number, number])[];

function population(name: string, kind: Population["kind"], weighted: Weighted): Population {
  const total = weighted.reduce((sum, [, weight]) => sum + weight, 0);
  const chances = weighted.map(([, weight]) => weight / total);
  const values = weighted.map(([value]) => value);
  const mean = values.reduce((sum, value, at) => sum + value * (chances[at] ?? 0), 0);
  return { name, kind, values, chances, mean };
}

/** A density on a grid of the scale. */
function onGrid({ low, high }: ValueScale, step: number, density: (value: number) => number): Weighted {
  return Array.from({ length: Math.round((high - low) / step) + 1 }, (_, at) => {
    const value = low + at * step;
    return [value, density(value)] as const;
  });
}

const bell = (mean: number, spread: number) => (value: number) =>
  Math.exp(-(((value - mean) / spread) ** 2) / 2);

/** A share of the population is replaced by one value. */
function withRare(weighted: Weighted, share: number, value: number): Weighted {
  const total = weighted.reduce((sum, [, weight]) => sum + weight, 0);
  const kept = weighted.map(([one, weight]) => [one, ((1 - share) * weight) / total] as const);
  return [...kept, [value, share]];
}

/** Ratings of single questions, on a scale of 1 to 10. */
export const ratingPopulations: readonly Population[] = [
  population("7 always", "constant", [[7, 1]]),
  population("7, or 9 in one of ten", "two-valued", [
    [7, 0.9],
    [9, 0.1],
  ]),
  population("9, or 1 in one of thirty", "two-valued", [
    [9, 0.97],
    [1, 0.03],
  ]),
  population("10 or 1", "two-valued", [
    [10, 0.5],
    [1, 0.5],
  ]),
  population("8, 9 or 10", "few-valued", [
    [8, 0.2],
    [9, 0.5],
    [10, 0.3],
  ]),
  population(
    "falling from 10, half points",
    "skewed",
    onGrid(RATINGS, HALF, (value) => Math.exp(value / 2)),
  ),
  population(
    "falling steeply from 10",
    "skewed",
    onGrid(RATINGS, 1, (value) => Math.exp(value)),
  ),
  population("normal 7 ± 1.5", "normal", onGrid(RATINGS, 1, bell(7, 1.5))),
  population("normal 6 ± 2.5, half points", "normal", onGrid(RATINGS, HALF, bell(6, 2.5))),
  population("normal 8.5 ± 1", "normal", onGrid(RATINGS, 1, bell(8.5, 1))),
  population("normal 8 ± 1, 1 in 3%", "rare losses", withRare(onGrid(RATINGS, HALF, bell(8, 1)), 0.03, 1)),
  population(
    "normal 7 ± 1.5, 1 in 5%",
    "rare losses",
    withRare(onGrid(RATINGS, HALF, bell(7, 1.5)), 0.05, 1),
  ),
];

/** Differences of two models' ratings, on a scale of −9 to 9. */
export const differencePopulations: readonly Population[] = [
  population("0 always", "constant", [[0, 1]]),
  population("0, or −9 in one of thirty", "two-valued", [
    [0, 0.97],
    [-9, 0.03],
  ]),
  population("0, 1 or −1", "few-valued", [
    [0, 0.5],
    [1, 0.3],
    [-1, 0.2],
  ]),
  population(
    "falling from 1.5",
    "skewed",
    onGrid(DIFFERENCES, HALF, (value) => (value > 1.5 ? 0 : Math.exp(0.6 * value))),
  ),
  population("normal 0 ± 1.5", "normal", onGrid(DIFFERENCES, HALF, bell(0, 1.5))),
  population("normal 0.3 ± 2", "normal", onGrid(DIFFERENCES, HALF, bell(0.3, 2))),
  population("normal 0.3 ± 2, 40% ties", "normal", withRare(onGrid(DIFFERENCES, HALF, bell(0.3, 2)), 0.4, 0)),
  population(
    "normal 0 ± 1, −7 in 3%",
    "rare losses",
    withRare(onGrid(DIFFERENCES, HALF, bell(0, 1)), 0.03, -7),
  ),
  population(
    "normal 0 ± 1.5, −7 in 2%",
    "rare losses",
    withRare(onGrid(DIFFERENCES, HALF, bell(0, 1.5)), 0.02, -7),
  ),
];

/** The two kinds of figures with their scales. */
export const families = [
  { name: "single", scale: RATINGS, populations: ratingPopulations },
  { name: "paired", scale: DIFFERENCES, populations: differencePopulations },
] as const;

/** Independent draws. */
export function draw({ values, chances }: Population, count: number, random: Random): Float64Array {
  return Float64Array.from({ length: count }, () => {
    let left = random.next();
    for (let at = 0; at < chances.length; at++) {
      left -= chances[at] ?? 0;
      if (left < 0) return values[at] ?? 0;
    }
    return values.at(-1) ?? 0;
  });
}
