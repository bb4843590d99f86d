import { compositeKey } from "../../core/composite-key.js";
import type { CorrectedFigure } from "../../core/corrected-figure.js";
import { presentFields } from "../../core/present-fields.js";
import type { JudgingMode, Suite } from "../../core/records.js";
import type { SuitePart } from "../../core/suite-part.js";
import type { ValueScale } from "../../stats/bounded-mean.js";
import type { BaselineAnswers } from "../../store/baseline-answers.js";
import { comparisonsOn } from "../agreement/comparisons.js";
import { correctedAgainst, votedAgainst, votedModel } from "../people/board-people.js";
import type { VotedModel } from "../people/voted-model.js";
import { type BoardInput, pairsOf } from "../scores/build-board.js";
import { criterionMeans } from "../scores/criterion-tracer.js";
import { outcomeScoringOf, outcomeTallies } from "../scores/outcome-rows.js";
import { pairwiseTallies } from "../scores/pairwise-rows.js";
import { preferenceEntries } from "../scores/preference-rows.js";
import { ratingColumns } from "../scores/rating-rows.js";
import { boardScale } from "../scores/scale.js";
import type { SlotValue } from "../scores/score-columns.js";
import type { SecondedModel } from "../second/seconded-model.js";
import type { CriterionMeans } from "./compare-criteria.js";

/** One model's values on one board, as a comparison needs them. */
export interface ComparedModel {
  readonly suite: string;
  readonly suiteHash?: string;
  /** Where a part of the suite's questions was asked. */
  readonly part?: SuitePart;
  readonly protocol: string;
  /** {@link Protocol.former}. */
  readonly former?: string;
  /** What is known of the baseline's answers. */
  readonly baselineAnswers?: BaselineAnswers;
  readonly mode: JudgingMode;
  readonly metric: "score" | "winRate";
  /** {@link BoardInput.figure}. */
  readonly figure?: "accuracy";
  readonly model: string;
  /** Worst and best value a lost verdict could have had. */
  readonly scale: ValueScale;
  readonly slots: readonly SlotValue[];
  /** Where a rule asked its judge several times: what each verdict says, in the places of `slots`. */
  readonly repeated?: () => readonly SlotValue[];
  /** Answers of each question that its run asked for. */
  readonly trials?: number;
  /** Where a rubric judged it: how often it met each criterion. */
  readonly criteria?: CriterionMeans;
  /** Whether the board ranks by a rate that no single question has (length control). */
  readonly isRankedByFit?: true;
  /** Where a second judge was asked on some of what its judge judged: what that makes of the figure, which decides. */
  readonly seconded?: () => SecondedModel;
  /** The model's judged comparisons (rated answers) with people's votes (ratings) on some of them; undefined without any. */
  readonly voted?: () => VotedModel | undefined;
  /** Its comparisons with another model of its board and the votes on them; undefined where nobody voted. */
  readonly votedAgainst?: (opponent: string) => VotedModel | undefined;
  /** Its win rate against another model of its board, corrected by votes; whatever the board's metric. */
  readonly correctedAgainst?: (opponent: string, level: number) => CorrectedFigure | undefined;
  /** Set where its run was looked at as it went: how many questions there are depends on the very figures. */
  readonly isSequenced?: true;
  /** First line of a question, where known. */
  readonly textOf?: (questionId: string) => string | undefined;
}

/** What tells which protocol a model was judged by. */
type Judged = Pick<ComparedModel, "protocol" | "former">;

/** Whether two models were judged by one protocol, be it that one of them still goes by its former id. */
export function isSameProtocol(one: Judged, other: Judged): boolean {
  return one.protocol === other.protocol || one.former === other.protocol || other.former === one.protocol;
}

/** The values of every model of a board, place by place. */
export function slotsByModel(input: BoardInput): Map<string, readonly SlotValue[]> {
  const { subjects, rows, frame, metric } = input;
  if (metric === "rating") {
    const columns = ratingColumns(
      subjects.map(([model = ""]) => model),
      rows,
      frame,
      input.scale,
    );
    return new Map(Array.from(columns, ([model, one]) => [model, one.slots] as const));
  }
  if (metric === "preference") {
    const entries = preferenceEntries(pairsOf(subjects), rows, frame);
    return new Map([...entries].map(([model, { columns }]) => [model, columns.slots]));
  }
  if (metric === "outcomes") {
    const tallies = outcomeTallies(pairsOf(subjects), rows, frame, outcomeScoringOf(input));
    return new Map([...tallies].map(([model, { columns }]) => [model, columns.slots]));
  }
  const { models } = pairwiseTallies(pairsOf(subjects), rows, frame);
  return new Map([...models].map(([model, tally]) => [model, tally.columns.slots]));
}

