/** How many pairs ended in which way; seen from the model, against one reference. */
export interface PairCounts {
  readonly win_much: number;
  readonly win: number;
  readonly tie: number;
  readonly lose: number;
  readonly lose_much: number;
}

/** Rewards of the five outcomes (WildBench v2, Lin et al. 2024, arXiv 2406.04770). */
const REWARDS = { win_much: 1, win: 0.5, tie: 0, lose: -0.5, lose_much: -1 } as const;

/** The five outcomes, best first. */
export const OUTCOMES = Object.keys(REWARDS) as (keyof PairCounts)[];

/** WildBench's task groups, in its order, with their weights in the macro figures. */
const GROUP_WEIGHTS: ReadonlyMap<string, number> = new Map([
  ["Information/Advice seeking", 0.75],
  ["Creative Tasks", 0.5],
  ["Coding & Debugging", 1.25],
  ["Planning & Reasoning", 1.25],
  ["Math & Data Analysis", 1],
]);

/** Pairs with a verdict. */
export function judgedPairs(counts: PairCounts): number {
  return OUTCOMES.reduce((sum, outcome) => sum + counts[outcome], 0);
}

/**
 * WB-Reward, −1 to 1: (Σ rewards)/pairs. WildBench divides the overall reward by all pairs, judged or not, and those of the
 * groups by the judged ones.
 * @param pairs the divisor; null is returned where it is 0
 */
export function rewardOf(counts: PairCounts, pairs: number): number | null {
  const sum = counts.win_much - counts.lose_much + 0.5 * (counts.win - counts.lose);
  return pairs === 0 ? null : sum / pairs;
}

/** The preferences behind the counts, 0 to 1: (1 + reward)/2, one for each judged pair. */
export function preferencesOf(counts: PairCounts): Float64Array {
  const values = new Float64Array(judgedPairs(counts));
  let at = 0;
  for (const outcome of OUTCOMES) {
    values.fill((1 + REWARDS[outcome]) / 2, at, at + counts[outcome]);
    at += counts[outcome];
  }
  return values;
}

/**
 * Mean over the task groups with WildBench's weights. A group without a figure takes its weight along.
 * @returns null where no known group has one
 */
export function macroOf(groups: ReadonlyMap<string, number | null>): number | null {
  let [sum, weights] = [0, 0];
  for (const [group, value] of groups) {
    const weight = GROUP_WEIGHTS.get(group);
    if (weight === undefined || value === null) continue;
    sum += weight * value;
    weights += weight;
  }
  return weights === 0 ? null : sum / weights;
}

/** A WB-Score (1 to 10) on WildBench's adjusted scale, −8 to 10 with 0 at 5. */
export function adjustedScore(score: number): number {
  return (score - 5) * 2;
}

/** The way back from {@link adjustedScore}. */
export function unadjustedScore(adjusted: number): number {
  return 5 + adjusted / 2;
}
