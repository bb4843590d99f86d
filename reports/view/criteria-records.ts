import type { ShownFigure, ShownInterval } from "./shown-figure.js";

/** A criterion on which two models differ. */
export interface CriterionDifferenceView {
  readonly name: string;
  /** How often each met it, in percent. */
  readonly base: ShownFigure;
  readonly candidate: ShownFigure;
  readonly delta: ShownFigure;
  readonly interval: ShownInterval | null;
  readonly adjustedPValue: ShownFigure;
  readonly questions: ShownFigure;
}