/** A model's values with a place's repeats one by one. */
function singleValues(input: BoardInput, model: string): readonly SlotValue[] {
  const slots = new Map(input.frame.slots.map((slot) => [compositeKey(slot.questionId, slot.turn), slot]));
  const at = (
    { questionId, turn }: { readonly questionId: string; readonly turn: number },
    value: number,
  ) => {
    const slot = slots.get(compositeKey(questionId, turn));
    return slot === undefined ? [] : [{ slot, value }];
  };
  if (input.metric === "rating")
    return [...input.rows].flatMap((row) =>
      row.a === model && row.verdict?.kind === "rating" ? at(row, row.verdict.rating) : [],
    );
  return comparisonsOn(input).flatMap((comparison) => {
    const { models, shares } = comparison;
    if (!models.includes(model)) return [];
    return shares.flatMap((share) => at(comparison, 100 * (models[0] === model ? share : 1 - share)));
  });
}

/** What a second judge makes of a model; nothing where none stands beside the board's own. */
function secondedOf({ second, head, subjects }: BoardInput, model: string): Pick<ComparedModel, "seconded"> {
  if (second === undefined) return {};
  const { judge, protocol } = second;
  const seconded = () => ({ judge, protocol, first: head.judge, things: second.things(model, subjects) });
  return { seconded };
}

/** Every model of a board with its values. */
export function comparedModels(input: BoardInput, suite?: Suite): ComparedModel[] {
  const { head, metric } = input;
  const criteria = criterionMeans(input.criteria, suite);
  const texts = new Map(suite?.questions.map((question) => [question.id, question.turns[0] ?? ""]));
  return [...slotsByModel(input)].map(([model, slots]) => ({
    suite: head.suite,
    ...presentFields({ part: head.part }),
    ...(suite === undefined ? {} : { suiteHash: suite.hash, textOf: (id: string) => texts.get(id) }),
    protocol: head.protocol,
    ...presentFields({ former: input.former, baselineAnswers: input.baselineAnswers }),
    mode: head.mode,
    metric: metric === "rating" ? "score" : "winRate",
    ...presentFields({ figure: input.figure, criteria: criteria.get(model) }),
    model,
    scale: boardScale(input),
    slots,
    ...(input.frame.isRepeated === true ? { repeated: () => singleValues(input, model) } : {}),
    trials: input.frame.trials,
    ...(head.sequence === undefined ? {} : { isSequenced: true as const }),
    ...secondedOf(input, model),
    ...(metric === "preference" ? { isRankedByFit: true as const } : {}),
    ...(input.votes === undefined && input.ratings === undefined
      ? {}
      : {
          voted: () => votedModel(input, model),
          votedAgainst: (opponent: string) => votedAgainst(input, model, opponent),
          correctedAgainst: (opponent: string, level: number) =>
            correctedAgainst(input, model, opponent, level),
        }),
  }));
}

/**
 * Two models that were judged against each other directly, or undefined when the board has no such pair. A question on
 * which the candidate takes 100 leaves the base 0, so the mean difference is the difference of the two win rates.
 */
export function directPair(
  input: BoardInput,
  base: string,
  candidate: string,
  suite?: Suite,
): { readonly base: ComparedModel; readonly candidate: ComparedModel } | undefined {
  if (input.metric !== "win-rate" && input.metric !== "outcomes") return undefined;
  const subjects = pairsOf(input.subjects).filter(
    ([first, second]) => (first === base && second === candidate) || (first === candidate && second === base),
  );
  if (subjects.length === 0) return undefined;
  const models = comparedModels({ ...input, subjects }, suite);
  const of = (id: string) => models.find((one) => one.model === id);
  const [baseModel, candidateModel] = [of(base), of(candidate)];
  if (baseModel === undefined || candidateModel === undefined) return undefined;
  return { base: baseModel, candidate: candidateModel };
}
