import type { Interval } from "./interval.js";
import type { StatedFigure } from "./stated-figure.js";

/** A figure of a model card, as measured. */
export interface ModelCardFigure {
  /** Such as `Score, turn 1`. */
  readonly title: string;
  readonly value: number;
  readonly unit: "percent" | "points" | "rating";
  /** The ends of the scale of points. */
  readonly scale?: { readonly low: number; readonly high: number };
  readonly interval?: Interval;
  /** Set for the figure that the board ranks by. */
  readonly isHeadline?: true;
}

/** One board's part of a model card. */
export interface ModelCardBoard {
  /** The suite by its name, with the part of it that was asked. */
  readonly title: string;
  readonly protocol: string;
  /** Absent where no model judged. */
  readonly judge?: string;
  readonly baseline?: string;
  readonly questions: number;
  /** The headline first. */
  readonly figures: readonly ModelCardFigure[];
  /** Sentences that a reader must not miss: what is flagged, left out or doubtful. */
  readonly doubts: readonly string[];
  /** What is known of the judge. */
  readonly judgeQuality?: string;
}

/** What a model card says of a model's evaluation. */
export interface ModelCardText {
  readonly model: string;
  /** Name and version of what measured. */
  readonly tool: string;
  /** When the run ended, ISO 8601. */
  readonly at: string;
  readonly boards: readonly ModelCardBoard[];
  /** Figures of this model that others state. */
  readonly stated: readonly StatedFigure[];
  /** Doubts about the run as a whole. */
  readonly doubts: readonly string[];
}
