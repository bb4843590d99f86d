import type { Scores } from "../../harness/core/board.js";
import type { CheckedAnswer } from "../../harness/core/check.js";
import type { Comparison, Outcome } from "../../harness/core/comparison.js";
import type { Manifest } from "../../harness/core/manifest.js";
import type { PolicyResult } from "../../harness/core/policy.js";
import type { JudgingMode, Suite } from "../../harness/core/records.js";
import type { ShownAnswer, ShownJudgment } from "../../harness/core/shown-judgment.js";
import type { CriterionDifferenceView } from "./criteria-records.js";
import type { PeopleView } from "./people-records.js";
import type { RankingsView } from "./rankings-records.js";
import type { ReadingQuestion } from "./reading-records.js";
import type { RewardsView } from "./rewards-records.js";
import type { Phrase, ShownFigure, ShownInterval } from "./shown-figure.js";
import type { StatedView } from "./stated-records.js";
import type { StyleView } from "./style-records.js";
import type { TrendCourse } from "./trend-course.js";

export type { Phrase, ShownFigure, ShownInterval } from "./shown-figure.js";

/** One of several runs that a report follows over time. */
export interface ReportRun {
  /** How the run is named on axes, such as `main 2025-03-01` or a folder's base name. */
  readonly label: string;
  /** When it was made, ISO 8601; runs are shown in this order. */
  readonly at: string;
  readonly scores: Scores;
}

/** Everything that a report is made of; plain data, so that no report reads a file, a clock or the environment. */
export interface ReportInput {
  /** Heading; made from the suites' titles where absent. */
  readonly title?: string;
  /** The figures that the report shows. With several runs: those of the newest, and what only earlier ones have. */
  readonly scores: Scores;
  /** One per run, oldest first; health and counts speak of the last one, the one that `scores` come from. */
  readonly manifests: readonly Manifest[];
  readonly suites: readonly Suite[];
  readonly answers: readonly ShownAnswer[];
  readonly judgments: readonly ShownJudgment[];
  /** What was counted in the answers, where suites have checks. */
  readonly checked?: readonly CheckedAnswer[];
  /** With two models on the first board, or as the only one, the first comparison gives the report its headline. */
  readonly comparisons: readonly Comparison[];
  /** Two or more runs, the one of `scores` among them, make the trends. */
  readonly runs?: readonly ReportRun[];
  /** What is to be said of judge models that end: soon (or already), or some day. */
  readonly judgeNotices?: readonly { readonly message: string; readonly isSoon: boolean }[];
  /** When the report is made, ISO 8601. */
  readonly generatedAt: string;
  /** Leave out texts of answers, references and judges. */
  readonly redact?: boolean;
  /** Version of assay. */
  readonly version: string;
}

/** What a board's figures measure and the axis that they are drawn on. */
export interface BoardScale {
  readonly unit: "points" | "percent";
  /** Ends of the whole scale: 1–10 or 0–100. */
  readonly low: number;
  readonly high: number;
  /** Ends of an axis that holds every figure and interval of the board. */
  readonly axisLow: number;
  readonly axisHigh: number;
  readonly ticks: readonly number[];
  /** 50 for rates: as good as the opponent. */
  readonly even?: number;
}

/** A column of a board besides model, headline and interval. */
export interface BoardColumn {
  readonly key: string;
  readonly label: string;
  /** One line that says what it is. */
  readonly title: string;
}

/** One model on a board. */
export interface BoardRow {
  readonly model: string;
  readonly published: boolean;
  /** The board's own figure: score, adjusted win rate, or win rate. */
  readonly headline: ShownFigure;
  readonly interval: ShownInterval | null;
  /** Drawn beside the headline: AlpacaEval's win rate beside the length-controlled one, the first judge's beside the corrected. */
  readonly second?: { readonly figure: ShownFigure; readonly interval: ShownInterval | null };
  readonly bounds: { readonly low: ShownFigure; readonly high: ShownFigure };
  /** By {@link BoardColumn.key}. */
  readonly figures: Readonly<Record<string, ShownFigure>>;
  /** What is doubtful about this row, such as missing verdicts. */
  readonly doubts: readonly Phrase[];
}

/** Headline figure of one model in one category or turn. */
export interface PartFigure {
  readonly model: string;
  readonly figure: ShownFigure;
  readonly standardError: ShownFigure;
  readonly interval: ShownInterval | null;
  readonly n: ShownFigure;
  readonly doubtful: number;
}

/** All models in one category or turn, in board order. */
export interface PartView {
  readonly name: string;
  readonly models: readonly (PartFigure | null)[];
}

/** One model against another; seen from the row's model. */
export interface PairView {
  readonly model: string;
  readonly opponent: string;
  readonly winRate: ShownFigure;
  readonly wins: ShownFigure;
  readonly losses: ShownFigure;
  readonly ties: ShownFigure;
  readonly errors: ShownFigure;
  readonly missing: ShownFigure;
  readonly positionConsistency: ShownFigure;
}

