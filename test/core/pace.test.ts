import { describe, expect, test } from "vitest";
import { Pace } from "../../harness/core/pace.js";

describe("a pace", () => {
  test("is what happened in the last half minute, and falls while nothing does", () => {
    const pace = new Pace();
    expect(pace.perSecond(0)).toBeUndefined();
    // Ten a second for a minute, then one a second for a minute.
    for (let ms = 0; ms < 60_000; ms += 100) pace.add(ms);
    expect(pace.perSecond(60_000)).toBeCloseTo(10, 1);
    for (let ms = 60_000; ms < 120_000; ms += 1_000) pace.add(ms);
    expect(pace.perSecond(120_000)).toBeCloseTo(1, 1);
    expect(pace.perSecond(135_000)).toBeCloseTo(0.5, 1);
    expect(pace.perSecond(200_000)).toBe(0);
  });

  test("is not told by what came at once, and is right beyond what it remembers", () => {
    const pace = new Pace();
    for (let each = 0; each < 100; each++) pace.add(0);
    expect(pace.perSecond(1_000)).toBeUndefined();
    expect(pace.perSecond(4_000)).toBe(25);
    const quick = new Pace();
    for (let ms = 0; ms < 10_000; ms++) quick.add(ms);
    expect(quick.perSecond(10_000)).toBeCloseTo(1_000, 0);
  });
});
