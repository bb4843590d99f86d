import { describe, expect, it } from "vitest";
import { normalQuantile } from "../../../harness/stats/distributions.js";
import { groupBoundaries } from "../../../harness/stats/sequential/boundaries.js";

const FIVE = [0.2, 0.4, 0.6, 0.8, 1];

describe("groupBoundaries", () => {
  // Published for the R package ldbounds: five even looks, two-sided 5%.
  it.each([
    ["obrien-fleming", [4.8769, 3.3569, 2.6803, 2.2898, 2.031]],
    ["pocock", [2.438, 2.4268, 2.4101, 2.3966, 2.3859]],
  ] as const)("gives the published %s bounds of five even looks", (spending, published) => {
    const bounds = groupBoundaries(FIVE, 0.05, spending);
    for (const [look, bound] of bounds.entries())
      expect(Math.abs(bound - (published[look] ?? 0))).toBeLessThan(2e-4);
  });

  // SciPy's adaptive quadrature of the same integral.
  it("integrates to ten digits", () => {
    expect(groupBoundaries(FIVE, 0.05, "obrien-fleming")[1]).toBeCloseTo(3.357011921574646, 9);
  });

  it("is the fixed test with one look", () => {
    expect(groupBoundaries([1], 0.05, "obrien-fleming")[0]).toBeCloseTo(normalQuantile(0.975), 10);
  });

  it("never looks where nothing can be spent", () => {
    expect(groupBoundaries([0.01, 1], 0.05, "obrien-fleming")[0]).toBe(Number.POSITIVE_INFINITY);
  });

  it("refuses looks that do not rise", () => {
    expect(() => groupBoundaries([0.5, 0.5], 0.05, "pocock")).toThrow("must rise");
  });
});
