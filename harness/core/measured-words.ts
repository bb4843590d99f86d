import type { Area } from "./area.js";
import type { Change, MeasuredUnit } from "./change.js";
import { formatFixed, formatSigned, formatTrimmed } from "./shown-number.js";
import { namedPart } from "./suite-part.js";

const DIGITS: Readonly<Record<MeasuredUnit, number>> = { points: 2, percent: 1, share: 3, other: 3 };

/** A measured value as it is shown: `6.68`, `64.3%`, `0.643`. */
export function shownMeasure(value: number, unit: MeasuredUnit): string {
  return `${formatFixed(value, DIGITS[unit])}${unit === "percent" ? "%" : ""}`;
}

/** A difference without its unit: `+0.28`, `−0.4`. */
export function shownDifference(value: number, unit: MeasuredUnit): string {
  return formatSigned(value, unit === "percent" ? 2 : DIGITS[unit]);
}

/** The unit of differences in words; empty where there is none. */
export function differenceUnit(unit: MeasuredUnit): string {
  return { points: "points", percent: "percentage points", share: "", other: "" }[unit];
}

/** A difference with its unit: `+0.28 points`. */
export function shownChange(value: number, unit: MeasuredUnit): string {
  return `${shownDifference(value, unit)} ${differenceUnit(unit)}`.trim();
}

/** A difference with a unit as short as a table wants it: `+0.28`, `−3.25 pp`. */
export function shortChange(value: number, unit: MeasuredUnit): string {
  return `${shownDifference(value, unit)}${unit === "percent" ? " pp" : ""}`;
}

/** What is measured, by suite and part: `agieval/math`, as policies name it. */
export function measuredName({ suite, part }: { readonly suite: string; readonly part?: string }): string {
  return part === undefined ? suite : `${suite}/${part}`;
}

/** Both sides of a change: `7.81 → 8.09`, and whose figures they are where a second judge corrects them. Figures that others state keep two decimals, as tables print them. */
export function shownSides({ base, candidate, unit, basis, correctedTo }: Change): string {
  const isStated = basis === "figures" || basis === "independent";
  const shown = (value: number | null | undefined) => {
    if (value === null || value === undefined) return "–";
    if (unit !== "percent" || !isStated) return shownMeasure(value, unit);
    return `${formatTrimmed(Number(value.toFixed(2)))}%`;
  };
  const by = correctedTo === undefined ? "" : ` (corrected to ${correctedTo})`;
  return `${shown(base?.value)} → ${shown(candidate?.value)}${by}`;
}

/** A number as an order of size: two digits from 1 on, one below (`0.4`, `4.1`, `12`). */
export function aboutSize(value: number): string {
  const size = Math.abs(value);
  return formatTrimmed(Number(size.toPrecision(size < 1 ? 1 : 2)));
}

/** Areas as sentences call them. */
export const AREA_WORDS: Readonly<Record<Area, string>> = {
  chat: "chat",
  people: "people's preference",
  knowledge: "knowledge",
  reasoning: "reasoning",
  maths: "maths",
  coding: "coding",
  safety: "safety",
  other: "what belongs to no area",
};

/** Assay's own figures as sentences call them. */
const METRIC_WORDS: Readonly<Record<string, string>> = { winRate: "win rate", score: "rating" };

/** The name of a change with the part of its suite that was asked, and with its judge or metric where another one shares the name. */
export function changeName(change: Change, changes: readonly Change[]): string {
  const own = measuredName(change);
  const name = namedPart(own, change.asked);
  const alike = changes.filter((one) => one !== change && measuredName(one) === own);
  if (alike.length === 0) return name;
  const differs = alike.every(({ metric }) => metric !== change.metric);
  const metric = METRIC_WORDS[change.metric] ?? change.metric;
  return `${name} by ${differs ? metric : (change.judge ?? metric)}`;
}

/** Percent of its scale that one unit of a change is; undefined where the scale is not known. */
export function percentOfScale({ scale }: Pick<Change, "scale">): number | undefined {
  return scale === null ? undefined : 100 / (scale.high - scale.low);
}

/** How a change came out, in a word or two. */
export const FINDING_WORDS: Readonly<Record<Change["finding"], string>> = {
  gain: "Gain",
  loss: "Loss",
  undecided: "Not settled",
  unknown: "Cannot be said",
};
