import type { Figure, RatingScale } from "./board.js";
import type { Interval } from "./interval.js";
import type { JudgingMode, Warning } from "./records.js";

/** One of the two judges of a bridge, as its figures were named. */
export interface BridgeEnd {
  /** As the user named it. */
  readonly name: string;
  /** Judge model; of a leaderboard its annotator. */
  readonly judge: string;
  /** Protocol id; of a leaderboard its annotator. */
  readonly protocol: string;
  /** Undefined for leaderboards, which do not name theirs. */
  readonly suite?: string;
  readonly mode: JudgingMode;
  readonly baseline?: string;
  readonly models: number;
}

/** A score with its 95% interval, in units of the bridge's scale. */
export interface BridgeFigure {
  readonly value: Figure;
  readonly interval: Interval | null;
  /** Whether this judge graded the model, or the other one's score was carried over the line. */
  readonly origin: "judged" | "predicted";
  /** Why there is no value. */
  readonly reason?: string;
}

/** A model under both judges; one of the two figures may be predicted from the other. */
export interface RestatedModel {
  readonly model: string;
  /** Judged by both; only in the old figures; only in the new ones; from `--predict`. */
  readonly role: "anchor" | "old" | "new" | "predict";
  readonly old: BridgeFigure;
  readonly new: BridgeFigure;
}

/** A line between the logits of two judges' scores. */
export interface BridgeLine {
  readonly estimator: string;
  readonly slope: number;
  readonly slopeStandardError: number;
  readonly intercept: number;
  /** Scatter of the anchors around the line, sampling errors included, in logits. */
  readonly residualDeviation: number;
  /** Mean distance between each anchor's score and what the line through the others says, in units. */
  readonly leaveOneOutError: Figure;
  /** Anchors that lie in the interval predicted without them. */
  readonly covered: number;
  /** Scores between which the anchors lie, in units of the judge that is carried over. */
  readonly range: { readonly low: number; readonly high: number };
  /** What the line says of each anchor, with the interval for a new model of that score. */
  readonly predictions: readonly AnchorPrediction[];
  /** The line and its prediction intervals at scores across the range, for drawing; in ascending order. */
  readonly curve: readonly CurvePoint[];
}

/** What the line says at one score. */
export interface CurvePoint {
  readonly from: number;
  readonly predicted: number;
  readonly low: number;
  readonly high: number;
}

/** An anchor and what the line says at its place. */
export interface AnchorPrediction {
  readonly model: string;
  readonly from: number;
  readonly to: number;
  readonly predicted: Figure;
  readonly interval: Interval | null;
}

/** How far the new judge is from the old one over the same items. */
export interface DriftFigure {
  /** New minus old, in units. */
  readonly difference: Figure;
  /** Clustered by question. */
  readonly standardError: Figure;
  readonly interval: Interval | null;
  readonly items: number;
  readonly questions: number;
  readonly reason?: string;
}

/** Both judges on the same items. */
export interface ItemDrift {
  readonly old: Figure;
  readonly new: Figure;
  /** Null figures with the reason where all models are compared with each other: the mean is 50 under any judge. */
  readonly overall: DriftFigure;
  /** Empty where {@link overall} has no figure. */
  readonly categories: Readonly<Record<string, DriftFigure>>;
  readonly models: Readonly<Record<string, DriftFigure>>;
  /** Pearson's correlation of the items' values. */
  readonly correlation: Figure;
  /** Percent of items on which both are on the same side (or both call a tie); of ratings, give the same rating. */
  readonly sameSide: Figure;
  /** Cohen's κ between the sides, or with quadratic weights between ratings. */
  readonly kappa: Figure;
  /**
   * Points that an answer gains by being shown second instead of first, under each judge, and how that changed; null for
   * single grading.
   */
  readonly slotEffect: {
    readonly old: Figure;
    readonly new: Figure;
    readonly change: Figure;
    readonly standardError: Figure;
    readonly interval: Interval | null;
    readonly reason?: string;
  } | null;
}

/** A model whose answers the new judge could grade next. */
export interface NextAnchor {
  readonly model: string;
  /** Under the old judge, in units. */
  readonly old: number;
  /** Mean width of the intervals for the models that are to be predicted, now and with this anchor and those before it. */
  readonly widthNow: number;
  readonly widthThen: number;
  /** Verdicts that grading it takes. */
  readonly calls: number;
  /** By what the new judge's run paid for a verdict; null where that is not known. */
  readonly costUsd: number | null;
}

/** What `assay bridge --json` prints. */
export interface Bridge {
  readonly schema: "assay.bridge/1";
  readonly old: BridgeEnd;
  readonly new: BridgeEnd;
  readonly metric: "score" | "winRate";
  readonly scale: RatingScale;
  /** Anchors: models that both judges graded and that have a place on the line. */
  readonly n: number;
  readonly spearman: Figure;
  /** Mean distance between the two judges' scores, in units: the error of carrying scores over unchanged. */
  readonly naiveError: Figure;
  /** Ordinary least squares between the logits, old to new. */
  readonly ols: {
    readonly slope: number;
    readonly intercept: number;
    readonly leaveOneOutError: Figure;
  } | null;
  /** The line from the old judge's scores to the new one's. */
  readonly fit: BridgeLine | null;
  /** The line from the new judge's scores to the old one's. */
  readonly back: BridgeLine | null;
  readonly items: ItemDrift | null;
  readonly restated: readonly RestatedModel[];
  readonly next: readonly NextAnchor[];
  /** Why what is null is so, by field. */
  readonly reasons: Readonly<Record<string, string>>;
  readonly sentence: string;
  readonly warnings: readonly Warning[];
}
