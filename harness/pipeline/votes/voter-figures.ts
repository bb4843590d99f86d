import type { Interval } from "../../core/board.js";
import { compositeKey } from "../../core/composite-key.js";
import { countOf } from "../../core/count-of.js";
import { type CountedVote, type Vote, votedPair } from "../../core/vote.js";
import { type Estimate, unavailable } from "../../stats/estimate.js";
import { scaleInterval } from "../../stats/intervals.js";
import { estimateKrippendorffAlpha } from "../../stats/krippendorff-alpha.js";
import { binomialTest, wilsonInterval } from "../../stats/proportions.js";

/** A share of several, in percent, with its interval. */
export interface VoteShare {
  readonly count: number;
  readonly of: number;
  /** Null without one. */
  readonly percent: number | null;
  /** Wilson, 95%. */
  readonly interval: Interval | null;
}

/** What the votes of one voter say of the voter. */
export interface VoterFigures {
  readonly voter: string;
  /** First votes, one a pair and turn. */
  readonly votes: number;
  readonly skips: number;
  /** Repeats that were voted on as the first time, whichever slots the answers stood in; a tie is a tie. */
  readonly selfConsistency: VoteShare;
  /** Votes for the answer in the first slot, among all that prefer one, repeats too; 50% without a leaning. */
  readonly firstSlot: VoteShare & {
    /** Of the hypothesis of no leaning: exact binomial test, two-sided. */
    readonly pValue: number | null;
  };
  readonly ties: number;
  readonly bothBad: number;
  /** Of a vote, in milliseconds; null where votes do not say. */
  readonly medianMs: number | null;
  /** At that pace. */
  readonly votesPerHour: number | null;
  /** Characters of both answers a second, median; null where it is not known. */
  readonly charactersPerSecond: number | null;
  /** Why these votes look as if they were given without reading; empty where they do not. Their votes count all the same. */
  readonly careless: readonly string[];
}

/** How far voters agree on what several of them voted on. */
export interface VoterAgreement {
  /** Pairs and turns with votes of two voters or more. */
  readonly items: number;
  readonly questions: number;
  /** Two voters' votes on the same answers that are the same. */
  readonly same: VoteShare;
  /** Krippendorff's α, nominal, over first model, second model, tie; with its bootstrap interval over questions. */
  readonly alpha: Estimate & { readonly interval: Interval | null };
}

/** All that is said of votes and voters. */
export interface VoteFigures {
  /** First votes of all voters. */
  readonly votes: number;
  readonly repeats: number;
  readonly skips: number;
  /** Pairs and turns with a vote. */
  readonly items: number;
  readonly questions: number;
  /** Votes with unequal probabilities of being drawn: a figure must weight them. */
  readonly weighted: boolean;
  readonly voters: readonly VoterFigures[];
  readonly agreement: VoterAgreement;
}

/** Fewest votes after which a habit is called one. */
const FEWEST_VOTES = 12;
/** Fewest repeats likewise. */
const FEWEST_REPEATS = 5;
/** A chance of one in a thousand for a voter who has no such habit. */
const HABIT_P = 0.001;
/** Consistency that a voter who reads reaches at least; experts on MT-Bench agree with each other in two thirds. */
const EXPECTED_CONSISTENCY = 0.6;
/** Share of one and the same vote that is a habit. */
const SAME_VOTE = 0.95;
/** Characters a second that nobody reads: ten times as fast as a fast reader. */
const MOST_CHARACTERS_PER_SECOND = 400;

function shareOf(count: number, of: number): VoteShare {
  if (of === 0) return { count, of, percent: null, interval: null };
  const { interval } = wilsonInterval(count, of);
  return { count, of, percent: (100 * count) / of, interval: interval && scaleInterval(interval, 100) };
}

function medianOf(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((x, y) => x - y);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] as number;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] as number)) / 2;
}

/** What was preferred, whichever slot it stood in. */
function preferred(vote: Vote): string | null {
  if (vote.winner === "a") return vote.modelA;
  return vote.winner === "b" ? vote.modelB : null;
}

function selfConsistency(votes: readonly CountedVote[]): VoteShare {
  const first = new Map(
    votes.flatMap((vote) => (vote.repeat === 0 ? [[votedPair(vote), vote] as const] : [])),
  );
  const repeats = votes.filter(({ repeat }) => repeat > 0);
  const same = repeats.filter((vote) => {
    const before = first.get(votedPair(vote));
    return before !== undefined && preferred(before) === preferred(vote);
  });
  return shareOf(same.length, repeats.length);
}

/** A slot that was chosen far more often than chance; only votes whose slots were drawn can tell. */
function habitualSlot(votes: readonly CountedVote[]): string | undefined {
  const drawn = votes.filter(
    ({ winner, slotSeed }) => slotSeed !== undefined && (winner === "a" || winner === "b"),
  );
  const first = drawn.filter(({ winner }) => winner === "a").length;
  if (drawn.length < FEWEST_VOTES || binomialTest(first, drawn.length, 0.5).twoSided >= HABIT_P)
    return undefined;
  const [slot, count] = first * 2 > drawn.length ? ["A", first] : ["B", drawn.length - first];
  return `chose slot ${slot} in ${count} of ${countOf(drawn.length, "vote")}, whatever stood there`;
}

