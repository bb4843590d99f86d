import { describe, expect, it } from "vitest";
import { chanceOfDecision } from "../../../harness/stats/sequential/futility.js";
import type { SequentialPlan } from "../../../harness/stats/sequential/sequential-plan.js";
import { sequentialTest } from "../../../harness/stats/sequential/sequential-test.js";
import { simulateDesign } from "../../../harness/stats/sequential/simulate-design.js";
import { powerOfTest } from "../power-of-test.js";
import { alpacaDifferences, mirror, spreadOf } from "./published-differences.js";

const PLAN: SequentialPlan = {
  design: "anytime",
  horizon: 100,
  scale: { low: -100, high: 100 },
  level: 95,
  limit: -2,
  population: "questions",
};

function takeAll(plan: SequentialPlan, values: readonly number[]) {
  const test = sequentialTest(plan);
  return values.flatMap((value, index) => test.take([value], index === values.length - 1) ?? []);
}

const GOOD = Array.from({ length: 100 }, (_, index) => (index % 3 === 0 ? -10 : 40));

describe("sequentialTest", () => {
  it("passes a clear gain long before the end and fails its mirror image at the same value", () => {
    const passed = takeAll(PLAN, GOOD).find(({ outcome }) => outcome !== undefined);
    const mirrored = takeAll(
      { ...PLAN, limit: 2 },
      GOOD.map((value) => -value),
    );
    const failed = mirrored.find(({ outcome }) => outcome !== undefined);
    expect(passed?.outcome).toBe("pass");
    expect(failed?.outcome).toBe("fail");
    expect(failed?.count).toBe(passed?.count);
    expect(passed?.count).toBeLessThan(40);
    expect(passed?.interval?.low).toBeGreaterThan(-3);
  });

  it("keeps its outcome, whatever comes after it", () => {
    const turned = GOOD.map((value, index) => (index < 50 ? value : -100));
    expect(takeAll(PLAN, turned).at(-1)?.outcome).toBe("pass");
  });

  it("needs more to fail where several decisions share the error", () => {
    const bad = GOOD.map((value) => -value);
    const failsAt = (decisions: number) =>
      takeAll({ ...PLAN, decisions }, bad).find(({ outcome }) => outcome === "fail")?.count ?? 101;
    expect(failsAt(5)).toBeGreaterThan(failsAt(1));
  });

  it("looks a few times only in a group-sequential design, the last time at the end", () => {
    const few = GOOD.map((value) => value / 30);
    const looks = takeAll({ ...PLAN, design: "obrien-fleming", looks: 4 }, few);
    expect(looks.map(({ count }) => count)).toEqual([25, 50, 75, 100]);
  });

  it("spends what is left where the last values never came", () => {
    const looks = takeAll({ ...PLAN, design: "obrien-fleming", looks: 2 }, GOOD.slice(0, 60));
    expect(looks.map(({ count }) => count)).toEqual([50, 60]);
    expect(looks.at(-1)?.interval).not.toBeNull();
  });

  it("stops as futile and never as a pass where nothing will come of it", () => {
    const even = Array.from({ length: 100 }, (_, index) => -2 + (index % 2 === 0 ? 30 : -30));
    const ends = takeAll({ ...PLAN, futility: 0.05 }, even).find(({ outcome }) => outcome !== undefined);
    expect(ends?.outcome).toBe("futile");
    expect(ends?.count).toBeLessThan(80);
  });

  it("stops at a wished half-width", () => {
    const { limit: _, ...plan } = PLAN;
    const looks = takeAll({ ...plan, halfWidth: 30 }, GOOD);
    const precise = looks.find(({ outcome }) => outcome === "precise");
    const { low, high } = precise?.interval ?? { low: 0, high: 100 };
    expect(high - low).toBeLessThanOrEqual(60);
    expect(precise?.count).toBeLessThan(100);
  });

  it("refuses a plan without an aim, and looks at a suite drawn without replacement", () => {
    const { limit: _, ...aimless } = PLAN;
    expect(() => sequentialTest(aimless)).toThrow("a limit or a half-width");
    expect(() => sequentialTest({ ...PLAN, design: "pocock", population: "suite" })).toThrow("without end");
  });
});

describe("chanceOfDecision", () => {
  it("is the power at the end once nothing is left to draw from", () => {
    const halfway = { estimate: 3, limit: 0, spread: 10, horizon: 100 };
    // Nearly at the end the drift is known: z = 3 there, beyond 1.96.
    expect(chanceOfDecision({ ...halfway, count: 99 }, 0.05)).toBeGreaterThan(0.999);
    // Halfway the predictive z has mean 3 and variance 1.
    const expected = powerOfTest(3, 1);
    expect(chanceOfDecision({ ...halfway, count: 50 }, 0.05)).toBeCloseTo(expected, 10);
  });
});

// The whole table: test/bench/sequential-study.ts.
describe.skipIf(mirror === undefined)("on published differences (needs ASSAY_MIRROR)", () => {
  it("takes a third of the questions at twice the detectable difference, and errs rarely at none", () => {
    const [pair] = alpacaDifferences([["claude-2", "claude-2.1"]]);
    const { differences, scale } = pair ?? { differences: new Float64Array(), scale: PLAN.scale };
    const { mean, deviation } = spreadOf(differences);
    const effect = (2.8016 * deviation) / Math.sqrt(differences.length);
    const plan = { ...PLAN, scale, horizon: differences.length, steps: 0 };
    const twice = simulateDesign(differences, { ...plan, limit: mean - 2 * effect }, 60, "twice");
    expect(twice.used).toBeLessThan(35);
    expect(twice.pass).toBeGreaterThanOrEqual(97);
    const none = simulateDesign(differences, { ...plan, limit: mean, futility: 0.05 }, 60, "none");
    expect(none.used).toBeLessThan(90);
    expect(none.pass + none.fail).toBeLessThan(14);
  });
});
