import { compositeKey } from "../../core/composite-key.js";
import { formatFixed } from "../../core/shown-number.js";
import { raterAgreement } from "../../stats/rater-agreement.js";
import { percentScale } from "../scores/scale.js";
import {
  type AgreementOptions,
  agreementFigure,
  type BiasItem,
  type ChoiceAgreement,
  type ChoiceSetup,
  type ChoiceSetups,
  modelBiases,
} from "./agreement.js";
import type { MatchedVerdict, Matching } from "./match-verdicts.js";
import type { AnswerChoice } from "./verdict-set.js";

/** What a choice is between: the answers of two models to one turn. */
export function choiceKey({ questionId, turn, trial, models }: AnswerChoice): string {
  return compositeKey(questionId, turn, trial, ...models);
}

type MatchedChoice = MatchedVerdict<AnswerChoice>;

function setupOf(
  pairs: readonly MatchedChoice[],
  labels: readonly AnswerChoice["choice"][],
  options: AgreementOptions,
): ChoiceSetup {
  const agreed = raterAgreement(
    pairs.map(({ first, second }) => ({
      first: first.choice,
      second: second.choice,
      cluster: first.questionId,
    })),
    { ...options, labels },
  );
  return {
    items: agreed.items,
    questions: agreed.clusters,
    raw: agreementFigure(agreed.raw, 100),
    random: 100 / labels.length,
    kappa: agreementFigure(agreed.kappa),
    ac1: agreementFigure(agreed.ac1),
    alpha: agreementFigure(agreed.alpha),
  };
}

function setupsOf(pairs: readonly MatchedChoice[], options: AgreementOptions): ChoiceSetups {
  const decided = pairs.filter(({ first, second }) => first.choice !== "tie" && second.choice !== "tie");
  return {
    s1: setupOf(pairs, ["first", "second", "tie"], options),
    s2: setupOf(decided, ["first", "second"], options),
  };
}

const POINTS: Readonly<Record<AnswerChoice["choice"], number>> = { first: 100, tie: 50, second: 0 };

function biasItems({ first, second }: MatchedChoice): BiasItem[] {
  const { questionId, models } = first;
  const [left, right] = models;
  const [own, other] = [POINTS[first.choice], POINTS[second.choice]];
  return [
    { model: left, questionId, first: own, second: other },
    { model: right, questionId, first: 100 - own, second: 100 - other },
  ];
}

function sentenceOf(setups: ChoiceSetups | undefined): string {
  const told = (setup: ChoiceSetup | undefined) =>
    setup === undefined || setup.raw.value === null
      ? "unknown"
      : `${formatFixed(setup.raw.value, 1)}% of ${setup.items} (at random ${formatFixed(setup.random, 0)}%)`;
  return `The two agree on ${told(setups?.s1)} choices with ties as a choice, and on ${told(setups?.s2)} where neither says tie.`;
}

/**
 * Agreement of two sets of choices in MT-Bench's setups S1 and S2, by turn (Zheng et al. 2023, arXiv 2306.05685,
 * table 5; FastChat, `compute_agreement.py`): raw agreement beside what chance gives, Cohen's κ, Gwet's AC1,
 * Krippendorff's nominal α, and the bias towards each model. Intervals are clustered by question.
 */
export function choiceAgreement(
  { pairs, unmatched }: Matching<AnswerChoice>,
  options: AgreementOptions,
): ChoiceAgreement {
  const turns = [...new Set(pairs.map(({ first }) => first.turn))].sort((x, y) => x - y);
  const byTurn = turns.map(
    (turn) =>
      [
        String(turn),
        setupsOf(
          pairs.filter(({ first }) => first.turn === turn),
          options,
        ),
      ] as const,
  );
  const [only] = byTurn;
  const all = turns.length > 1 ? setupsOf(pairs, options) : only?.[1];
  return {
    unmatched,
    turns: Object.fromEntries(turns.length > 1 && all !== undefined ? [...byTurn, ["all", all]] : byTurn),
    models: modelBiases(pairs.flatMap(biasItems), { level: options.level, scale: percentScale }),
    sentence: sentenceOf(all),
  };
}
