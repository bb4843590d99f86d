import type { Phrase, ShownFigure, ShownInterval } from "./shown-figure.js";

/** A model with and without style control. */
export interface StyledRowView {
  readonly model: string;
  readonly raw: ShownFigure;
  readonly controlled: ShownFigure;
  readonly interval: ShownInterval | null;
  /** Points by which style control moves it. */
  readonly moved: ShownFigure;
}

/** What the judge paid for a feature. */
export interface StyleFeatureView {
  readonly label: string;
  /** Log-odds per standard deviation. */
  readonly coefficient: ShownFigure;
  readonly interval: ShownInterval | null;
  /** Such as `paid for`, `took off for`, `not clear`. */
  readonly reading: string;
}

/** Style control of one board. */
export interface StyleView {
  /** What was fitted to what, and what the judge paid for. */
  readonly summary: Phrase;
  /** In the order of the board. */
  readonly rows: readonly StyledRowView[];
  readonly features: readonly StyleFeatureView[];
  readonly axis: { readonly axisLow: number; readonly axisHigh: number; readonly ticks: readonly number[] };
}
