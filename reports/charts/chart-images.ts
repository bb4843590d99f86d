import type { ChartConfiguration } from "chart.js";
import { presentFields } from "../../harness/core/present-fields.js";
import type { RankingsView } from "../view/rankings-records.js";
import type { BoardView, TrendView } from "../view/records.js";
import type { RewardsView } from "../view/rewards-records.js";
import { categoryBarsChart, radarChart } from "./category-charts.js";
import { chartModels } from "./chart-options.js";
import { seriesStyle, withOpacity } from "./chart-theme.js";
import type { ImageSize } from "./draw-chart.js";
import type { ImageFrame, ImageLook } from "./image-frame.js";
import { frameChart } from "./image-frame.js";
import { imageName } from "./image-names.js";
import { rewardsChart } from "./rewards-chart.js";
import { slopeChart, slopeModels } from "./slope-chart.js";
import { trendChart } from "./trend-chart.js";

const LEGEND_LETTERS = 40;

/** Longer names than on a page, where pointing at a line tells the whole. */
function nameSeries(datasets: readonly { label?: string | undefined }[], names: readonly string[]): void {
  for (const [index, dataset] of datasets.entries()) {
    const name = names[index];
    if (name !== undefined) dataset.label = imageName(name, LEGEND_LETTERS);
  }
}

/** Radar of categories without intervals, which {@link barsImage} shows. */
export function radarImage(
  board: BoardView,
  frame: ImageFrame,
  size: ImageSize,
  { theme, devicePixelRatio }: ImageLook,
): ChartConfiguration<"radar"> {
  const chart = radarChart(board, { theme });
  nameSeries(chart.data.datasets, chartModels(board));
  const { layout, plugins, framePlugin } = frameChart<"radar">(frame, size, "point", theme);
  return {
    ...chart,
    options: {
      ...chart.options,
      devicePixelRatio,
      layout,
      plugins: { ...chart.options?.plugins, ...plugins },
    },
    plugins: [framePlugin, ...(chart.plugins ?? [])],
  };
}

/** Bars of categories with intervals. */
export function barsImage(
  board: BoardView,
  models: readonly string[],
  frame: ImageFrame,
  size: ImageSize,
  { theme, devicePixelRatio }: ImageLook,
): ChartConfiguration<"barWithErrorBars"> {
  const chart = categoryBarsChart(board, { theme, models });
  nameSeries(chart.data.datasets, models);
  for (const [index, dataset] of chart.data.datasets.entries()) {
    // Paler than on a page, so that the black intervals stand out on a projector.
    dataset.backgroundColor = withOpacity(seriesStyle(theme, index).color, index % 2 === 0 ? 0.55 : 0.18);
    dataset.maxBarThickness = 72;
  }
  const { layout, plugins, framePlugin } = frameChart<"barWithErrorBars">(frame, size, "bar", theme);
  const { x, y } = chart.options?.scales ?? {};
  const grid = {
    color: (context: { readonly tick?: { readonly value: number } }) =>
      context.tick?.value === board.scale.even ? theme.muted : theme.grid,
  };
  return {
    ...chart,
    options: {
      ...chart.options,
      devicePixelRatio,
      layout,
      plugins: { ...chart.options?.plugins, ...plugins },
      scales: { ...presentFields({ x }), y: { ...y, grid } },
    },
    plugins: [framePlugin],
  };
}

/** Models of {@link barsImage}: best first, fewer where many categories would make the bars too thin to read. */
export function barsModels(board: BoardView): readonly string[] {
  const most = Math.max(1, Math.floor(96 / Math.max(1, board.categories.length)));
  return chartModels(board).slice(0, most);
}

/** Mean ranks over all questions and by category. */
export function slopeImage(
  rankings: RankingsView,
  frame: ImageFrame,
  size: ImageSize,
  { theme, devicePixelRatio }: ImageLook,
): ChartConfiguration<"lineWithErrorBars"> {
  const chart = slopeChart(rankings, { theme });
  nameSeries(chart.data.datasets, slopeModels(rankings));
  return framed(chart, frame, size, { theme, devicePixelRatio });
}

/** Rewards of answers as dots. */
export function rewardsImage(
  rewards: RewardsView,
  frame: ImageFrame,
  size: ImageSize,
  look: ImageLook,
): ChartConfiguration<"scatter"> {
  const chart = rewardsChart(rewards, { theme: look.theme });
  nameSeries(
    chart.data.datasets,
    rewards.rows.map((row) => row.model),
  );
  return framed(chart, frame, size, look);
}

/** A chart of lines or points in the frame of an image. */
function framed<Kind extends "lineWithErrorBars" | "scatter">(
  chart: ChartConfiguration<Kind>,
  frame: ImageFrame,
  size: ImageSize,
  { theme, devicePixelRatio }: ImageLook,
): ChartConfiguration<Kind> {
  const { layout, plugins, framePlugin } = frameChart<Kind>(frame, size, "point", theme);
  return {
    ...chart,
    options: {
      ...chart.options,
      devicePixelRatio,
      layout,
      plugins: { ...chart.options?.plugins, ...plugins },
    },
    plugins: [framePlugin, ...(chart.plugins ?? [])],
    // Layout and title are the same in every kind, which the types of chart.js do not say of a kind that is not chosen yet.
  } as ChartConfiguration<Kind>;
}

/** Trend over runs or checkpoints with intervals. */
export function trendImage(
  trend: TrendView,
  frame: ImageFrame,
  size: ImageSize,
  { theme, devicePixelRatio }: ImageLook,
): ChartConfiguration<"lineWithErrorBars"> {
  const chart = trendChart(trend, { theme });
  nameSeries(
    chart.data.datasets,
    trend.overall.map((line) => line.name),
  );
  return framed(chart, frame, size, { theme, devicePixelRatio });
}
