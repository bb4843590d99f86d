import { AREAS, type Area } from "../../harness/core/area.js";
import type { AreaChange, Card } from "../../harness/core/card.js";
import type { Change } from "../../harness/core/change.js";
import type { Interval } from "../../harness/core/interval.js";
import {
  changeName,
  percentOfScale,
  shortChange,
  shownDifference,
  shownSides,
} from "../../harness/core/measured-words.js";
import { formatFixed, formatSigned } from "../../harness/core/shown-number.js";
import { axisTicks, NO_FIGURE } from "../view/format.js";

/** A change as a card shows it. */
export interface ChangeView {
  readonly change: Change;
  readonly name: string;
  /** `7.81 → 8.09`. */
  readonly fromTo: string;
  readonly delta: string;
  /** Of all changes together; empty where there is none. */
  readonly interval: string;
  /** For the drawing, better to the right, in percent of the scale; null where the scale is not known. */
  readonly drawn: {
    readonly value: number;
    readonly own: readonly [number, number] | null;
    readonly joint: readonly [number, number] | null;
  } | null;
}

/** An area with its changes. */
export interface AreaView {
  readonly area: Area;
  readonly mean: AreaChange | undefined;
  readonly rows: readonly ChangeView[];
}

/** An axis in percent of the scale, around 0. */
export interface CardAxis {
  readonly low: number;
  readonly high: number;
  readonly ticks: readonly number[];
}

function betweenText(interval: Interval | null, { unit }: Change): string {
  if (interval === null) return "";
  return `${shownDifference(interval.low, unit)} to ${shownDifference(interval.high, unit)}`;
}

/** An interval in percent of the scale, turned so that better is to the right. */
function drawnInterval(interval: Interval | null, factor: number): readonly [number, number] | null {
  if (interval === null) return null;
  const ends = [interval.low * factor, interval.high * factor] as const;
  return [Math.min(...ends), Math.max(...ends)];
}

function viewOfChange(change: Change, all: readonly Change[]): ChangeView {
  const { unit, delta, interval, adjustedInterval, lowerIsBetter } = change;
  const factor = (percentOfScale(change) ?? 0) * (lowerIsBetter ? -1 : 1);
  return {
    change,
    name: changeName(change, all),
    fromTo: shownSides(change),
    delta: delta === null ? NO_FIGURE : shortChange(delta, unit),
    interval: betweenText(adjustedInterval, change),
    drawn:
      delta === null || factor === 0
        ? null
        : {
            value: delta * factor,
            own: drawnInterval(interval, factor),
            joint: drawnInterval(adjustedInterval, factor),
          },
  };
}

/** Changes by area, in the order of areas. */
export function areaViews({ changes, areas }: Pick<Card, "changes" | "areas">): AreaView[] {
  return AREAS.flatMap((area) => {
    const rows = changes.filter((one) => one.area === area).map((one) => viewOfChange(one, changes));
    return rows.length === 0 ? [] : [{ area, rows, mean: areas.find((one) => one.area === area) }];
  });
}

/** An axis around 0 that holds these values. */
export function axisAround(values: readonly number[]): CardAxis {
  const reach = Math.max(1, ...values.map(Math.abs)) * 1.05;
  const ticks = axisTicks(-reach, reach, 5).filter((tick) => Math.abs(tick) <= reach);
  return { low: -reach, high: reach, ticks };
}

/** Every value that a drawing of changes shows. */
export function drawnValues(views: readonly AreaView[]): number[] {
  return views.flatMap(({ rows }) =>
    rows.flatMap(({ drawn }) =>
      drawn === null ? [] : [drawn.value, ...(drawn.own ?? []), ...(drawn.joint ?? [])],
    ),
  );
}

/** A mean change in percent of the scale: `+2.1% of the scale (0.4 to 3.8)`. */
export function meanText({ change, interval }: Pick<AreaChange, "change" | "interval">): string {
  if (change === null) return "";
  const between =
    interval === null ? "" : ` (${formatSigned(interval.low, 1)} to ${formatSigned(interval.high, 1)})`;
  return `${formatSigned(change, 1)}% of the scale${between}`;
}

/** A tick of an axis: `−5`, `0`, `+5`. */
export function tickText(tick: number): string {
  return tick === 0 ? "0" : formatSigned(tick, Number.isInteger(tick) ? 0 : 1);
}

/** A share of a scale in percent, for tables beside drawings. */
export function percentText(value: number): string {
  return `${formatFixed(value, 1)}%`;
}

/** With a capital letter, as a heading begins. */
export function capital(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}
