import { cohenKappa, crossTabulate } from "../../stats/agreement.js";
import { meanFigureOf } from "../agreement/agreement.js";
import { choiceKey } from "../agreement/choice-agreement.js";
import { type MatchedVerdict, matchSets, matchWithin } from "../agreement/match-verdicts.js";
import type { AnswerChoice } from "../agreement/verdict-set.js";
import { percentScale } from "../scores/scale.js";
import type { SetScore, VoteAgreement } from "./bench-result.js";
import type { VotesBeside } from "./bench-set.js";

type Matched = readonly MatchedVerdict<AnswerChoice>[];

function agreementOn(
  pairs: Matched,
  between: VoteAgreement["between"],
  turn: VoteAgreement["turn"],
  setup: VoteAgreement["setup"],
): VoteAgreement {
  const counted = pairs.filter(
    ({ first, second }) => setup === "S1" || (first.choice !== "tie" && second.choice !== "tie"),
  );
  const values = counted.map(({ first, second }) => (first.choice === second.choice ? 100 : 0));
  const { value, interval } = meanFigureOf(
    values,
    counted.map(({ first }) => first.questionId),
    { scale: percentScale },
  );
  const labels: readonly AnswerChoice["choice"][] = ["first", "second", "tie"];
  const table = crossTabulate(
    counted.map(({ first }) => first.choice),
    counted.map(({ second }) => second.choice),
    labels,
  );
  return {
    between,
    turn,
    setup,
    agreed: values.filter((one) => one === 100).length,
    n: counted.length,
    percent: value,
    interval,
    kappa: cohenKappa(table).value,
  };
}

/** MT-Bench's data call the benchmark's authors `author_…`; all others who voted are taken for people at large. */
function isAuthor({ rater }: AnswerChoice): boolean {
  return rater.startsWith("author_");
}

/**
 * Agreement in MT-Bench's setups S1 and S2, by turn and over all turns (Zheng et al. 2023, arXiv 2306.05685, table 5;
 * FastChat, `compute_agreement.py`): every vote meets the judge's one verdict on the same comparison, and people's votes
 * meet each other, each two once.
 */
export function voteAgreement({ people, verdicts }: VotesBeside): VoteAgreement[] {
  const [authors, humans] = [people.filter(isAuthor), people.filter((vote) => !isAuthor(vote))];
  const matched: readonly (readonly [VoteAgreement["between"], Matched])[] = [
    ["judge–human", matchSets(verdicts, humans, choiceKey).pairs],
    ["human–human", matchWithin(humans, choiceKey).pairs],
    ["judge–author", matchSets(verdicts, authors, choiceKey).pairs],
    ["author–human", matchSets(authors, humans, choiceKey).pairs],
  ];
  return matched.flatMap(([between, pairs]) => {
    if (pairs.length === 0) return [];
    const turns = [...new Set(pairs.map(({ first }) => first.turn))].sort((x, y) => x - y);
    const rows = (turn: VoteAgreement["turn"]) => {
      const there = turn === "all" ? pairs : pairs.filter(({ first }) => first.turn === turn);
      return (["S1", "S2"] as const).map((setup) => agreementOn(there, between, turn, setup));
    };
    return [...turns, ...(turns.length > 1 ? (["all"] as const) : [])].flatMap(rows);
  });
}

/** The score of a set of votes: agreement with people in S1 over all turns, a vote of an author where nobody else voted. */
export function voteScore(rows: readonly VoteAgreement[], votes: VotesBeside): Omit<SetScore, "missing"> {
  const of = (setup: VoteAgreement["setup"]) => {
    const found = rows.filter((row) => row.setup === setup && row.between.startsWith("judge–"));
    return found.find(({ turn }) => turn === "all") ?? found[0];
  };
  const [s1, s2] = [of("S1"), of("S2")];
  const { agreed = 0, n = 0, percent = null, interval = null } = s1 ?? {};
  const opposed = (s2?.n ?? 0) - (s2?.agreed ?? 0);
  return {
    n,
    correct: agreed,
    incorrect: opposed,
    ties: n - agreed - opposed,
    score: votes.verdicts.length === 0 ? null : percent,
    interval,
  };
}
