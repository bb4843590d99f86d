import type { ChartConfiguration } from "chart.js";
import { chartName } from "../view/text.js";
import type { ChartOptions } from "./chart-options.js";
import { axisStyle, dotStyle, fontOf, pluginsOf, styleIndex } from "./chart-options.js";
import { MOST_SERIES } from "./chart-theme.js";

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
        return {
          ...dotStyle(theme, styleIndex(options, index)),
          label: chartName(model, 32),
          data: [...points],
          pointRadius: 3.5,
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
