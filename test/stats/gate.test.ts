import { describe, expect, it } from "vitest";
import { seededRandom } from "../../harness/core/random.js";
import { studentTCdf } from "../../harness/stats/distributions.js";
import { decideAgainstLimit, decideGate, decideGates } from "../../harness/stats/gate.js";
import { pairedDifference } from "../../harness/stats/paired-difference.js";
import { minimumDetectableEffect } from "../../harness/stats/power.js";
import { powerOfTest } from "./power-of-test.js";
import { expectRelative } from "./relative.js";

const RATINGS = { scale: { low: -9, high: 9 } };
const interval = (low: number, high: number) => ({ low, high, level: 95, method: "by hand" });

describe("decideGate", () => {
  it.each([
    [-0.1, 0.5, "pass"],
    [-0.9, -0.3, "fail"],
    [-0.3, 0.1, "inconclusive"],
    [-0.2, 0.1, "inconclusive"],
    [-0.9, -0.2, "inconclusive"],
  ] as const)("decides %f to %f at margin 0.2: %s", (low, high, outcome) => {
    expect(decideGate(interval(low, high), 0.2).outcome).toBe(outcome);
  });

  it("says why", () => {
    expect(decideGate(interval(-0.3, 0.1), 0.2).reason).toBe("the 95% interval contains -0.2");
    expect(decideGate(interval(0.1, 0.2), 0).reason).toBe("the whole 95% interval lies above 0");
    expect(decideAgainstLimit(interval(5, 6), 6.5).reason).toBe("the whole 95% interval lies below 6.5");
    expect(decideGate(null, 0.2)).toEqual({
      outcome: "inconclusive",
      reason: "there is no interval to decide on",
    });
  });

  it("never fails a model compared with itself", () => {
    const same = pairedDifference(new Array<number>(80).fill(0), RATINGS);
    expect(decideGate(same.interval, 0).outcome).toBe("inconclusive");
    // 80 ties show that a loss of 0.41 points is out, not one of 0.2: a twentieth of the answers may be much worse.
    expect(decideGate(same.interval, 0.2).outcome).toBe("inconclusive");
    expect(decideGate(same.interval, 0.5).outcome).toBe("pass");
  });

  it("refuses a margin below zero", () => {
    expect(() => decideGate(interval(0, 1), -0.1)).toThrow(RangeError);
    expect(() => decideGate(interval(0, 1), Number.NaN)).toThrow(RangeError);
    expect(() => decideAgainstLimit(interval(0, 1), Number.POSITIVE_INFINITY)).toThrow(RangeError);
  });
});

/** P(T ≤ −2.2) with 79 degrees of freedom (SciPy). */
const P_AT_2_2 = 0.015364507770762453;

describe("decideGates", () => {
  const gate = (estimate: number, standardError: number, limit: number) => ({
    interval: interval(estimate - 1.99045 * standardError, estimate + 1.99045 * standardError),
    tailsAt: (at: number) => {
      const t = (estimate - at) / standardError;
      return { below: studentTCdf(t, 79), above: studentTCdf(-t, 79) };
    },
    limit,
  });

  it("withdraws a failure that does not survive Holm over the gates", () => {
    // Enough alone at 2.5%, not as one of three.
    const [alone] = decideGates([gate(-0.42, 0.1, -0.2)]);
    expect(alone?.outcome).toBe("fail");
    expectRelative(alone?.failurePValue ?? null, P_AT_2_2);
    const three = decideGates([gate(-0.42, 0.1, -0.2), gate(0.1, 0.1, -0.2), gate(0, 0.1, -0.2)]);
    expect(three.map(({ outcome }) => outcome)).toEqual(["inconclusive", "pass", "pass"]);
    expectRelative(three[0]?.adjustedFailurePValue ?? null, 3 * P_AT_2_2);
    expect(three[0]?.reason).toContain("3 gates are tried (Holm)");
  });

  it("keeps failures that survive, and decides figures without error by their interval", () => {
    const decided = decideGates([
      gate(-0.9, 0.1, -0.2),
      { interval: interval(5, 6), tailsAt: () => null, limit: 6.5 },
      { interval: null, tailsAt: () => null, limit: 0 },
    ]);
    expect(decided.map(({ outcome }) => outcome)).toEqual(["fail", "fail", "inconclusive"]);
    expect(decided[1]?.failurePValue).toBeNull();
  });
});

/**
 * A gate fails when t lies below −t₀.₉₇₅: 2.5% of the time without a difference. Differences are drawn from a
 * distribution like that of two checkpoints on MT-Bench: 40% ties, the rest in half points, spread about 1.64. Heavier tails
 * would leave more samples too skewed for t, and those the power of the wider bounded interval.
 */
describe("1,000 simulated gates over 80 questions", () => {
  const steps = [1, 1, 1.5, 1.5, 2, 2, 2.5, 2.5, 3, 3];
  // Mean square of the steps 45/10, times the share of questions that differ.
  const spread = Math.sqrt(0.6 * 4.5);

  function countOutcomes(seed: string, effect: number, margin: number): Record<string, number> {
    const random = seededRandom(seed);
    const outcomes: Record<string, number> = { pass: 0, fail: 0, inconclusive: 0 };
    for (let trial = 0; trial < 1000; trial++) {
      const differences = Array.from({ length: 80 }, () => {
        if (random.next() < 0.4) return effect;
        const step = steps[random.integer(steps.length)] ?? 0;
        return effect + (random.next() < 0.5 ? step : -step);
      });
      const { outcome } = decideGate(pairedDifference(differences, RATINGS).interval, margin);
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    }
    return outcomes;
  }
  const binomialError = (share: number) => Math.sqrt(share * (1 - share) * 1000);

  it("fail at the nominal 2.5% when there is no difference and no margin", () => {
    const { fail = 0 } = countOutcomes("no difference", 0, 0);
    expect(Math.abs(fail - 25)).toBeLessThan(3 * binomialError(0.025));
  });

  it("hardly ever fail without a difference once there is a margin of 0.2", () => {
    // z = 0.2/0.184 + 1.99: about 0.1%.
    expect(countOutcomes("margin", 0, 0.2).fail).toBeLessThanOrEqual(5);
  });

  it("find a regression of the minimum detectable effect with 80% power", () => {
    const effect = minimumDetectableEffect(spread, 80).value ?? Number.NaN;
    const { fail = 0 } = countOutcomes("at the effect", -effect, 0);
    expect(Math.abs(fail - 800)).toBeLessThan(3 * binomialError(0.8) + 10);
  });

  it("find a true regression of 0.5 points with the power that the spread predicts", () => {
    const expected = 1000 * powerOfTest(0.5, spread / Math.sqrt(80));
    const { fail = 0 } = countOutcomes("half a point", -0.5, 0);
    // The t quantile instead of the normal one costs a little under 1% of power.
    expect(Math.abs(fail - expected)).toBeLessThan(3 * binomialError(expected / 1000) + 10);
  });
});
