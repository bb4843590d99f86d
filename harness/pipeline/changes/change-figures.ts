import type { ChangeBasis, Flips } from "../../core/change.js";
import { ConfigError } from "../../core/errors.js";
import { NO_FIXED_INTERVAL } from "../../core/sequence.js";
import type { ValueScale } from "../../stats/bounded-mean.js";
import { correctedMean } from "../../stats/correction/corrected-mean.js";
import { normalCdf, normalQuantile } from "../../stats/distributions.js";
import { upperShare } from "../../stats/intervals.js";
import { mcNemar } from "../../stats/mcnemar.js";
import { pairedDifference, pairQuestions } from "../../stats/paired-difference.js";
import { isSequenced, meansOnly, questionMeans } from "../compare/paired-values.js";
import { type ComparedModel, isSameProtocol } from "../compare/question-values.js";
import {
  countLost,
  differenceFigure,
  type GateFigure,
  meanFigure,
  NO_FIGURE,
} from "../gates/gate-figures.js";
import type { VotedModel } from "../people/voted-model.js";
import { percentScale } from "../scores/scale.js";
import { secondedPair } from "../second/second-figures.js";
import type { Measured, MeasuredPair } from "./measured.js";

/** A figure to be decided on, and what it rests on. */
export interface ChangeFigure extends GateFigure {
  readonly basis: ChangeBasis;
  /** Why there is no interval to decide on; null where there is one. */
  readonly reason: string | null;
}

/** What a figure rests on that has no interval, in words. */
const FIGURES_ALONE = "these figures alone decide nothing: they have neither records nor errors";

/** The standard error of a stated figure: as stated, else the one that a stated interval of this width implies. */
function statedError({ by }: Measured): number | undefined {
  if (by.kind !== "stated") return undefined;
  const { standardError, interval } = by.figure;
  if (standardError !== undefined) return standardError;
  if (interval === undefined) return undefined;
  return (interval.high - interval.low) / (2 * normalQuantile(upperShare(interval.level)));
}

/** A figure with a standard error of which no records are known: normal intervals. */
function normalFigure(
  estimate: number,
  standardError: number,
  {
    level,
    method,
    questions,
  }: { readonly level: number; readonly method: string; readonly questions: number },
): GateFigure {
  if (standardError === 0) return { ...NO_FIGURE, estimate, standardError, questions };
  const half = normalQuantile(upperShare(level)) * standardError;
  return {
    estimate,
    standardError,
    interval: { low: estimate - half, high: estimate + half, level, method },
    tailsAt: (limit) => {
      const z = (estimate - limit) / standardError;
      return { below: normalCdf(z), above: normalCdf(-z) };
    },
    questions,
    lost: 0,
  };
}

/** A figure of a run that was looked at as it went: it has no interval for a fixed number of questions. */
function withoutFixed({ estimate, questions, lost }: GateFigure): GateFigure {
  return { ...NO_FIGURE, estimate, questions, lost };
}

/** Win rate by votes, with the judge's verdicts helping. */
function votedFigure({ things }: VotedModel, level: number): ChangeFigure {
  const mean = correctedMean(things, { scale: percentScale, level });
  const { estimate, standardError, interval, tailsAt, clusters, reason } = mean;
  return { estimate, standardError, interval, tailsAt, questions: clusters, lost: 0, basis: "votes", reason };
}

/** An even match. */
const EVEN = 50;

/** How far a win rate lies from an even match. */
function fromEven(figure: ChangeFigure): ChangeFigure {
  const { estimate, interval, tailsAt } = figure;
  return {
    ...figure,
    estimate: estimate === null ? null : estimate - EVEN,
    interval: interval && { ...interval, low: interval.low - EVEN, high: interval.high - EVEN },
    tailsAt: (limit) => tailsAt(limit + EVEN),
  };
}

/** A quantity's own figure, in its unit. */
export function ownFigure(measured: Measured, level: number): ChangeFigure {
  const { by } = measured;
  if (by.kind === "records") {
    const figure = meanFigure(by.values, undefined, level);
    if (by.values.isSequenced === true)
      return { ...withoutFixed(figure), basis: "paired", reason: NO_FIXED_INTERVAL };
    const reason = figure.interval === null ? "there are too few usable verdicts" : null;
    return { ...figure, basis: "paired", reason };
  }
  if (by.kind === "votes") return votedFigure(by.voted, level);
  const { value, n = 0 } = by.figure;
  const standardError = statedError(measured);
  if (standardError === undefined)
    return { ...NO_FIGURE, estimate: value, questions: n, basis: "figures", reason: FIGURES_ALONE };
  const method = "normal interval on the stated standard error";
  const figure = normalFigure(value, standardError, { level, method, questions: n });
  return {
    ...figure,
    basis: "independent",
    reason: figure.interval === null ? "the stated error is nought" : null,
  };
}

