import type { CorrectedFigure } from "./corrected-figure.js";
import type { Interval } from "./interval.js";
import type { MeanEstimators } from "./mean-estimators.js";

/** A pair of models as the judge and as people see it; win rates of `b` in percent, a before b in the alphabet. */
export interface PeoplePair {
  readonly a: string;
  readonly b: string;
  /** Of everything judged. */
  readonly judge: number;
  /** Mean of the votes on some of it. */
  readonly people: number;
  /** Comparisons with a vote, and all that were judged. */
  readonly voted: number;
  readonly judged: number;
  readonly corrected: CorrectedFigure;
}

/** A comparison on which judge and people differ. Shares of the point that goes to `b`, in percent. */
export interface PeopleDispute {
  readonly questionId: string;
  readonly turn: number;
  readonly trial: number;
  readonly a: string;
  readonly b: string;
  readonly judge: number;
  readonly people: number;
  readonly votes: number;
}

/** A model's rating by people and judge together, and its ranks by either alone. */
export interface ArenaRow {
  readonly model: string;
  /** Mean 1000 over the rated models. */
  readonly rating: number;
  readonly interval: Interval;
  readonly votes: number;
  /** From 1 by rating alone, whatever the intervals; null where the votes (verdicts) alone rate the model not at all. */
  readonly peopleRank: number | null;
  readonly judgeRank: number | null;
}

/** Votes and judged comparisons in one Bradley–Terry board, the judge as a covariate. */
export interface ArenaBoard {
  /** Best first. */
  readonly models: readonly ArenaRow[];
  /** How extreme the judge's verdicts are beside people's votes, on the log-odds: above 1 more extreme, below 1 noisier. */
  readonly kappa: number;
  readonly kappaInterval: Interval;
  readonly standardErrors: { readonly model: number; readonly clustered: number };
  readonly votes: number;
  readonly verdicts: number;
  /** Categories in which the judge's order of two models and people's differ most, with by how much, in percent. */
  readonly parting: readonly {
    readonly category: string;
    readonly difference: number;
    readonly votes: number;
  }[];
}

/** A model's ratings by judge and people, on the board's scale. */
export interface RatedModel {
  readonly model: string;
  /** Answers (turn by turn) that people rated, and all that the judge did. */
  readonly rated: number;
  /** Left out, with the means and estimators, where `corrected` has a reason instead of a figure for all answers. */
  readonly judged?: number;
  /** Mean of all answers, each once. */
  readonly judge?: number;
  /** Mean of people's labels of some of them. */
  readonly people?: number;
  readonly estimators?: MeanEstimators;
  readonly corrected: CorrectedFigure;
}

/** People's ratings of single answers on a board of ratings. */
export interface PeopleRatings {
  /** One for each person and answer. */
  readonly ratings: number;
  readonly raters: number;
  readonly questions: number;
  /** Ratings of what this judge has no verdict on: they count in no figure. */
  readonly withoutVerdict: number;
  readonly models: readonly RatedModel[];
}

/** What people say on a board. */
export interface BoardPeople {
  readonly votes: number;
  /** Most votes first. */
  readonly voters: readonly { readonly name: string; readonly votes: number }[];
  readonly questions: number;
  /** Share of comparisons, decided by both sides, on which judge and people's majority agree; in percent. */
  readonly agreement: {
    readonly value: number | null;
    readonly interval: Interval | null;
    readonly n: number;
  };
  /** In the order of the models' names. */
  readonly pairs: readonly PeoplePair[];
  /** Largest difference first. */
  readonly disputes: readonly PeopleDispute[];
  /** Null with the reason where no such board can be made. */
  readonly arena: ArenaBoard | null;
  readonly arenaReason?: string;
  /** Ratings of single answers, where people gave some. */
  readonly ratings?: PeopleRatings;
}
