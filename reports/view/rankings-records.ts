import type { Phrase, ShownFigure, ShownInterval } from "./shown-figure.js";

/** One model of a board of rankings. */
export interface RankedRow {
  readonly model: string;
  /** 1 is best. */
  readonly meanRank: ShownFigure;
  readonly interval: ShownInterval | null;
  /** Plackett–Luce. */
  readonly rating: ShownFigure;
  readonly ratingInterval: ShownInterval | null;
  readonly rank: ShownFigure;
  /** Win rate by what the judge said pair by pair before it ranked. */
  readonly pairLines: ShownFigure;
  readonly rankings: ShownFigure;
}

/** Mean rank of the answers in one slot. */
export interface RankedSlotView {
  readonly slot: number;
  readonly meanRank: ShownFigure;
  readonly expected: ShownFigure;
  readonly z: ShownFigure;
}

/** Mean rank of every model over some questions. */
export interface SlopeView {
  readonly name: string;
  readonly models: readonly {
    readonly model: string;
    readonly figure: ShownFigure;
    readonly interval: ShownInterval | null;
  }[];
}

/** What a board of rankings shows beside its comparisons. */
export interface RankingsView {
  /** How many rankings there are, how far pair lines contradict them, and what slots do. */
  readonly text: Phrase;
  readonly isAlarm: boolean;
  /** Best mean rank first. */
  readonly rows: readonly RankedRow[];
  readonly slots: readonly RankedSlotView[];
  /** Mean ranks over all questions and in each category, models in the order of `rows`. */
  readonly slopes: readonly SlopeView[];
  /** Most answers of one ranking: the last rank there is. */
  readonly lastRank: number;
}
