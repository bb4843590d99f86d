import type { ChartConfiguration, Plugin } from "chart.js";
import type { BoardView } from "../view/records.js";
import type { ChartTheme } from "./chart-theme.js";
import type { ImageSize } from "./draw-chart.js";
import type { ImageFrame, ImageLook } from "./image-frame.js";
import { frameChart } from "./image-frame.js";
import { imageName } from "./image-names.js";
import { matrixCells, matrixModels, winMatrixChart } from "./win-matrix-chart.js";

const NAME_LETTERS = 28;
/** With more models, names above the columns stand upright. */
const MOST_LEVEL_NAMES = 4;

/** Size of a win matrix of so many models: cells wide enough for `100.0%`, room for names. */
export function matrixSize(models: number): ImageSize {
  const names = models > MOST_LEVEL_NAMES ? 230 : 0;
  return { width: Math.max(960, 290 + models * 68), height: Math.max(540, 190 + names + models * 44) };
}

/** Ink of a cell's figure: white only on the darkest cells, where it has the better contrast. */
function cellInk(winRate: number | null, theme: ChartTheme): string {
  return winRate !== null && Math.abs(winRate - 50) > 46 ? theme.surface : theme.ink;
}

/** Writes each cell's figure into it. */
function cellTextPlugin(board: BoardView, theme: ChartTheme): Plugin<"matrix"> {
  const models = matrixModels(board);
  const cells = matrixCells(board);
  return {
    id: "cell-text",
    afterDatasetsDraw({ ctx, scales, chartArea }) {
      const { x, y } = scales;
      if (x === undefined || y === undefined) return;
      const fontSize = Math.min(
        16,
        Math.floor(Math.min(chartArea.width / models.length / 3.4, chartArea.height / models.length / 1.6)),
      );
      ctx.save();
      ctx.font = `600 ${fontSize}px ${theme.fontFamily}`;
      ctx.textAlign = "center";
      ctx.textBaseline = "middle";
      for (const cell of cells) {
        ctx.fillStyle = cellInk(cell.v, theme);
        ctx.fillText(
          cell.text,
          x.getPixelForValue(models.indexOf(cell.x)),
          y.getPixelForValue(models.indexOf(cell.y)),
        );
      }
      ctx.restore();
    },
  };
}

/** Win matrix with the adjusted win rate in each cell. */
export function matrixImage(
  board: BoardView,
  frame: ImageFrame,
  size: ImageSize,
  { theme, devicePixelRatio }: ImageLook,
): ChartConfiguration<"matrix"> {
  const chart = winMatrixChart(board, { theme });
  const models = matrixModels(board);
  const places = models.map((_, value) => ({ value }));
  const names = models.map((model) => imageName(model, NAME_LETTERS));
  // The matrix chart adds half a cell at either end of its own, and would put ticks between the cells.
  const axis = {
    offset: false,
    afterBuildTicks: (scale: { ticks: { value: number }[] }) => {
      scale.ticks = [...places];
    },
  };
  const { layout, plugins, framePlugin } = frameChart<"matrix">(frame, size, "none", theme);
  const { x, y } = chart.options?.scales ?? {};
  const ticks = { callback: (value: number | string) => names[Number(value)] ?? "" };
  const upright =
    models.length > MOST_LEVEL_NAMES ? { minRotation: 90, maxRotation: 90 } : { maxRotation: 0 };
  return {
    ...chart,
    options: {
      ...chart.options,
      devicePixelRatio,
      layout,
      plugins: { ...chart.options?.plugins, ...plugins },
      scales: {
        x: { ...x, ...axis, ticks: { ...x?.ticks, ...ticks, ...upright } },
        y: { ...y, ...axis, ticks: { ...y?.ticks, ...ticks } },
      },
    },
    plugins: [framePlugin, cellTextPlugin(board, theme)],
  };
}
