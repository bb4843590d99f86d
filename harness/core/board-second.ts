import type { CorrectedFigure } from "./corrected-figure.js";

/** A judge's figure, or a difference of two, corrected by a second judge: what that would have said on average of everything. */
export interface SecondEstimate
  extends Pick<CorrectedFigure, "estimate" | "interval" | "lambda" | "questions" | "reason"> {
  /** Answers or comparisons with a verdict of the second judge; `questions` are those that they are of. */
  readonly asked: number;
}

/** A model's figure by the first judge, corrected by the second one where it was asked. */
export interface SecondRow {
  readonly model: string;
  /** By the first judge alone, over the same answers or comparisons: rating points, or percent of the points to be had. */
  readonly first: number | null;
  readonly corrected: SecondEstimate;
}

/** What a second judge, asked on some of what the first one judged, makes of its board. */
export interface BoardSecond {
  /** Judge model and protocol of the second judge. */
  readonly judge: string;
  readonly protocol: string;
  /** Percent of what was clear that was drawn all the same, and points around the middle that are unclear. */
  readonly share: number;
  readonly margin: number;
  /** Answers or comparisons that the first judge judged; unclear ones among them, and those that the second was asked on. */
  readonly judged: number;
  readonly unclear: number;
  readonly asked: number;
  /** Of `judged`, in percent; null where nothing was judged. */
  readonly askedShare: number | null;
  /** Of the second judge's verdicts those that are absent or cannot be read. */
  readonly missing: number;
  /** US dollars of the calls that were paid for; null where a price is not known or nothing was called. */
  readonly cost: {
    readonly first: number | null;
    readonly second: number | null;
    /** Of the second judge on everything, at what its verdicts cost. */
    readonly full: number | null;
    readonly saved: number | null;
  };
  /** In the order of the board. */
  readonly models: readonly SecondRow[];
}
