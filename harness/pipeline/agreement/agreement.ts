import type { Interval } from "../../core/board.js";
import { presentFields } from "../../core/present-fields.js";
import type { Warning } from "../../core/records.js";
import { differenceScale, type ValueScale } from "../../stats/bounded-mean.js";
import { clusteredMean } from "../../stats/clustered-mean.js";
import type { IntervalEstimate } from "../../stats/estimate.js";
import { scaleInterval } from "../../stats/intervals.js";

/** A figure of an agreement with its interval over questions; null with the reason where it cannot be had. */
export interface AgreementFigure {
  readonly value: number | null;
  readonly interval: Interval | null;
  readonly reason?: string;
}

/** How two sets of verdicts treat one model, over the things that both judged. */
export interface ModelBias {
  readonly model: string;
  /** Pairs of verdicts on the model. */
  readonly items: number;
  /** Mean rating, or share of points (ties half) in percent, by the first and the second set. */
  readonly first: number;
  readonly second: number;
  /** second − first, in rating points or percentage points. */
  readonly difference: AgreementFigure;
}

/** Agreement of two sets of ratings. */
export interface RatingAgreement {
  /** Pairs of ratings of the same answer. */
  readonly items: number;
  readonly questions: number;
  readonly unmatched: { readonly first: number; readonly second: number };
  /** Percent of pairs with the same rating. */
  readonly exact: AgreementFigure;
  /** Percent of pairs at most one point apart. */
  readonly withinOne: AgreementFigure;
  /** Cohen's κ with quadratic weights. */
  readonly weightedKappa: AgreementFigure;
  readonly alphaOrdinal: AgreementFigure;
  readonly alphaInterval: AgreementFigure;
  /** second − first over all models, in points. */
  readonly meanDifference: AgreementFigure;
  readonly models: readonly ModelBias[];
  readonly sentence: string;
}

/** Agreement of two sets of choices in one of MT-Bench's setups. */
export interface ChoiceSetup {
  /** Pairs of choices between the same answers. */
  readonly items: number;
  readonly questions: number;
  /** Percent of pairs with the same choice. */
  readonly raw: AgreementFigure;
  /** Percent that choosing at random would give. */
  readonly random: number;
  readonly kappa: AgreementFigure;
  readonly ac1: AgreementFigure;
  /** Nominal. */
  readonly alpha: AgreementFigure;
}

/** S1: ties are a choice of their own. S2: only pairs in which neither side says tie. */
export interface ChoiceSetups {
  readonly s1: ChoiceSetup;
  readonly s2: ChoiceSetup;
}

/** Agreement of two sets of choices between two answers. */
export interface ChoiceAgreement {
  readonly unmatched: { readonly first: number; readonly second: number };
  /** By turn, and `all` where there are several. */
  readonly turns: Readonly<Record<string, ChoiceSetups>>;
  readonly models: readonly ModelBias[];
  readonly sentence: string;
}

/** What `assay agreement --json` prints. */
export interface Agreement {
  readonly schema: "assay.agreement/1";
  readonly first: { readonly name: string; readonly verdicts: number; readonly unusable: number };
  readonly second: { readonly name: string; readonly verdicts: number; readonly unusable: number };
  /** Null where one of the sets has no ratings. */
  readonly ratings: RatingAgreement | null;
  /** Null where one of the sets has neither choices nor ratings to derive them from. */
  readonly choices: ChoiceAgreement | null;
  readonly seed: number;
  readonly warnings: readonly Warning[];
}

/** How intervals are made. */
export interface AgreementOptions {
  /** In percent; default 95. */
  readonly level?: number;
}

/** A figure of the statistics room, in another unit (100 for percent). */
export function agreementFigure(estimate: IntervalEstimate, factor = 1): AgreementFigure {
  const { value, interval, reason } = estimate;
  return {
    value: value === null ? null : factor * value,
    interval: interval === null ? null : scaleInterval(interval, factor),
    ...(reason === null ? {} : { reason }),
  };
}

/**
 * Mean with its interval, clustered by question.
 * @param options.scale of the values, such as −9 to 9 for differences of ratings.
 */
export function meanFigureOf(
  values: readonly number[],
  questions: readonly string[],
  options: { readonly level?: number | undefined; readonly scale: ValueScale },
): AgreementFigure {
  const { mean, interval, reason } = clusteredMean(values, questions, presentFields(options));
  return { value: mean, interval, ...(reason === null ? {} : { reason }) };
}

/** What one pair of verdicts says about one model. */
export interface BiasItem {
  readonly model: string;
  readonly questionId: string;
  readonly first: number;
  readonly second: number;
}

/**
 * Bias of the second set against the first, model by model, in order of the models' names.
 * @param options.scale of the ratings or points of both sets.
 */
export function modelBiases(
  items: readonly BiasItem[],
  options: { readonly level?: number | undefined; readonly scale: ValueScale },
): ModelBias[] {
  const scale = differenceScale(options.scale);
  const models = new Map<string, BiasItem[]>();
  for (const item of items) {
    const there = models.get(item.model);
    if (there === undefined) models.set(item.model, [item]);
    else there.push(item);
  }
  const mean = (values: readonly number[]) => values.reduce((sum, one) => sum + one, 0) / values.length;
  return [...models]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([model, there]) => ({
      model,
      items: there.length,
      first: mean(there.map((one) => one.first)),
      second: mean(there.map((one) => one.second)),
      difference: meanFigureOf(
        there.map((one) => one.second - one.first),
        there.map((one) => one.questionId),
        { ...options, scale },
      ),
    }));
}
