import type { Label } from "./agreement.js";
import {
  type CoefficientEstimate,
  type CoefficientOptions,
  coefficientInterval,
  FEWEST_CLUSTERS,
} from "./coefficient-interval.js";
import { available, type Estimate, requireSameLength, unavailable } from "./estimate.js";

/** Which differences between values count: any, by rank, or by distance squared. */
export type MeasurementLevel = "nominal" | "ordinal" | "interval";

/** The values that raters gave to one item; null where a rater gave none. */
export type RatedUnit = readonly (Label | null)[];

/** Pairs of values within items, each weighted 1/(values of its item − 1); cells are [i·values + j], i ≠ j or equal. */
interface Coincidences {
  /** Ascending for numbers. */
  readonly values: readonly Label[];
  /** One entry per unit. */
  readonly cells: readonly Int32Array[];
  readonly weights: readonly number[];
}

/**
 * Krippendorff's α = 1 − (observed / expected disagreement) for any number of raters, with missing values
 * (Krippendorff 2011, "Computing Krippendorff's Alpha-Reliability"). Items with fewer than two values say nothing.
 *
 * @returns unavailable without an item that two raters rated, or when all values are the same.
 * @throws RangeError when an ordinal or interval value is not a finite number.
 */
export function krippendorffAlpha(units: readonly RatedUnit[], level: MeasurementLevel): Estimate {
  const coincidences = pairWithinUnits(units, level);
  return alphaOfMatrix(fillMatrix(coincidences), coincidences.values, level);
}

/**
 * α with its interval over clusters of items, such as the items of one question.
 * @param clusterIds one per unit.
 * @throws RangeError as {@link krippendorffAlpha} does, and for a level outside 0–100.
 */
export function estimateKrippendorffAlpha(
  units: readonly RatedUnit[],
  clusterIds: readonly (string | number)[],
  level: MeasurementLevel,
  options: Omit<CoefficientOptions, "fewest"> = {},
): CoefficientEstimate {
  requireSameLength("units and their cluster ids", units, clusterIds);
  const coincidences = pairWithinUnits(units, level);
  const positions = new Map<string | number, number>();
  const clusterOf = clusterIds.map((id) => {
    const position = positions.get(id) ?? positions.size;
    positions.set(id, position);
    return position;
  });
  const matrix = new Float64Array(coincidences.values.length ** 2);
  const statistic = (weights: Float64Array): Estimate => {
    fillMatrix(coincidences, matrix, (unit) => weights[clusterOf[unit] as number] as number);
    return alphaOfMatrix(matrix, coincidences.values, level);
  };
  const { plain, squaredDistances } = FEWEST_CLUSTERS;
  const fewest = level === "interval" ? squaredDistances : plain;
  return coefficientInterval(positions.size, statistic, { ...options, fewest });
}

/**
 * α from a coincidence matrix, [i·values + j]; for two raters that is a table of counts plus its transpose.
 * @param values of the rows; numbers, ascending, for `ordinal` and `interval`.
 */
export function alphaOfMatrix(
  matrix: Float64Array,
  values: readonly Label[],
  level: MeasurementLevel,
): Estimate {
  const size = values.length;
  const totals = new Float64Array(size);
  let n = 0;
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) totals[i] = (totals[i] as number) + (matrix[i * size + j] as number);
    n += totals[i] as number;
  }
  if (n < 2) return unavailable("no item has values of two raters");
  const upTo = new Float64Array(size + 1);
  for (let i = 0; i < size; i++) upTo[i + 1] = (upTo[i] as number) + (totals[i] as number);
  let observed = 0;
  let expected = 0;
  for (let i = 1; i < size; i++) {
    for (let j = 0; j < i; j++) {
      const distance = distanceOf(level, values, totals, upTo, i, j);
      observed += distance * ((matrix[i * size + j] as number) + (matrix[j * size + i] as number));
      expected += 2 * distance * (totals[i] as number) * (totals[j] as number);
    }
  }
  if (expected === 0) return unavailable("all values are the same, so there is no disagreement to expect");
  return available(1 - ((n - 1) * observed) / expected);
}

/** δ²: 1, squared number of ranks between the values, or squared difference. */
function distanceOf(
  level: MeasurementLevel,
  values: readonly Label[],
  totals: Float64Array,
  upTo: Float64Array,
  i: number,
  j: number,
): number {
  if (level === "nominal") return 1;
  if (level === "interval") return (Number(values[i]) - Number(values[j])) ** 2;
  const between = (upTo[i + 1] as number) - (upTo[j] as number);
  return (between - ((totals[i] as number) + (totals[j] as number)) / 2) ** 2;
}

function pairWithinUnits(units: readonly RatedUnit[], level: MeasurementLevel): Coincidences {
  const present = units.map((unit) => unit.filter((value): value is Label => value !== null));
  const values = [...new Set(present.flat())];
  if (level !== "nominal") {
    const wrong = values.find((value) => typeof value !== "number" || !Number.isFinite(value));
    if (wrong !== undefined) throw new RangeError(`α, ${level}: the value ${wrong} is not a finite number`);
    values.sort((a, b) => Number(a) - Number(b));
  }
  const positions = new Map(values.map((value, position) => [value, position]));
  const cells = present.map((unit) => {
    const pairs: number[] = [];
    const places = unit.map((value) => positions.get(value) ?? 0);
    for (let a = 0; a < places.length; a++) {
      for (let b = 0; b < places.length; b++) {
        if (a !== b) pairs.push((places[a] as number) * values.length + (places[b] as number));
      }
    }
    return Int32Array.from(pairs);
  });
  return { values, cells, weights: present.map((unit) => (unit.length < 2 ? 0 : 1 / (unit.length - 1))) };
}

function fillMatrix(
  { values, cells, weights }: Coincidences,
  target: Float64Array = new Float64Array(values.length ** 2),
  timesOf: (unit: number) => number = () => 1,
): Float64Array {
  target.fill(0);
  for (let unit = 0; unit < cells.length; unit++) {
    const weight = (weights[unit] as number) * timesOf(unit);
    if (weight === 0) continue;
    for (const cell of cells[unit] as Int32Array) target[cell] = (target[cell] as number) + weight;
  }
  return target;
}
