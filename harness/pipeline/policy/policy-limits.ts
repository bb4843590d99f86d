import type { Flips } from "../../core/change.js";
import { countOf } from "../../core/count-of.js";
import { measuredName, shownChange, shownDifference, shownMeasure } from "../../core/measured-words.js";
import type { Policy, PolicyLine, PolicyLineKind } from "../../core/policy.js";
import { presentFields } from "../../core/present-fields.js";
import { NO_FIXED_INTERVAL } from "../../core/sequence.js";
import { formatTrimmed } from "../../core/shown-number.js";
import { namedPart } from "../../core/suite-part.js";
import {
  brokenFigure,
  type ChangeFigure,
  flipsOf,
  gainFigure,
  ownFigure,
  relativeFigure,
  turned,
} from "../changes/change-figures.js";
import { type MeasuredHead, type MeasuredPair, measureOf } from "../changes/measured.js";
import type { ComparedModel } from "../compare/question-values.js";
import type { GateFigure } from "../gates/gate-figures.js";
import type { PolicySubject } from "./policy-subjects.js";

/** A limit whose outcome depends on the others: a figure that must lie above it. */
export interface OpenLimit {
  readonly line: Omit<PolicyLine, "outcome" | "message">;
  /** The records that are held to it; absent for figures that others state. */
  readonly values?: ComparedModel;
  readonly figure: GateFigure;
  readonly limit: number;
  /** A figure that has no interval is undecided for this reason. */
  readonly reason: string | null;
  /** What a failure means where it is not certain that the limit applies at all. */
  readonly mayNotApply?: string;
  readonly sentence: (reason: string) => string;
}

/** What a policy asks of one subject: what is settled by counting, and what is decided on intervals. */
export interface SubjectLimits {
  readonly settled: readonly PolicyLine[];
  readonly open: readonly OpenLimit[];
}

/** Everything that the lines of one subject share. */
interface Context {
  readonly subject: PolicySubject & { readonly pair: MeasuredPair };
  readonly policy: Policy;
  readonly measure: MeasuredHead;
  readonly title: string;
  readonly model: string;
}

function lineOf(
  { subject, measure, title, model }: Context,
  kind: PolicyLineKind,
  what: string,
  figure: {
    readonly value: number | null;
    readonly limit: number;
    readonly interval?: GateFigure["interval"];
  },
): OpenLimit["line"] {
  return {
    name: `${title}: ${what}`,
    suite: measure.suite,
    tier: subject.entry.tier,
    kind,
    metric: measure.metric,
    model,
    ...presentFields({ category: measure.part }),
    value: figure.value,
    limit: figure.limit,
    interval: figure.interval ?? null,
  };
}

/** A limit of the policy in the figure's unit; undefined for shares of a scale that is not known. */
function inUnit(limit: number, { policy, measure }: Context): number | undefined {
  if (policy.units === "own") return limit;
  const { scale } = measure;
  return scale === undefined ? undefined : limit * (scale.high - scale.low);
}

/** Where a value's share of its scale is counted from. */
function zeroOf({ policy, measure }: Context): number {
  return policy.units === "own" ? 0 : (measure.scale?.low ?? 0);
}

function between({ interval }: GateFigure, shown: (value: number) => string): string {
  if (interval === null) return "";
  return ` (${formatTrimmed(interval.level)}% interval ${shown(interval.low)} to ${shown(interval.high)})`;
}

/** Whose figure it is where a second judge corrects it. */
function correctedWords({ corrected }: GateFigure): string {
  return corrected === undefined ? "" : ` as corrected to ${corrected.judge}`;
}

function floorLimit(context: Context, bound: number, isFloor: boolean): OpenLimit[] {
  const { measure, subject, policy, model, title } = context;
  const { candidate } = subject.pair;
  if (candidate === undefined) return [];
  const own = ownFigure(candidate, policy.level);
  const show = (value: number) => shownMeasure(value, measure.unit);
  const what = `${isFloor ? "at least" : "at most"} ${show(bound)}`;
  return [
    {
      line: lineOf(context, isFloor ? "floor" : "ceiling", what, {
        value: own.estimate,
        limit: bound,
        interval: own.interval,
      }),
      figure: isFloor ? own : turned(own),
      limit: isFloor ? bound : -bound,
      reason: own.reason,
      sentence: (reason) =>
        `${model} has ${own.estimate === null ? "no figure" : show(own.estimate)} on ${title}${between(own, show)}${correctedWords(own)}; ${reason}.`,
    },
  ];
}

function dropSentence(context: Context, gain: ChangeFigure): (reason: string) => string {
  const { measure, subject, model, title } = context;
  const { unit } = measure;
  const base = subject.pair.base?.model ?? "the base";
  const count = gain.questions > 0 ? ` over ${countOf(gain.questions, "question")}` : "";
  const seen =
    gain.estimate === null
      ? "has no difference to look at"
      : `is ${shownChange(gain.estimate, unit)}${measure.lowerIsBetter ? " (above 0 is better)" : ""}${count}`;
  return (reason) =>
    `${model} against ${base} on ${title} ${seen}${between(gain, (value) => shownDifference(value, unit))}${correctedWords(gain)}; ${reason}.`;
}

