import type {
  CategoryComparison,
  Comparison,
  Mover,
  Outcome,
  SecondComparison,
} from "../../core/comparison.js";
import { countOf, nounFor } from "../../core/count-of.js";
import { ConfigError } from "../../core/errors.js";
import { presentFields } from "../../core/present-fields.js";
import type { Warning } from "../../core/records.js";
import { NO_FIXED_INTERVAL } from "../../core/sequence.js";
import { formatSigned } from "../../core/shown-number.js";
import { excerpt } from "../../core/text.js";
import { meanOf } from "../../stats/estimate.js";
import { decideGate } from "../../stats/gate.js";
import { adjustBenjaminiHochberg } from "../../stats/multiple-comparisons.js";
import { type PairedDifference, pairQuestions } from "../../stats/paired-difference.js";
import { signFlipTest } from "../../stats/permutation.js";
import { minimumDetectableEffect } from "../../stats/power.js";
import type { SlotValue } from "../scores/score-columns.js";
import { criterionDifferences } from "./compare-criteria.js";
import { requireVotes, votesOnComparison } from "./corrected-comparison.js";
import {
  comparedDifference,
  isSequenced,
  meansOnly,
  pairedMeans,
  type QuestionMean,
  questionMeans,
} from "./paired-values.js";
import { type ComparedModel, isSameProtocol } from "./question-values.js";
import { secondOnComparison } from "./second-comparison.js";

/** How to compare. */
export interface CompareOptions {
  /** Largest loss that still passes, in the unit of the metric; at least 0. */
  readonly margin: number;
  /** Percent. */
  readonly level: number;
  readonly seed: number;
  /** Compare although suites or protocols differ; the difference becomes a warning. */
  readonly acrossProtocols?: boolean;
  /** Biggest movers listed in each direction; default 5. */
  readonly movers?: number;
  /** Leave the permutation tests out, which take most of the time, and all p-values null: a gate shows none. Default false. */
  readonly withoutTests?: boolean;
  /** Let the figures corrected by people's votes decide; without votes on both models there is no comparison. */
  readonly corrected?: boolean;
}

function meanOver(means: ReadonlyMap<string, QuestionMean>, ids: readonly string[]): number | null {
  if (ids.length === 0) return null;
  return ids.reduce((sum, id) => sum + (means.get(id)?.mean ?? 0), 0) / ids.length;
}

/** The paired comparison of some of the questions, or of one turn. */
interface PairedPart {
  readonly ids: readonly string[];
  readonly difference: PairedDifference;
  readonly pValue: number | null;
}

function comparePart(
  base: ComparedModel,
  candidate: ComparedModel,
  options: CompareOptions,
  includes: (slot: SlotValue["slot"]) => boolean = () => true,
): PairedPart {
  const { paired, difference } = comparedDifference({ base, candidate }, includes, options.level);
  const isUntested = options.withoutTests === true || isSequenced({ base, candidate });
  const pValue = isUntested ? null : signFlipTest(paired.differences, { seed: options.seed }).pValue;
  return { ids: paired.ids, difference, pValue };
}

function asCategory(part: PairedPart, adjustedPValue: number | null): CategoryComparison {
  const { delta, standardError, interval, n } = part.difference;
  return { delta, standardError, interval, pValue: part.pValue, adjustedPValue, questions: n };
}

function compareGroups(
  base: ComparedModel,
  candidate: ComparedModel,
  groupOf: (slot: SlotValue["slot"]) => string,
  options: CompareOptions,
): Record<string, CategoryComparison> {
  const groups = [...new Set(base.slots.map(({ slot }) => groupOf(slot)))];
  const parts = groups.map((group) =>
    comparePart(base, candidate, options, (slot) => groupOf(slot) === group),
  );
  const adjusted = adjustBenjaminiHochberg(parts.map((part) => part.pValue));
  return Object.fromEntries(
    parts.map((part, index) => [groups[index] ?? "", asCategory(part, adjusted[index] ?? null)] as const),
  );
}

/** Replaces every lost value by one extreme, so that the mean shows how far lost verdicts could move it. */
function filled(slots: readonly SlotValue[], value: number): SlotValue[] {
  return slots.map((one) => (one.value === undefined ? { slot: one.slot, value } : one));
}

function boundsOf(base: ComparedModel, candidate: ComparedModel): Comparison["bounds"] {
  const deltaWith = (baseValue: number, candidateValue: number) => {
    const all = pairedMeans(filled(base.slots, baseValue), filled(candidate.slots, candidateValue));
    return all.ids.length === 0 ? null : meanOf(all.differences);
  };
  const { low, high } = candidate.scale;
  return { low: deltaWith(high, low), high: deltaWith(low, high) };
}

