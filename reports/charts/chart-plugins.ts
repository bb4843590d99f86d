import type { Plugin, RadialLinearScale, Scale } from "chart.js";
import type { BoardView } from "../view/records.js";
import type { ChartTheme } from "./chart-theme.js";

function isRadial(scale: Scale | undefined): scale is RadialLinearScale {
  return scale?.type === "radialLinear";
}

/** Writes the radar's scale between its first and last axis, where no point of a line can cover it. */
export function radarScalePlugin(board: BoardView, theme: ChartTheme): Plugin<"radar"> {
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

/** Pixels between the points that several lines have at one place. */
const DODGE = 7;

/** Puts the points of several lines at one place side by side, so that equal values and their intervals stay visible. */
export const dodgePlugin: Plugin<"lineWithErrorBars"> = {
  id: "dodge",
  afterDatasetsUpdate(chart) {
    const lines = chart.getSortedVisibleDatasetMetas().sort((one, other) => one.index - other.index);
    for (const [place, line] of lines.entries())
      for (const point of line.data) point.x += (place - (lines.length - 1) / 2) * DODGE;
  },
};

/** Marks where a sequence of questions stands after the last one: a line across, and what came of it above. */
export function coursePlugin(end: string, theme: ChartTheme): Plugin<"lineWithErrorBars"> {
  return {
    id: "course-end",
    afterDatasetsDraw({ ctx, chartArea, scales }) {
      const across = scales.x;
      if (across === undefined) return;
      const x = across.getPixelForValue(across.max);
      ctx.save();
      ctx.strokeStyle = theme.muted;
      ctx.fillStyle = theme.ink;
      ctx.setLineDash([3, 3]);
      ctx.beginPath();
      ctx.moveTo(x, chartArea.top);
      ctx.lineTo(x, chartArea.bottom);
      ctx.stroke();
      ctx.font = `600 ${theme.fontSize}px ${theme.fontFamily}`;
      ctx.textAlign = "right";
      ctx.textBaseline = "top";
      ctx.setLineDash([]);
      ctx.lineWidth = 5;
      ctx.lineJoin = "round";
      ctx.strokeStyle = theme.surface;
      ctx.strokeText(end, x - 8, chartArea.top + 4, chartArea.right - chartArea.left - 16);
      ctx.fillText(end, x - 8, chartArea.top + 4, chartArea.right - chartArea.left - 16);
      ctx.restore();
    },
  };
}