function dropLimit(context: Context, maxDrop: number): OpenLimit[] {
  const { measure, subject, policy } = context;
  const gain = gainFigure(subject.pair, policy.level);
  const most = inUnit(maxDrop, context);
  const limit = most === undefined ? 0 : most === 0 ? 0 : -most;
  const what = `at most ${shownChange(most ?? maxDrop, measure.unit).replace(/^[+±]/, "")} worse`;
  const flips = flipsOf(subject.pair);
  const line = lineOf(context, "drop", what, { value: gain.estimate, limit, interval: gain.interval });
  const reason =
    most === undefined ? "its scale is not known, so that a share of it means nothing" : gain.reason;
  return [
    {
      line: { ...line, ...presentFields({ flips }) },
      figure: most === undefined ? { ...gain, interval: null, tailsAt: () => null } : gain,
      limit,
      reason,
      sentence: (why) => {
        const seen = dropSentence(context, gain)(why);
        return flips === undefined ? seen : `${seen} ${flipWords(flips)}.`;
      },
    },
  ];
}

/** Whether the base lies below the guard, as far as its interval tells. */
function guarded(context: Context, below: number): "yes" | "no" | "undecided" {
  const { base } = context.subject.pair;
  const width = inUnit(below, context);
  if (base === undefined || width === undefined) return "undecided";
  const bound = zeroOf(context) + width;
  const { interval } = ownFigure(base, context.policy.level);
  if (interval === null) return "undecided";
  if (interval.high < bound) return "yes";
  return interval.low >= bound ? "no" : "undecided";
}

function shownBound(context: Context, below: number | undefined): string {
  const width = below === undefined ? undefined : inUnit(below, context);
  return width === undefined ? String(below) : shownMeasure(zeroOf(context) + width, context.measure.unit);
}

function relativeLimit(context: Context, share: number, below: number | undefined): SubjectLimits {
  const { subject, policy, title } = context;
  const percent = formatTrimmed(100 * share);
  const what = `at most ${percent}% of the base's value worse`;
  const applies = below === undefined ? "yes" : guarded(context, below);
  const { figure, limitFrom } = relativeFigure(subject.pair, share, policy.level);
  const limit = limitFrom(zeroOf(context));
  const gain = gainFigure(subject.pair, policy.level);
  const line = lineOf(context, "relative-drop", what, {
    value: gain.estimate,
    limit: share,
    interval: gain.interval,
  });
  const shownBelow = shownBound(context, below);
  if (applies === "no") {
    const message = `The relative limit on ${title} does not apply: the base's whole interval lies at or above ${shownBelow}.`;
    return { settled: [{ ...line, outcome: "pass", message }], open: [] };
  }
  const from = zeroOf(context);
  const base = subject.pair.base === undefined ? null : ownFigure(subject.pair.base, policy.level).estimate;
  const isAboveZero = base !== null && base > from;
  const reason =
    figure.reason ?? (isAboveZero ? null : "a share of a value that is not above 0 means nothing");
  return {
    settled: [],
    open: [
      {
        line,
        figure: isAboveZero ? figure : { ...figure, interval: null, tailsAt: () => null },
        limit,
        reason,
        ...(applies === "yes"
          ? {}
          : { mayNotApply: `the base's interval does not say whether it lies below ${shownBelow}` }),
        sentence: (why) => dropSentence(context, gain)(`${kept(context, figure, share)}${why}`),
      },
    ],
  };
}

/** What is held to the relative limit, in words: `beyond 98% of the base's value it has +0.9 (95% interval …), and `. */
function kept({ measure }: Context, figure: GateFigure, share: number): string {
  if (figure.estimate === null) return "";
  const show = (value: number) => shownDifference(value, measure.unit);
  const part = formatTrimmed(100 * (measure.lowerIsBetter ? 1 + share : 1 - share));
  return `beyond ${part}% of the base's value it has ${show(figure.estimate)}${between(figure, show)}, and `;
}

function flipLimit(context: Context, maxBroken: number): SubjectLimits {
  const { subject, policy, title } = context;
  const flips = flipsOf(subject.pair);
  const what = `at most ${formatTrimmed(maxBroken)}% of the questions from right to wrong`;
  if (flips === undefined) {
    const message = `Which questions of ${title} went from right to wrong is not known: both sides' answers must be right or wrong, question by question.`;
    const line = lineOf(context, "flips", what, { value: null, limit: maxBroken });
    return { settled: [{ ...line, outcome: "inconclusive", message }], open: [] };
  }
  const figure = brokenFigure(subject.pair, flips, policy.level);
  const interval = figure.interval && {
    ...figure.interval,
    low: Math.max(0, -figure.interval.high),
    high: -figure.interval.low,
  };
  const value = figure.estimate === null ? null : Math.abs(figure.estimate);
  return {
    settled: [],
    open: [
      {
        line: { ...lineOf(context, "flips", what, { value, limit: maxBroken, interval }), flips },
        figure,
        limit: maxBroken === 0 ? 0 : -maxBroken,
        reason:
          figure.interval !== null
            ? null
            : flips.pValue === null
              ? NO_FIXED_INTERVAL
              : "too few questions were answered by both",
        sentence: (reason) => `${flipWords(flips)} on ${title}; ${reason}.`,
      },
    ],
  };
}

