import type { ChartConfiguration } from "chart.js";
// Its types add the chart kind to chart.js's own.
import type {} from "chartjs-chart-error-bars";
import type { TrendLine, TrendView } from "../view/records.js";
import { chartName } from "../view/text.js";
import type { ChartOptions } from "./chart-options.js";
import {
  axisStyle,
  barredLineStyle,
  barredPoint,
  fontOf,
  pluginsOf,
  styleIndex,
  tickText,
} from "./chart-options.js";
import { coursePlugin, dodgePlugin } from "./chart-plugins.js";
import { type ChartTheme, MOST_SERIES } from "./chart-theme.js";

/**
 * A limit has no points; of questions as they came the last one, where it stands, is larger. The points of lines with error
 * bars heed `radius`, and no `pointRadius`.
 */
function pointsOf(line: TrendLine, { course, points }: TrendView) {
  if (line.isLimit === true) return { radius: 0, hoverRadius: 0 };
  if (course === undefined) return {};
  const last = points.length - 1;
  return { radius: points.map((_, index) => (index === last ? 7 : points.length > 40 ? 1.5 : 3)) };
}

function titled(text: string | undefined, theme: ChartTheme) {
  if (text === undefined) return {};
  return { title: { display: true, text: chartName(text, 70), color: theme.muted, font: fontOf(theme) } };
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
    return {
      ...barredLineStyle(theme, slot),
      label: chartName(line.name, 32),
      ...pointsOf(line, trend),
      spanGaps: true,
      data: line.points.map((point) => barredPoint(point, options.intervals)),
    };
  });
  const whole = options.category !== undefined;
  return {
    type: "lineWithErrorBars",
    plugins: trend.course === undefined ? [dodgePlugin] : [coursePlugin(trend.course.end, theme)],
    data: { labels: trend.points.map((point) => chartName(point.label, 20)), datasets },
    options: {
      animation: false,
      responsive: true,
      maintainAspectRatio: false,
      plugins: pluginsOf(options),
      scales: {
        x: {
          ...axisStyle(theme),
          offset: true,
          grid: { display: false },
          ...titled(trend.course?.across, theme),
        },
        y: {
          ...axisStyle(theme),
          min: whole ? trend.scale.low : trend.scale.axisLow,
          max: whole ? trend.scale.high : trend.scale.axisHigh,
          grid: { color: theme.grid },
          ...titled(trend.course?.upward, theme),
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
