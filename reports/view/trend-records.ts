import type { BoardScale, ShownFigure, ShownInterval } from "./records.js";

/** One line of a trend. */
export interface TrendLine {
  /** A limit that the others are held to: a line without points of its own. */
  readonly isLimit?: true;
  readonly name: string;
  /** One for each point of the trend, null where the run lacks it. */
  readonly points: readonly (TrendPoint | null)[];
}

/** One model in one run. */
export interface TrendPoint {
  readonly model: string;
  readonly figure: ShownFigure;
  readonly interval: ShownInterval | null;
}

/** Says of a trend that its points are the questions of one run as they came. */
export interface TrendCourse {
  /** What the axes count: `questions with a value, of 80`, and the figure with its unit. */
  readonly across: string;
  readonly upward: string;
  /** How it stands after the last point, short enough for the picture: `stopped: above the limit`. */
  readonly end: string;
  /** The same in one sentence with figures. */
  readonly sentence: string;
  /** What the picture shows, for those who do not see it. */
  readonly description: string;
}

/** One board followed over runs or over checkpoints of one run. */
export interface TrendView {
  readonly id: string;
  readonly title: string;
  readonly scale: BoardScale;
  readonly headlineLabel: string;
  /** Absent for runs and checkpoints over time. */
  readonly course?: TrendCourse;
  /** Names of the points on the axis, in time order. */
  readonly points: readonly { readonly label: string; readonly at: string | null }[];
  readonly overall: readonly TrendLine[];
  readonly categories: readonly { readonly name: string; readonly lines: readonly TrendLine[] }[];
}
