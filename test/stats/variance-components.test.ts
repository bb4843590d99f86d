import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type NestedValue, varianceComponents } from "../../harness/stats/variance-components.js";
import { expectRelative } from "./relative.js";

function nest(groups: readonly (readonly (readonly number[])[])[]): NestedValue[] {
  return groups.flatMap((trials, question) =>
    trials.flatMap((values, trial) => values.map((value) => ({ question, trial, value }))),
  );
}

/** Sokal & Rohlf 1995, box 10.1: wing lengths, 3 cages × 4 mosquitoes × 2 measurements; 17.71, 94.94, 1.30. */
const MOSQUITOES = nest([
  [
    [58.5, 59.5],
    [77.8, 80.9],
    [84.0, 83.6],
    [70.1, 68.3],
  ],
  [
    [69.8, 69.8],
    [56.0, 54.5],
    [50.7, 49.3],
    [63.8, 65.8],
  ],
  [
    [56.6, 57.5],
    [77.8, 79.2],
    [69.9, 69.2],
    [62.1, 64.5],
  ],
]);

/** Uneven on purpose; expectations of the mean squares as traces of the quadratic forms, in NumPy. */
const UNEVEN = nest([[[7, 8], [6]], [[4, 4, 5], [3, 5], [6]], [[9], [10, 9]], [[2, 3, 2, 2]]]);

describe("varianceComponents", () => {
  it("gives Sokal & Rohlf's components", () => {
    const { questions, trials, judgeRepeats, n } = varianceComponents(MOSQUITOES);
    // Mean squares 332.837917, 191.186389 and 1.301667, by hand: (332.84 − 191.19)/8 and (191.19 − 1.30)/2.
    expectRelative(questions.variance, (665.6758333333333 / 2 - 1720.6775 / 9) / 8, 1e-9);
    expectRelative(trials.variance, (1720.6775 / 9 - 15.62 / 12) / 2);
    expectRelative(judgeRepeats.variance, 15.62 / 12);
    expect(n).toBe(24);
    const shares = [questions.share, trials.share, judgeRepeats.share];
    expect(shares.reduce<number>((sum, share) => sum + (share ?? 0), 0)).toBeCloseTo(1, 12);
  });

  it("gives those of an uneven design", () => {
    const { questions, trials, judgeRepeats } = varianceComponents(UNEVEN);
    expectRelative(questions.variance, 8.109366157328832);
    expectRelative(trials.variance, 0.36184210526312677);
    expectRelative(judgeRepeats.variance, 0.5520833333333403);
  });

  it("clips a negative component, keeps its estimate and says so", () => {
    const noisy = nest([
      [
        [5, 9],
        [5.5, 8.5],
      ],
      [
        [6, 8],
        [7, 7.5],
      ],
      [
        [4, 10],
        [7, 6.5],
      ],
    ]);
    const { trials, judgeRepeats } = varianceComponents(noisy);
    expect(trials).toMatchObject({ variance: 0, share: 0, clipped: true, reason: null });
    expectRelative(trials.unclipped, -2.7083333333333672);
    expectRelative(judgeRepeats.variance, 5.458333333333356);
    expect(judgeRepeats.clipped).toBe(false);
  });

  it("says what a design cannot separate", () => {
    const noRepeats = varianceComponents(
      nest([
        [[1], [3]],
        [[6], [8]],
        [[4], [5]],
      ]),
    );
    expect(noRepeats.judgeRepeats.reason).toContain("trials' component");
    // Means 2, 7, 4.5: mean square between 2·(2.5² + 2.5² + 0)/2 = 12.5, within (2 + 2 + 0.5)/3 = 1.5.
    expectRelative(noRepeats.trials.variance, 1.5);
    expectRelative(noRepeats.questions.variance, (12.5 - 1.5) / 2);
    const oneTrial = varianceComponents(nest([[[1, 3]], [[6, 8]], [[4, 5]]]));
    expectRelative(oneTrial.judgeRepeats.variance, 1.5);
    expectRelative(oneTrial.questions.variance, (12.5 - 1.5) / 2);
    expect(oneTrial.trials).toMatchObject({ variance: null, share: null });
    expect(oneTrial.trials.reason).toContain("one trial per question");
    const plain = varianceComponents(nest([[[1]], [[2]], [[6]]]));
    expectRelative(plain.questions.variance, 7);
    expect(plain.judgeRepeats.reason).toContain("questions' component");
    expect(varianceComponents([])).toMatchObject({ n: 0, reason: "there are no ratings" });
    expect(varianceComponents(nest([[[1, 2], [3]]])).questions.variance).toBeNull();
    const constant = varianceComponents(
      nest([
        [[2, 2], [2]],
        [[2], [2]],
      ]),
    );
    expect(constant.questions).toMatchObject({ variance: 0, share: null });
  });

  it("scales with the square and does not care about shift or order", () => {
    fc.assert(
      fc.property(fc.integer({ min: -20, max: 20 }), fc.integer({ min: 1, max: 9 }), (shift, scale) => {
        const plain = varianceComponents(UNEVEN);
        const moved = varianceComponents(
          UNEVEN.map((row) => ({ ...row, value: scale * row.value + shift })).toReversed(),
        );
        for (const name of ["questions", "trials", "judgeRepeats"] as const) {
          expect(moved[name].variance).toBeCloseTo(scale ** 2 * (plain[name].variance ?? Number.NaN), 7);
        }
      }),
    );
  });
});
