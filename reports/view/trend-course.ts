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
