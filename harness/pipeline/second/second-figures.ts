import { ConfigError } from "../../core/errors.js";
import { correctedDifference, type KeyedThing } from "../../stats/correction/corrected-difference.js";
import { type CorrectedMean, correctedMean } from "../../stats/correction/corrected-mean.js";
import type { ComparedModel } from "../compare/question-values.js";
import type { SecondedModel } from "./seconded-model.js";

/** Two models whose figures a second judge corrects. */
interface SecondedPair {
  readonly base: SecondedModel;
  readonly candidate: SecondedModel;
}

function inCategory(
  { slots }: Pick<ComparedModel, "slots">,
  { things }: SecondedModel,
  category: string | undefined,
): readonly KeyedThing[] {
  if (category === undefined) return things;
  const questions = new Set(
    slots.filter(({ slot }) => slot.category === category).map(({ slot }) => slot.questionId),
  );
  return things.filter(({ cluster }) => questions.has(cluster));
}

/** A model's mean as the second judge would have given it; undefined where none stands beside its judge. */
export function secondMean(
  model: Pick<ComparedModel, "slots" | "scale" | "seconded">,
  category: string | undefined,
  level: number,
): { readonly mean: CorrectedMean; readonly seconded: SecondedModel } | undefined {
  const seconded = model.seconded?.();
  if (seconded === undefined) return undefined;
  const { scale } = model;
  return { mean: correctedMean(inCategory(model, seconded, category), { scale, level }), seconded };
}

/**
 * Both sides of a comparison, where either has a second judge; undefined where neither has.
 * @throws ConfigError `second-judge-missing` where one side alone has one, `different-second-judges` where they differ.
 */
export function secondedPair(pair: {
  readonly base: ComparedModel;
  readonly candidate: ComparedModel;
}): SecondedPair | undefined {
  const [base, candidate] = [pair.base.seconded?.(), pair.candidate.seconded?.()];
  if (base === undefined && candidate === undefined) return undefined;
  if (base === undefined || candidate === undefined) {
    const [without, by] = base === undefined ? [pair.base, candidate] : [pair.candidate, base];
    throw secondMissing(without.model, by?.judge ?? "the second judge");
  }
  if (base.protocol === candidate.protocol) return { base, candidate };
  throw new ConfigError(
    `${pair.base.model} is corrected to ${base.protocol} and ${pair.candidate.model} to ${candidate.protocol}`,
    {
      code: "different-second-judges",
      remedy: "Judge both with the same --second-judge, prompts and parameters.",
    },
  );
}

/** The error for a base that no second judge corrects, beside a candidate that one does. */
export function secondMissing(base: string, judge: string): ConfigError {
  return new ConfigError(
    `${base} has no verdicts of the second judge ${judge}, and a corrected figure is not compared with one that is not`,
    {
      code: "second-judge-missing",
      remedy:
        "Compare with a run folder that was judged by both (`assay judge RUN --judge … --second-judge …` adds them); a baseline file keeps the first judge's figures alone.",
    },
  );
}

/**
 * Difference of two figures as the second judge would have given them, candidate − base, clustered by question.
 * @returns undefined where neither side has a second judge.
 * @throws ConfigError as {@link secondedPair}.
 */
export function secondDifference(
  pair: { readonly base: ComparedModel; readonly candidate: ComparedModel },
  category: string | undefined,
  level: number,
): { readonly difference: CorrectedMean; readonly seconded: SecondedPair } | undefined {
  const seconded = secondedPair(pair);
  if (seconded === undefined) return undefined;
  const difference = correctedDifference(
    inCategory(pair.base, seconded.base, category),
    inCategory(pair.candidate, seconded.candidate, category),
    { scale: pair.base.scale, level },
  );
  return { difference, seconded };
}
