import type { CorrectedFigure } from "../../core/corrected-figure.js";
import type { Interval } from "../../core/interval.js";
import type { EstimatorFigure, MeanEstimators } from "../../core/mean-estimators.js";
import type { Warning } from "../../core/records.js";
import type { ValueScale } from "../../stats/bounded-mean.js";
import type { JudgedThing } from "../../stats/correction/cluster-moments.js";
import { type CorrectedMean, correctedMean } from "../../stats/correction/corrected-mean.js";
import { efficientMean } from "../../stats/correction/efficient-mean.js";
import {
  efficient,
  type PublishedResult,
  predictionPowered,
  predictionPoweredPlus,
} from "../../stats/correction/published.js";
import { allocateVotes, type BinaryCalibration, roganGladen } from "../../stats/correction/rogan-gladen.js";
import { percentScale } from "../scores/scale.js";
import { correctedFigure, joinVotes, type VotedPairs } from "./corrected-things.js";
import { type JudgedPair, modelsKey, type PairLabel } from "./pair-labels.js";
import { planVotes, type VotePlan } from "./vote-plan.js";

/** Two models, their judge, and the people who voted on some of what it judged. Win rates of `b` in percent. */
export interface PairCorrection {
  readonly a: string;
  readonly b: string;
  /** Judged comparisons with and without a vote. */
  readonly labelled: number;
  readonly rest: number;
  readonly votes: number;
  readonly voters: number;
  /** Mean of the judge's verdicts on the rest; null where everything has a vote. */
  readonly judge: number | null;
  /** Mean of the judge's verdicts on everything. */
  readonly judgeOverall: number;
  /** Mean of the labels. */
  readonly people: number;
  readonly estimators: MeanEstimators & { readonly "rogan-gladen": EstimatorFigure };
  /** The figure to quote: PPI++ by question, or the votes alone where they are too few for it. */
  readonly corrected: CorrectedFigure;
  /** How many votes more, where it was asked for. */
  readonly plan?: VotePlan;
}

/** What `assay correct --json` prints. */
export interface Correction {
  readonly schema: "assay.correct/1";
  readonly judged: string;
  readonly votes: string;
  /** Whose votes count, in the order of their names. */
  readonly voters: readonly string[];
  readonly cluster: "question" | "none";
  readonly level: number;
  readonly pairs: readonly PairCorrection[];
  readonly warnings: readonly Warning[];
}

/** Half-width that a plan is for where none is named, in percentage points. */
export const USUAL_HALF_WIDTH = 5;

/** How pairs are corrected. */
export interface CorrectPairsOptions {
  /** `none`: the published formulas, which take every vote and verdict as independent. */
  readonly cluster: "question" | "none";
  /** Percent. */
  readonly level: number;
  /** Rogan–Gladen's interval as published, without width where it lies beyond the scale. */
  readonly compat: boolean;
  /** Wished half-width in percentage points; left out: no plan. */
  readonly halfWidth?: number | undefined;
}

function figureOf(
  estimate: number | null,
  interval: Interval | null,
  more: { readonly lambda?: number | null; readonly reason?: string | null; readonly factor?: number } = {},
): EstimatorFigure {
  const { lambda, reason, factor = 1 } = more;
  return {
    estimate: estimate === null ? null : factor * estimate,
    ...(typeof lambda === "number" ? { lambda } : {}),
    low: interval === null ? null : factor * interval.low,
    high: interval === null ? null : factor * interval.high,
    ...(typeof reason === "string" ? { reason } : {}),
  };
}

function published(result: PublishedResult): EstimatorFigure {
  if (result.estimate === null) return figureOf(null, null, { reason: result.reason });
  const { estimate, interval, lambda, reason } = result;
  return figureOf(estimate, interval, { lambda, reason, factor: 100 });
}

function byQuestion(mean: CorrectedMean, hasLambda: boolean): EstimatorFigure {
  const { estimate, interval, lambda, reason } = mean;
  return figureOf(estimate, interval, { lambda: hasLambda ? lambda : null, reason });
}

const NO_REST: EstimatorFigure = figureOf(null, null, {
  reason: "everything that was judged has a vote: the votes' own mean needs no judge",
});

/** How a binary judge errs on what people voted on; null where either of them says tie. */
function calibrationOf({ things }: VotedPairs): BinaryCalibration | null {
  const isBinary = things.every(
    ({ judged, voted = 0 }) => (judged === 0 || judged === 100) && (voted === 0 || voted === 100),
  );
  if (!isBinary) return null;
  const ones = things.filter(({ voted }) => voted === 100);
  const zeros = things.filter(({ voted }) => voted === 0);
  const rest = things.filter(({ voted }) => voted === undefined);
  const share = (of: typeof things, value: number) =>
    of.filter(({ judged }) => judged === value).length / Math.max(1, of.length);
  return {
    share: share(rest, 100),
    judged: rest.length,
    specificity: share(zeros, 0),
    zeros: zeros.length,
    sensitivity: share(ones, 100),
    ones: ones.length,
  };
}

