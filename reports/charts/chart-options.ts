import { drawableModels } from "../view/parts.js";
import type { BoardScale, BoardView, ShownFigure, ShownInterval } from "../view/records.js";
import type { ChartTheme } from "./chart-theme.js";
import { MOST_SERIES, seriesStyle, withOpacity } from "./chart-theme.js";

/** What every chart of a report is made with. */
export interface ChartOptions {
  readonly theme: ChartTheme;
  /** Models to show, at most {@link MOST_SERIES}; the first ones of the board where absent. */
  readonly models?: readonly string[];
  /** Which series style each of `models` has, so that a model keeps its look while others are switched off; 0, 1, … where absent. */
  readonly styleIndexes?: readonly number[];
  /** Draw intervals. Default true; on a radar, false. */
  readonly intervals?: boolean;
  /** Show chart.js's own legend (for images); pages have one of their own. Default false. */
  readonly legend?: boolean;
  readonly title?: string;
}

/** Which series style the model at `index` of the shown ones has. */
export function styleIndex(options: ChartOptions, index: number): number {
  return options.styleIndexes?.[index] ?? index;
}

/** The models that a chart of a board shows. */
export function chartModels(board: BoardView, chosen?: readonly string[]): readonly string[] {
  return (chosen ?? drawableModels(board)).slice(0, MOST_SERIES);
}

/** A font of the theme; `factor` scales its size. */
export function fontOf(theme: ChartTheme, weight: "normal" | "bold" = "normal", factor = 1) {
  return { family: theme.fontFamily, size: Math.round(theme.fontSize * factor), weight };
}

/** Series in their own order, whichever is drawn over which. */
export function bySeries(
  one: { readonly datasetIndex?: number },
  other: { readonly datasetIndex?: number },
): number {
  return (one.datasetIndex ?? 0) - (other.datasetIndex ?? 0);
}

/** Legend, title and tooltip of every chart. */
export function pluginsOf(options: ChartOptions) {
  const { theme } = options;
  return {
    legend: {
      display: options.legend === true,
      position: "bottom" as const,
      labels: {
        color: theme.ink,
        font: fontOf(theme),
        usePointStyle: true,
        padding: 18,
        filter: (item: { text: string }) => item.text !== "",
        sort: bySeries,
      },
    },
    title: {
      display: options.title !== undefined,
      text: options.title ?? "",
      color: theme.ink,
      font: fontOf(theme, "bold", 1.35),
      padding: { top: 4, bottom: 16 },
    },
    tooltip: {
      itemSort: bySeries,
      filter: (item: { dataset: { label?: string | undefined } }) => (item.dataset.label ?? "") !== "",
      backgroundColor: theme.ink,
      titleColor: theme.surface,
      bodyColor: theme.surface,
      titleFont: fontOf(theme, "bold"),
      bodyFont: fontOf(theme),
      cornerRadius: 6,
      padding: 10,
      usePointStyle: true,
    },
  };
}

/** A tick's label. */
export function tickText(scale: Pick<BoardScale, "unit">, value: number | string): string {
  const text = String(value).replace("-", "−");
  return scale.unit === "percent" ? `${text}%` : text;
}

/**
 * Later series are drawn over earlier ones, with gaps in their lines and smaller points, so that a series with the same
 * values as another hides nothing of it.
 */
function pointRadius(slot: number): number {
  return Math.max(3, 5.4 - 0.8 * slot);
}

/** How the line of a series looks. */
export function lineStyle(theme: ChartTheme, index: number) {
  const style = seriesStyle(theme, index);
  return {
    order: -index,
    borderColor: style.color,
    borderDash: [...style.dash],
    borderWidth: 2.25,
    pointStyle: style.pointStyle,
    pointRadius: pointRadius(index),
    pointHoverRadius: 6.5,
    pointBackgroundColor: theme.surface,
    pointBorderColor: style.color,
    pointBorderWidth: 2,
    backgroundColor: withOpacity(style.color, 0.14),
  };
}

/** A figure with its interval as an error bar; without one where it has none: canvases ignore lines to NaN. */
export function barredPoint(
  shown: { readonly figure: ShownFigure; readonly interval: ShownInterval | null } | null | undefined,
  intervals = true,
) {
  const y = shown?.figure.value ?? Number.NaN;
  const low = shown?.interval?.low.value;
  const high = shown?.interval?.high.value;
  return intervals && low != null && high != null
    ? { y, yMin: low, yMax: high }
    : { y, yMin: Number.NaN, yMax: Number.NaN };
}

/**
 * How a line looks whose points have whiskers of its own colour. Points with error bars are elements of another kind, which
 * reads none of the options that begin with `point` (chartjs-chart-error-bars 4.4.5).
 */
export function barredLineStyle(theme: ChartTheme, index: number) {
  const { color } = seriesStyle(theme, index);
  const style = lineStyle(theme, index);
  return {
    ...style,
    pointWithErrorBarRadius: style.pointRadius,
    pointWithErrorBarHoverRadius: style.pointHoverRadius,
    pointWithErrorBarBackgroundColor: style.pointBackgroundColor,
    pointWithErrorBarBorderWidth: style.pointBorderWidth,
    ...errorBarStyle(theme),
    errorBarColor: color,
    errorBarWhiskerColor: color,
  };
}

/** How the points of a series look where many lie on each other. */
export function dotStyle(theme: ChartTheme, index: number) {
  const { color, pointStyle } = seriesStyle(theme, index);
  return {
    pointStyle,
    backgroundColor: withOpacity(color, 0.35),
    borderColor: withOpacity(color, 0.8),
  };
}

/** How the whiskers of an interval look. */
export function errorBarStyle(theme: ChartTheme) {
  return {
    errorBarColor: theme.ink,
    errorBarWhiskerColor: theme.ink,
    errorBarLineWidth: 1.25,
    errorBarWhiskerLineWidth: 1.25,
    errorBarWhiskerSize: 8,
  };
}

/** How an axis looks. */
export function axisStyle(theme: ChartTheme) {
  return { border: { color: theme.grid }, ticks: { color: theme.muted, font: fontOf(theme) } };
}
