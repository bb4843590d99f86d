import type { Figure } from "../../core/board.js";
import type { GameOutcome, JudgedPair, PairChoice } from "../../core/labelled-pair.js";
import { presentFields } from "../../core/present-fields.js";
import { cohenKappa, crossTabulate } from "../../stats/agreement.js";
import type { BenchCost, SetResult } from "./bench-result.js";
import type { BenchCalls, JudgedSet } from "./bench-set.js";
import { pairFigures, Reasons } from "./pair-figures.js";
import { scorePairs } from "./set-score.js";
import { voteAgreement, voteScore } from "./vote-agreement.js";

function isWhole({ games }: JudgedPair): boolean {
  return games.every((outcome) => outcome !== "missing");
}

/**
 * κ between the orders as LLMBar's `evaluate.py` computes it: everything but winner "1" is one label, so that an unreadable
 * winner counts as "2". Cohen's κ only where there is none.
 */
function publishedKappa(pairs: readonly JudgedPair[]): Figure {
  const taken = (outcome: GameOutcome): PairChoice => (outcome === "a" ? "a" : "b");
  const [first, second] = ([0, 1] as const).map((game) => pairs.map(({ games }) => taken(games[game])));
  return cohenKappa(crossTabulate(first ?? [], second ?? [], ["a", "b"])).value;
}

function llmBarFigures(pairs: readonly JudgedPair[], reasons: Reasons) {
  const isDefined = pairs.every(({ games }) => games.every((outcome) => outcome !== "unreadable"));
  if (!isDefined) {
    reasons.told.publishedKappa =
      'LLMBar\'s κ counts a winner that could not be read as "2"; `kappa` leaves such pairs out';
  }
  return { publishedKappa: publishedKappa(pairs), isPublishedKappaDefined: isDefined };
}

/** Two verdicts for each pair: what a thousand pairs cost and how long they take, one call after the other. */
function costOf({ verdicts, priced, costUsd, timed, seconds }: BenchCalls): BenchCost {
  return {
    usdPer1000: priced === 0 ? null : (2000 * costUsd) / priced,
    secondsPer1000: timed === 0 ? null : (2000 * seconds) / timed,
    costUsd: priced === 0 ? null : costUsd,
    verdicts,
  };
}

/** Everything that is known of a judge on one set. */
export function scoreSet(judged: JudgedSet): SetResult {
  const { set, rule, judge, answersBy, votes, calls } = judged;
  const pairs = judged.pairs.filter(isWhole);
  const reasons = new Reasons();
  const agreement = votes === undefined ? undefined : voteAgreement(votes);
  const { score, groups } = scorePairs(pairs, rule);
  const figures = judged.pairs.length === 0 ? {} : pairFigures(pairs, reasons);
  return {
    set,
    rule,
    judge,
    ...presentFields({
      judgeName: judged.judgeName,
      strategy: judged.strategy,
      protocol: judged.protocol,
    }),
    answersBy: answersBy.length === 0 ? null : answersBy.join(", "),
    ...(agreement === undefined || votes === undefined ? score : voteScore(agreement, votes)),
    missing: judged.pairs.length - pairs.length,
    ...figures,
    ...(votes?.inconsistent === undefined ? {} : { inconsistent: votes.inconsistent }),
    ...(rule === "llmbar" ? llmBarFigures(pairs, reasons) : {}),
    groups,
    ...presentFields({ agreement, cost: calls === undefined ? undefined : costOf(calls) }),
    reasons: reasons.told,
  };
}
