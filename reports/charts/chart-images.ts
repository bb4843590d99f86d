import type { ChartConfiguration, Plugin, RadialLinearScale, Scale } from "chart.js";
import { presentFields } from "../../harness/core/present-fields.js";
import type { BoardView, TrendView } from "../view/records.js";
import { categoryBarsChart, radarChart } from "./category-charts.js";
import { chartModels } from "./chart-options.js";
import type { ChartTheme } from "./chart-theme.js";
import { seriesStyle, withOpacity } from "./chart-theme.js";
import type { ImageSize } from "./draw-chart.js";
import type { ImageFrame, ImageLook } from "./image-frame.js";
import { frameChart } from "./image-frame.js";
import { imageName } from "./image-names.js";
import { trendChart } from "./trend-chart.js";

const LEGEND_LETTERS = 40;

/** Longer names than on a page, where pointing at a line tells the whole. */
function nameSeries(datasets: readonly { label?: string | undefined }[], names: readonly string[]): void {
  for (const [index, dataset] of datasets.entries()) {
    const name = names[index];
    if (name !== undefined) dataset.label = imageName(name, LEGEND_LETTERS);
  }
}

function isRadial(scale: Scale | undefined): scale is RadialLinearScale {
  return scale?.type === "radialLinear";
}

/** Writes the radar's scale between its first and last axis, where no point of a line can cover it. */
function radarScalePlugin(board: BoardView, theme: ChartTheme): Plugin<"radar"> {
  const steps = board.scale.unit === "points" ? [2, 4, 6, 8, 10] : [25, 50, 75, 100];
  const half = Math.PI / Math.max(1, board.categories.length);
  return {
    id: "radar-scale",
    afterDatasetsDraw({ ctx, scales }) {
      const radial = scales.r;
      if (!isRadial(radial)) return;
      ctx.save();
      ctx.font = `400 ${Math.round(theme.fontSize * 0.85)}px ${theme.fontFamily}`;
      ctx.textAlign = "center";
      ctx.textBaseline = "middle";
      ctx.lineWidth = 4;
      ctx.lineJoin = "round";
      ctx.strokeStyle = theme.surface;
      ctx.fillStyle = theme.muted;
      for (const value of steps) {
        const distance = radial.getDistanceFromCenterForValue(value) * Math.cos(half);
        const x = radial.xCenter - distance * Math.sin(half);
        const y = radial.yCenter - distance * Math.cos(half);
        const text = board.scale.unit === "percent" ? `${value}%` : String(value);
        ctx.strokeText(text, x, y);
        ctx.fillText(text, x, y);
      }
      ctx.restore();
    },
  };
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
  const { r } = chart.options?.scales ?? {};
  return {
    ...chart,
    options: {
      ...chart.options,
      devicePixelRatio,
      layout,
      plugins: { ...chart.options?.plugins, ...plugins },
      scales: { r: { ...r, ticks: { ...r?.ticks, display: false } } },
    },
    plugins: [framePlugin, radarScalePlugin(board, theme)],
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
  const { layout, plugins, framePlugin } = frameChart<"lineWithErrorBars">(frame, size, "point", theme);
  return {
    ...chart,
    options: {
      ...chart.options,
      devicePixelRatio,
      layout,
      plugins: { ...chart.options?.plugins, ...plugins },
    },
    plugins: [framePlugin],
  };
}
