import type { Suite } from "../../core/records.js";
import type { SequenceAim, SequenceDesign } from "../../core/sequence.js";
import type { ValueScale } from "../../stats/bounded-mean.js";
import type { BoardInput } from "../scores/build-board.js";

/** An aim with how its values are found. */
export interface MeasuredAim extends SequenceAim {
  /** Ends of its values. */
  readonly scale: ValueScale;
  /** Its value on the one question of a board; undefined where that has no usable verdict. */
  valueOn(board: BoardInput, suite: Suite): number | undefined;
}

/** How a run may end before its last question; everything in it is fixed before the first. */
export interface SequenceSettings {
  readonly design: SequenceDesign;
  readonly population: "questions" | "suite";
  readonly looks: number | undefined;
  /** Stop as inconclusive where the chance of a decision falls below this, 0–1. */
  readonly futility: number | undefined;
  readonly stratified: boolean;
  readonly aims: readonly MeasuredAim[];
  /** Questions that may be under way beyond the last one that is complete. */
  readonly ahead: number;
}
