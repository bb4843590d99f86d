import { expect, test } from "vitest";
import { seededRandom } from "../../harness/core/random.js";
import { clusteredMean } from "../../harness/stats/clustered-mean.js";
import { pooledRowBootstrap } from "../../harness/stats/row-bootstrap.js";

const PROMPTS = 120;
const STUDIES = 400;

/**
 * A study: prompts of different difficulty, two games each, a decided game with a double arrow in one of four.
 * The expected score is 50 by symmetry.
 */
function study(random: ReturnType<typeof seededRandom>) {
  const values: number[] = [];
  const prompts: number[] = [];
  for (let prompt = 0; prompt < PROMPTS; prompt++) {
    const edge = 1.5 * random.normal();
    for (let game = 0; game < 2; game++) {
      const seen = edge + 0.7 * random.normal();
      const value = Math.abs(seen) < 0.25 ? 50 : seen > 0 ? 100 : 0;
      const weight = Math.abs(seen) > 1.6 ? 3 : 1;
      for (let copy = 0; copy < weight; copy++) {
        values.push(value);
        prompts.push(prompt);
      }
    }
  }
  return { values, prompts };
}

test("intervals clustered by prompt hold what they say, those that resample rows do not", () => {
  const random = seededRandom("outcome-coverage");
  let [clustered, rows, ninety] = [0, 0, 0];
  for (let number = 0; number < STUDIES; number++) {
    const { values, prompts } = study(random);
    const holds = (ends: { low: number; high: number } | null | undefined) =>
      ends != null && ends.low <= 50 && 50 <= ends.high ? 1 : 0;
    clustered += holds(clusteredMean(values, prompts, { scale: { low: 0, high: 100 } }).interval);
    const bootstrap = (quantiles: readonly [number, number]) =>
      pooledRowBootstrap([Float64Array.from(values)], 100, { seed: number, rounds: 100, quantiles })[0];
    rows += holds(bootstrap([0.025, 0.975]));
    ninety += holds(bootstrap([0.05, 0.95]));
  }
  // At 95% of 400 studies, three standard errors are 3.3 points.
  expect(clustered / STUDIES).toBeGreaterThan(0.917);
  expect(rows / STUDIES).toBeLessThan(0.75);
  expect(ninety / STUDIES).toBeLessThan(0.7);
});
