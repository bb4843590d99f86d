import {
  ACCURACY_NORMS,
  type AccuracyNorm,
  type ChoiceLikelihoods,
  choiceLetter,
  type LikelihoodAsk,
  readLikelihoods,
} from "../../harness/core/likelihood.js";
import type { ComparedAnswer, RightAnswer } from "../../harness/core/records.js";
import { codePointLength } from "../../harness/core/text.js";

type ChoiceKey = Extract<RightAnswer, { readonly kind: "choice" }>;

/** Place of the largest value, the first of equals. */
function largest(values: readonly number[]): number {
  return values.reduce((best, value, place) => (value > (values[best] ?? Number.NaN) ? place : best), 0);
}

/** What each way of deciding looks at, as lm-evaluation-harness computes it; undefined where it lacks what it needs. */
function valuesBy(
  norm: AccuracyNorm,
  { texts, alone }: ChoiceLikelihoods,
  { options }: LikelihoodAsk,
): readonly number[] | undefined {
  const over = (lengthOf: (option: string) => number) =>
    options && texts.map((sum, place) => sum / lengthOf(options[place] ?? ""));
  switch (norm) {
    case "acc":
      return texts;
    case "acc_norm":
      return over(codePointLength);
    case "acc_bytes":
      return over((option) => Buffer.byteLength(option));
    case "acc_mutual_info":
      return alone.length === 0 ? undefined : texts.map((sum, place) => sum - (alone[place] ?? 0));
  }
}

/**
 * Decides a multiple choice by the log-probabilities of its choices, in every way that they allow
 * (lm-evaluation-harness 0.4.13, `ConfigurableTask.process_results`); the question's headline says which one counts.
 */
export function compareLikelihoods(answer: string, key: ChoiceKey, ask: LikelihoodAsk): ComparedAnswer {
  const read = readLikelihoods(answer);
  const isWhole = read?.texts.length === ask.texts.length && read.alone.length === (ask.alone?.length ?? 0);
  if (read === undefined || !isWhole)
    return { outcome: "unreadable", reason: "the answer does not hold the log-probability of every choice" };
  const taken = ACCURACY_NORMS.flatMap((norm) => {
    const values = valuesBy(norm, read, ask);
    return values === undefined ? [] : [[norm, choiceLetter(largest(values))] as const];
  });
  const letter = taken.find(([norm]) => norm === ask.headline)?.[1] ?? "";
  return {
    outcome: key.right.includes(letter) ? "right" : "wrong",
    read: letter,
    taken: Object.fromEntries(taken),
  };
}
