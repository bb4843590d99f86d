import { anytimeTest } from "./anytime-test.js";
import { groupTest } from "./group-test.js";
import type { SequentialPlan, SequentialTest } from "./sequential-plan.js";

/**
 * Opens a sequence. Everything that decides it is in the plan, so that the same values give the same looks.
 * @throws RangeError for a plan that cannot be.
 */
export function sequentialTest(plan: SequentialPlan): SequentialTest {
  if (!(Number.isSafeInteger(plan.horizon) && plan.horizon > 0))
    throw new RangeError(`a sequence needs a horizon of at least one value, not ${plan.horizon}`);
  if (plan.limit === undefined && plan.halfWidth === undefined)
    throw new RangeError("a sequence needs a limit or a half-width");
  if (plan.design === "anytime") return anytimeTest(plan);
  if (plan.limit === undefined || plan.population === "suite")
    throw new RangeError("a group-sequential design holds the mean of a population without end to a limit");
  return groupTest({ ...plan, design: plan.design, limit: plan.limit });
}
