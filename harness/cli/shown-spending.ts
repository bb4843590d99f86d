import { countOf } from "../core/count-of.js";
import { formatFixed } from "../core/shown-number.js";
import type { VotePlan } from "../pipeline/people/vote-plan.js";
import type { PairEvidence } from "../pipeline/planning/pair-evidence.js";
import type { PairPeoplePlan, PeoplePlan } from "../pipeline/planning/people-plan.js";
import type { VerdictNoise } from "../stats/verdict-noise.js";
import { cell, type Terminal } from "./terminal.js";

/** Pairs whose spread is shown without `--json`. */
const SHOWN_PAIRS = 12;
const NAME_WIDTH = 40;

function deviation(variance: number): string {
  return formatFixed(Math.sqrt(variance), 2);
}

function pairNames(base: string, candidate: string): string {
  return `${cell(candidate, NAME_WIDTH)} against ${cell(base, NAME_WIDTH)}`;
}

/** `judged 3 times`, `answered and judged 3 times`, or nothing for one round. */
function shownRounds(rounds: number, of: VerdictNoise["of"] | null): string {
  if (rounds === 1) return ", judged once";
  return of === "trials"
    ? `, answered and judged ${rounds} times (--trials ${rounds})`
    : `, judged ${rounds} times (--judge-repeats ${rounds})`;
}

/** How many votes more, and for what, in lines. */
export function voteLines(plan: VotePlan): string[] {
  const lines: string[] = [];
  const wish = `±${plan.halfWidth} points`;
  if (plan.more === null) {
    const floor = plan.floor === null ? "" : ` (never less than ±${formatFixed(plan.floor, 1)})`;
    lines.push(`${wish}: ${plan.reason ?? "not known"}${floor}`);
  } else if (plan.more === 0) lines.push(`${wish}: reached`);
  else {
    const assumed = plan.reason === undefined ? "" : ` (${plan.reason})`;
    lines.push(`${wish}: about ${countOf(plan.more, "voted comparison")} more${assumed}`);
  }
  if (plan.moreToDecide === 0) lines.push("which of the two is better: decided, as far as votes can");
  else if (plan.moreToDecide !== null)
    lines.push(
      `which of the two is better: about ${plan.moreToDecide} more, if the figure stays where it is`,
    );
  return lines;
}

/** Says where a board's spread comes from, pair by pair, and how a budget is split between questions and verdicts. */
export function showSpread(pairs: readonly PairEvidence[], terminal: Terminal): void {
  if (pairs.length === 0) return;
  terminal.say("  Where the spread of differences comes from (standard deviations):");
  const reasons = new Set<string>();
  for (const { base, candidate, standardDeviation, spread } of pairs.slice(0, SHOWN_PAIRS)) {
    const { betweenQuestions, perRound, of, split, reason, splitReason } = spread;
    const parts =
      betweenQuestions === null || perRound === null
        ? `${standardDeviation === null ? "–" : formatFixed(standardDeviation, 2)} in all`
        : `${deviation(betweenQuestions)} between questions, ${deviation(perRound)} by one round of ${of === "trials" ? "answers and verdicts" : "verdicts"}`;
    const best =
      split === null
        ? ""
        : `; the budget is spent best on ${countOf(split.questions, "question")}${shownRounds(split.rounds, of)} (±${formatFixed(split.halfWidth, 2)})`;
    terminal.say(`    ${pairNames(base, candidate)}: ${parts}${best}`);
    for (const one of [reason, splitReason]) if (one !== null) reasons.add(one);
  }
  if (pairs.length > SHOWN_PAIRS) terminal.say(`    and ${pairs.length - SHOWN_PAIRS} more (--json)`);
  for (const reason of reasons) terminal.say(`    – ${reason}`);
}

function showVoted(pair: PairPeoplePlan, terminal: Terminal): void {
  const { a, b, corrected, votes, variance, reason, split, splitReason } = pair;
  const { estimate, interval } = corrected;
  const between =
    interval === null ? "" : ` [${formatFixed(interval.low, 1)}, ${formatFixed(interval.high, 1)}]`;
  terminal.say(
    `  People on ${pairNames(a, b)}: corrected ${estimate === null ? "–" : `${formatFixed(estimate, 1)}%`}${between}, ${countOf(votes.voted, "voted comparison")}`,
  );
  for (const line of voteLines(votes)) terminal.say(`    ${line}`);
  if (variance !== null) {
    const { perVote, perQuestion, perRound, lambda } = variance;
    const round = perRound === null ? "" : `, ${deviation(perRound)} by one round of verdicts`;
    terminal.say(
      `    standard deviations: ${deviation(perVote)} between people and judge, ${deviation(perQuestion)} between questions${round} (λ ${formatFixed(lambda, 2)})`,
    );
  }
  if (split !== null)
    terminal.say(
      `    the budget is spent best on ${countOf(split.questions, "question")}${shownRounds(split.rounds, pair.of)} and ${countOf(split.votes, "voted comparison")} (±${formatFixed(split.halfWidth, 1)})`,
    );
  for (const one of [reason, splitReason]) if (one !== null) terminal.say(`    – ${one}`);
}

/** Says how many votes of people a corrected figure still needs, and how a budget is split with them. */
export function showPeople({ pairs, reason, votesAtWorst }: PeoplePlan, terminal: Terminal): void {
  for (const pair of pairs.slice(0, SHOWN_PAIRS)) showVoted(pair, terminal);
  if (pairs.length > SHOWN_PAIRS)
    terminal.say(`  and ${pairs.length - SHOWN_PAIRS} more pairs with votes (--json)`);
  if (reason !== null)
    terminal.say(
      `  People: ${reason}; ${countOf(votesAtWorst, "voted comparison")} of a pair give the wished interval at worst.`,
    );
}
