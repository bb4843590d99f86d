import type { ChartConfiguration, ChartDataset, ScriptableContext } from "chart.js";
// Their types add the chart kinds to chart.js's own.
import type {} from "chartjs-chart-error-bars";
import type {} from "chartjs-chart-matrix";
import { drawableModels } from "../view/parts.js";
import type { BoardScale, BoardView, PartView, TrendView } from "../view/records.js";
import { shortName } from "../view/text.js";
import type { ChartTheme } from "./chart-theme.js";
import { heatColor, MOST_SERIES, seriesStyle, withOpacity } from "./chart-theme.js";

export type { ChartTheme } from "./chart-theme.js";
export {
  darkTheme,
  lightTheme,
  MOST_SERIES,
  seriesStyle,
  withOpacity,
} from "./chart-theme.js";

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

function styleIndex(options: ChartOptions, index: number): number {
  return options.styleIndexes?.[index] ?? index;
}

/** The models that a chart of a board shows. */
export function chartModels(board: BoardView, chosen?: readonly string[]): readonly string[] {
  return (chosen ?? drawableModels(board)).slice(0, MOST_SERIES);
}

function fontOf(theme: ChartTheme, weight: "normal" | "bold" = "normal", factor = 1) {
  return { family: theme.fontFamily, size: Math.round(theme.fontSize * factor), weight };
}

