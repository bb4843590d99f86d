import type { ChartConfiguration, ChartDataset } from "chart.js";
// Its types add the chart kind to chart.js's own.
import type {} from "chartjs-chart-error-bars";
import type { BoardView, PartView } from "../view/records.js";
import { chartName } from "../view/text.js";
import type { ChartOptions } from "./chart-options.js";
import {
  axisStyle,
  barredPoint,
  chartModels,
  errorBarStyle,
  fontOf,
  lineStyle,
  pluginsOf,
  styleIndex,
  tickText,
} from "./chart-options.js";
import { radarScalePlugin } from "./chart-plugins.js";
import type { ChartTheme } from "./chart-theme.js";
import { seriesStyle, withOpacity } from "./chart-theme.js";

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
    label: chartName(model, 32),
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
      labels: board.categories.map((part) => chartName(part.name, 18)),
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
            display: false,
          },
        },
      },
    },
    plugins: [radarScalePlugin(board, theme)],
  };
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
      label: chartName(model, 32),
      data: parts.map((part) => barredPoint(partOf(part, model), options.intervals)),
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
    data: { labels: parts.map((part) => chartName(part.name, 18)), datasets },
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
