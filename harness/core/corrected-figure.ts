import type { Interval } from "./interval.js";

/** A judge's figure corrected by people's votes; stands beside the judge's own, never in its place. */
export interface CorrectedFigure {
  /** In the unit of the figure beside it; null with the reason where it cannot be had. */
  readonly estimate: number | null;
  readonly interval: Interval | null;
  /** `votes`: the votes alone, where they are too few to tell what the judge adds. */
  readonly estimator: "ppi++" | "votes";
  /** Weight of the judge's verdicts, 0–1. */
  readonly lambda: number;
  /** Votes that count, and who gave them. */
  readonly votes: number;
  readonly voters: number;
  /** Questions with a vote. */
  readonly questions: number;
  /** What the judge adds to the votes, in one sentence. */
  readonly sentence: string;
  readonly reason?: string;
}
