import type { Interval } from "./interval.js";

/** A model's mean over its places, over their first verdicts alone or over all of them. */
export interface RepeatedMean {
  /** Rating points, or percent of the points to be had; null where nothing can be used. */
  readonly mean: number | null;
  readonly standardError: number | null;
  readonly interval: Interval | null;
}

/** What asking the judge several times made of one model's figure. */
export interface RepeatsRow {
  readonly model: string;
  /** Had every place its first verdict alone. */
  readonly once: RepeatedMean;
  /** The verdicts of each place averaged, as the board has it. */
  readonly all: RepeatedMean;
  /**
   * What the repeats were worth: how many times as many questions, judged once, would have given the error of `all`; null
   * without both errors.
   */
  readonly worth: number | null;
}

/** A judge that was asked several times about the same, by a rule that was fixed before its first verdict. */
export interface BoardRepeats {
  /** Verdicts of each turn, order and trial of a question; of some categories another number. */
  readonly rounds: number;
  readonly categories?: Readonly<Record<string, number>>;
  /** Percent of the questions that were drawn to be judged so often, the others once. */
  readonly share: number;
  /** Answers or comparisons with a usable verdict, and those of them with several. */
  readonly places: number;
  readonly repeated: number;
  /** Usable ratings or comparisons over all places, and those that the rule asks for. */
  readonly verdicts: number;
  readonly planned: number;
  readonly scatter: {
    /** Standard deviation of one verdict (of a comparison: both orders merged) around what the judge says on average; null where nothing was repeated. */
    readonly deviation: number | null;
    readonly interval: Interval | null;
    /** Of the repeated places the percentage whose verdicts are all equal. */
    readonly equal: number | null;
    readonly reason?: string;
  };
  /** In the order of the board. */
  readonly models: readonly RepeatsRow[];
}