/** Questions that moved most in each direction; only of those that are shown the text is looked up. */
function moversOf(
  ids: readonly string[],
  base: ReadonlyMap<string, QuestionMean>,
  candidate: ReadonlyMap<string, QuestionMean>,
  textOf: ComparedModel["textOf"],
  most: number,
): Comparison["movers"] {
  const all = ids.flatMap((questionId): Mover[] => {
    const [before, after] = [base.get(questionId), candidate.get(questionId)];
    if (before === undefined || after === undefined) return [];
    const delta = after.mean - before.mean;
    return [{ questionId, category: before.category, base: before.mean, candidate: after.mean, delta }];
  });
  const withText = (mover: Mover): Mover => {
    const text = textOf?.(mover.questionId);
    // A line of its own for each part of a question says nothing where one line is shown.
    return text === undefined
      ? mover
      : { ...mover, text: excerpt(text.slice(0, 1000).trim().replace(/\s+/g, " "), 100) };
  };
  const up = all.filter(({ delta }) => delta > 0).sort((x, y) => y.delta - x.delta);
  const down = all.filter(({ delta }) => delta < 0).sort((x, y) => x.delta - y.delta);
  return { up: up.slice(0, most).map(withText), down: down.slice(0, most).map(withText) };
}

function checkComparable(base: ComparedModel, candidate: ComparedModel, options: CompareOptions): Warning[] {
  const warnings: Warning[] = [];
  if (base.metric !== candidate.metric) {
    throw new ConfigError(
      `${base.model} has a ${base.metric} and ${candidate.model} a ${candidate.metric}; they cannot be compared`,
      {
        code: "different-metrics",
        remedy: "Compare two models that were judged in the same mode.",
      },
    );
  }
  if (base.scale.high !== candidate.scale.high) {
    const told = [base, candidate].map(({ scale }) => `${scale.low} to ${scale.high}`).join(" and ");
    throw new ConfigError(`${base.model} and ${candidate.model} were rated on different scales, ${told}`, {
      code: "different-scales",
      remedy: "Compare ratings of one scale; --scale says on which recorded ratings were given.",
    });
  }
  const differs =
    base.suite !== candidate.suite ||
    (base.suiteHash !== undefined &&
      candidate.suiteHash !== undefined &&
      base.suiteHash !== candidate.suiteHash)
      ? {
          what: "suites",
          of: [base, candidate].map(
            (one) => `${one.suite}${one.suiteHash === undefined ? "" : ` ${one.suiteHash.slice(0, 8)}`}`,
          ),
        }
      : !isSameProtocol(base, candidate)
        ? { what: "protocols", of: [base.protocol, candidate.protocol] }
        : undefined;
  if (differs === undefined) return warnings;
  const message = `${base.model} and ${candidate.model} were measured with different ${differs.what} (${differs.of.join(" and ")})`;
  if (options.acrossProtocols !== true) {
    throw new ConfigError(message, {
      code: `different-${differs.what}`,
      remedy:
        "Judge both with the same suite, judge model, prompts and parameters; --across-protocols compares all the same and says so.",
    });
  }
  warnings.push({ code: `different-${differs.what}`, message });
  return warnings;
}

/** A file without a mark of zero may be of a scale that begins there, as another file of its judge shows. */
function onOneScale(base: ComparedModel, candidate: ComparedModel): readonly [ComparedModel, ComparedModel] {
  const { low, high } = base.scale;
  const scale = { low: Math.min(low, candidate.scale.low), high: Math.max(high, candidate.scale.high) };
  return [
    { ...base, scale },
    { ...candidate, scale },
  ];
}

/** Verdicts against two baselines of one name are no comparison of like with like. */
function baselineWarnings(base: ComparedModel, candidate: ComparedModel): Warning[] {
  const [one, other] = [base.baselineAnswers, candidate.baselineAnswers];
  if (one === undefined || other === undefined || one.known !== other.known) return [];
  const shared = [...one.byQuestion.keys()].filter((id) => other.byQuestion.has(id));
  const count = shared.filter((id) => one.byQuestion.get(id) !== other.byQuestion.get(id)).length;
  if (count === 0) return [];
  const message = `${base.model} and ${candidate.model} were judged against different answers of the baseline, on ${count} of ${countOf(shared.length, "question")}`;
  return [{ code: "different-baseline-answers", message, count }];
}