/** The figure from the other side: what was a loss becomes a gain. */
export function turned(figure: GateFigure): GateFigure {
  const { estimate, interval, tailsAt } = figure;
  return {
    ...figure,
    estimate: estimate === null ? null : 0 - estimate,
    interval: interval === null ? null : { ...interval, low: 0 - interval.high, high: 0 - interval.low },
    tailsAt: (limit) => {
      const tails = tailsAt(0 - limit);
      return tails === null ? null : { below: tails.above, above: tails.below };
    },
  };
}

function nothing(basis: ChangeBasis, reason: string, estimate: number | null = null): ChangeFigure {
  return { ...NO_FIGURE, estimate, basis, reason };
}

/** Values of two models of one protocol; undefined where they cannot be paired. */
function pairedValues(base: Measured, candidate: Measured) {
  if (base.by.kind !== "records" || candidate.by.kind !== "records") return undefined;
  const [before, after] = [base.by.values, candidate.by.values];
  const isSame =
    before.suite === after.suite && before.metric === after.metric && isSameProtocol(before, after);
  return isSame ? onOneScale(before, after) : undefined;
}

function onOneScale(base: ComparedModel, candidate: ComparedModel) {
  const { low, high } = base.scale;
  const scale = { low: Math.min(low, candidate.scale.low), high: Math.max(high, candidate.scale.high) };
  return { base: { ...base, scale }, candidate: { ...candidate, scale } };
}

/** candidate − share·base, paired by question. */
function pairedWeighted(
  { base, candidate }: { readonly base: ComparedModel; readonly candidate: ComparedModel },
  share: number,
  level: number,
): GateFigure {
  const weighted = new Map(
    [...meansOnly(questionMeans(base.slots))].map(([id, mean]) => [id, share * mean] as const),
  );
  const { differences } = pairQuestions(weighted, meansOnly(questionMeans(candidate.slots)));
  const { low, high } = base.scale;
  const scale: ValueScale = { low: low - share * high, high: high - share * low };
  const { delta, standardError, interval, tailsAt, n } = pairedDifference(differences, { level, scale });
  const lost = countLost(base.slots) + countLost(candidate.slots);
  return { estimate: delta, standardError, interval, tailsAt, questions: n, lost };
}

