import type { JudgedThing } from "../../stats/correction/cluster-moments.js";
import {
  expectedHalfWidth,
  splitBudget,
  varianceSources,
  votesForHalfWidth,
  votesWithoutPilot,
} from "../../stats/correction/votes-needed.js";

/** How many votes more a figure needs. In percentage points and voted comparisons. */
export interface VotePlan {
  /** Wished half-width of the interval. */
  readonly halfWidth: number;
  /** What there is. */
  readonly voted: number;
  readonly questions: number;
  readonly expectedHalfWidth: number | null;
  /** Voted comparisons more for the wish; null with the reason. */
  readonly more: number | null;
  /** Half-width that the questions alone leave, however many vote. */
  readonly floor: number | null;
  /** Voted comparisons more until the interval leaves an even match out, if the figure stays where it is. */
  readonly moreToDecide: number | null;
  readonly reason?: string;
  /** Where judge and people say win or loss only: how all votes are split best between the judge's losses and wins. */
  readonly allocation?: { readonly zeros: number; readonly ones: number };
  /** The best split of twice the present effort, where a vote costs what a question's verdicts cost. */
  readonly split: { readonly votes: number; readonly questions: number; readonly halfWidth: number } | null;
}

/** Votes for the floor of the half-width: as good as without end. */
const ENDLESS = 1_000_000;
const EVEN = 50;

/**
 * Plans votes from those there are: how many more for a wished half-width, how many until the side is decided, and how
 * votes and questions share an effort best.
 */
export function planVotes(
  things: readonly JudgedThing[],
  wish: { readonly halfWidth: number; readonly level: number; readonly estimate?: number | null },
): VotePlan {
  const { halfWidth, level } = wish;
  const voted = things.filter((one) => one.voted !== undefined).length;
  const questions = new Set(things.map((one) => one.cluster)).size;
  const sources = varianceSources(things);
  const known = { halfWidth, voted, questions };
  if (sources === null) {
    const more = Math.max(0, votesWithoutPilot(halfWidth / 100, level) - voted);
    const reason = `before eight voted comparisons the worst is assumed: people split evenly, and the judge adds nothing`;
    return {
      ...known,
      expectedHalfWidth: null,
      more,
      floor: null,
      moreToDecide: null,
      split: null,
      reason,
    };
  }
  const plan = { sources, voted, questions, level };
  const wished = votesForHalfWidth(plan, halfWidth);
  const distance = Math.abs((wish.estimate ?? EVEN) - EVEN);
  const decided = distance > 0 ? votesForHalfWidth(plan, distance) : null;
  const options = { thingsPerQuestion: things.length / questions, level };
  return {
    ...known,
    expectedHalfWidth: expectedHalfWidth(sources, voted, questions, level),
    more: wished.value,
    floor: expectedHalfWidth(sources, ENDLESS, questions, level),
    moreToDecide: decided?.value ?? null,
    split: splitBudget(sources, { vote: 1, question: 1 }, 2 * (voted + questions), options),
    ...(wished.reason === null ? {} : { reason: wished.reason }),
  };
}
