import type { CorrectedFigure } from "../../core/corrected-figure.js";
import { type SpendingSplit, splitSpending } from "../../stats/correction/spending-split.js";
import {
  type VarianceSources,
  varianceSources,
  votesWithoutPilot,
} from "../../stats/correction/votes-needed.js";
import { type VerdictNoise, verdictNoise } from "../../stats/verdict-noise.js";
import { comparedModels } from "../compare/question-values.js";
import { correctPairs } from "../people/correct-pairs.js";
import { joinVotes } from "../people/corrected-things.js";
import { judgedPairsOn } from "../people/judged-pairs.js";
import { type JudgedPair, labelsOf, modelsKey } from "../people/pair-labels.js";
import type { VotePlan } from "../people/vote-plan.js";
import type { BoardInput } from "../scores/build-board.js";
import type { PairPrices } from "./pair-prices.js";
import { NO_BUDGET, NO_ROUNDS, noiseOfSlots } from "./pair-spread.js";

/** What people's votes on two models say of how many more are needed, and of how a budget is spent best. */
export interface PairPeoplePlan {
  readonly a: string;
  readonly b: string;
  /** Win rate of `b` in percent, corrected. */
  readonly corrected: CorrectedFigure;
  /** How many votes more; as `assay correct --plan`. */
  readonly votes: VotePlan;
  /** Variances, in squared percentage points; null before eight voted comparisons. */
  readonly variance: (VarianceSources & { readonly perRound: number | null }) | null;
  /** What was judged again in the earlier runs; null: nothing. */
  readonly of: VerdictNoise["of"] | null;
  /** Why the variance of a round of verdicts is not known. */
  readonly reason: string | null;
  /** The best split of the budget between questions, rounds of verdicts and votes. */
  readonly split: SpendingSplit | null;
  readonly splitReason: string | null;
}

/** What people's votes say on a board. */
export interface PeoplePlan {
  readonly pairs: readonly PairPeoplePlan[];
  /** Why there are none. */
  readonly reason: string | null;
  /** Voted comparisons of a pair that give the wished half-width at worst, whatever judge and people say. */
  readonly votesAtWorst: number;
}

/** What votes are planned for. */
export interface PeopleWish {
  /** Percentage points. */
  readonly halfWidth: number;
  readonly budget: number | undefined;
  readonly votePrice: number | undefined;
  readonly pricesOf: (models: readonly string[], subjects: number) => PairPrices;
}

const LEVEL = 95;
const NOBODY = "nobody voted on the answers of these runs (assay vote RUN)";

/** Plans votes from those on a board of some runs. */
export function planPeople(inputs: readonly BoardInput[], wish: PeopleWish): PeoplePlan {
  const pairs = inputs.flatMap((input) => (input.votes === undefined ? [] : pairsOf(input, wish)));
  return {
    pairs,
    reason: pairs.length === 0 ? NOBODY : null,
    votesAtWorst: votesWithoutPilot(wish.halfWidth / 100, LEVEL),
  };
}

function pairsOf(input: BoardInput, wish: PeopleWish): PairPeoplePlan[] {
  const labels = labelsOf(input.votes ?? []);
  const judged = judgedPairsOn(input, new Set([...labels.values()].map(modelsKey)));
  const options = { cluster: "question", level: LEVEL, compat: false, halfWidth: wish.halfWidth } as const;
  return correctPairs(judged, labels, options).flatMap(({ a, b, corrected, plan }) => {
    if (plan === undefined) return [];
    const own = judged.filter((one) => one.a === a && one.b === b);
    const { things } = joinVotes(own, labels);
    const sources = varianceSources(things);
    const noise = noiseOf(input, own);
    return [
      {
        a,
        b,
        corrected,
        votes: plan,
        variance: sources && { ...sources, perRound: noise?.perRound ?? null },
        of: noise?.of ?? null,
        reason: noise === null ? NO_ROUNDS : null,
        ...splitOf(sources, noise, things.length / plan.questions, wish, {
          models: [a, b],
          subjects: input.metric === "rating" ? 2 : 1,
        }),
      },
    ];
  });
}

/** The noise of a pair's comparisons; what ratings imply is known by trial alone, since repeats are averaged before. */
function noiseOf(input: BoardInput, judged: readonly JudgedPair[]): VerdictNoise | null {
  const { trials } = input.frame;
  if (input.metric === "rating") {
    const values = judged.map(({ questionId, turn, shareB }) => ({ questionId, turn, value: 100 * shareB }));
    return verdictNoise(values, "trials");
  }
  const [first] = judged;
  const subjects = input.subjects.filter(
    (pair) => first !== undefined && pair.includes(first.a) && pair.includes(first.b),
  );
  const model = comparedModels({ ...input, subjects }).find((one) => one.model === subjects[0]?.[0]);
  return model === undefined ? null : noiseOfSlots(model.slots, trials);
}

function splitOf(
  sources: VarianceSources | null,
  noise: VerdictNoise | null,
  thingsPerQuestion: number,
  { budget, votePrice, pricesOf }: PeopleWish,
  { models, subjects }: { readonly models: readonly string[]; readonly subjects: number },
): Pick<PairPeoplePlan, "split" | "splitReason"> {
  const none = (splitReason: string) => ({ split: null, splitReason });
  if (budget === undefined) return none(NO_BUDGET);
  if (votePrice === undefined) return none("the price of a vote is not given (--vote-price)");
  if (sources === null) return none("fewer than eight voted comparisons say nothing of the variances");
  const prices = pricesOf(models, subjects);
  if ("reason" in prices) return none(prices.reason);
  const options = { thingsPerQuestion, level: LEVEL };
  const split = splitSpending(sources, noise, { ...prices, vote: votePrice }, budget, options);
  return split === null ? none("the budget buys no two questions and votes") : { split, splitReason: null };
}