/** Wins, ties and losses of one model, as counts and with the row they belong to. */
export interface OutcomesView {
  readonly model: string;
  readonly opponent: string | null;
  readonly wins: ShownFigure;
  readonly ties: ShownFigure;
  readonly losses: ShownFigure;
  readonly errors: ShownFigure | null;
}

/** Bradley–Terry rating of one model. */
export interface RatingView {
  readonly model: string;
  readonly rank: ShownFigure;
  readonly value: ShownFigure;
  readonly interval: ShownInterval | null;
}

/** Win rate by the slot in which the answer stood. */
export interface SlotView {
  readonly model: string;
  readonly first: ShownFigure;
  readonly firstN: ShownFigure;
  readonly second: ShownFigure;
  readonly secondN: ShownFigure;
  readonly z: ShownFigure;
}

/** What is said of answers that could have moved a verdict of a protocol whose form others fixed. */
export interface MarkedView {
  /** `doubt` where a figure moves by its standard error or more without them; `good` where there are none. */
  readonly level: "good" | "note" | "doubt";
  readonly text: Phrase;
}

/** What is said of several judges that are read as one. */
export interface JuryView {
  readonly text: Phrase;
  /** Of the table of its parts. */
  readonly title: string;
  /** Its headline with judges at one level, where a guard asks for that, and without each judge. */
  readonly leftOut: readonly PartView[];
  /** Items on which the judges differ most, widest first; verdicts are rating points, or weight on the second answer. */
  readonly splits: readonly {
    readonly questionId: string;
    readonly turn: number;
    readonly models: readonly string[];
    readonly verdicts: readonly { readonly judge: string; readonly figure: ShownFigure }[];
  }[];
}

/** One suite × protocol × mode. */
export interface BoardView {
  /** Null for the board of one judge. */
  readonly jury: JuryView | null;
  readonly marked: MarkedView | null;
  /** `board-1`, `board-2`, …: anchors and file names. */
  readonly id: string;
  readonly metric: "rating" | "win-rate" | "preference" | "outcomes";
  /** Set where the figures are shares of right answers. */
  readonly figure?: "accuracy";
  readonly suite: string;
  readonly suiteTitle: string;
  readonly mode: JudgingMode;
  readonly judge: string;
  readonly protocol: string;
  readonly baseline: string | null;
  readonly notice: string | null;
  /** Set where the judged answers were not at hand, to be shown quietly; null where they were looked at. */
  readonly unchecked: string | null;
  /** What is known of its judge, in one sentence; null for scores that do not say. */
  readonly judgeQuality: string | null;
  /** Such as `MT-Bench, single grading`. */
  readonly title: string;
  /** Name of the headline figure. */
  readonly headlineLabel: string;
  /** Name of {@link BoardRow.second}, where rows have one. */
  readonly secondLabel: string | null;
  /** The second judge to whose verdicts the headline is corrected. */
  readonly correctedTo?: string;
  /** What the figures of {@link categories} and {@link turns} are; AlpacaEval has no length control per category. */
  readonly partLabel: string;
  readonly scale: BoardScale;
  readonly columns: readonly BoardColumn[];
  /** Best first; rows without a figure last. */
  readonly rows: readonly BoardRow[];
  readonly categories: readonly PartView[];
  readonly turns: readonly PartView[];
  /** Share of answers that passed, all checks and each by name, in percent; empty without checks. */
  readonly checks: readonly PartView[];
  /** Of a board by rubric: how often each tag or criterion was met, in percent. */
  readonly criteria: readonly PartView[];
  /** Over-refusal and under-refusal, then what each wrapping changes, in percent and percentage points. */
  readonly refusals: readonly PartView[];
  readonly pairs: readonly PairView[];
  readonly outcomes: readonly OutcomesView[];
  readonly ratings: readonly RatingView[];
  readonly slots: readonly SlotView[];
  /** Of a reward model's board; null for every other board. */
  readonly rewards: RewardsView | null;
  /** Of a board of rankings: the ranks themselves; null for every other board. */
  readonly rankings: RankingsView | null;
  /** With and without style control; null where the styles of its answers are not known. */
  readonly style: StyleView | null;
  /** People's votes on what it judged; null without any. */
  readonly people: PeopleView | null;
  /** What stands below the board in words: a second judge, repeats, separability, picks of a reward model, contamination. */
  readonly sentences: readonly string[];
  /** How each figure of this board is computed, in words. */
  readonly computed: readonly { readonly figure: string; readonly how: string }[];
}

/** What a reader should take away, in one sentence and a little more. */
export interface VerdictView {
  readonly outcome: Outcome | "better" | "worse" | "leading" | "undecided" | "measured" | "empty" | "flagged";
  /** What it speaks of: {@link BoardView.id} or {@link ComparisonView.id}; null when there is neither. */
  readonly about: string | null;
  readonly sentence: Phrase;
  /** What the interval means for a decision. */
  readonly meaning: Phrase;
}

/** Difference of two models within one category or turn. */
export interface ComparisonPart {
  readonly name: string;
  readonly delta: ShownFigure;
  readonly interval: ShownInterval | null;
  readonly pValue: ShownFigure;
  readonly adjustedPValue: ShownFigure;
  readonly questions: ShownFigure;
}

