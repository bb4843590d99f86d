import { type JudgeRepeats, roundsOn } from "../core/judge-repeats.js";
import { type RankedPools, rankingsPerTurn } from "../core/ranking.js";
import type { Judge, JudgeItem, JudgingMode, Question, Suite } from "../core/records.js";

/** Turns of a question that a judge gives a verdict on. */
export function judgedTurns(judge: Judge, question: Question): readonly number[] {
  const turns = question.turns.map((_, index) => index + 1);
  return judge.turns === "each" ? turns : turns.slice(-1);
}

/** Asks the judge for a request on made-up answers, so that a question it cannot judge is found before a call is paid for. */
export function checkJudgeable(judge: Judge, suite: Suite): void {
  for (const question of suite.questions) {
    for (const turn of judgedTurns(judge, question)) {
      const texts = question.turns.slice(0, turn).map(() => "");
      const nonce = "0";
      judge.request(itemOf(judge, question, turn, [texts, texts], nonce));
    }
  }
}

/**
 * What a judge is shown.
 * @param shown Answers to turns 1…turn of each model, in the order shown.
 * @param seed Rankings only: what the order of the comparisons is drawn from.
 */
export function itemOf(
  judge: Pick<Judge, "kind">,
  question: Question,
  turn: number,
  shown: readonly (readonly string[])[],
  nonce: string,
  seed = "",
): JudgeItem {
  const [a = [], b = []] = shown;
  if (judge.kind === "single") return { kind: "single", question, turn, answer: a, nonce };
  if (judge.kind === "pair") return { kind: "pair", question, turn, a, b, nonce };
  return { kind: "ranking", question, turn, answers: shown, seed, nonce };
}

const MODES_OF: Readonly<Record<Judge["kind"], readonly JudgingMode[]>> = {
  single: ["single"],
  pair: ["pairwise-baseline", "pairwise-all"],
  ranking: ["ranking"],
};

/** Modes in which a judge can be used. */
export function modesOf({ kind }: Pick<Judge, "kind">): readonly JudgingMode[] {
  return MODES_OF[kind];
}

/** What a protocol asks for: its judge, who is judged and how often, and who is ranked together. */
interface Comparisons {
  readonly judge: Judge;
  readonly subjects: readonly (readonly string[])[];
  readonly ranked?: RankedPools;
  readonly repeats?: JudgeRepeats;
}

/** Verdicts that a protocol asks for over the questions of a suite. */
export function verdictsPlanned(
  { judge, subjects, ranked, repeats }: Comparisons,
  suite: Suite,
  trials: number,
): number {
  const verdictsPerSubject = suite.questions.reduce(
    (sum, one) => sum + judgedTurns(judge, one).length * roundsOn(repeats, suite.id, one),
    0,
  );
  const orders = judge.kind === "pair" && judge.orders !== "seeded" ? 2 : 1;
  const asked = ranked === undefined ? subjects.length : rankingsPerTurn(ranked);
  return asked * verdictsPerSubject * orders * trials;
}
