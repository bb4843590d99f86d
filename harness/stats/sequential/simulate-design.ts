import { type Random, seededRandom } from "../../core/random.js";
import type { SequentialPlan } from "./sequential-plan.js";
import { sequentialTest } from "./sequential-test.js";

/** How often a design decided what in repetitions, in percent, and what it took. */
export interface DesignRates {
  /** Mean share of the questions, percent; all of them where nothing was decided. */
  readonly used: number;
  readonly pass: number;
  readonly fail: number;
  readonly futile: number;
}

/**
 * Runs a design many times on values drawn with replacement (or, for a suite, in a random order) from a pool.
 * Every repetition has a stream of its own: designs with one seed meet the same values, however early each stops, so that
 * their differences are no noise of the draws.
 */
export function simulateDesign(
  pool: Float64Array,
  plan: SequentialPlan,
  repetitions: number,
  seed: string,
): DesignRates {
  let [used, pass, fail, futile] = [0, 0, 0, 0];
  for (let repetition = 0; repetition < repetitions; repetition++) {
    const { count, outcome } = runOnce(pool, plan, seededRandom(`${seed}/${repetition}`));
    used += count;
    if (outcome === "pass") pass++;
    if (outcome === "fail") fail++;
    if (outcome === "futile") futile++;
  }
  const percent = (amount: number) => (100 * amount) / repetitions;
  return {
    used: percent(used / plan.horizon),
    pass: percent(pass),
    fail: percent(fail),
    futile: percent(futile),
  };
}

function runOnce(pool: Float64Array, plan: SequentialPlan, random: Random) {
  const test = sequentialTest(plan);
  const shuffled = plan.population === "suite" ? random.shuffle([...pool]) : undefined;
  for (let count = 1; count <= plan.horizon; count++) {
    const value = shuffled?.[count - 1] ?? (pool[random.integer(pool.length)] as number);
    const look = test.take([value], count === plan.horizon);
    if (look?.outcome !== undefined) return { count, outcome: look.outcome };
  }
  return { count: plan.horizon, outcome: undefined };
}