function lossWarnings(base: ComparedModel, candidate: ComparedModel): Warning[] {
  return [base, candidate].flatMap((one) => {
    const lost = one.slots.filter(({ value }) => value === undefined).length;
    if (lost === 0) return [];
    const message = `${one.model}: ${lost} of ${countOf(one.slots.length, "verdict")} ${nounFor(lost, "is", "are")} missing, unreadable or abstentions; the bounds say how far the difference could move`;
    return [{ code: "lost-verdicts", message, count: lost }];
  });
}

function usableMean(slots: readonly SlotValue[]): number | null {
  const values = slots.flatMap(({ value }) => value ?? []);
  return values.length === 0 ? null : meanOf(Float64Array.from(values));
}

/** Differences that two decimals would show. */
const SHOWN_DIFFERENCE = 0.005;

/**
 * Why the difference of two figures on the board is another one than the comparison's.
 * @param first Whose figures they are, where a second judge corrects them.
 */
function boardWarnings(
  base: ComparedModel,
  candidate: ComparedModel,
  delta: number | null,
  first: string | undefined,
): Warning[] {
  const [before, after] = [usableMean(base.slots), usableMean(candidate.slots)];
  const warnings: Warning[] = [];
  if (candidate.isRankedByFit) {
    const message =
      "win rates are compared as the judge gave them, because pairing needs a value for each question; a board with length control ranks by a fit over all questions, which has none";
    warnings.push({ code: "raw-win-rate", message });
  }
  if (delta === null || before === null || after === null) return warnings;
  const pooled = after - before;
  if (Math.abs(pooled - delta) < SHOWN_DIFFERENCE) return warnings;
  const by = first === undefined ? "" : `by ${first} alone, `;
  const message = `${by}the board's figures differ by ${formatSigned(pooled, 2)}, this comparison by ${formatSigned(delta, 2)}: the board pools all verdicts, as its authors do; a paired comparison averages each question first and leaves out those that only one model has`;
  return [...warnings, { code: "pooled-difference", message }];
}

function unitOf({ metric, figure }: Pick<Comparison, "metric" | "figure">): string {
  return metric === "score" && figure === undefined ? "points" : "percentage points";
}

function criteriaOf(
  base: ComparedModel,
  candidate: ComparedModel,
  options: CompareOptions,
): Comparison["criteria"] {
  if (base.criteria === undefined || candidate.criteria === undefined) return undefined;
  return criterionDifferences(base.criteria, candidate.criteria, options);
}

/** What the corrected difference detects, from its own error. */
function secondEffect(second: SecondComparison | undefined, error: number | null): number | null {
  const questions = second?.questions ?? 0;
  return minimumDetectableEffect(error === null ? null : error * Math.sqrt(questions), questions).value;
}

/** A corrected difference as what decides. */
function asPart(figure: Pick<SecondComparison, "estimate" | "interval"> | undefined) {
  return figure === undefined ? {} : { delta: figure.estimate, interval: figure.interval };
}

/** What a reader may conclude, in one sentence that does not say more than the interval does. */
function verdictSentence(
  names: { readonly base: string; readonly candidate: string },
  part: Pick<PairedDifference, "delta" | "interval"> & Partial<Pick<PairedDifference, "reason">>,
  decision: { readonly verdict: Outcome; readonly margin: number } & Pick<Comparison, "metric" | "figure">,
  second?: SecondComparison,
): string {
  const { delta, interval } = part;
  const unit = unitOf(decision);
  if (delta !== null && part.reason === NO_FIXED_INTERVAL)
    return `Inconclusive: ${names.candidate} against ${names.base} is ${formatSigned(delta, 2)} ${unit} on the questions that were asked, and ${NO_FIXED_INTERVAL}.`;
  if (second !== undefined && (delta === null || interval === null))
    return `Inconclusive: ${second.reason ?? "the second judge was asked about too little"}, so that the difference cannot be corrected to ${second.judge}.`;
  if (delta === null || interval === null)
    return `Inconclusive: too few questions were answered by both ${names.base} and ${names.candidate}.`;
  const figures = `${formatSigned(delta, 2)} ${unit} (${interval.level}% interval ${formatSigned(interval.low, 2)} to ${formatSigned(interval.high, 2)})${second === undefined ? "" : ` as corrected to ${second.judge}`}`;
  if (interval.low > 0) return `${names.candidate} is better than ${names.base}: ${figures}.`;
  if (interval.high < -decision.margin)
    return `${names.candidate} is worse than ${names.base}${decision.margin > 0 ? ` by more than the margin of ${decision.margin}` : ""}: ${figures}.`;
  if (interval.high < 0) return `${names.candidate} is worse than ${names.base}: ${figures}.`;
  if (decision.verdict === "pass")
    return `${names.candidate} is not worse than ${names.base} by more than ${decision.margin}: ${figures}.`;
  return `Inconclusive: ${names.candidate} against ${names.base} is ${figures}, which holds both a gain and a loss${decision.margin > 0 ? ` of more than ${decision.margin}` : ""}.`;
}

