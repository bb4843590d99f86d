import { describe, expect, it } from "vitest";
import { categoryBarsChart, radarChart } from "../../../reports/charts/category-charts.js";
import { chartModels } from "../../../reports/charts/chart-options.js";
import { darkTheme, heatColor, lightTheme, MOST_SERIES } from "../../../reports/charts/chart-theme.js";
import { trendChart } from "../../../reports/charts/trend-chart.js";
import { matrixCells, matrixModels } from "../../../reports/charts/win-matrix-chart.js";
import { differenceParts } from "../../../reports/view/differences.js";
import { rowsWithParts } from "../../../reports/view/parts.js";
import { reportView } from "../../../reports/view/view.js";
import { SAMPLE_MODELS, sampleInput } from "../sample-input.js";

type Rgb = readonly [number, number, number];

function linear(hex: string): Rgb {
  const channel = (start: number) => {
    const value = Number.parseInt(hex.slice(start, start + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return [channel(1), channel(3), channel(5)];
}

/** Contrast ratio of WCAG 2.2. */
function contrast(first: string, second: string): number {
  const luminance = (hex: string) => {
    const [red, green, blue] = linear(hex);
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const [low = 0, high = 0] = [luminance(first), luminance(second)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

/** Full dichromacy in linear RGB: Machado, Oliveira and Fernandes 2009, severity 1. */
const SIGHT: Readonly<Record<string, readonly (readonly [number, number, number])[]>> = {
  trichromacy: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
};

/** CIE L*a*b* of a linear colour as someone with that sight sees it. */
function seen(color: Rgb, sight: string): readonly number[] {
  const rgb = (SIGHT[sight] ?? []).map((row) =>
    Math.max(0, row[0] * color[0] + row[1] * color[1] + row[2] * color[2]),
  );
  const [red = 0, green = 0, blue = 0] = rgb;
  const x = (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.9505;
  const y = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  const z = (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.089;
  const [fx, fy, fz] = [x, y, z].map((value) =>
    value > 0.008856 ? Math.cbrt(value) : 7.787 * value + 16 / 116,
  );
  return [116 * (fy ?? 0) - 16, 500 * ((fx ?? 0) - (fy ?? 0)), 200 * ((fy ?? 0) - (fz ?? 0))];
}

describe.each([lightTheme, darkTheme])("chart colours, $name", (theme) => {
  it("stand out from the surface: 4.5:1 for series and text", () => {
    for (const color of [...theme.series.map((style) => style.color), theme.ink, theme.muted]) {
      expect(contrast(color, theme.surface), color).toBeGreaterThanOrEqual(4.5);
    }
  });

  it.each(Object.keys(SIGHT))("differ from each other under %s by colour, and by dash and shape", (sight) => {
    const colors = theme.series.map((style) => seen(linear(style.color), sight));
    colors.forEach((first, place) => {
      for (const second of colors.slice(place + 1)) {
        expect(Math.hypot(...first.map((value, axis) => value - (second[axis] ?? 0)))).toBeGreaterThan(15);
      }
    });
    expect(new Set(theme.series.map((style) => style.pointStyle)).size).toBe(MOST_SERIES);
    expect(new Set(theme.series.map((style) => style.dash.join())).size).toBe(MOST_SERIES);
  });

  it("colour a win rate by its side of 50", () => {
    const pale = heatColor(theme, 50);
    expect(heatColor(theme, 90)).not.toBe(heatColor(theme, 10));
    expect(heatColor(theme, 55)).not.toBe(pale);
    expect(heatColor(theme, null)).not.toBe(pale);
  });
});

describe("charts", () => {
  const view = reportView(sampleInput({ runs: true }));
  const [single, pairs] = view.boards;
  if (single === undefined || pairs === undefined) throw new Error("the sample has boards");

  it("draw the figures of the board in board order", () => {
    const chart = radarChart(single, { theme: lightTheme });
    expect(chart.data.labels).toEqual(single.categories.map((part) => part.name));
    expect(chart.data.datasets.map((dataset) => dataset.label)).toEqual(single.rows.map((row) => row.model));
    expect(chart.data.datasets[1]?.data).toEqual(
      single.categories.map((part) => part.models[1]?.figure.value),
    );
  });

  it("add two edges of an interval for each model on demand", () => {
    const chart = radarChart(single, { theme: lightTheme, intervals: true });
    expect(chart.data.datasets).toHaveLength(3 * SAMPLE_MODELS.length);
    const edges = chart.data.datasets.slice(SAMPLE_MODELS.length);
    expect(edges.every((dataset) => dataset.label === "")).toBe(true);
    expect(edges[0]?.data[0]).toBe(single.categories[0]?.models[0]?.interval?.low.value);
  });

  it("keep a model's look when others are switched off", () => {
    const chart = radarChart(single, { theme: lightTheme, models: ["cedar-mini"], styleIndexes: [3] });
    expect(chart.data.datasets[0]?.borderColor).toBe(lightTheme.series[3]?.color);
  });

  it("show six models at most", () => {
    const row = single.rows[0];
    if (row === undefined) throw new Error("the board has a row");
    const many = {
      ...single,
      categories: [],
      rows: Array.from({ length: 9 }, (_, place) => ({ ...row, model: `m${place}` })),
    };
    expect(chartModels(many)).toEqual(["m0", "m1", "m2", "m3", "m4", "m5"]);
  });

  it("leave out models without a figure in any category, such as published ones", () => {
    const row = single.rows[0];
    if (row === undefined) throw new Error("the board has a row");
    const board = {
      ...single,
      rows: [{ ...row, model: "known", published: true }, ...single.rows],
      categories: single.categories.map((part) => ({ ...part, models: [null, ...part.models] })),
    };
    expect(chartModels(board)).toEqual(single.rows.map((one) => one.model));
    expect(rowsWithParts(board, board.categories).map((one) => one.row.model)).toEqual(
      single.rows.map((one) => one.model),
    );
  });

  it("draw bars with their intervals, and differences without a floor", () => {
    const bars = categoryBarsChart(single, { theme: lightTheme });
    const part = single.categories[0]?.models[0];
    expect(bars.data.datasets[0]?.data[0]).toEqual({
      y: part?.figure.value,
      yMin: part?.interval?.low.value,
      yMax: part?.interval?.high.value,
    });
    const parts = differenceParts(single, view.comparisons, SAMPLE_MODELS[1]);
    const differences = categoryBarsChart(single, { theme: lightTheme, parts });
    expect(differences.options?.scales?.y?.min).toBeUndefined();
    expect(bars.options?.scales?.y?.min).toBe(0);
  });

  it("cross every two models in the win matrix", () => {
    expect(matrixModels(pairs)).toEqual(pairs.rows.map((row) => row.model));
    expect(matrixCells(pairs)).toHaveLength(SAMPLE_MODELS.length * (SAMPLE_MODELS.length - 1));
    const cell = matrixCells(pairs)[0];
    expect(cell).toMatchObject({
      y: pairs.pairs[0]?.model,
      x: pairs.pairs[0]?.opponent,
      v: pairs.pairs[0]?.winRate.value,
    });
  });

  it("follow a board or one of its categories over time", () => {
    const [trend] = view.trends;
    if (trend === undefined) throw new Error("the sample has a trend");
    const whole = trendChart(trend, { theme: lightTheme });
    expect(whole.data.labels).toEqual(["2025-02-01", "2025-02-15", "2025-03-01"]);
    expect(whole.data.datasets[0]?.data[2]).toMatchObject({ y: trend.overall[0]?.points[2]?.figure.value });
    const math = trendChart(trend, { theme: lightTheme, category: "math" });
    const line = trend.categories.find((part) => part.name === "math")?.lines[0];
    expect(math.data.datasets[0]?.data[0]).toMatchObject({ y: line?.points[0]?.figure.value });
  });
});
