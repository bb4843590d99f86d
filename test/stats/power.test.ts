import { describe, expect, it } from "vitest";
import { minimumDetectableEffect } from "../../harness/stats/power.js";
import { powerOfTest } from "./power-of-test.js";
import { expectRelative } from "./relative.js";

describe("power", () => {
  it("gives the minimum detectable effect, 2.8016 standard errors by default (SciPy)", () => {
    expectRelative(minimumDetectableEffect(1, 100).value, 0.2801585218112968);
    expectRelative(minimumDetectableEffect(1.3896, 80).value, 0.43525989127606324);
    expectRelative(minimumDetectableEffect(2, 100, { power: 0.9, alpha: 0.01 }).value, 0.7714761738187002);
  });

  it("detects with the next whole number of questions after 196.22 and not with one fewer", () => {
    expect(minimumDetectableEffect(1.5, 197).value ?? 1).toBeLessThan(0.3);
    expect(minimumDetectableEffect(1.5, 196).value ?? 0).toBeGreaterThan(0.3);
  });

  it("gives the power of a test (SciPy), 80% at the minimum detectable effect", () => {
    expectRelative(powerOfTest(2, 1), 0.5160052739761748);
    expectRelative(powerOfTest(-2, 1), 0.5160052739761748);
    expectRelative(powerOfTest(0, 1), 0.05);
    const effect = minimumDetectableEffect(1.4, 80).value ?? Number.NaN;
    // The other tail, Φ(−4.76), adds 1e-6.
    expectRelative(powerOfTest(effect, 1.4 / Math.sqrt(80)), 0.8, 2e-6);
  });

  it("promises nothing where no question differs, or there are too few", () => {
    expect(minimumDetectableEffect(0, 80).reason).toContain("no question differs");
    expect(minimumDetectableEffect(null, 1).reason).toContain("fewer than two");
  });

  it("refuses impossible wishes", () => {
    expect(() => minimumDetectableEffect(1, 80, { power: 1 })).toThrow(RangeError);
    expect(() => minimumDetectableEffect(1, 80, { alpha: 0 })).toThrow(RangeError);
    expect(() => minimumDetectableEffect(-1, 80)).toThrow(RangeError);
  });
});