function roganGladenOf(voted: VotedPairs, options: CorrectPairsOptions): EstimatorFigure {
  const calibration = calibrationOf(voted);
  if (calibration === null) {
    const reason = "judge and people must say win or loss of everything, and there are ties";
    return figureOf(null, null, { reason });
  }
  const { value, interval, reason } = roganGladen(calibration, options);
  return figureOf(value, interval, { reason, factor: 100 });
}

/** How the votes to come are split between what the judge calls a loss and a win of `b`, where all are binary. */
function allocationOf(voted: VotedPairs, plan: VotePlan): Pick<VotePlan, "allocation"> {
  const calibration = calibrationOf(voted);
  if (calibration === null || plan.more === null || plan.more === 0) return {};
  const { share, specificity, sensitivity, zeros, ones } = calibration;
  const pilot = Math.min(zeros, ones);
  if (pilot === 0 || !(share > 0 && share < 1)) return {};
  const votes = plan.voted + plan.more;
  return { allocation: allocateVotes({ votes, share, specificity, sensitivity, pilot }) };
}

/** Estimates of a mean on the scale given, with errors by question. */
export function estimatorsByQuestion(
  things: readonly JudgedThing[],
  options: { readonly scale: ValueScale; readonly level?: number },
): MeanEstimators {
  const isWhole = things.every(({ voted }) => voted !== undefined);
  return {
    ppi: isWhole ? NO_REST : byQuestion(correctedMean(things, { ...options, lambda: 1 }), false),
    "ppi++": byQuestion(correctedMean(things, options), true),
    efficient: byQuestion(efficientMean(things, options), false),
  };
}

function estimatorsOf(voted: VotedPairs, options: CorrectPairsOptions): PairCorrection["estimators"] {
  const { things } = voted;
  const { level } = options;
  const rest = things.filter((one) => one.voted === undefined);
  const seen = things.filter((one) => one.voted !== undefined);
  const ofRoganGladen = rest.length === 0 ? NO_REST : roganGladenOf(voted, options);
  if (options.cluster === "none") {
    const sample = {
      voted: seen.map((one) => (one.voted ?? 0) / 100),
      judged: seen.map((one) => one.judged / 100),
      rest: rest.map((one) => one.judged / 100),
    };
    return {
      ppi: published(predictionPowered(sample, level)),
      "ppi++": published(predictionPoweredPlus(sample, level)),
      efficient: published(efficient(sample, level)),
      "rogan-gladen": ofRoganGladen,
    };
  }
  const clustered = estimatorsByQuestion(things, { scale: percentScale, level });
  return { ...clustered, "rogan-gladen": ofRoganGladen };
}

const meanOf = (values: readonly number[]) => values.reduce((sum, one) => sum + one, 0) / values.length;

function planOf(voted: VotedPairs, estimate: number | null, options: CorrectPairsOptions): VotePlan {
  const { halfWidth = USUAL_HALF_WIDTH, level } = options;
  const plan = planVotes(voted.things, { halfWidth, level, estimate });
  return { ...plan, ...allocationOf(voted, plan) };
}

function correctPair(
  pairs: readonly JudgedPair[],
  labels: ReadonlyMap<string, PairLabel>,
  options: CorrectPairsOptions,
): PairCorrection | undefined {
  const voted = joinVotes(pairs, labels);
  const { things } = voted;
  const [first] = pairs;
  if (voted.labels.length === 0 || first === undefined) return undefined;
  const rest = things.filter((one) => one.voted === undefined);
  const corrected = correctedMean(things, { scale: percentScale, level: options.level });
  const figure = correctedFigure(corrected, voted.labels);
  return {
    a: first.a,
    b: first.b,
    labelled: voted.labels.length,
    rest: rest.length,
    votes: figure.votes,
    voters: figure.voters,
    judge: rest.length === 0 ? null : meanOf(rest.map((one) => one.judged)),
    judgeOverall: meanOf(things.map((one) => one.judged)),
    people: meanOf(things.flatMap((one) => one.voted ?? [])),
    estimators: estimatorsOf(voted, options),
    corrected: figure,
    ...(options.halfWidth === undefined ? {} : { plan: planOf(voted, corrected.estimate, options) }),
  };
}

/**
 * Corrects a judge's win rate of each pair of models that people voted on.
 * @returns in the order of the models' names; pairs without a vote on a judged comparison are left out.
 */
export function correctPairs(
  judged: readonly JudgedPair[],
  labels: ReadonlyMap<string, PairLabel>,
  options: CorrectPairsOptions,
): PairCorrection[] {
  const byModels = new Map<string, JudgedPair[]>();
  for (const pair of judged) {
    const key = modelsKey(pair);
    const there = byModels.get(key);
    if (there === undefined) byModels.set(key, [pair]);
    else there.push(pair);
  }
  return [...byModels.values()]
    .flatMap((pairs) => correctPair(pairs, labels, options) ?? [])
    .sort((one, other) => (one.a < other.a || (one.a === other.a && one.b < other.b) ? -1 : 1));
}
