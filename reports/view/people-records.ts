import type { Phrase, ShownFigure, ShownInterval } from "./shown-figure.js";

/** A judge's figure and what people's votes make of it. */
export interface CorrectionView {
  readonly judge: ShownFigure;
  readonly corrected: ShownFigure;
  readonly interval: ShownInterval | null;
  /** What the judge adds to the votes. */
  readonly sentence: string;
}

/** Two models as the judge and as people see them; win rates of `b`. */
export interface PeoplePairView extends CorrectionView {
  readonly a: string;
  readonly b: string;
  readonly people: ShownFigure;
  readonly voted: ShownFigure;
  readonly judged: ShownFigure;
}

/** A comparison on which judge and people differ. */
export interface DisputeView {
  readonly suite: string;
  readonly questionId: string;
  readonly turn: number;
  readonly a: string;
  readonly b: string;
  readonly judge: ShownFigure;
  readonly people: ShownFigure;
  readonly votes: ShownFigure;
}

/** A model on the board of votes and verdicts together. */
export interface ArenaRowView {
  readonly model: string;
  readonly rating: ShownFigure;
  readonly interval: ShownInterval | null;
  readonly peopleRank: ShownFigure;
  readonly judgeRank: ShownFigure;
}

/** What people say on a board. Voters are counted, not named. */
export interface PeopleView {
  readonly summary: Phrase;
  /** Rows of the board whose win rate has votes. */
  readonly rows: readonly (CorrectionView & { readonly model: string })[];
  readonly pairs: readonly PeoplePairView[];
  /** Largest difference first. */
  readonly disputes: readonly DisputeView[];
  readonly arena: {
    readonly sentence: Phrase;
    readonly rows: readonly ArenaRowView[];
    readonly parting: Phrase | null;
  } | null;
}
