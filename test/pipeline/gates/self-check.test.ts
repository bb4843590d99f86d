import { describe, expect, test } from "vitest";
import { seededRandom } from "../../../harness/core/random.js";
import { selfCheck, trialMeans } from "../../../harness/pipeline/gates/self-check.js";
import type { BoardInput } from "../../../harness/pipeline/scores/build-board.js";
import { ratingInput } from "./gate-boards.js";

const scale = { low: -9, high: 9 };
const options = { margin: 0, level: 95, seed: 1 };

/** Questions of differing difficulty, answered again in each trial with noise of one point. */
function noisyTrials(trials: number, questions = 80): Map<string, number>[] {
  const random = seededRandom("noisy trials");
  const difficulty = Array.from({ length: questions }, () => 6 + 1.5 * random.normal());
  return Array.from(
    { length: trials },
    () => new Map(difficulty.map((mean, index) => [`q${index}`, mean + random.normal()])),
  );
}

describe("selfCheck", () => {
  test.each([2, 3, 4])(
    "with %i trials fails no more often than the level says, without a margin",
    (trials) => {
      const check = selfCheck({ model: "m", trials: noisyTrials(trials), scale }, options);
      expect(check).toMatchObject({ method: "split-trials", questions: 80, replicates: 1000 });
      // 25 of 1,000 and three binomial errors; far fewer where so little noise leaves no t interval.
      expect(check?.outcomes.fail).toBeLessThan(50);
      const { pass = 0, fail = 0, inconclusive = 0 } = check?.outcomes ?? {};
      expect(pass + fail + inconclusive).toBe(1000);
      expect(check?.failRate).toBeCloseTo(fail / 10, 10);
    },
  );

  test("hardly ever fails with a margin that is large beside the noise", () => {
    // Noise of a split of two trials: √2/√80 = 0.158; a margin of 0.5 is three of that away from the limit.
    const check = selfCheck({ model: "m", trials: noisyTrials(2), scale }, { ...options, margin: 0.5 });
    expect(check?.outcomes.fail).toBe(0);
    expect(check?.outcomes.pass).toBeGreaterThan(750);
    expect(check?.sentence).toMatch(/^Tried 1000 times on nothing \(m against itself.*failed in 0\.0%/);
  });

  test("with one trial takes a comparison's differences, not its result", () => {
    const random = seededRandom("differences");
    const differences = Array.from({ length: 80 }, () => -3 + 2 * random.normal());
    const check = selfCheck({ model: "m", trials: noisyTrials(1), differences, scale }, options);
    expect(check?.method).toBe("sign-flips");
    // The real difference of −3 is not noise: it must not show.
    expect(check?.outcomes.fail).toBeGreaterThan(5);
    expect(check?.outcomes.fail).toBeLessThan(50);
  });

  test("is the same for the same seed, and not for another", () => {
    const outcomes = (seed: number) =>
      selfCheck({ model: "m", trials: noisyTrials(2), scale }, { ...options, seed })?.outcomes;
    expect(outcomes(7)).toEqual(outcomes(7));
    expect(outcomes(7)).not.toEqual(outcomes(8));
  });

  test("of a model whose trials never differ is never a failure", () => {
    const trial = new Map(Array.from({ length: 160 }, (_, index) => [`q${index}`, 5] as const));
    const check = selfCheck({ model: "m", trials: [trial, trial], scale }, { ...options, margin: 0.25 });
    // 160 ties exclude a loss of 9·(1 − 0.025^(1/160)) = 0.21.
    expect(check?.outcomes).toEqual({ pass: 1000, fail: 0, inconclusive: 0 });
  });

  test("has nothing to try with one trial and no comparison", () => {
    expect(selfCheck({ model: "m", trials: noisyTrials(1), scale }, options)).toBeUndefined();
    expect(selfCheck({ model: "m", trials: [], scale }, options)).toBeUndefined();
    expect(() => selfCheck({ model: "m", trials: [], scale }, { ...options, replicates: 0 })).toThrow(
      RangeError,
    );
  });
});

test("trialMeans gives each trial's question means, lost verdicts left out", () => {
  const first = ratingInput({ m: [4, 5, null] });
  const second = ratingInput({ m: [6, 8, 9] });
  const input: BoardInput = {
    ...first,
    frame: { ...first.frame, trials: 2 },
    rows: [...first.rows, ...[...second.rows].map((row) => ({ ...row, trial: 2 }))],
  };
  expect(trialMeans(input, "m")).toEqual([
    new Map([
      ["q1", 4],
      ["q2", 5],
    ]),
    new Map([
      ["q1", 6],
      ["q2", 8],
      ["q3", 9],
    ]),
  ]);
});
