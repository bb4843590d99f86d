import { normalCdf, studentTQuantile } from "../distributions.js";
import { groupBoundaries } from "./boundaries.js";
import { isFutile } from "./futility.js";
import { RunningSpread } from "./running-spread.js";
import type { SequentialLook, SequentialOutcome, SequentialPlan, SequentialTest } from "./sequential-plan.js";
import type { Spending } from "./spending.js";

const DEFAULT_LOOKS = 5;

/** A plan that has looks and a limit. */
type GroupPlan = SequentialPlan & { readonly design: Spending; readonly limit: number };

/** Bounds by the looks that were taken, which many sequences of one plan share. */
const known = new Map<string, readonly number[]>();
const MOST_KNOWN = 1000;

/**
 * The group-sequential design: a paired t test at a few looks whose bounds spend the error by a rule. A bound for z is
 * brought to t by its tail, since a look may have few values. The interval at a look holds at all looks at once (repeated
 * confidence interval, Jennison & Turnbull 1989).
 */
export function groupTest(plan: GroupPlan): SequentialTest {
  const { horizon, limit, decisions = 1, looks = DEFAULT_LOOKS } = plan;
  const due = Array.from({ length: looks }, (_, look) => Math.ceil(((look + 1) * horizon) / looks));
  const spread = new RunningSpread();
  const shares: number[] = [];
  let lookedAt = 0;
  let outcome: SequentialOutcome | undefined;
  return {
    take(block, isLast = false) {
      for (const value of block) spread.add(value);
      const next = due.find((count) => count > lookedAt) ?? Number.POSITIVE_INFINITY;
      if (spread.count < 2 || !(isLast || spread.count >= next)) return undefined;
      // The last look may come without a further value: then it takes the place of the one before.
      if (spread.count === lookedAt) shares.pop();
      lookedAt = spread.count;
      shares.push(lookedAt / horizon);
      const half = halfWidthOf(plan, spread, shares, isLast, 1);
      const halfToFail = decisions === 1 ? half : halfWidthOf(plan, spread, shares, isLast, decisions);
      const { mean } = spread;
      if (outcome === undefined && half !== null && mean - half > limit) outcome = "pass";
      if (outcome === undefined && halfToFail !== null && mean + halfToFail < limit) outcome = "fail";
      const { futility } = plan;
      if (outcome === undefined && futility !== undefined && isFutile(plan, futility, spread))
        outcome = "futile";
      const look: SequentialLook = {
        count: spread.count,
        estimate: mean,
        interval: half === null ? null : { low: mean - half, high: mean + half },
        outcome,
      };
      return look;
    },
  };
}

/** Null where this look spends nothing, or where no value differs. */
function halfWidthOf(
  plan: GroupPlan,
  { count, deviation }: RunningSpread,
  shares: readonly number[],
  isFinal: boolean,
  decisions: number,
): number | null {
  const bound = boundsOf(plan, shares, isFinal, decisions).at(-1) ?? Number.POSITIVE_INFINITY;
  if (!Number.isFinite(bound) || deviation === 0) return null;
  const t = -studentTQuantile(normalCdf(-bound), count - 1);
  return (t * deviation) / Math.sqrt(count);
}

function boundsOf(
  plan: GroupPlan,
  shares: readonly number[],
  isFinal: boolean,
  decisions: number,
): readonly number[] {
  const alpha = (1 - plan.level / 100) / decisions;
  const key = `${plan.design} ${alpha} ${isFinal} ${shares.join(" ")}`;
  const found = known.get(key);
  if (found !== undefined) return found;
  const made = groupBoundaries(shares, alpha, plan.design, { isFinal });
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(key, made);
  return made;
}