/**
 * Compares two models question by question (Miller 2024, arXiv 2411.00640): difference of per-question means, its
 * standard error and interval, sign-flip permutation p-value, wins and losses, minimum detectable effect, and the
 * verdict of a gate with the margin.
 * @param before The base.
 * @param after The candidate.
 * @throws ConfigError when suites, protocols or metrics differ (see {@link CompareOptions.acrossProtocols}), or where votes
 * are to decide and there are none.
 */
export function compareModels(
  before: ComparedModel,
  after: ComparedModel,
  options: CompareOptions,
): Comparison {
  const compared = checkComparable(before, after, options);
  const [base, candidate] = onOneScale(before, after);
  const warnings = [...compared, ...baselineWarnings(base, candidate), ...lossWarnings(base, candidate)];
  const [baseMeans, candidateMeans] = [questionMeans(base.slots), questionMeans(candidate.slots)];
  const paired = pairQuestions(meansOnly(baseMeans), meansOnly(candidateMeans));
  const { difference, pValue } = comparePart(base, candidate, options);
  const { delta, standardError, standardDeviation, interval, n, wins, losses, ties } = difference;
  const unmatched = { base: paired.onlyBase, candidate: paired.onlyCandidate };
  const alone = unmatched.base.length + unmatched.candidate.length;
  if (alone > 0) {
    const message = `${countOf(alone, "question has", "questions have")} usable verdicts for one of the two models only, and ${nounFor(alone, "is", "are")} listed and left out`;
    warnings.push({ code: "unmatched-questions", message, count: alone });
  }
  const voted = votesOnComparison(base, candidate, options.level);
  const byVotes = options.corrected === true;
  if (byVotes) for (const model of [base, candidate]) requireVotes(model);
  const {
    second,
    standardError: secondError,
    ...beside
  } = secondOnComparison(base, candidate, options.level);
  warnings.push(...boardWarnings(base, candidate, delta, second?.first), ...beside.warnings);
  const decidedBy = byVotes ? ("corrected" as const) : second && ("second" as const);
  const part =
    decidedBy === undefined
      ? difference
      : { delta: null, interval: null, ...asPart(decidedBy === "second" ? second : voted.corrected) };
  const decisive = part.interval;
  const verdict = decideGate(decisive, options.margin).outcome;
  const textOf = candidate.textOf ?? base.textOf;
  const names = { base: base.model, candidate: candidate.model };
  const { metric } = base;
  const measure = presentFields({ figure: base.figure });
  return {
    schema: "assay.compare/1",
    suite: candidate.suite,
    ...presentFields({ part: candidate.part }),
    protocol: candidate.protocol,
    metric,
    ...measure,
    ...names,
    baseValue: meanOver(baseMeans, paired.ids),
    candidateValue: meanOver(candidateMeans, paired.ids),
    questions: n,
    delta,
    standardError,
    interval,
    pValue,
    test: "sign-flip permutation",
    wins,
    losses,
    ties,
    minimumDetectableEffect: isSequenced({ base, candidate })
      ? null
      : decidedBy === "second"
        ? secondEffect(second, secondError)
        : minimumDetectableEffect(standardDeviation, n).value,
    turns: compareGroups(base, candidate, (slot) => String(slot.turn), options),
    categories: compareGroups(base, candidate, (slot) => slot.category, options),
    ...presentFields({ criteria: criteriaOf(base, candidate, options) }),
    ...voted,
    ...presentFields({ second, decidedBy }),
    verdict,
    margin: options.margin,
    sentence: verdictSentence(
      names,
      part,
      { verdict, margin: options.margin, metric, ...measure },
      decidedBy === "second" ? second : undefined,
    ),
    unmatched,
    bounds: boundsOf(base, candidate),
    movers: moversOf(paired.ids, baseMeans, candidateMeans, textOf, options.movers ?? 5),
    warnings,
  };
}
