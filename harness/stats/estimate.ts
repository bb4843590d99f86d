import type { Interval } from "../core/board.js";
import { countOf } from "../core/count-of.js";

/**
 * The room's convention for figures that cannot be had: `null` with a sentence of explanation in `reason`, which is
 * null exactly when nothing is missing. No function returns NaN or an infinity. What a caller gets wrong (numbers
 * that are not finite, arrays of different length, a level of 0) is a mistake in the program and throws RangeError.
 */
export type Estimate =
  | { readonly value: number; readonly reason: null }
  | { readonly value: null; readonly reason: string };

/** A figure with its interval. `reason` explains the first of the two that is null. */
export interface IntervalEstimate {
  readonly value: number | null;
  readonly interval: Interval | null;
  readonly reason: string | null;
}

/** An {@link Estimate} that could be had. */
export function available(value: number): Estimate {
  return { value, reason: null };
}

/** An {@link Estimate} that could not be had, and why. */
export function unavailable(reason: string): Estimate {
  return { value: null, reason };
}

/**
 * A copy as doubles, for tight loops.
 * @throws RangeError when a value is not finite; the message names it by position.
 */
export function toFiniteNumbers(values: ArrayLike<number>, name: string): Float64Array {
  requireFinite(values, name);
  return values instanceof Float64Array ? values.slice() : Float64Array.from(values);
}

/** @throws RangeError naming the first value that is not finite. */
export function requireFinite(values: ArrayLike<number>, name: string): void {
  for (let index = 0; index < values.length; index++) requireFiniteValue(values[index], index, name);
}

/** @throws RangeError naming the value by its position when it is not finite. */
export function requireFiniteValue(value: number | undefined, index: number, name: string): void {
  if (!Number.isFinite(value))
    throw new RangeError(`${name}: value ${index} is ${value}, not a finite number`);
}

/** @throws RangeError unless two parallel arrays are equally long. */
export function requireSameLength(name: string, first: ArrayLike<unknown>, second: ArrayLike<unknown>): void {
  if (first.length !== second.length) {
    throw new RangeError(
      `${name}: ${first.length} and ${countOf(second.length, "entry", "entries")} where equal numbers are needed`,
    );
  }
}

/** Arithmetic mean of at least one number. */
export function meanOf(values: Float64Array | readonly number[]): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}

/** Sum of squared deviations from a centre. */
export function squaresAround(values: Float64Array, centre: number): number {
  let sum = 0;
  for (const value of values) sum += (value - centre) ** 2;
  return sum;
}