/** One question that moved. */
export interface MoverView {
  readonly questionId: string;
  readonly category: string;
  readonly text: string;
  readonly base: ShownFigure;
  readonly candidate: ShownFigure;
  readonly delta: ShownFigure;
}

/** Axis of a drawing of differences. */
export interface DifferenceScale {
  readonly axisLow: number;
  readonly axisHigh: number;
  readonly ticks: readonly number[];
}

/** A paired comparison of two models. */
export interface ComparisonView
  extends Pick<Comparison, "suite" | "protocol" | "metric" | "base" | "candidate" | "test" | "sentence"> {
  readonly id: string;
  /** Id of the suite with the part of it that was asked. */
  readonly suiteName: string;
  readonly figure?: "accuracy";
  readonly outcome: VerdictView["outcome"];
  readonly baseValue: ShownFigure;
  readonly candidateValue: ShownFigure;
  readonly delta: ShownFigure;
  readonly interval: ShownInterval | null;
  /** The one that the verdict rests on: of the figure that votes or a second judge correct, where that decides. */
  readonly conclusive: ShownInterval | null;
  readonly pValue: ShownFigure;
  readonly questions: ShownFigure;
  readonly wins: ShownFigure;
  readonly losses: ShownFigure;
  readonly ties: ShownFigure;
  /** The first judge, whose verdicts wins, losses and ties count, where the second judge's difference decides. */
  readonly countedBy?: string;
  readonly minimumDetectableEffect: ShownFigure;
  readonly margin: ShownFigure;
  readonly bounds: { readonly low: ShownFigure; readonly high: ShownFigure };
  /** Axes of the whole difference, and of those by category and turn. */
  readonly scale: DifferenceScale;
  readonly partsScale: DifferenceScale;
  readonly turns: readonly ComparisonPart[];
  readonly categories: readonly ComparisonPart[];
  readonly moversUp: readonly MoverView[];
  readonly moversDown: readonly MoverView[];
  /** Criteria of a rubric that separate the two most, most first. */
  readonly criteria: readonly CriterionDifferenceView[];
  readonly unmatched: readonly Phrase[];
  /** What people's votes on both make of it. */
  readonly voted: readonly Phrase[];
  readonly warnings: readonly string[];
}

/** One thing to know about the run, and whether it is a reason for doubt. */
export interface HealthItem {
  readonly level: "good" | "note" | "doubt";
  readonly label: string;
  readonly text: Phrase;
}

/** A count that stands at the top of a report. */
export interface CountView {
  readonly label: string;
  readonly figure: ShownFigure;
  readonly doubtful: boolean;
}

/** One line of a trend. */
export interface TrendLine {
  /** A limit that the others are held to: a line without points of its own. */
  readonly isLimit?: true;
  readonly name: string;
  /** One for each point of the trend, null where the run lacks it. */
  readonly points: readonly (TrendPoint | null)[];
}

/** One model in one run. */
export interface TrendPoint {
  readonly model: string;
  readonly figure: ShownFigure;
  readonly interval: ShownInterval | null;
}

/** One board followed over runs or over checkpoints of one run. */
export interface TrendView {
  readonly id: string;
  readonly title: string;
  readonly scale: BoardScale;
  readonly headlineLabel: string;
  /** Absent for runs and checkpoints over time. */
  readonly course?: TrendCourse;
  /** Names of the points on the axis, in time order. */
  readonly points: readonly { readonly label: string; readonly at: string | null }[];
  readonly overall: readonly TrendLine[];
  readonly categories: readonly { readonly name: string; readonly lines: readonly TrendLine[] }[];
}

/** A heading with facts, one table of the trust section. */
export interface FactGroup {
  readonly title: string;
  readonly facts: readonly { readonly label: string; readonly value: string; readonly code?: boolean }[];
}

/** What a reviewer needs in order to judge the figures. */
export interface TrustView {
  readonly groups: readonly FactGroup[];
  /** The resolved configuration of each run as JSON text. */
  readonly configs: readonly { readonly title: string; readonly json: string }[];
  readonly warnings: readonly {
    readonly code: string;
    readonly message: string;
    readonly count: number | null;
  }[];
}

/** What every format of a report shows; figures are those of `scores.json`, formatted and never recomputed. */
export interface ReportView {
  readonly title: string;
  readonly version: string;
  readonly generatedAt: string;
  readonly redacted: boolean;
  /** Said prominently, such as that answers are recorded samples. */
  readonly notices: readonly string[];
  /** The first one is the report's headline. */
  readonly verdicts: readonly VerdictView[];
  readonly counts: readonly CountView[];
  readonly boards: readonly BoardView[];
  readonly comparisons: readonly ComparisonView[];
  readonly health: readonly HealthItem[];
  readonly trends: readonly TrendView[];
  /** Figures that other tools or publications state. */
  readonly stated: readonly StatedView[];
  readonly trust: TrustView;
  /** Outcomes of a gate policy, one for each candidate. */
  readonly policies?: readonly PolicyResult[];
  readonly reading: readonly ReadingQuestion[];
  /** The scores as they were given, for formats that print them whole. */
  readonly scores: Scores;
}
