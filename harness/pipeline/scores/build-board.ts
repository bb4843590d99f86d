import type { CountedRating } from "../../core/answer-rating.js";
import type { Board, BoardCommon, ChanceLevel, Figure, RatingScale } from "../../core/board.js";
import type { BoardSecond } from "../../core/board-second.js";
import type { JudgeRepeats } from "../../core/judge-repeats.js";
import type { JuryFigures } from "../../core/jury.js";
import { presentFields } from "../../core/present-fields.js";
import type { Warning } from "../../core/records.js";
import type { SuiteScoring } from "../../core/rubric.js";
import type { StyleReference } from "../../core/style-reference.js";
import type { CountedVote } from "../../core/vote.js";
import type { KeyedThing } from "../../stats/correction/corrected-difference.js";
import type { AnswerFacts } from "../../store/answer-facts.js";
import type { BaselineAnswers } from "../../store/baseline-answers.js";
import type { AnswerMarks } from "./answer-marks.js";
import type { BoardStyles } from "./board-styles.js";
import type { BoardCriteria } from "./criterion-tracer.js";
import type { BoardNorms } from "./norm-tracer.js";
import { type OutcomeScoring, outcomeRows, outcomeScoringOf } from "./outcome-rows.js";
import { pairwiseRows } from "./pairwise-rows.js";
import { type PreferenceOptions, preferenceRows } from "./preference-rows.js";
import type { BoardRankingRecords } from "./ranking-tracer.js";
import { ratingRows } from "./rating-rows.js";
import type { BoardRefusals } from "./refusal-tracer.js";
import type { ReplacementRows } from "./replacement-tracer.js";
import type { BoardRewards } from "./reward-dots.js";
import { ratingScale } from "./scale.js";
import type { BoardFrame, VerdictRow } from "./verdict-grid/row.js";

/** What a board says of itself. */
export type BoardHead = Pick<
  BoardCommon,
  | "suite"
  | "mode"
  | "judge"
  | "protocol"
  | "baseline"
  | "baselineAnswers"
  | "notice"
  | "answersChecked"
  | "part"
  | "sequence"
  | "assets"
  | "judgeQuality"
  | "bestOf"
>;

/** A second judge's part in a board: its judge model and protocol, and what it makes of the figures of some models. */
export interface SecondFigures {
  readonly judge: string;
  readonly protocol: string;
  readonly figures: (models: readonly string[]) => BoardSecond;
  /** A model's places as they are to be corrected, of the named subjects alone. */
  readonly things: (model: string, subjects: BoardInput["subjects"]) => readonly KeyedThing[];
}

/** Everything a board is computed from. */
export interface BoardInput {
  readonly head: BoardHead;
  readonly metric: "rating" | "win-rate" | "preference" | "outcomes";
  /** Of ratings; left out: 1–10. */
  readonly scale?: RatingScale;
  /** Of a jury: what is to be said of its judges. */
  readonly jury?: () => JuryFigures;
  /** Decisions of verdicts by rubric. */
  readonly criteria?: BoardCriteria;
  /** Choices taken by log-probabilities. */
  readonly norms?: BoardNorms;
  /** Labels of answers as refused or not. */
  readonly refusals?: BoardRefusals;
  /** {@link Suite.scoring}. */
  readonly scoring?: SuiteScoring;
  /** What the ratings' mean is called, where it is not a score. */
  readonly figure?: "accuracy";
  /** What guessing scores, beside an accuracy. */
  readonly chance?: ChanceLevel;
  /** {@link Protocol.former}. */
  readonly former?: string;
  /** What is known of the baseline's answers. */
  readonly baselineAnswers?: BaselineAnswers;
  /** First lines of the questions as the judge was shown them, hashed, by question id: where no suite tells the texts. */
  readonly questionLines?: ReadonlyMap<string, string>;
  /** Models, or pairs with the candidate (or earlier model) first. */
  readonly subjects: readonly (readonly string[])[];
  readonly frame: BoardFrame;
  readonly rows: Iterable<VerdictRow>;
  /** The rule by which its judge was asked several times. */
  readonly repeats?: JudgeRepeats;
  /** Needed for `preference`. */
  readonly preference?: PreferenceOptions;
  /** Needed for `outcomes`. */
  readonly outcomes?: OutcomeScoring;
  /** Which answers hold marks that could move the verdicts, where that is known. */
  readonly marks?: AnswerMarks;
  /** Marks of the judged answers' style, as far as they are known. */
  readonly styles?: BoardStyles;
  /** Frozen styles, of which this board takes its own. */
  readonly styleReference?: StyleReference;
  /** By model. */
  readonly facts?: ReadonlyMap<string, AnswerFacts>;
  /** Of a reward model's board. */
  readonly rewards?: BoardRewards;
  readonly rankings?: BoardRankingRecords;
  /** Verdicts of who stands in for the judge where it failed; for juries alone. */
  readonly replacement?: ReplacementRows;
  /** What the judge that was asked on some of what this one judged makes of it. */
  readonly second?: SecondFigures;
  /** People's votes on answers of this suite that still stand. */
  readonly votes?: readonly CountedVote[];
  /** People's ratings of single answers, on the board's own scale. */
  readonly ratings?: readonly CountedRating[];
}

