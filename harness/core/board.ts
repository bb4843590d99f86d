import type { AuditFinding } from "./audit-finding.js";
import type { BestOfRow } from "./best-of.js";
import type { BoardPeople } from "./board-people.js";
import type { BoardRankings, RankedFigures } from "./board-rankings.js";
import type { BoardRepeats } from "./board-repeats.js";
import type { RewardDots } from "./board-rewards.js";
import type { BoardSecond } from "./board-second.js";
import type { CheckFigures } from "./check.js";
import type { BoardContamination } from "./contamination.js";
import type { CorrectedFigure } from "./corrected-figure.js";
import type { Interval, RatingScale } from "./interval.js";
import type { JudgeQuality } from "./judge-card.js";
import type { JuryFigures } from "./jury.js";
import type { AccuracyNorm } from "./likelihood.js";
import type { AssetUse, JudgingMode, Warning } from "./records.js";
import type { RefusalFigures } from "./refusal.js";
import type { RankCluster, Separability } from "./separability.js";
import type { BoardSequence, ShownSequence } from "./sequence.js";
import type { StatedFigure } from "./stated-figure.js";
import type { BoardStyle, StyleControlled } from "./style-control.js";
import type { SuitePart } from "./suite-part.js";

export type * from "./board-rankings.js";
export type * from "./board-rewards.js";
export type { Interval, RatingScale } from "./interval.js";

/** A figure that may be unavailable: `null` beside the reason. */
export type Figure = number | null;

/** Mean and count over part of the rows. */
export interface PartialScore {
  readonly score: Figure;
  readonly standardError?: Figure;
  readonly interval?: Interval | null;
  /** Null where a published file does not say it. */
  readonly n: Figure;
  /** {@link PartialScore.unreadable} under its earlier name. */
  readonly invalid?: number;
  /** Verdicts that were given but cannot be used. */
  readonly unreadable?: number;
  readonly missing?: number;
  readonly abstained?: number;
  /** See {@link PreferenceRow.reward}. */
  readonly reward?: Figure;
  /** See {@link RatingRow.adjustedScore}. */
  readonly adjustedScore?: Figure;
}

/** Why a figure of a row is null, by field name. */
export type Reasons = Readonly<Record<string, string>>;

/** Answers of a board's models that hold marks which could have moved a verdict of its protocol. */
export interface MarkedAnswers {
  readonly answers: number;
  /** Answers that were looked at. */
  readonly of: number;
}

/** A model's figure without the verdicts on answers with such marks, its own and those that it was compared with. */
export interface WithoutMarked {
  /** The model's own answers with marks. */
  readonly answers: number;
  /** Score, adjusted win rate, or win rate (not length-controlled), by the board's kind. */
  readonly score: Figure;
  /** Verdicts (comparisons) behind it. */
  readonly n: number;
  /** Why there is no figure. */
  readonly reason?: string;
}

/** How often a criterion was met (a fault: was there), scales and levels in part. Percent, clustered by question. */
export interface CriterionRate {
  /** Decisions. */
  readonly n: number;
  readonly rate: number;
  readonly standardError: Figure;
  readonly interval: Interval | null;
}

