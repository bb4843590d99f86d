import type { MeasuredUnit } from "./change.js";
import { formatFixed, formatSigned } from "./shown-number.js";

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
function differenceUnit(unit: MeasuredUnit): string {
  return { points: "points", percent: "percentage points", share: "", other: "" }[unit];
}

/** A difference with its unit: `+0.28 points`. */
export function shownChange(value: number, unit: MeasuredUnit): string {
  return `${shownDifference(value, unit)} ${differenceUnit(unit)}`.trim();
}

/** What is measured, by suite and part: `agieval (math)`. */
export function measuredName({ suite, part }: { readonly suite: string; readonly part?: string }): string {
  return part === undefined ? suite : `${suite} (${part})`;
}
