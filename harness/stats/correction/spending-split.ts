import { studentTQuantile } from "../distributions.js";
import { DEFAULT_LEVEL, upperShare } from "../intervals.js";
import type { VerdictNoise } from "../verdict-noise.js";
import { type BudgetSplit, bought, splitBudget, type VarianceSources } from "./votes-needed.js";

/** What one more of each costs, in one unit of money or time. */
export interface SpendingPrices {
  /** A question's answers. */
  readonly answers: number;
  /** One round of a question's verdicts. */
  readonly verdicts: number;
  readonly vote: number;
}

/** How a budget is spent best on questions and rounds of verdicts. */
export interface VerdictSplit {
  readonly questions: number;
  /** Times that each question is judged (repeats), or answered and judged (trials). */
  readonly rounds: number;
  readonly halfWidth: number;
}

/** How a budget is spent best on questions, rounds of verdicts and votes. */
export interface SpendingSplit extends VerdictSplit {
  readonly votes: number;
}

/** Rounds that are worth naming. */
const MOST_ROUNDS = 20;

/** What a question costs with so many rounds: repeats judge the same answers again, trials new ones. */
function questionPrice(prices: SpendingPrices, noise: VerdictNoise | null, rounds: number): number {
  const { answers, verdicts } = prices;
  return noise?.of === "trials" ? rounds * (answers + verdicts) : answers + rounds * verdicts;
}

/**
 * A variance with so many rounds instead of those there were: what the noise does not make stays, and is not below 0.
 * @param places of whose noise the value is the mean.
 */
function withRounds(variance: number, noise: VerdictNoise | null, rounds: number, places: number): number {
  if (noise === null) return variance;
  const ofRound = noise.perRound / places;
  return Math.max(0, variance - ofRound / noise.rounds) + ofRound / rounds;
}

/**
 * The sources of a corrected figure's variance where each question has so many rounds of verdicts. λ is held as it is. The
 * votes' part falls with repeats, which make the verdict beside the vote more certain; trials are answers with votes of
 * their own.
 */
export function sourcesWithRounds(
  sources: VarianceSources,
  noise: VerdictNoise | null,
  rounds: number,
): VarianceSources {
  const { perVote, perQuestion, lambda } = sources;
  if (noise === null) return sources;
  const weighted = { ...noise, perRound: lambda ** 2 * noise.perRound };
  return {
    lambda,
    perQuestion: withRounds(perQuestion, weighted, rounds, noise.places),
    perVote: noise.of === "repeats" ? withRounds(perVote, weighted, rounds, 1) : perVote,
  };
}

/** Rounds to look at: one alone where nothing is known of what more of them bring. */
function roundsFor(noise: VerdictNoise | null): number[] {
  return Array.from({ length: noise === null ? 1 : MOST_ROUNDS }, (_, index) => index + 1);
}

function narrowest<Split extends { readonly halfWidth: number }>(splits: readonly Split[]): Split | null {
  const [first, ...others] = splits;
  if (first === undefined) return null;
  return others.reduce((best, one) => (one.halfWidth < best.halfWidth ? one : best), first);
}

/**
 * Splits a budget between questions and rounds of verdicts, so that the interval of a mean over questions is as narrow as
 * it can be: (between + noise/rounds)/questions, each number of rounds tried. Without a known noise: one round.
 * @param perQuestion variance of a question's mean, with the rounds there were.
 * @param budget in the unit of the prices.
 * @returns null where the budget buys fewer than two questions.
 */
export function splitVerdicts(
  perQuestion: number,
  noise: VerdictNoise | null,
  prices: SpendingPrices,
  budget: number,
  level = DEFAULT_LEVEL,
): VerdictSplit | null {
  return narrowest(
    roundsFor(noise).flatMap((rounds) => {
      const price = questionPrice(prices, noise, rounds);
      const questions = price > 0 ? bought(budget, price) : 0;
      if (questions < 2) return [];
      const variance = withRounds(perQuestion, noise, rounds, noise?.places ?? 1);
      const halfWidth = studentTQuantile(upperShare(level), questions - 1) * Math.sqrt(variance / questions);
      return [{ questions, rounds, halfWidth }];
    }),
  );
}

/**
 * Splits a budget between questions, rounds of verdicts and votes, so that a corrected figure's interval is as narrow as it
 * can be: for each number of rounds, questions and votes by {@link splitBudget}.
 * @param budget in the unit of the prices.
 * @param options.thingsPerQuestion how many votes a question can take, with the rounds there were.
 * @returns null where the budget buys no two questions and votes.
 */
export function splitSpending(
  sources: VarianceSources,
  noise: VerdictNoise | null,
  prices: SpendingPrices,
  budget: number,
  options: { readonly thingsPerQuestion: number; readonly level?: number },
): SpendingSplit | null {
  return narrowest(
    roundsFor(noise).flatMap((rounds) => {
      const question = questionPrice(prices, noise, rounds);
      const own = { vote: prices.vote, question };
      const perQuestion = options.thingsPerQuestion * (noise?.of === "trials" ? rounds / noise.rounds : 1);
      const split: BudgetSplit | null = splitBudget(sourcesWithRounds(sources, noise, rounds), own, budget, {
        ...options,
        thingsPerQuestion: perQuestion,
      });
      return split === null ? [] : [{ ...split, rounds }];
    }),
  );
}