/** What every row of a board has. */
export interface RowCommon {
  readonly model: string;
  /** `published` for rows taken over from a leaderboard instead of computed. */
  readonly origin?: "published";
  /** Set for the baseline that all comparisons of the board are against: its row stands last and has no rank. */
  readonly reference?: true;
  /** {@link RowCommon.unreadable} under its earlier name. */
  readonly invalid: number;
  /** Verdicts that were given but cannot be used. Scores of version 0.1.0 lack it. */
  readonly unreadable?: number;
  /** Verdicts that should exist and do not. */
  readonly missing: number;
  /** Verdicts in which the judge said that it cannot decide; left out without one. No figure but the bounds counts them. */
  readonly abstained?: number;
  /** Questions with at least one usable verdict. */
  readonly questions: number;
  /** Usable verdicts; of pairs comparisons without error, wins + losses + ties. */
  readonly n: number;
  /** Of the figure by which models are compared, clustered by question; of AlpacaEval as published, 100·sd/√n. */
  readonly standardError: Figure;
  readonly interval: Interval | null;
  /** That figure if every verdict that is missing, or cannot be used, were the worst / the best. */
  readonly bounds: { readonly low: Figure; readonly high: Figure };
  /** That figure per category. */
  readonly categories: Readonly<Record<string, PartialScore>>;
  readonly reasons?: Reasons;
  /** Of a board by rubric: how often each tag, or criterion that questions share, was met. */
  readonly criteria?: Readonly<Record<string, CriterionRate>>;
  /** What was counted in its answers, where the suite has checks; no judge has a part in it. */
  readonly checks?: CheckFigures;
  /** Where an answer of the board holds marks that could have moved a verdict: see {@link BoardCommon.marked}. */
  readonly marked?: WithoutMarked;
  /** Of pairwise boards on which the styles of judged answers are known: see {@link BoardCommon.style}. */
  readonly styleControlled?: StyleControlled;
  /** Answers cut off at the token limit, and empty ones, among those judged. */
  readonly truncatedAnswers?: number;
  /** Answers that a content filter broke off after some text. */
  readonly filteredAnswers?: number;
  readonly emptyAnswers?: number;
  readonly failedAnswers?: number;
  /** The headline figure corrected by people, where they voted on this model's comparisons (rated its answers). */
  readonly corrected?: CorrectedFigure;
  /** Mean code points of an answer (all turns). */
  readonly averageLength?: Figure;
}

/** A model's row under single grading. Scores are ratings, 1–10 unless the board tells another scale. */
export interface RatingRow extends RowCommon {
  readonly score: Figure;
  /** Where answers are compared with the right ones: answers that could not be read, wrong ones among `n`. */
  readonly unreadableAnswers?: number;
  /** Where choices were decided by log-probabilities: the accuracy in every way of deciding, the headline's too. */
  readonly norms?: { readonly [Norm in AccuracyNorm]?: PartialScore };
  /** Where answers were judged as refused or not: over-refusal and under-refusal. */
  readonly refusals?: RefusalFigures;
  readonly turns: Readonly<Record<string, PartialScore>>;
  /** WildBench's score between −8 and 10, (score − 5)·2. */
  readonly adjustedScore?: Figure;
  /** WildBench's mean of the task groups' adjusted scores, with its weights. */
  readonly macroScore?: Figure;
}

/** A model's row under pairwise judging in both orders. Rates in percent. */
export interface PairwiseRow extends RowCommon {
  readonly wins: number;
  readonly losses: number;
  readonly ties: number;
  readonly winRate: Figure;
  readonly winRateAdjusted: Figure;
  /** Share of pairs with the same winner in both orders; null when no pair was judged in both. */
  readonly positionConsistency: Figure;
  /** Share of decided single games that the answer shown first won. */
  readonly firstPositionWinRate: Figure;
  /** Comparisons in which either order was unreadable. */
  readonly errors: number;
  readonly turns: Readonly<Record<string, PartialScore>>;
  /** Bradley–Terry rating (mean 1000), with rank, where there are more than two models. */
  readonly rating?: {
    readonly value: Figure;
    readonly interval: Interval | null;
    readonly rank: Figure;
    /** Why the first of these that is null is so. */
    readonly reason?: string;
  };
  /** Of a board of rankings: the ranks themselves, of which the other figures are the comparisons. */
  readonly ranked?: RankedFigures;
}

/** Win rate of the answers that stood in one slot. */
export interface SlotFigure {
  readonly winRate: Figure;
  readonly interval?: Interval | null;
  readonly n: number;
}

