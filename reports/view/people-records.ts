import type { RatingScale } from "../../harness/core/interval.js";
import type { Phrase, ShownFigure, ShownInterval } from "./shown-figure.js";

/** A judge's figure and what people's votes make of it. */
export interface CorrectionView {
  readonly judge: ShownFigure;
  readonly corrected: ShownFigure;
  readonly interval: ShownInterval | null;
  /** Ends of the scale that the figures are on. */
  readonly scale: RatingScale;
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

/** A row of a board, corrected. */
export interface CorrectedRowView extends CorrectionView {
  readonly model: string;
  /** Answers that people rated, and all that were judged; null on a board of pairs, whose pairs say it. */
  readonly rated: { readonly voted: ShownFigure; readonly judged: ShownFigure } | null;
}

/** What people say on a board. Voters are counted, not named. */
export interface PeopleView {
  readonly summary: Phrase;
  /** Rows of the board whose win rate (rating) has votes (ratings by people). */
  readonly rows: readonly CorrectedRowView[];
  /** How the rows' figure is called. */
  readonly figure: "win rates" | "ratings";
  readonly pairs: readonly PeoplePairView[];
  /** Largest difference first. */
  readonly disputes: readonly DisputeView[];
  readonly arena: {
    readonly sentence: Phrase;
    readonly rows: readonly ArenaRowView[];
    readonly parting: Phrase | null;
  } | null;
}
