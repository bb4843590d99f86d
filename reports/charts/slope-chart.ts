import type { ChartConfiguration } from "chart.js";
// Its types add the chart kind to chart.js's own.
import type {} from "chartjs-chart-error-bars";
import type { RankingsView } from "../view/rankings-records.js";
import { chartName } from "../view/text.js";
import type { ChartOptions } from "./chart-options.js";
import { axisStyle, barredLineStyle, barredPoint, fontOf, pluginsOf, styleIndex } from "./chart-options.js";
import { dodgePlugin } from "./chart-plugins.js";
import { MOST_SERIES } from "./chart-theme.js";

/** Models of a slope chart, best first, at most six. */
export function slopeModels(rankings: RankingsView, chosen?: readonly string[]): readonly string[] {
  return (chosen ?? rankings.rows.map(({ model }) => model)).slice(0, MOST_SERIES);
}

/** Mean ranks from left to right, all questions first and then each category; the best rank is at the top. */
export function slopeChart(
  rankings: RankingsView,
  options: ChartOptions,
): ChartConfiguration<"lineWithErrorBars"> {
  const { theme } = options;
  const datasets = slopeModels(rankings, options.models).map((model, index) => {
    const slot = styleIndex(options, index);
    return {
      ...barredLineStyle(theme, slot),
      label: chartName(model, 32),
      // The first and the last rank lie on the edges.
      clip: 8,
      spanGaps: true,
      data: rankings.slopes.map((part) =>
        barredPoint(
          part.models.find((one) => one.model === model),
          options.intervals,
        ),
      ),
    };
  });
  return {
    type: "lineWithErrorBars",
    plugins: [dodgePlugin],
    data: { labels: rankings.slopes.map((part) => chartName(part.name, 20)), datasets },
    options: {
      animation: false,
      responsive: true,
      maintainAspectRatio: false,
      plugins: pluginsOf(options),
      scales: {
        x: { ...axisStyle(theme), offset: true, grid: { display: false } },
        y: {
          ...axisStyle(theme),
          reverse: true,
          min: 1,
          max: rankings.lastRank,
          grid: { color: theme.grid },
          ticks: { color: theme.muted, font: fontOf(theme), stepSize: 1 },
        },
      },
    },
  };
}
