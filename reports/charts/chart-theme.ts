import type { PointStyle } from "chart.js";

/** How one model's line, points and bars look: told apart by colour, by dash and by point shape. */
export interface SeriesStyle {
  readonly color: string;
  /** Lengths of dash and gap in pixels; empty for a solid line. */
  readonly dash: readonly number[];
  readonly pointStyle: PointStyle;
}

/** Colours and type of charts. */
export interface ChartTheme {
  readonly name: "light" | "dark";
  readonly ink: string;
  readonly muted: string;
  readonly grid: string;
  readonly surface: string;
  readonly fontFamily: string;
  readonly fontSize: number;
  readonly series: readonly SeriesStyle[];
}

/** Most models that one radar or bar chart shows. */
export const MOST_SERIES = 6;

const SYSTEM_FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif';

const DASHES: readonly (readonly number[])[] = [[], [7, 4], [2, 3], [10, 3, 2, 3], [5, 2], [1, 4]];
const POINT_STYLES: readonly PointStyle[] = ["circle", "rect", "triangle", "rectRot", "star", "crossRot"];

function seriesOf(colors: readonly string[]): readonly SeriesStyle[] {
  return colors.map((color, index) => ({
    color,
    dash: DASHES[index] ?? [],
    pointStyle: POINT_STYLES[index] ?? "circle",
  }));
}

/**
 * On white. Every colour has a contrast of 4.5:1 or more against the surface, and any two differ by 15 or more in
 * CIE L*a*b* to people with normal sight, protanopia and deuteranopia.
 */
export const lightTheme: ChartTheme = {
  name: "light",
  ink: "#1c1b19",
  muted: "#625f58",
  grid: "#e3e0d9",
  surface: "#ffffff",
  fontFamily: SYSTEM_FONT,
  fontSize: 13,
  series: seriesOf(["#2c66b8", "#c05008", "#09816b", "#7a1f74", "#4a2c05", "#23128a"]),
};

/** On a dark surface, likewise. */
export const darkTheme: ChartTheme = {
  name: "dark",
  ink: "#eceae5",
  muted: "#aaa69d",
  grid: "#3a3833",
  surface: "#1d1c1a",
  fontFamily: SYSTEM_FONT,
  fontSize: 13,
  series: seriesOf(["#5c98f5", "#e0761b", "#4fae86", "#f2b3ea", "#fbe18f", "#8d96a3"]),
};

/** Style of the series at an index; starts again after the sixth. */
export function seriesStyle(theme: ChartTheme, index: number): SeriesStyle {
  const style = theme.series[index % theme.series.length];
  return style ?? { color: theme.ink, dash: [], pointStyle: "circle" };
}

/** A colour with an opacity from 0 to 1; takes `#rrggbb`. */
export function withOpacity(color: string, opacity: number): string {
  const channel = (start: number) => Number.parseInt(color.slice(start, start + 2), 16);
  return `rgba(${channel(1)}, ${channel(3)}, ${channel(5)}, ${opacity})`;
}

/** Colour of a win rate in percent: blue above 50, orange below, pale in the middle. */
export function heatColor(theme: ChartTheme, winRate: number | null): string {
  if (winRate === null) return withOpacity(theme.muted, 0.12);
  const strength = Math.min(1, Math.abs(winRate - 50) / 50);
  const color = winRate >= 50 ? seriesStyle(theme, 0).color : seriesStyle(theme, 1).color;
  return withOpacity(color, 0.06 + 0.79 * strength);
}