/** `12 of 1000 questions went from right to wrong, 30 from wrong to right (McNemar p 0.008)`. */
function flipWords({ questions, broken, repaired, pValue }: Flips): string {
  const test = pValue === null ? "" : ` (McNemar p ${pValue < 0.001 ? "< 0.001" : pValue.toFixed(3)})`;
  return `${broken.length} of ${countOf(questions, "question")} went from right to wrong, ${repaired.length} from wrong to right${test}`;
}

function countedLines(context: Context): PolicyLine[] {
  const { subject, title, policy } = context;
  const { minQuestions, coverage } = subject.entry;
  const { candidate } = subject.pair;
  const lines: PolicyLine[] = [];
  if (minQuestions !== undefined) {
    const needsBase = asksForBase(context);
    const figure = needsBase
      ? gainFigure(subject.pair, policy.level)
      : candidate && ownFigure(candidate, policy.level);
    const n = figure?.questions ?? 0;
    const message = `${countOf(n, "question")} of ${title} ${needsBase ? "count on both sides" : "count"}; ${formatTrimmed(minQuestions)} are asked for.`;
    const line = lineOf(context, "questions", `at least ${countOf(minQuestions, "question")}`, {
      value: n,
      limit: minQuestions,
    });
    lines.push({ ...line, outcome: n >= minQuestions ? "pass" : "inconclusive", message });
  }
  if (coverage !== undefined && candidate?.by.kind === "records") {
    const { slots } = candidate.by.values;
    const asked = new Set(slots.map(({ slot }) => slot.questionId)).size;
    const covered = new Set(slots.flatMap(({ slot, value }) => (value === undefined ? [] : slot.questionId)))
      .size;
    const value = asked === 0 ? 0 : (100 * covered) / asked;
    const message = `${covered} of ${countOf(asked, "question")} of ${title} have a usable value.`;
    const line = lineOf(context, "coverage", `coverage at least ${formatTrimmed(coverage)}%`, {
      value,
      limit: coverage,
    });
    lines.push({ ...line, outcome: value >= coverage ? "pass" : "fail", message });
  }
  return lines;
}

function asksForBase({ subject: { entry } }: Context): boolean {
  return entry.maxDrop !== undefined || entry.maxRelativeDrop !== undefined || entry.maxBroken !== undefined;
}

function missing(context: Context, who: string): PolicyLine {
  const { subject, title } = context;
  const message = `${title} was not measured on ${who}, and the policy asks for it.`;
  const line = lineOf(context, "presence", "is measured", { value: null, limit: 0 });
  return { ...line, outcome: subject.entry.tier === "advisory" ? "inconclusive" : "fail", message };
}

/** What a policy asks of one subject. */
export function subjectLimits(
  subject: PolicySubject,
  policy: Policy,
  names: { readonly base: string | null; readonly candidate: string },
): SubjectLimits {
  const { entry } = subject;
  const pair = subject.pair ?? {};
  const direction = presentFields({ lowerIsBetter: entry.lowerIsBetter });
  const sided: MeasuredPair = {
    ...(pair.base && { base: { ...pair.base, ...direction } }),
    ...(pair.candidate && { candidate: { ...pair.candidate, ...direction } }),
  };
  const nothing: MeasuredHead = {
    suite: entry.name,
    metric: entry.metric ?? "score",
    model: names.candidate,
    unit: "other",
    lowerIsBetter: false,
  };
  const measure = subject.pair === undefined ? nothing : measureOf(sided);
  const context: Context = {
    subject: { entry, pair: sided },
    policy,
    measure,
    title: namedPart(measuredName(measure), measure.asked),
    model: names.candidate,
  };
  if (sided.candidate === undefined) return { settled: [missing(context, names.candidate)], open: [] };
  const isAgainstBase = sided.candidate.by.kind === "votes";
  if (asksForBase(context) && sided.base === undefined && !isAgainstBase)
    return { settled: [missing(context, names.base ?? "a base, and none is named")], open: [] };
  const settled = countedLines(context);
  const { by } = sided.candidate;
  const values = by.kind === "records" ? by.values : undefined;
  const open: OpenLimit[] = [];
  if (entry.min !== undefined) open.push(...floorLimit(context, entry.min, true));
  if (entry.max !== undefined) open.push(...floorLimit(context, entry.max, false));
  if (entry.maxDrop !== undefined) open.push(...dropLimit(context, entry.maxDrop));
  const more = [
    ...(entry.maxRelativeDrop === undefined
      ? []
      : [relativeLimit(context, entry.maxRelativeDrop, entry.relativeBelow)]),
    ...(entry.maxBroken === undefined ? [] : [flipLimit(context, entry.maxBroken)]),
  ];
  return {
    settled: [...settled, ...more.flatMap((one) => one.settled)],
    open: [...open, ...more.flatMap((one) => one.open)].map((one) => ({
      ...one,
      ...presentFields({ values }),
    })),
  };
}