function pluginsOf(options: ChartOptions) {
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

function tickText(scale: Pick<BoardScale, "unit">, value: number | string): string {
  const text = String(value).replace("-", "−");
  return scale.unit === "percent" ? `${text}%` : text;
}

function lineStyle(theme: ChartTheme, index: number) {
  const style = seriesStyle(theme, index);
  return {
    borderColor: style.color,
    borderDash: [...style.dash],
    borderWidth: 2.25,
    pointStyle: style.pointStyle,
    pointRadius: 4,
    pointHoverRadius: 6,
    pointBackgroundColor: theme.surface,
    pointBorderColor: style.color,
    pointBorderWidth: 2,
    backgroundColor: withOpacity(style.color, 0.14),
  };
}

/** Figure of a model in a category, or null. */
function partOf(part: PartView, model: string) {
  return part.models.find((entry) => entry?.model === model) ?? null;
}

function radarBand(
  board: BoardView,
  model: string,
  theme: ChartTheme,
  index: number,
): ChartDataset<"radar">[] {
  const style = seriesStyle(theme, index);
  const ends = (end: "low" | "high") =>
    board.categories.map((part) => {
      const entry = partOf(part, model);
      return entry?.interval?.[end].value ?? entry?.figure.value ?? null;
    });
  const edge = { label: "", borderWidth: 0, pointRadius: 0, pointHoverRadius: 0 };
  return [
    { ...edge, data: ends("low"), fill: false },
    { ...edge, data: ends("high"), fill: "-1", backgroundColor: withOpacity(style.color, 0.16) },
  ];
}

/** Radar of categories, at most six models; `intervals` draws each model's interval as a band. Needs Filler for bands. */
export function radarChart(board: BoardView, options: ChartOptions): ChartConfiguration<"radar"> {
  const { theme } = options;
  const models = chartModels(board, options.models);
  const lines = models.map((model, index) => ({
    ...lineStyle(theme, styleIndex(options, index)),
    label: shortName(model, 32),
    fill: false,
    data: board.categories.map((part) => partOf(part, model)?.figure.value ?? null),
  }));
  const bands =
    options.intervals === true
      ? models.flatMap((model, index) => radarBand(board, model, theme, styleIndex(options, index)))
      : [];
  return {
    type: "radar",
    data: {
      labels: board.categories.map((part) => shortName(part.name, 18)),
      datasets: [...lines, ...bands],
    },
    options: {
      animation: false,
      responsive: true,
      maintainAspectRatio: false,
      spanGaps: true,
      plugins: pluginsOf(options),
      scales: {
        r: {
          min: board.scale.unit === "points" ? 0 : board.scale.low,
          max: board.scale.high,
          angleLines: { color: theme.grid },
          grid: { color: theme.grid },
          pointLabels: { color: theme.ink, font: fontOf(theme) },
          ticks: {
            stepSize: board.scale.unit === "points" ? 2 : 25,
            color: theme.muted,
            backdropColor: "transparent",
            font: fontOf(theme, "normal", 0.85),
            callback: (value) => tickText(board.scale, value),
          },
        },
      },
    },
  };
}

/** A point whose error bar is not drawn: canvases ignore lines to NaN. */
function withoutInterval(y: number) {
  return { y, yMin: Number.NaN, yMax: Number.NaN };
}

function barPoints(parts: readonly PartView[], model: string, intervals: boolean) {
  return parts.map((part) => {
    const entry = partOf(part, model);
    const y = entry?.figure.value ?? Number.NaN;
    const low = entry?.interval?.low.value;
    const high = entry?.interval?.high.value;
    return intervals && low != null && high != null ? { y, yMin: low, yMax: high } : withoutInterval(y);
  });
}

function errorBarStyle(theme: ChartTheme) {
  return {
    errorBarColor: theme.ink,
    errorBarWhiskerColor: theme.ink,
    errorBarLineWidth: 1.25,
    errorBarWhiskerLineWidth: 1.25,
    errorBarWhiskerSize: 8,
  };
}

function axisStyle(theme: ChartTheme) {
  return { border: { color: theme.grid }, ticks: { color: theme.muted, font: fontOf(theme) } };
}

/** Bars of categories with intervals; `parts` replaces the board's own categories, for differences against a base. */
export function categoryBarsChart(
  board: BoardView,
  options: ChartOptions & { readonly parts?: readonly PartView[] },
): ChartConfiguration<"barWithErrorBars"> {
  const { theme } = options;
  const parts = options.parts ?? board.categories;
  const difference = options.parts !== undefined;
  const datasets = chartModels(board, options.models).map((model, index) => {
    const slot = styleIndex(options, index);
    const { color } = seriesStyle(theme, slot);
    return {
      ...errorBarStyle(theme),
      label: shortName(model, 32),
      data: barPoints(parts, model, options.intervals !== false),
      // Filled and outlined bars take turns, so that neighbours differ without colour as well.
      backgroundColor: slot % 2 === 0 ? withOpacity(color, 0.85) : withOpacity(color, 0.22),
      borderColor: color,
      borderWidth: 1.5,
      borderRadius: 3,
      maxBarThickness: 34,
    };
  });
  return {
    type: "barWithErrorBars",
    data: { labels: parts.map((part) => shortName(part.name, 18)), datasets },
    options: {
      animation: false,
      responsive: true,
      maintainAspectRatio: false,
      plugins: pluginsOf(options),
      scales: {
        x: { ...axisStyle(theme), grid: { display: false } },
        y: {
          ...axisStyle(theme),
          ...(difference
            ? {}
            : { min: board.scale.unit === "points" ? 0 : board.scale.low, max: board.scale.high }),
          grid: { color: (context) => (context.tick?.value === 0 && difference ? theme.muted : theme.grid) },
          ticks: {
            color: theme.muted,
            font: fontOf(theme),
            callback: (value) =>
              difference ? String(value).replace("-", "−") : tickText(board.scale, value),
          },
        },
      },
    },
  };
}

/** One cell of a win matrix: the row's model against the column's. */
export interface MatrixCell {
  readonly x: string;
  readonly y: string;
  readonly v: number | null;
  readonly text: string;
}

/** Cells of a board's win matrix, models in board order, both directions where the board has them. */
export function matrixCells(board: BoardView): readonly MatrixCell[] {
  return board.pairs.map((pair) => ({
    x: pair.opponent,
    y: pair.model,
    v: pair.winRate.value,
    text: pair.winRate.text,
  }));
}

/** Models of a win matrix in board order, opponents without a row of their own at the end. */
export function matrixModels(board: BoardView): readonly string[] {
  const named = new Set(board.pairs.flatMap((pair) => [pair.model, pair.opponent]));
  const rows = board.rows.map((row) => row.model).filter((model) => named.has(model));
  return [...rows, ...[...named].filter((model) => !rows.includes(model))];
}

/** Win matrix as a heatmap; needs chartjs-chart-matrix. */
export function winMatrixChart(board: BoardView, options: ChartOptions): ChartConfiguration<"matrix"> {
  const { theme } = options;
  const models = matrixModels(board);
  const cells = matrixCells(board);
  const cellOf = (context: ScriptableContext<"matrix">) => cells[context.dataIndex];
  const side = (
    area: { readonly width: number; readonly height: number } | undefined,
    along: "width" | "height",
  ) => (area === undefined ? 0 : Math.max(1, area[along] / models.length - 3));
  const axis = { min: -0.5, max: models.length - 0.5, grid: { display: false }, border: { display: false } };
  const ticks = {
    color: theme.ink,
    font: fontOf(theme),
    stepSize: 1,
    autoSkip: false,
    callback: (value: number | string) => {
      const model = models[Number(value)];
      return model === undefined ? "" : shortName(model, 24);
    },
  };
  return {
    type: "matrix",
    data: {
      datasets: [
        {
          label: "Adjusted win rate",
          data: cells.map((cell) => ({
            x: models.indexOf(cell.x),
            y: models.indexOf(cell.y),
            v: cell.v ?? 0,
          })),
          backgroundColor: (context) => heatColor(theme, cellOf(context)?.v ?? null),
          borderWidth: 0,
          width: ({ chart }) => side(chart.chartArea, "width"),
          height: ({ chart }) => side(chart.chartArea, "height"),
        },
      ],
    },
    options: {
      animation: false,
      responsive: true,
      maintainAspectRatio: false,
      plugins: pluginsOf(options),
      scales: {
        x: { ...axis, position: "top", ticks },
        y: { ...axis, reverse: true, ticks },
      },
    },
  };
}

/** Trend over runs with intervals; `category` follows one category instead of the whole board. */
export function trendChart(
  trend: TrendView,
  options: ChartOptions & { readonly category?: string },
): ChartConfiguration<"lineWithErrorBars"> {
  const { theme } = options;
  const all = trend.categories.find((part) => part.name === options.category)?.lines ?? trend.overall;
  const lines = options.models?.flatMap((name) => all.find((line) => line.name === name) ?? []) ?? all;
  const datasets = lines.slice(0, MOST_SERIES).map((line, index) => {
    const slot = styleIndex(options, index);
    const { color } = seriesStyle(theme, slot);
    return {
      ...lineStyle(theme, slot),
      ...errorBarStyle(theme),
      errorBarColor: color,
      errorBarWhiskerColor: color,
      label: shortName(line.name, 32),
      spanGaps: true,
      data: line.points.map((point) => {
        const y = point?.figure.value ?? Number.NaN;
        const low = point?.interval?.low.value;
        const high = point?.interval?.high.value;
        return low == null || high == null || options.intervals === false
          ? withoutInterval(y)
          : { y, yMin: low, yMax: high };
      }),
    };
  });
  const whole = options.category !== undefined;
  return {
    type: "lineWithErrorBars",
    data: { labels: trend.points.map((point) => shortName(point.label, 20)), datasets },
    options: {
      animation: false,
      responsive: true,
      maintainAspectRatio: false,
      plugins: pluginsOf(options),
      scales: {
        x: { ...axisStyle(theme), offset: true, grid: { display: false } },
        y: {
          ...axisStyle(theme),
          min: whole ? trend.scale.low : trend.scale.axisLow,
          max: whole ? trend.scale.high : trend.scale.axisHigh,
          grid: { color: theme.grid },
          ticks: {
            color: theme.muted,
            font: fontOf(theme),
            callback: (value) => tickText(trend.scale, value),
          },
        },
      },
    },
  };
}

/** One comparison of answers: by how many code points the model's was longer, and the weight on it (0–100). */
export interface LengthPoint {
  readonly x: number;
  readonly y: number;
}

/** Length difference against preference, one model per colour. */
export function lengthScatterChart(
  series: readonly { readonly model: string; readonly points: readonly LengthPoint[] }[],
  options: ChartOptions,
): ChartConfiguration<"scatter"> {
  const { theme } = options;
  return {
    type: "scatter",
    data: {
      datasets: series.slice(0, MOST_SERIES).map(({ model, points }, index) => {
        const style = seriesStyle(theme, styleIndex(options, index));
        return {
          label: shortName(model, 32),
          data: [...points],
          pointStyle: style.pointStyle,
          pointRadius: 3.5,
          backgroundColor: withOpacity(style.color, 0.35),
          borderColor: withOpacity(style.color, 0.8),
        };
      }),
    },
    options: {
      animation: false,
      responsive: true,
      maintainAspectRatio: false,
      plugins: pluginsOf(options),
      scales: {
        x: {
          ...axisStyle(theme),
          grid: { color: theme.grid },
          title: {
            display: true,
            text: "Longer than the opponent by (code points)",
            color: theme.muted,
            font: fontOf(theme),
          },
        },
        y: {
          ...axisStyle(theme),
          min: 0,
          max: 100,
          grid: { color: theme.grid },
          title: { display: true, text: "Preference for the model", color: theme.muted, font: fontOf(theme) },
          ticks: { color: theme.muted, font: fontOf(theme), callback: (value) => `${value}%` },
        },
      },
    },
  };
}
