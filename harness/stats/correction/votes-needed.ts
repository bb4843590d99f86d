import { studentTQuantile } from "../distributions.js";
import { available, type Estimate, unavailable } from "../estimate.js";
import { DEFAULT_LEVEL, upperShare } from "../intervals.js";
import { type JudgedThing, Moments, sumClusters } from "./cluster-moments.js";

/** How much of a corrected figure's variance comes from where. Variances of one thing, in the unit of the scale. */
export interface VarianceSources {
  /** Of what a question's votes say beyond the weighted verdicts, per thing with a vote. */
  readonly perVote: number;
  /** Of the verdicts, weighted, per judged question. */
  readonly perQuestion: number;
  readonly lambda: number;
}

/** What of a figure's half-width its votes make, and what its questions. */
export interface WidthPlan {
  readonly sources: VarianceSources;
  readonly voted: number;
  readonly questions: number;
  /** Percent. */
  readonly level: number;
}

/** Votes from which variances are taken without more words. */
const LEAST_VOTES = 8;

/**
 * Takes a corrected figure's variance apart by what could be bought: more votes, or more questions with verdicts.
 * @returns null below eight things with a vote.
 */
export function varianceSources(things: readonly JudgedThing[]): VarianceSources | null {
  const voted = things.filter((one) => one.voted !== undefined);
  const clusters = sumClusters(things, "all");
  if (voted.length < LEAST_VOTES || clusters.length < 2) return null;
  const moments = new Moments(clusters);
  const lambda = Math.min(1, Math.max(0, moments.bestWeight() ?? 0));
  const { people, judgeOfVoted, judge } = moments.means;
  const residual = people - lambda * judgeOfVoted;
  const withVotes = clusters.filter((one) => one.votedWeight > 0);
  if (withVotes.length < 2) return null;
  const weight = moments.votedWeight;
  const ofVotes = withVotes.reduce(
    (sum, one) => sum + ((one.votes - lambda * one.judgedVoted - residual * one.votedWeight) / weight) ** 2,
    0,
  );
  const small = (count: number) => count / (count - 1);
  const ofQuestions = clusters.reduce(
    (sum, one) => sum + ((lambda * (one.judged - judge * one.things)) / moments.things) ** 2,
    0,
  );
  return {
    perVote: ofVotes * small(withVotes.length) * voted.length,
    perQuestion: ofQuestions * small(clusters.length) * clusters.length,
    lambda,
  };
}

/** Half-width of the interval that these many votes and questions are expected to give. */
export function expectedHalfWidth(
  { perVote, perQuestion }: VarianceSources,
  voted: number,
  questions: number,
  level = DEFAULT_LEVEL,
): number {
  const variance = perVote / voted + perQuestion / questions;
  return (
    studentTQuantile(upperShare(level), Math.max(1, Math.min(voted, questions) - 1)) * Math.sqrt(variance)
  );
}

/** Most votes that are worth naming. */
const MOST_VOTES = 1_000_000;

/**
 * Votes on things not voted on so far that bring the half-width down to a wish, the questions being as many as they are.
 * The interval is taken as symmetric, and the votes to come like those there are.
 * @returns 0 where it is as narrow already; unavailable where the questions alone make it wider, however many vote.
 */
export function votesForHalfWidth(plan: WidthPlan, halfWidth: number): Estimate {
  if (!(halfWidth > 0)) throw new RangeError(`a half-width must be positive, not ${halfWidth}`);
  const widthAt = (votes: number) => expectedHalfWidth(plan.sources, votes, plan.questions, plan.level);
  if (widthAt(plan.voted) <= halfWidth) return available(0);
  if (widthAt(MOST_VOTES) > halfWidth)
    return unavailable("the questions alone leave a wider interval, however many people vote");
  let [low, high] = [plan.voted, MOST_VOTES];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (widthAt(middle) <= halfWidth) high = middle;
    else low = middle;
  }
  return available(high - plan.voted);
}

/**
 * Voted comparisons that give a half-width whatever people say and the judge is worth: votes split evenly between wins and
 * losses, and verdicts that add nothing. What can be said before anybody voted.
 * @param halfWidth as a share of the scale, 0–1.
 */
export function votesWithoutPilot(halfWidth: number, level = DEFAULT_LEVEL): number {
  const sources = { perVote: 0.25, perQuestion: 0, lambda: 0 };
  const more = votesForHalfWidth({ sources, voted: 2, questions: MOST_VOTES, level }, halfWidth).value;
  return 2 + (more ?? MOST_VOTES);
}

/** What one more of each costs, in any unit of money or time. */
export interface CorrectionPrices {
  readonly vote: number;
  /** Of a question's verdicts (with the answers that they need). */
  readonly question: number;
}

/** How many a budget buys, forgiving prices such as 0.1 + 0.2 their last digit. */
export function bought(budget: number, price: number): number {
  return Math.floor((budget / price) * (1 + 1e-12));
}

/** How a budget is spent best. */
export interface BudgetSplit {
  readonly votes: number;
  readonly questions: number;
  readonly halfWidth: number;
}

/**
 * Splits a budget between votes and judged questions so that the variance perVote/votes + perQuestion/questions is as
 * small as it can be: each in proportion to √(variance/price) (Neyman's allocation). A judge that adds nothing gets
 * nothing beyond the questions that the votes are on.
 *
 * @param budget in the unit of the prices.
 * @param thingsPerQuestion how many votes a question can take.
 * @throws RangeError for prices or a budget that are not positive.
 */
export function splitBudget(
  sources: VarianceSources,
  prices: CorrectionPrices,
  budget: number,
  options: { readonly thingsPerQuestion: number; readonly level?: number },
): BudgetSplit | null {
  if (!(prices.vote > 0 && prices.question >= 0 && budget > 0))
    throw new RangeError("a budget and the price of a vote must be positive");
  const spread = Math.sqrt(sources.perVote * prices.vote);
  const other = Math.sqrt(sources.perQuestion * prices.question);
  let votes = Math.floor((budget * (spread / (spread + other || 1))) / prices.vote);
  const affordable = () =>
    prices.question === 0 ? votes : bought(budget - votes * prices.vote, prices.question);
  // A vote needs a judged question to stand on.
  while (votes > 0 && affordable() * options.thingsPerQuestion < votes) votes -= Math.ceil(votes / 100);
  const questions = affordable();
  if (votes < 2 || questions < 2) return null;
  return { votes, questions, halfWidth: expectedHalfWidth(sources, votes, questions, options.level) };
}
