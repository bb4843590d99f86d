import { type AreaOverrides, areaOf } from "../../core/area.js";
import type { Change, ChangeSide, Detection } from "../../core/change.js";
import { knownSuite } from "../../core/known-suites.js";
import { presentFields } from "../../core/present-fields.js";
import { FIGURE_TABLE, type StatedFigure } from "../../core/stated-figure.js";
import { decideAgainstLimit } from "../../stats/gate.js";
import { minimumDetectableEffect, questionsToDetect } from "../../stats/power.js";
import { planVotes } from "../people/vote-plan.js";
import { type ChangeFigure, changeFigure, flipsOf, gainFigure, ownFigure } from "./change-figures.js";
import { categoriesOf, type Measured, type MeasuredPair, measuredPart, measureOf } from "./measured.js";

const LEVEL = 95;

/** A pair, and what it measures. */
export interface AreaPair {
  readonly pair: MeasuredPair;
  readonly area: Change["area"];
}

/** Harmless and harmful requests: over both, a gain on one side would hide a loss on the other. */
export function areSides(categories: readonly string[]): boolean {
  return categories.length > 1 && categories.every((name) => /^harm(?:ful|less)\b/.test(name));
}

function partOf(pair: MeasuredPair, name: string, categories: ReadonlySet<string>): MeasuredPair {
  const side = (one: Measured | undefined) => one && measuredPart(one, name, categories);
  return presentFields({ base: side(pair.base), candidate: side(pair.candidate) });
}

/** A pair of harmless and harmful requests as one pair for each side; undefined for every other pair. */
export function sidesOf(pair: MeasuredPair): MeasuredPair[] | undefined {
  const categories = categoriesOf(measureOf(pair));
  return areSides(categories) ? categories.map((name) => partOf(pair, name, new Set([name]))) : undefined;
}

/**
 * Pairs by what they measure: a suite whose categories measure different things (AGIEval's tasks) makes a pair for each of
 * them, named after what it measures.
 */
export function pairsByArea(pairs: readonly MeasuredPair[], overrides: AreaOverrides): AreaPair[] {
  return pairs.flatMap((pair): AreaPair[] => {
    const measure = measureOf(pair);
    const { suite, part } = measure;
    if (measure.by.kind === "votes") return [{ pair, area: "people" }];
    // A judge that ranks compares whole answers: one preference over all questions, whatever they are about.
    if (measure.by.kind === "records" && measure.by.values.mode === "ranking")
      return [{ pair, area: areaOf(suite, part, overrides) }];
    const byArea = new Map<Change["area"], Set<string>>();
    for (const category of categoriesOf(measure)) {
      const area = areaOf(suite, category, overrides);
      byArea.set(area, (byArea.get(area) ?? new Set()).add(category));
    }
    const sides = sidesOf(pair);
    if (sides !== undefined) {
      const area = areaOf(suite, undefined, overrides);
      return sides.map((side) => ({ pair: side, area }));
    }
    if (byArea.size < 2) {
      const [only] = byArea.keys();
      return [{ pair, area: only ?? areaOf(suite, part, overrides) }];
    }
    return [...byArea].map(([area, categories]) => {
      const [only = area, second] = categories;
      const name = second === undefined ? only : area;
      return { pair: partOf(pair, name, categories), area };
    });
  });
}

function sideOf(measured: Measured | undefined): ChangeSide | null {
  if (measured === undefined) return null;
  const { estimate, standardError, interval, questions } = ownFigure(measured, LEVEL);
  return {
    model: measured.model,
    value: estimate,
    standardError,
    interval,
    questions: questions > 0 ? questions : null,
    source: measured.source,
  };
}

/** The base of a preference is the opponent, at an even match. */
function opponentOf(measured: Measured): ChangeSide | null {
  if (measured.by.kind !== "votes") return null;
  const { opponent } = measured.by;
  const { source } = measured;
  return { model: opponent, value: 50, standardError: null, interval: null, questions: null, source };
}

/** Spread of two models' differences by question, where no records tell it. */
interface KnownSpread {
  readonly spread: number;
  readonly questions: number;
  readonly from: string;
}

/** Questions of the published set, for a table's figure: a tool's figure may rest on any part of it. */
function publishedQuestions({ suite, source }: StatedFigure): number | undefined {
  return source.tool === FIGURE_TABLE ? knownSuite(suite)?.questions : undefined;
}