/** Best first; rows without the figure last, else in the order given. */
function sortRows<Row>(rows: readonly Row[], headline: (row: Row) => Figure): Row[] {
  return [...rows].sort(
    (x, y) => (headline(y) ?? Number.NEGATIVE_INFINITY) - (headline(x) ?? Number.NEGATIVE_INFINITY) || 0,
  );
}

function withFacts<Row extends { readonly model: string }>(row: Row, input: BoardInput): Row {
  const facts = input.facts?.get(row.model);
  if (facts === undefined) return row;
  const { failedAnswers, truncatedAnswers, filteredAnswers, emptyAnswers, averageLength } = facts;
  const counts = { failedAnswers, truncatedAnswers, ...presentFields({ filteredAnswers }), emptyAnswers };
  return { ...row, ...counts, averageLength };
}

/** A board with what its reader must know, as far as the board's own figures do not say it. */
export interface BuiltBoard {
  readonly board: Board;
  readonly warnings: readonly Warning[];
}

/** Subjects of a pairwise board. */
export function pairsOf(subjects: BoardInput["subjects"]): (readonly [string, string])[] {
  return subjects.map(([first = "", second = ""]) => [first, second] as const);
}

/** The baseline that every pair of a board is against; undefined where models meet each other. */
export function referenceOf({ mode, baseline }: BoardHead): string | undefined {
  return mode === "pairwise-baseline" ? baseline : undefined;
}

/** Computes one board; pure. */
export function buildBoard(input: BoardInput): BuiltBoard {
  const { head, subjects, rows, frame, metric } = input;
  if (metric === "rating") {
    const ids = subjects.map(([model = ""]) => model);
    const { scale = ratingScale, scoring, figure, chance } = input;
    const models = sortRows(ratingRows(ids, rows, frame, scale, scoring, figure), (row) => row.score);
    const measure = presentFields({ figure, chance });
    const board = { ...head, metric, scale, ...measure, models: models.map((row) => withFacts(row, input)) };
    return { board, warnings: [] };
  }
  if (metric === "preference") {
    const options = input.preference ?? {
      lengthOf: () => undefined,
      compat: false,
      seed: 1,
      bootstrapReplicates: 0,
    };
    const part = preferenceRows(pairsOf(subjects), rows, frame, options);
    const models = sortRows(part.models, (row) => row.lengthControlledWinRate ?? row.winRate);
    // The average length is alpaca_eval's own figure (rounded down), which the facts must not replace.
    const shown = models.map((row) => ({
      ...withFacts(row, input),
      averageLength: row.averageLength ?? null,
    }));
    return { board: { ...head, metric, models: shown }, warnings: part.warnings };
  }
  if (metric === "outcomes") {
    const part = outcomeRows(pairsOf(subjects), rows, frame, outcomeScoringOf(input), referenceOf(head));
    const ranked = sortRows(part.models, (row) => (row.reference ? null : row.score));
    const models = ranked.map((row) => withFacts(row, input));
    return { board: { ...head, metric, models }, warnings: part.warnings };
  }
  const part = pairwiseRows(pairsOf(subjects), rows, frame, referenceOf(head));
  const ranked = sortRows(part.models, (row) => (row.reference ? null : row.winRateAdjusted));
  const models = ranked.map((row) => withFacts(row, input));
  return { board: { ...head, metric, models, pairs: part.pairs }, warnings: [] };
}
