import type { Figure, Interval, Reasons } from "../../harness/core/board.js";
import { presentFields } from "../../harness/core/present-fields.js";
import { formatCount, formatFixed, formatSigned } from "../../harness/core/shown-number.js";

export { formatCount } from "../../harness/core/shown-number.js";

import type { Phrase, ShownFigure, ShownInterval } from "./records.js";
import { displayName } from "./text.js";

/** How figures of one kind are written. */
export type FigureFormat =
  | "points"
  | "percent"
  | "delta-points"
  | "delta-percent"
  | "count"
  | "probability"
  | "plain"
  | "reward"
  | "percentage-points"
  | "usd";

/** Stands where there is no figure. */
export const NO_FIGURE = "–";

/** Dollars: cents for small sums, so that `$0.0042` does not become `$0.00`. */
export function formatUsd(value: number): string {
  if (value === 0) return "$0";
  return value < 0.1 ? `$${value.toPrecision(2)}` : `$${value.toFixed(2)}`;
}

/** A time span such as `850 ms`, `12.3 s`, `4 min 5 s`, `2 h 3 min`. */
export function formatDuration(durationMs: number): string {
  if (durationMs < 1000) return `${Math.round(durationMs)} ms`;
  const seconds = durationMs / 1000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${Math.floor(seconds % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** A moment as `2025-03-01 14:05 UTC`; text that is no ISO time stays as it is. */
export function formatMoment(iso: string): string {
  const parts = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2})/.exec(iso);
  return parts === null ? iso : `${parts[1]} ${parts[2]} UTC`;
}

/** A number in one of the report's formats: ratings with two decimals, rates with one and a percent sign. */
export function formatFigure(value: number, format: FigureFormat): string {
  switch (format) {
    case "points":
      return formatFixed(value, 2);
    case "percent":
      return `${formatFixed(value, 1)}%`;
    case "delta-points":
      return formatSigned(value, 2);
    case "delta-percent":
      return formatSigned(value, 1);
    case "percentage-points":
      return `${formatFixed(value, 1)} pp`;
    case "count":
      return formatCount(value);
    case "probability":
      return value < 0.001 ? "< 0.001" : formatFixed(value, 3);
    case "usd":
      return formatUsd(value);
    case "reward":
      return formatSigned(value, 3);
    case "plain":
      return formatFixed(value, Math.abs(value) >= 100 ? 0 : 2);
  }
}

/** Makes a {@link ShownFigure} of a value that stands at `from`. */
export function showFigure(
  value: Figure | undefined,
  format: FigureFormat,
  from: string,
  reason?: string,
): ShownFigure {
  if (value === null || value === undefined || !Number.isFinite(value)) {
    return { value: null, text: NO_FIGURE, from, ...presentFields({ reason }) };
  }
  return { value, text: formatFigure(value, format), from };
}

/** Makes a {@link ShownInterval} of an interval that stands at `from`. */
export function showInterval(
  interval: Interval | null | undefined,
  format: FigureFormat,
  from: string,
): ShownInterval | null {
  if (interval === null || interval === undefined) return null;
  const low = showFigure(interval.low, format, `${from}/low`);
  const high = showFigure(interval.high, format, `${from}/high`);
  if (low.value === null || high.value === null) return null;
  return { low, high, level: interval.level, method: interval.method, text: `${low.text} to ${high.text}` };
}

/** The reason that a row gives for a missing figure. */
export function reasonFor(reasons: Reasons | undefined, field: string): string | undefined {
  return reasons?.[field];
}

/** A phrase as plain text; names are made safe for one line. */
export function phraseText(phrase: Phrase): string {
  return phrase
    .map((part) => (typeof part === "string" ? part : "name" in part ? displayName(part.name) : part.text))
    .join("");
}

/** One segment of a JSON Pointer (RFC 6901, section 3). */
export function pointerSegment(key: string): string {
  return key.replaceAll("~", "~0").replaceAll("/", "~1");
}

/** Round steps between two ends, about `count` of them, the ends rounded outwards. */
export function axisTicks(low: number, high: number, count: number): readonly number[] {
  const span = Math.max(high - low, 1e-9);
  const raw = span / count;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = ([1, 2, 2.5, 5, 10].find((factor) => factor * power >= raw) ?? 10) * power;
  const first = Math.floor(low / step + 1e-9);
  const last = Math.ceil(high / step - 1e-9);
  return Array.from({ length: last - first + 1 }, (_, index) => Number(((first + index) * step).toFixed(6)));
}
