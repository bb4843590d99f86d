import { splitVerdicts, type VerdictSplit } from "../../stats/correction/spending-split.js";
import { differenceNoise, type VerdictNoise, verdictNoise } from "../../stats/verdict-noise.js";
import type { ComparedModel } from "../compare/question-values.js";
import type { SlotValue } from "../scores/score-columns.js";
import type { PairPrices } from "./pair-prices.js";

/** Where the spread of a pair's differences comes from, and how a budget without votes is spent best on it. */
export interface PairSpread {
  /** Variance between questions, without what the rounds of verdicts make; null where that is not known. */
  readonly betweenQuestions: number | null;
  /** Variance that one round of verdicts adds to a question's difference; null where nothing was done twice. */
  readonly perRound: number | null;
  /** What the earlier runs did again; null: nothing. */
  readonly of: VerdictNoise["of"] | null;
  /** Best split of the budget; null without one, or where the prices are not known. */
  readonly split: VerdictSplit | null;
  /** Why the parts are null. */
  readonly reason: string | null;
  /** Why there is no split. */
  readonly splitReason: string | null;
}

/** Why the noise of verdicts is not known. */
export const NO_ROUNDS =
  "the earlier runs judged every answer once, so that what judging again brings is not known (--judge-repeats 2 --judge-repeat-share 20 would say it)";
/** Why nothing is split. */
export const NO_BUDGET = "no budget is given (--budget)";

/** The noise of a model's verdicts, from places of which it has several values. */
export function noiseOfSlots(slots: readonly SlotValue[], trials: number): VerdictNoise | null {
  const values = slots.flatMap(({ slot: { questionId, turn }, value }) =>
    value === undefined ? [] : [{ questionId, turn, value }],
  );
  return verdictNoise(values, trials > 1 ? "trials" : "repeats");
}

/** What a budget may be spent on. */
export interface Budget {
  readonly amount: number | undefined;
  readonly prices: PairPrices;
}

/**
 * The spread of a pair's differences over questions.
 * @param deviation standard deviation of the differences.
 */
export function pairSpread(
  base: ComparedModel,
  candidate: ComparedModel,
  deviation: number | null,
  budget: Budget,
): PairSpread {
  const noise = differenceNoise(noiseOf(base), noiseOf(candidate));
  const variance = deviation === null ? null : deviation ** 2;
  const ofMean = noise === null ? null : noise.perRound / noise.places;
  const between =
    variance === null || noise === null || ofMean === null
      ? null
      : Math.max(0, variance - ofMean / noise.rounds);
  return {
    betweenQuestions: between,
    perRound: ofMean,
    of: noise?.of ?? null,
    reason: noise === null ? NO_ROUNDS : null,
    ...splitOf(variance, noise, budget),
  };
}

function noiseOf({ slots, repeated, trials = 1 }: ComparedModel): VerdictNoise | null {
  return noiseOfSlots(trials === 1 && repeated !== undefined ? repeated() : slots, trials);
}

function splitOf(
  variance: number | null,
  noise: VerdictNoise | null,
  { amount, prices }: Budget,
): Pick<PairSpread, "split" | "splitReason"> {
  const none = (splitReason: string) => ({ split: null, splitReason });
  if (amount === undefined) return none(NO_BUDGET);
  if ("reason" in prices) return none(prices.reason);
  if (variance === null) return none("the differences show no spread to plan with");
  const split = splitVerdicts(variance, noise, { ...prices, vote: 0 }, amount);
  return split === null ? none("the budget buys fewer than two questions") : { split, splitReason: null };
}
