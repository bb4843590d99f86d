import type { CorrectedFigure } from "../../core/corrected-figure.js";
import { ConfigError } from "../../core/errors.js";
import { presentFields } from "../../core/present-fields.js";
import { correctedDifference } from "../../stats/correction/corrected-difference.js";
import { type CorrectedMean, correctedMean } from "../../stats/correction/corrected-mean.js";
import { correctedFigure, PAIRS, uncorrectedFigure } from "../people/corrected-things.js";
import { ANSWERS } from "../people/rated-answers.js";
import type { VotedModel } from "../people/voted-model.js";
import type { ComparedModel } from "./question-values.js";

function inCategory(voted: VotedModel, questions: ReadonlySet<string> | undefined): VotedModel {
  if (questions === undefined) return voted;
  return { ...voted, things: voted.things.filter(({ cluster }) => questions.has(cluster)) };
}

/** Questions of a category; undefined for all. */
function questionsOf(model: ComparedModel, category: string | undefined): ReadonlySet<string> | undefined {
  if (category === undefined) return undefined;
  return new Set(
    model.slots.filter(({ slot }) => slot.category === category).map(({ slot }) => slot.questionId),
  );
}

/** A model's voted comparisons. @throws ConfigError where nobody voted on any. */
export function requireVotes(model: ComparedModel): VotedModel {
  const voted = model.voted?.();
  if (voted?.reason !== undefined)
    throw new ConfigError(`${model.model}: ${voted.reason}`, {
      code: "votes-missing",
      remedy: "Let people vote on them too (`assay vote` draws from all pairs where no --model is named).",
    });
  if (voted !== undefined) return voted;
  throw new ConfigError(
    model.metric === "score"
      ? `nobody rated the answers of ${model.model}; votes are choices, which cannot correct a rating`
      : `nobody voted on the comparisons of ${model.model}`,
    {
      code: "votes-missing",
      remedy:
        model.metric === "score"
          ? "Take in people's ratings of single answers (`assay vote import`, or --votes FILE), or judge pairs and let people vote on them."
          : "Let people vote on this run, or name a file of votes with --votes.",
    },
  );
}

/** A model's win rate (in percent) or rating corrected by people. @throws ConfigError without votes or ratings. */
export function correctedValue(
  model: ComparedModel,
  category: string | undefined,
  level: number,
): CorrectedMean {
  const { things } = inCategory(requireVotes(model), questionsOf(model, category));
  return correctedMean(things, { scale: model.scale, level });
}

/** Difference of two models' corrected win rates (in percentage points) or ratings. @throws ConfigError without votes on either. */
export function correctedValues(
  pair: { readonly base: ComparedModel; readonly candidate: ComparedModel },
  category: string | undefined,
  level: number,
): CorrectedMean {
  const sides = [pair.base, pair.candidate].map((model) =>
    inCategory(requireVotes(model), questionsOf(model, category)),
  );
  const [base, candidate] = sides;
  return correctedDifference(base?.things ?? [], candidate?.things ?? [], { scale: pair.base.scale, level });
}

/** What people's votes add to a comparison. */
export interface VotesOnComparison {
  readonly corrected?: CorrectedFigure;
  readonly preferred?: CorrectedFigure;
}

/** The corrected figures of a comparison, as far as people voted on it. */
export function votesOnComparison(
  base: ComparedModel,
  candidate: ComparedModel,
  level: number,
): VotesOnComparison {
  const preferred = candidate.correctedAgainst?.(base.model, level);
  const of = base.metric === "score" ? ANSWERS : PAIRS;
  const [before, after] = [base.voted?.(), candidate.voted?.()];
  if (before === undefined || after === undefined) return presentFields({ preferred });
  if (before.reason !== undefined || after.reason !== undefined) {
    const [left, why] = before.reason === undefined ? [candidate, after] : [base, before];
    const corrected = uncorrectedFigure(`${left.model}: ${why.reason}`, why.labels, of);
    return presentFields({ corrected, preferred });
  }
  const difference = correctedDifference(before.things, after.things, { scale: base.scale, level });
  // A vote between the two themselves is on both sides, and one vote all the same.
  const labels = new Map([...before.labels, ...after.labels].map((label) => [label.thing, label]));
  return presentFields({ corrected: correctedFigure(difference, [...labels.values()], of), preferred });
}