/** Why a change cannot be told as a second judge corrects it; undefined where it can, and where there is none. */
function problemOfSecond(pair: Parameters<typeof secondedPair>[0], share: number): string | undefined {
  try {
    if (secondedPair(pair) === undefined || share === 1) return undefined;
    return "a loss in percent of the base is not corrected to a second judge: limit it in units, with maxDrop";
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
}

/**
 * candidate − share·base in the unit of both, on the strongest basis there is: paired by question where both have records
 * of one protocol; as independent where both state errors; else figures alone, which decide nothing. Figures of different
 * protocols, and records beside stated figures, are not compared.
 */
function rawChange({ base, candidate }: MeasuredPair, share: number, level: number): ChangeFigure {
  if (candidate?.by.kind === "votes")
    return share === 1
      ? fromEven(votedFigure(candidate.by.voted, level))
      : nothing("votes", "a preference has no base of which a share could be taken");
  if (base === undefined) return nothing("none", "the base has no such figure");
  if (candidate === undefined) return nothing("none", "the candidate has no such figure");
  const paired = pairedValues(base, candidate);
  if (paired !== undefined) {
    const problem = problemOfSecond(paired, share);
    if (problem !== undefined) return nothing("none", problem);
    const figure =
      share === 1 ? differenceFigure(paired, undefined, level) : pairedWeighted(paired, share, level);
    if (isSequenced(paired)) return { ...withoutFixed(figure), basis: "paired", reason: NO_FIXED_INTERVAL };
    const reason = figure.interval === null ? "too few questions were answered by both" : null;
    return { ...figure, basis: "paired", reason };
  }
  if (base.by.kind !== "stated" || candidate.by.kind !== "stated")
    return nothing("none", "the two were measured in different ways, so they are not compared");
  const [before, after] = [base.by.figure, candidate.by.figure];
  const estimate = after.value - share * before.value;
  const [errorBefore, errorAfter] = [statedError(base), statedError(candidate)];
  if (errorBefore === undefined || errorAfter === undefined)
    return nothing("figures", FIGURES_ALONE, estimate);
  const method = "normal interval on the two stated standard errors, taken as independent: nothing is paired";
  const questions = Math.min(before.n ?? 0, after.n ?? 0);
  // An error of 0 says that all items came out alike, not that the figure is known for certain.
  const isKnown = errorBefore > 0 && errorAfter > 0;
  const figure = normalFigure(estimate, isKnown ? Math.hypot(errorAfter, share * errorBefore) : 0, {
    level,
    method,
    questions,
  });
  return {
    ...figure,
    basis: "independent",
    reason: figure.interval === null ? "a stated error is nought" : null,
  };
}

function oriented(figure: ChangeFigure, lowerIsBetter: boolean): ChangeFigure {
  return lowerIsBetter ? { ...figure, ...turned(figure) } : figure;
}

/** candidate − base in the unit of both. */
export function changeFigure(pair: MeasuredPair, level: number): ChangeFigure {
  return rawChange(pair, 1, level);
}

/** What the candidate gained, whichever direction is better: above 0 it is better than the base. */
export function gainFigure(pair: MeasuredPair, level: number): ChangeFigure {
  return oriented(rawChange(pair, 1, level), (pair.candidate ?? pair.base)?.lowerIsBetter === true);
}

/**
 * How far the candidate stays above the largest relative loss: candidate − (1 − share)·base, and for figures of which
 * lower ones are better (1 + share)·base − candidate. The limit is 0 where the loss is counted from 0; counted from
 * another zero z (`from`) it is share·z. As a mean over questions it has an interval that knows the base's error too.
 */
export function relativeFigure(
  pair: MeasuredPair,
  share: number,
  level: number,
): { readonly figure: ChangeFigure; readonly limitFrom: (zero: number) => number } {
  const lowerIsBetter = (pair.candidate ?? pair.base)?.lowerIsBetter === true;
  const weight = lowerIsBetter ? 1 + share : 1 - share;
  const figure = oriented(rawChange(pair, weight, level), lowerIsBetter);
  return { figure, limitFrom: (zero) => share * zero };
}

/** A question is right where more than half of its trials are. */
function rightness({ slots, scale }: ComparedModel): Map<string, boolean> {
  const half = (scale.low + scale.high) / 2;
  return new Map([...questionMeans(slots)].map(([id, { mean }]) => [id, mean > half]));
}

/** Which questions changed sides, with McNemar's exact test; undefined where answers are not right or wrong. */
export function flipsOf({ base, candidate }: MeasuredPair): Flips | undefined {
  if (base === undefined || candidate === undefined) return undefined;
  const paired = pairedValues(base, candidate);
  if (paired === undefined || paired.candidate.figure !== "accuracy") return undefined;
  const before = rightness(paired.base);
  const [broken, repaired]: [string[], string[]] = [[], []];
  let questions = 0;
  for (const [id, after] of rightness(paired.candidate)) {
    const was = before.get(id);
    if (was === undefined) continue;
    questions++;
    if (was && !after) broken.push(id);
    else if (!was && after) repaired.push(id);
  }
  const { pValue } = isSequenced(paired) ? { pValue: null } : mcNemar(broken.length, repaired.length);
  return { questions, broken, repaired, pValue };
}

/** Percent of the questions that went from right to wrong, turned so that above a negative limit is good. */
export function brokenFigure(pair: MeasuredPair, flips: Flips, level: number): GateFigure {
  const ids = new Set(flips.broken);
  const { base, candidate } = pair;
  if (base?.by.kind !== "records" || candidate?.by.kind !== "records") return NO_FIGURE;
  const before = questionMeans(base.by.values.slots);
  const shared = [...questionMeans(candidate.by.values.slots).keys()].filter((id) => before.has(id));
  const values = shared.map((id) => (ids.has(id) ? 100 : 0));
  const { delta, standardError, interval, tailsAt, n } = pairedDifference(values, {
    level,
    scale: { low: 0, high: 100 },
  });
  const figure = { estimate: delta, standardError, interval, tailsAt, questions: n, lost: 0 };
  return turned(
    isSequenced({ base: base.by.values, candidate: candidate.by.values }) ? withoutFixed(figure) : figure,
  );
}