/** A model's row under AlpacaEval's weighted preferences. Rates in percent. */
export interface PreferenceRow extends RowCommon {
  readonly winRate: Figure;
  /** WildBench's reward, −1 to 1: (winRate − 50)/50. */
  readonly reward?: Figure;
  /** WildBench's mean of the task groups' rewards, with its weights. */
  readonly macroReward?: Figure;
  readonly wins: number;
  readonly losses: number;
  /** AlpacaEval's name for ties. */
  readonly draws: number;
  /** The same as `draws`. Scores of version 0.1.0 lack it. */
  readonly ties?: number;
  readonly discreteWinRate: Figure;
  readonly discreteWinRateInterval?: Interval | null;
  readonly lengthControlledWinRate: Figure;
  /** As `alpaca_eval` publishes it: not a sampling error. */
  readonly lengthControlledStandardError: Figure;
  readonly lengthControlledInterval?: Interval | null;
  /**
   * Where rows are missing from a published file and the published fit therefore gave questions the difficulties of
   * others: the figure with every difficulty joined to its own question.
   */
  readonly lengthControlledAligned?: number;
  readonly lengthControlled: {
    readonly coefficients: {
      readonly length: number;
      readonly difficulty: number | null;
      readonly model: number;
    };
    readonly c: number;
  } | null;
  /** Length-controlled win rate that the fit predicts against another model than the baseline, where it was asked for. */
  readonly predicted?: { readonly opponent: string; readonly winRate: Figure };
  /** Win rate by the slot that the model's answer stood in, with the z statistic of the difference. */
  readonly slots?: {
    readonly first: SlotFigure;
    readonly second: SlotFigure;
    readonly z: Figure;
  };
}

/**
 * A model's row where every game counts for itself, weighted by its verdict (Arena-Hard). Counts are of outcomes after
 * weighting, rates in percent.
 */
export interface OutcomeRow extends RowCommon {
  /** 100·(wins + ties/2)/n, with the worth of each outcome that the protocol says. */
  readonly score: Figure;
  readonly wins: number;
  readonly ties: number;
  readonly losses: number;
  /** 1000 + 400·log₁₀(p/(1 − p)) with the baseline at 1000; null at 0 and 100, and without a shared baseline. */
  readonly rating: Figure;
  /** The interval of the score on that scale. */
  readonly ratingInterval: Interval | null;
  /** Share of questions with the same winner in both games; null when none was judged twice. */
  readonly positionConsistency: Figure;
  /** Share of decided games that the answer shown first won. */
  readonly firstPositionWinRate: Figure;
  readonly turns: Readonly<Record<string, PartialScore>>;
}

/** Two models against each other, both orders merged; seen from `model`. */
export interface PairCell {
  readonly model: string;
  readonly opponent: string;
  readonly wins: number;
  readonly losses: number;
  readonly ties: number;
  readonly errors: number;
  /** The same as `errors`. Scores of version 0.1.0 lack it. */
  readonly unreadable?: number;
  readonly missing: number;
  /** Comparisons without error in which the judge abstained in either order; left out without one. */
  readonly abstained?: number;
  readonly winRateAdjusted: Figure;
  readonly positionConsistency: Figure;
}

