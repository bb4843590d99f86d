import type { Interval } from "./board.js";
import type { SecondEstimate } from "./board-second.js";
import type { CorrectedFigure } from "./corrected-figure.js";
import type { Warning } from "./records.js";
import type { SuitePart } from "./suite-part.js";

/**
 * Candidates of a board up to which a report compares each with the base: beyond, nobody reads them all, and a page grows
 * by 30 kB with each.
 */
export const MOST_COMPARED = 50;

/** Outcome of a comparison or gate. */
export type Outcome = "pass" | "fail" | "inconclusive";

/** Difference within one category. */
export interface CategoryComparison {
  readonly delta: number | null;
  readonly standardError: number | null;
  readonly interval: Interval | null;
  readonly pValue: number | null;
  /** Benjamini–Hochberg over categories. */
  readonly adjustedPValue: number | null;
  readonly questions: number;
}

/** A criterion of a rubric on which two models differ, candidate − base; percent of the decisions in which it was met. */
export interface CriterionDifference extends CategoryComparison {
  /** Its tag, or its text. */
  readonly name: string;
  readonly base: number;
  readonly candidate: number;
}

/** One question that moved, candidate − base. */
export interface Mover {
  readonly questionId: string;
  readonly category: string;
  readonly base: number;
  readonly candidate: number;
  readonly delta: number;
  /** The question's first line, where known. */
  readonly text?: string;
}

/** The difference as a second judge, asked on some of what the first one judged, would have given it: candidate − base. */
export interface SecondComparison extends SecondEstimate {
  /** Judge models of the second and the first judge. */
  readonly judge: string;
  readonly first: string;
  /** Both sides' figures, corrected. */
  readonly base: number | null;
  readonly candidate: number | null;
  /** On both sides together; `questions` are those of the side that has fewer. */
  readonly asked: number;
}

/** What `assay compare --json` prints: a paired comparison of two models on the same questions. */
export interface Comparison {
  readonly schema: "assay.compare/1";
  readonly suite: string;
  /** Where the candidate was asked a part of the suite's questions. */
  readonly part?: SuitePart;
  readonly protocol: string;
  /** `score` (rating points) or `winRate` (percentage points). */
  readonly metric: "score" | "winRate";
  /** Set where the scores are shares of right answers, in percent. */
  readonly figure?: "accuracy";
  readonly base: string;
  readonly candidate: string;
  readonly baseValue: number | null;
  readonly candidateValue: number | null;
  /** Paired questions. */
  readonly questions: number;
  readonly delta: number | null;
  readonly standardError: number | null;
  readonly interval: Interval | null;
  readonly pValue: number | null;
  readonly test: string;
  readonly wins: number;
  readonly losses: number;
  readonly ties: number;
  readonly minimumDetectableEffect: number | null;
  readonly turns: Readonly<Record<string, CategoryComparison>>;
  readonly categories: Readonly<Record<string, CategoryComparison>>;
  /** Of boards by rubric: the criteria that separate the two models, most first. */
  readonly criteria?: readonly CriterionDifference[];
  /** The difference of the two win rates, corrected by people's votes on both; in percentage points. */
  readonly corrected?: CorrectedFigure;
  /** The candidate's win rate against the base by people's votes, with the judge's verdicts on both; in percent. */
  readonly preferred?: CorrectedFigure;
  /** Where a second judge corrects both sides: its difference, which decides. All other figures are the first judge's. */
  readonly second?: SecondComparison;
  /** Set where the verdict rests on a corrected figure: `corrected` by votes, as was asked, or by the `second` judge. */
  readonly decidedBy?: "corrected" | "second";
  readonly verdict: Outcome;
  readonly margin: number;
  /** One plain sentence that says what follows from the interval and the margin. */
  readonly sentence: string;
  readonly unmatched: { readonly base: readonly string[]; readonly candidate: readonly string[] };
  /** Delta if every missing or unreadable verdict went against / for the candidate. */
  readonly bounds: { readonly low: number | null; readonly high: number | null };
  readonly movers: { readonly up: readonly Mover[]; readonly down: readonly Mover[] };
  readonly warnings: readonly Warning[];
}
