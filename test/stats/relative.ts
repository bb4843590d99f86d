import { expect } from "vitest";

/** Fails unless the two agree to a share of the expected value (10 digits by default). */
export function expectRelative(actual: number | null, expected: number, tolerance = 1e-10): void {
  expect(actual).not.toBeNull();
  const error = Math.abs((actual ?? Number.NaN) - expected);
  const allowed = tolerance * Math.abs(expected);
  expect(error <= allowed, `${actual} is not ${expected} to ${tolerance}`).toBe(true);
}
