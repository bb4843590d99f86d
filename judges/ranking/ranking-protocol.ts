import { type RankedAnswers, rankedAnswers } from "../../harness/core/ranking.js";
import { type PairDisagreement, pairDisagreement, rankingGroups } from "../../harness/core/ranks.js";
import type { Generation, Json, JudgeRequest, Question } from "../../harness/core/records.js";
import { createRankingJudge, type RankedItem, type RankingOptions } from "./ranking-judge.js";

/** Answers that are ranked together. */
export interface RankingItem {
  readonly question: Question;
  /** Turn that is judged, from 1. */
  readonly turn: number;
  /** Models with their answers to turns 1…turn; 2 to 9 of them. */
  readonly answers: readonly { readonly model: string; readonly texts: readonly string[] }[];
  /** Text that no answer can contain by design: it delimits the answers, and the lines that count carry it. */
  readonly nonce: string;
}

/** A ranking with models in the place of labels. */
export type RankingVerdict =
  | {
      readonly kind: "ranking";
      /** Models from best to worst; equal ones in one group. */
      readonly groups: readonly (readonly string[])[];
      /** Models in the order in which they were shown. */
      readonly slots: readonly string[];
      /** Preferences that the reply stated pair by pair, before it ranked; `better` is null for equal ones. */
      readonly pairs: readonly {
        readonly models: readonly [string, string];
        readonly better: string | null;
      }[];
      /** How far those contradict the ranking. */
      readonly disagreement: PairDisagreement;
    }
  | { readonly kind: "unreadable"; readonly reason: string };

/** The judge of `--mode ranking` by models instead of slots: a request, and the reading of its reply; both pure. */
export interface RankingProtocol {
  /** Everything besides the judge model that decides a ranking. */
  readonly identity: { readonly [key: string]: Json };
  /** @throws RangeError unless 2 to 9 answers are ranked. */
  request(item: RankingItem): JudgeRequest;
  read(generation: Generation, item: RankingItem): RankingVerdict;
}

function shownItem(
  { question, turn, answers, nonce }: RankingItem,
  protocol: string,
): { readonly ranked: RankedAnswers; readonly item: RankedItem } {
  const models = answers.map(({ model }) => model);
  const ranked = rankedAnswers(models, { protocol, questionId: question.id, turn, trial: 1 });
  const textsOf = (model: string) => answers.find((one) => one.model === model)?.texts ?? [];
  const item: RankedItem = {
    kind: "ranking",
    question,
    turn,
    answers: ranked.models.map(textsOf),
    seed: ranked.seed,
    nonce,
  };
  return { ranked, item };
}

/**
 * Ranks 2 to 9 answers outside of a run, as `--mode ranking` does: slots, and the order of the comparisons that come
 * first, are drawn from protocol, question and models.
 */
export function rankingProtocol(options: RankingOptions = {}): RankingProtocol {
  const judge = createRankingJudge(options);
  const seed = JSON.stringify(judge.identity);
  return {
    identity: judge.identity,
    request: (item) => judge.request(shownItem(item, seed).item),
    read: (generation, given) => {
      const { ranked, item } = shownItem(given, seed);
      const verdict = judge.read(generation, item);
      if (verdict.kind !== "ranking")
        return { kind: "unreadable", reason: verdict.kind === "unreadable" ? verdict.reason : "no ranking" };
      const named = (label: string) => ranked.models[ranked.labels.indexOf(label)] ?? "";
      const groups = rankingGroups(verdict);
      const lines = verdict.pairs ?? [];
      return {
        kind: "ranking",
        groups: groups.map((group) => group.map(named)),
        slots: ranked.models,
        pairs: lines.map(({ pair: [one, other], better }) => ({
          models: [named(one), named(other)],
          better: better === null ? null : named(better),
        })),
        disagreement: pairDisagreement(groups, lines),
      };
    },
  };
}