/** Why votes look careless. */
function carelessness(voter: Omit<VoterFigures, "careless">, votes: readonly CountedVote[]): string[] {
  const reasons: string[] = [];
  const { selfConsistency: own, charactersPerSecond } = voter;
  const slot = habitualSlot(votes);
  if (slot !== undefined) reasons.push(slot);
  const ofAKind = Math.max(
    ...["tie", "both-bad"].map((kind) => votes.filter(({ winner }) => winner === kind).length),
  );
  if (votes.length >= FEWEST_VOTES && ofAKind >= SAME_VOTE * votes.length)
    reasons.push(`gave the same vote ${ofAKind} times of ${votes.length}`);
  if (own.of >= FEWEST_REPEATS && binomialTest(own.count, own.of, EXPECTED_CONSISTENCY).lower < 0.025)
    reasons.push(`voted the same way on ${own.count} of ${countOf(own.of, "repeat")}`);
  if (
    charactersPerSecond !== null &&
    votes.length >= FEWEST_VOTES &&
    charactersPerSecond > MOST_CHARACTERS_PER_SECOND
  )
    reasons.push(`went through ${countOf(Math.round(charactersPerSecond), "character")} a second`);
  return reasons;
}

function figuresOf(
  voter: string,
  votes: readonly CountedVote[],
  skips: number,
  charactersOf: (vote: Vote) => number | undefined,
): VoterFigures {
  const decided = votes.filter(({ winner }) => winner === "a" || winner === "b");
  const first = decided.filter(({ winner }) => winner === "a").length;
  const times = votes.flatMap(({ ms }) => (ms === undefined ? [] : [ms]));
  const paces = votes.flatMap((vote) => {
    const characters = charactersOf(vote);
    return vote.ms === undefined || vote.repeat > 0 || characters === undefined
      ? []
      : [(1000 * characters) / Math.max(1, vote.ms)];
  });
  const medianMs = medianOf(times);
  const figures = {
    voter,
    votes: votes.filter(({ repeat }) => repeat === 0).length,
    skips,
    selfConsistency: selfConsistency(votes),
    firstSlot: {
      ...shareOf(first, decided.length),
      pValue: decided.length === 0 ? null : binomialTest(first, decided.length, 0.5).twoSided,
    },
    ties: votes.filter(({ winner }) => winner === "tie").length,
    bothBad: votes.filter(({ winner }) => winner === "both-bad").length,
    medianMs,
    votesPerHour: medianMs === null || medianMs === 0 ? null : 3_600_000 / medianMs,
    charactersPerSecond: medianOf(paces),
  };
  return { ...figures, careless: carelessness(figures, votes) };
}

function agreementOf(votes: readonly CountedVote[]): VoterAgreement {
  const items = new Map<string, CountedVote[]>();
  for (const vote of votes) {
    if (vote.repeat > 0) continue;
    const key = votedPair(vote);
    items.set(key, [...(items.get(key) ?? []), vote]);
  }
  const shared = [...items.values()].filter((group) => group.length > 1);
  const questionOf = (vote: Vote | undefined) => compositeKey(vote?.suite, vote?.questionId);
  let same = 0;
  let pairs = 0;
  for (const group of shared) {
    group.forEach((vote, place) => {
      for (const other of group.slice(place + 1)) {
        pairs++;
        if (preferred(vote) === preferred(other)) same++;
      }
    });
  }
  const clusters = shared.map(([vote]) => questionOf(vote));
  const base = { items: shared.length, questions: new Set(clusters).size, same: shareOf(same, pairs) };
  if (shared.length === 0) {
    const none = unavailable("no pair has votes of two voters");
    return { ...base, alpha: { ...none, interval: null } };
  }
  // The models' names differ from pair to pair: what is compared is first, second or neither of the pair's own.
  const units = shared.map((group) =>
    group.map((vote) => {
      const won = preferred(vote);
      return won === null ? "tie" : won === [vote.modelA, vote.modelB].sort()[0] ? "first" : "second";
    }),
  );
  const { estimate, interval, reason } = estimateKrippendorffAlpha(units, clusters, "nominal");
  const alpha: Estimate =
    estimate === null ? unavailable(reason ?? "it cannot be had") : { value: estimate, reason: null };
  return { ...base, alpha: { ...alpha, interval } };
}

/** What votes say of those who gave them. */
export interface VoteFigureOptions {
  /** Characters of both answers to the turn that a vote is on, where they are known. */
  readonly charactersOf?: (vote: Vote) => number | undefined;
}

/** Figures about voters: self-consistency, agreement, pace, leaning to a slot, and who seems not to read. */
export function voteFigures(
  votes: readonly CountedVote[],
  skips: readonly { readonly voter: string }[],
  { charactersOf = () => undefined }: VoteFigureOptions = {},
): VoteFigures {
  const first = votes.filter(({ repeat }) => repeat === 0);
  const names = [...new Set([...votes, ...skips].map(({ voter }) => voter))].sort();
  const probabilities = new Set(first.map(({ inclusionProbability }) => inclusionProbability));
  return {
    votes: first.length,
    repeats: votes.length - first.length,
    skips: skips.length,
    items: new Set(first.map(votedPair)).size,
    questions: new Set(first.map(({ suite, questionId }) => compositeKey(suite, questionId))).size,
    weighted: probabilities.size > 1,
    voters: names.map((name) =>
      figuresOf(
        name,
        votes.filter(({ voter }) => voter === name),
        skips.filter(({ voter }) => voter === name).length,
        charactersOf,
      ),
    ),
    agreement: agreementOf(votes),
  };
}
