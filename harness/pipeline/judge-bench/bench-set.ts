import type { JudgedPair, LabelledPair } from "../../core/labelled-pair.js";
import type { AnswerChoice } from "../agreement/verdict-set.js";

/**
 * How a set scores a judge. `judgebench`: share of pairs whose two games together are right. `llmbar`: mean accuracy of the
 * two orders. `best-of-n`: share of prompts on which every right answer beats every wrong one. `votes`: agreement with
 * people's votes, ties as a choice (MT-Bench's S1).
 */
export type SetRule = "judgebench" | "llmbar" | "best-of-n" | "votes";

/** Labelled pairs that a judge can be held against. */
export interface LabelledSet {
  /** Such as `judgebench`, `LLMBar/Natural`, or the name of a user's file. */
  readonly name: string;
  readonly rule: SetRule;
  readonly pairs: readonly LabelledPair[];
  /** People's votes, where a pair has several; `label` of a pair is then what most of them say. */
  readonly votes?: readonly AnswerChoice[];
}

/** Verdicts of one judge beside people's votes on the same comparisons. */
export interface VotesBeside {
  readonly people: readonly AnswerChoice[];
  readonly verdicts: readonly AnswerChoice[];
  /** Verdicts that are ties because the two orders contradicted each other, where the file tells. */
  readonly inconsistent?: number;
}

/** A set with what one judge said of it. */
export interface JudgedSet {
  readonly set: string;
  readonly rule: SetRule;
  /** Judge model. */
  readonly judge: string;
  /** Name of the judge or prompt, such as `arena_hard`, where it is known. */
  readonly judgeName?: string;
  /** How it was prompted, as LLMBar names it. */
  readonly strategy?: string;
  /** Id of the protocol, where assay asked. */
  readonly protocol?: string;
  /** Models that wrote the answers; empty where it is not known. */
  readonly answersBy: readonly string[];
  /** Pairs judged in both orders; empty where only merged verdicts are known. */
  readonly pairs: readonly JudgedPair[];
  readonly votes?: VotesBeside;
  /** What the calls took, where assay asked. */
  readonly calls?: BenchCalls;
}

/** What the verdicts on a set took. */
export interface BenchCalls {
  /** Verdicts that were obtained, two for each pair. */
  readonly verdicts: number;
  /** Verdicts with a known price, and what they cost together. */
  readonly priced: number;
  readonly costUsd: number;
  /** Verdicts that were timed, and how long they took together, in seconds, one after the other. */
  readonly timed: number;
  readonly seconds: number;
}

/** Every pair with the outcomes of its games, in the order of the set. */
export function judgedPair(
  { id, label, a, b, group, cluster }: LabelledPair,
  games: JudgedPair["games"],
  lengthOf: (text: string) => number,
): JudgedPair {
  const total = (texts: readonly string[]) => texts.reduce((sum, text) => sum + lengthOf(text), 0);
  return {
    id,
    label,
    games,
    ...(group === undefined ? {} : { group }),
    ...(cluster === undefined ? {} : { cluster }),
    ...(a.length === 0 ? {} : { lengths: { a: total(a), b: total(b) } }),
  };
}
