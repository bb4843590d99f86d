import type { ChartConfiguration, ScriptableContext } from "chart.js";
// Its types add the chart kind to chart.js's own.
import type {} from "chartjs-chart-matrix";
import type { BoardView } from "../view/records.js";
import { chartName } from "../view/text.js";
import type { ChartOptions } from "./chart-options.js";
import { fontOf, pluginsOf } from "./chart-options.js";
import { heatColor } from "./chart-theme.js";

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
      return model === undefined ? "" : chartName(model, 24);
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