/**
 * What is known of the spread without records: published for the suite, else the widest that two rates can have whose
 * outcomes are unrelated, √(p(1 − p) + q(1 − q)), which pairing can only narrow.
 */
function knownSpread(base: Measured, candidate: Measured): KnownSpread | undefined {
  if (base.by.kind !== "stated" || candidate.by.kind !== "stated") return undefined;
  const { suite, unit } = candidate;
  const known = knownSuite(suite);
  const questions = candidate.by.figure.n ?? base.by.figure.n ?? publishedQuestions(candidate.by.figure);
  if (questions === undefined || questions < 2) return undefined;
  if (known?.spread !== undefined && unit === "points")
    return { spread: known.spread.value, questions, from: known.spread.from };
  if (unit !== "percent" && unit !== "share") return undefined;
  const whole = unit === "percent" ? 100 : 1;
  const [p, q] = [base.by.figure.value / whole, candidate.by.figure.value / whole];
  const variance = p * (1 - p) + q * (1 - q);
  if (!(variance > 0)) return undefined;
  return {
    spread: whole * Math.sqrt(variance),
    questions,
    from: "the two rates, were their outcomes unrelated; pairing sees smaller ones",
  };
}

interface Power {
  readonly detects: Detection | null;
  readonly needed: number | null;
}

function powerFrom(spread: number, questions: number, seen: number | null, from: string): Power {
  const { value } = minimumDetectableEffect(spread, questions);
  return {
    detects: value === null ? null : { difference: value, questions, from },
    needed: seen === null || spread === 0 ? null : questionsToDetect(seen, spread),
  };
}

function powerOf({ base, candidate }: MeasuredPair, change: ChangeFigure): Power {
  const { basis, standardError, questions, estimate } = change;
  if (basis === "votes") {
    if (candidate?.by.kind !== "votes") return { detects: null, needed: null };
    const wish = { halfWidth: 5, level: LEVEL, estimate: estimate === null ? null : 50 + estimate };
    return { detects: null, needed: planVotes(candidate.by.voted.things, wish).moreToDecide };
  }
  if (basis === "paired" && standardError !== null && questions > 1)
    return powerFrom(standardError * Math.sqrt(questions), questions, estimate, "this comparison");
  const known = base && candidate && knownSpread(base, candidate);
  if (known === undefined) return { detects: null, needed: null };
  return powerFrom(known.spread, known.questions, estimate, known.from);
}

/** Level at which each of several intervals must hold so that all hold at 95% (Bonferroni). */
export function jointLevel(changes: number): number {
  return 100 - (100 - LEVEL) / Math.max(1, changes);
}

function changeOf({ pair, area }: AreaPair, together: number): Change {
  const measure = measureOf(pair);
  const { suite, part, asked, metric, unit, scale, lowerIsBetter, judge } = measure;
  const change = changeFigure(pair, LEVEL);
  const joint = change.interval === null ? null : changeFigure(pair, jointLevel(together)).interval;
  const gain = joint === null ? null : gainFigure(pair, jointLevel(together)).interval;
  const outcomes = { pass: "gain", fail: "loss", inconclusive: "undecided" } as const;
  const tails = change.tailsAt(0);
  const pValue = tails === null ? null : Math.min(1, 2 * Math.min(tails.above, tails.below));
  const base = measure.by.kind === "votes" ? opponentOf(measure) : sideOf(pair.base);
  return {
    suite,
    ...presentFields({ part, asked, judge }),
    area,
    metric,
    unit,
    scale: scale ?? null,
    lowerIsBetter,
    base,
    candidate: sideOf(pair.candidate),
    basis: change.basis,
    ...presentFields({ correctedTo: change.corrected?.judge }),
    delta: change.estimate,
    standardError: change.standardError,
    interval: change.interval,
    adjustedInterval: joint,
    pValue,
    adjustedPValue: pValue === null ? null : Math.min(1, together * pValue),
    finding: gain === null ? "unknown" : outcomes[decideAgainstLimit(gain, 0).outcome],
    questions: change.questions > 0 ? change.questions : null,
    ...powerOf(pair, change),
    ...presentFields({ flips: flipsOf(pair) }),
    reason: change.reason,
  };
}

/** The changes that pairs hold, all decided together: their adjusted intervals hold at 95% as a whole. */
export function changesOf(pairs: readonly AreaPair[]): Change[] {
  const together = pairs.filter(({ pair }) => changeFigure(pair, LEVEL).interval !== null).length;
  return pairs.map((one) => changeOf(one, together));
}
