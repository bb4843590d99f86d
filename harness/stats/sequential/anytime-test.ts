import { BettingSequence } from "./betting-sequence.js";
import { isFutile } from "./futility.js";
import { horizonBets } from "./horizon-bets.js";
import { RunningSpread } from "./running-spread.js";
import type { SequentialLook, SequentialOutcome, SequentialPlan, SequentialTest } from "./sequential-plan.js";

/**
 * The anytime-valid design: a betting confidence sequence with {@link horizonBets}, looked at after every block. It passes
 * (fails) when the capital against the limit as an upper (lower) bound of the mean reaches its goal.
 */
export function anytimeTest(plan: SequentialPlan): SequentialTest {
  const alpha = 1 - plan.level / 100;
  const { horizon, scale, limit, population, steps } = plan;
  const sequence = new BettingSequence({
    scale,
    alpha,
    bets: horizonBets(horizon, alpha / 2),
    population: population === "suite" ? horizon : undefined,
    limit,
    ...(steps === undefined ? {} : { steps }),
  });
  const spread = new RunningSpread();
  let outcome: SequentialOutcome | undefined;
  return {
    take(block) {
      sequence.add(block);
      for (const value of block) spread.add(value);
      outcome ??= outcomeOf(sequence, plan, spread);
      const look: SequentialLook = {
        count: sequence.count,
        estimate: spread.mean,
        interval: steps === 0 ? null : sequence.interval(),
        outcome,
      };
      return look;
    },
  };
}

function outcomeOf(
  sequence: BettingSequence,
  plan: SequentialPlan,
  spread: RunningSpread,
): SequentialOutcome | undefined {
  const { limit, scale, halfWidth, decisions = 1, futility } = plan;
  if (limit !== undefined) {
    if (limit < scale.low) return "pass";
    if (limit > scale.high) return "fail";
    const capital = sequence.capital;
    if (capital !== undefined && capital.above >= sequence.goal) return "pass";
    if (capital !== undefined && capital.below >= decisions * sequence.goal) return "fail";
    if (futility !== undefined && isFutile({ ...plan, limit }, futility, spread)) return "futile";
  }
  if (halfWidth === undefined) return undefined;
  const { low, high } = sequence.interval();
  return (high - low) / 2 <= halfWidth ? "precise" : undefined;
}
