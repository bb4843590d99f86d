import type { ChartConfiguration } from "chart.js";
import type { RewardsView } from "../view/rewards-records.js";
import { chartName } from "../view/text.js";
import { axisStyle, type ChartOptions, dotStyle, fontOf, pluginsOf, styleIndex } from "./chart-options.js";
import { MOST_SERIES } from "./chart-theme.js";

/** Where a dot stands beside its model's line, so that dots of one reward can be told apart; always the same. */
function spread(index: number): number {
  return ((index * 0.618034) % 1) * 0.5 - 0.25;
}

/** Rewards as dots, a line of them for each model, best at the top; at most six models. */
export function rewardsChart(rewards: RewardsView, options: ChartOptions): ChartConfiguration<"scatter"> {
  const { theme } = options;
  const rows = rewards.rows.slice(0, MOST_SERIES);
  return {
    type: "scatter",
    data: {
      datasets: rows.map((row, at) => {
        return {
          ...dotStyle(theme, styleIndex(options, at)),
          label: chartName(row.model, 32),
          data: row.dots.map((x, index) => ({ x, y: at + spread(index) })),
          pointRadius: 4,
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
          min: rewards.axisLow,
          max: rewards.axisHigh,
          grid: { color: theme.grid },
          ticks: {
            color: theme.muted,
            font: fontOf(theme),
            callback: (value) => String(value).replace("-", "−"),
          },
        },
        y: {
          ...axisStyle(theme),
          reverse: true,
          min: -0.5,
          max: rows.length - 0.5,
          grid: { display: false },
          ticks: { display: false },
        },
      },
    },
  };
}
