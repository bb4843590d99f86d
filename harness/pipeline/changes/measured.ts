import type { Change } from "../../core/change.js";
import { presentFields } from "../../core/present-fields.js";
import type { StatedFigure } from "../../core/stated-figure.js";
import type { ValueScale } from "../../stats/bounded-mean.js";
import type { ComparedModel } from "../compare/question-values.js";
import type { VotedModel } from "../people/voted-model.js";
import { percentScale } from "../scores/scale.js";

/** What is measured of which model. */
export interface MeasuredHead
  extends Pick<Change, "suite" | "part" | "asked" | "metric" | "unit" | "lowerIsBetter" | "judge"> {
  readonly model: string;
  /** Ends of the scale of its values, where they are known. */
  readonly scale?: ValueScale;
}

/** One quantity of one model: by its records, or as somebody else states it. */
export interface Measured extends MeasuredHead {
  /** Run folder or file that it comes from. */
  readonly source: string;
  readonly by:
    | { readonly kind: "records"; readonly values: ComparedModel }
    | { readonly kind: "stated"; readonly figure: StatedFigure }
    /** Win rate of this model against `opponent` by people's votes, the judge's verdicts helping. */
    | { readonly kind: "votes"; readonly voted: VotedModel; readonly opponent: string };
}

/** What people say of two models, as a quantity of the candidate. */
export function measuredByVotes(candidate: Measured, voted: VotedModel, opponent: string): Measured {
  const { suite, model, source } = candidate;
  return {
    suite,
    metric: "people's preference",
    model,
    unit: "percent",
    scale: percentScale,
    lowerIsBetter: false,
    source,
    by: { kind: "votes", voted, opponent },
  };
}

function isPercent({ low, high }: ValueScale): boolean {
  return low === percentScale.low && high === percentScale.high;
}

/** A model's values on a board as a quantity. */
export function measuredByRecords(values: ComparedModel, source: string, judge?: string): Measured {
  const { suite, model, metric, figure, scale } = values;
  return {
    suite,
    metric: figure ?? metric,
    model,
    // Rates are percent whatever they are called.
    unit: metric === "score" && figure === undefined && !isPercent(scale) ? "points" : "percent",
    scale,
    lowerIsBetter: false,
    ...presentFields({ judge, asked: values.part }),
    source,
    by: { kind: "records", values },
  };
}

const STATED_SCALES: Readonly<Partial<Record<StatedFigure["unit"], ValueScale>>> = {
  share: { low: 0, high: 1 },
  percent: { low: 0, high: 100 },
};

/** A stated figure as a quantity. */
export function measuredAsStated(figure: StatedFigure): Measured {
  const { suite, variant, metric, model, unit, scale, lowerIsBetter, source } = figure;
  const ends = scale === undefined ? STATED_SCALES[unit] : { low: scale.least, high: scale.most };
  return {
    suite,
    ...presentFields({ part: variant, scale: ends }),
    metric,
    model,
    unit: unit === "rating" ? "points" : unit,
    lowerIsBetter,
    source: source.file,
    by: { kind: "stated", figure },
  };
}

/** The questions of some categories alone; undefined for a stated figure, and where no question is of them. */
export function measuredPart(
  measured: Measured,
  part: string,
  categories: ReadonlySet<string>,
): Measured | undefined {
  if (measured.by.kind !== "records") return undefined;
  const { values } = measured.by;
  const slots = values.slots.filter(({ slot }) => categories.has(slot.category));
  return slots.length === 0
    ? undefined
    : { ...measured, part, by: { kind: "records", values: { ...values, slots } } };
}

/** Categories of the questions behind records; none of other quantities. */
export function categoriesOf({ by }: Measured): readonly string[] {
  return by.kind !== "records" ? [] : [...new Set(by.values.slots.map(({ slot }) => slot.category))];
}

/** A quantity on both sides, where either has it. */
export interface MeasuredPair {
  readonly base?: Measured;
  readonly candidate?: Measured;
}

/** The side that says what is measured: the candidate's, else the base's. @throws Error for a pair without sides. */
export function measureOf({ base, candidate }: MeasuredPair): Measured {
  const one = candidate ?? base;
  if (one === undefined) throw new Error("a pair has a base or a candidate");
  return { ...one, ...presentFields({ asked: candidate?.asked ?? base?.asked }) };
}