/** What every board has. */
export interface BoardCommon {
  readonly suite: string;
  readonly mode: JudgingMode;
  /** Display id of the judge model. */
  readonly judge: string;
  /** The same as `judge`. Scores of version 0.1.0 lack it. */
  readonly judgeModel?: string;
  /** Protocol id. */
  readonly protocol: string;
  /** The same as `protocol`. Scores of version 0.1.0 lack it. */
  readonly judgeProtocol?: string;
  /** Opponent, where all comparisons share one. */
  readonly baseline?: string;
  /** Digest of the opponent's answers: boards with different ones were measured against different answers. */
  readonly baselineAnswers?: string;
  readonly notice?: string;
  /** Set where the judged answers are not at hand, so that nothing is known of equal answers and template marks. */
  readonly answersChecked?: false;
  /** Where the run asked a part of the suite's questions. */
  readonly part?: SuitePart;
  /** Where the run was looked at as it went and may have ended early: fixed intervals are null, with this reason. */
  readonly sequence?: BoardSequence;
  /** Where its judge was asked several times about the same: how often, its own scatter, and what that was worth. */
  readonly repeats?: BoardRepeats;
  /** What a second judge makes of these figures, where one was asked on some of what is judged here. */
  readonly second?: BoardSecond;
  readonly assets?: readonly AssetUse[];
  /**
   * Of a protocol whose form was fixed by others: answers with text that it could take for the judge's own verdict. Left
   * out for assay's own protocol, which no answer can move, and where answers or reading are not known.
   */
  readonly marked?: MarkedAnswers;
  /** How style was controlled for, on pairwise boards where the styles of judged answers are known. */
  readonly style?: BoardStyle;
  /** Of a board that reads several judges as one. */
  readonly jury?: JuryFigures;
  /** What is known of its judge, or that nothing is. Scores of version 0.1.0 lack it. */
  readonly judgeQuality?: JudgeQuality;
  /** Votes of people on what this board judged, and what they make of it. */
  readonly people?: BoardPeople;
  /** Of boards of three models or more with intervals: how many pairs those keep apart. */
  readonly separability?: Separability;
  /** Of boards of more than a hundred such models: the ranking in clusters, best first. */
  readonly rankClusters?: readonly RankCluster[];
  /** Where a reward model judged: the rewards of its answers, models in the order of the rows. */
  readonly rewards?: readonly RewardDots[];
  /** Where a reward model judged several trials: which it would pick, by model, and what other judges think of the picks. */
  readonly bestOf?: readonly BestOfRow[];
  /** Where the run folder keeps the scan of a corpus for its questions: what it found. */
  readonly contamination?: BoardContamination;
}

/** Accuracy in percent of one who guesses without reading; what is not a choice counts as never guessed. */
export interface ChanceLevel {
  readonly score: number;
  readonly categories: Readonly<Record<string, number>>;
}

/** Figures of one suite × protocol × mode; `metric` says which kind its rows are. */
export type Board =
  | (BoardCommon & {
      readonly metric: "rating";
      /** Of the ratings; 1–10 where it is not told. */
      readonly scale?: RatingScale;
      /** Set where the score is the share of right answers, in percent. */
      readonly figure?: "accuracy";
      /** Of choices by log-probabilities: the way of deciding that the score is. */
      readonly norm?: AccuracyNorm;
      /** What guessing scores, beside an accuracy. */
      readonly chance?: ChanceLevel;
      readonly models: readonly RatingRow[];
    })
  | (BoardCommon & {
      readonly metric: "win-rate";
      readonly models: readonly PairwiseRow[];
      readonly pairs: readonly PairCell[];
      readonly rankings?: BoardRankings;
    })
  | (BoardCommon & { readonly metric: "preference"; readonly models: readonly PreferenceRow[] })
  | (BoardCommon & { readonly metric: "outcomes"; readonly models: readonly OutcomeRow[] });

/** A file or folder that scores were computed from. */
export interface ScoreSource {
  readonly path: string;
  readonly format: string;
  readonly records: number;
}

/** What `assay score --json` prints. */
export interface Scores {
  readonly schema: "assay.scores/1";
  readonly sources: readonly ScoreSource[];
  /** One per suite × protocol × mode; never merged across protocols. */
  readonly boards: readonly Board[];
  readonly warnings: readonly Warning[];
  /** What the audit flags of these figures, all checks that need no call; `answersChecked` of a board says where they had no answers to look at. */
  readonly flagged?: readonly AuditFinding[];
  /** Of a run that was looked at as it went: what it came to, and what it took. */
  readonly sequence?: ShownSequence;
  /** Figures that other tools or publications state, where the sources hold any. */
  readonly figures?: readonly StatedFigure[];
}
