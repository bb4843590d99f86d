import type { Figure, Interval } from "../../core/board.js";
import type { PairChoice } from "../../core/labelled-pair.js";
import type { Warning } from "../../core/records.js";
import type { PairEnding } from "../../stats/two-games.js";
import type { AgreementFigure } from "../agreement/agreement.js";
import type { JudgedSet } from "./bench-set.js";

/** A judge's score on a part of a set, in percent. */
export interface GroupScore {
  /** What the rule counts: pairs, or prompts under `best-of-n`. */
  readonly n: number;
  readonly correct: number;
  readonly score: Figure;
  readonly interval: Interval | null;
}

/** A figure in percent over some of the pairs. */
export interface CountedFigure extends AgreementFigure {
  readonly n: number;
}

/** Score of a judge on a set under the set's own rule. */
export interface SetScore extends GroupScore {
  readonly incorrect: number;
  readonly ties: number;
  /** Pairs on which a verdict is missing; they are in no figure. */
  readonly missing: number;
}

/** How often a verdict names an answer that is the better one, by label, in percent. */
export interface LabelSensitivity {
  /** Of the pairs whose first answer is better, those on which the merged verdict says so. */
  readonly a: CountedFigure;
  /** Likewise of the second. */
  readonly b: CountedFigure;
  /** Youden's J = a + b − 1, from −1 to 1; a correction by such rates needs more than 0.1. */
  readonly youden: Figure;
  /** With a tie as half a verdict for either answer: the pair that the mean of win-tie-loss verdicts is corrected with. */
  readonly tiesAsHalf: { readonly a: Figure; readonly b: Figure; readonly youden: Figure };
}

/** Whether a judge is right more often where the better answer is the longer one; percent. */
export interface LengthBias {
  readonly longer: CountedFigure;
  readonly shorter: CountedFigure;
  /** longer − shorter, in percentage points. */
  readonly difference: AgreementFigure;
}

/** Everything that follows from two games on each pair. Rates in percent. */
export interface PairFigures {
  /** Pairs whose two decisions are not the same, an unreadable one beside a readable one included: n − equal. */
  readonly inconsistent: number;
  /** Wins of the answer shown first, in game 1 and in game 2. */
  readonly firstSlot: readonly [number, number];
  /** Pairs that game 1, game 2, and both got right. */
  readonly original: number;
  readonly swapped: number;
  readonly both: number;
  /** Pairs whose two decisions are the same, unreadable ones included. */
  readonly equal: number;
  /** Cohen's κ between the orders, on the pairs that both could be read on. */
  readonly kappa: Figure;
  /** How the two games went together. */
  readonly endings: Readonly<Record<PairEnding, number>>;
  /** How often each label met each two decisions. */
  readonly table: readonly {
    readonly label: PairChoice;
    readonly first: string;
    readonly second: string;
    readonly count: number;
  }[];
  /** Pairs with the same decision in both orders, of those that both could be read on. */
  readonly consistency: CountedFigure;
  /** Share of decided games that the answer shown first won, and whether it differs from half. */
  readonly firstSlotRate: CountedFigure & { readonly z: Figure; readonly pValue: Figure };
  /** Of the games that could be read. */
  readonly tieRate: Figure;
  /** Of all games. */
  readonly unreadableRate: Figure;
  /** Cohen's κ against the label on three labels (a, b, tie): of game 1, game 2, and the merged verdict. */
  readonly labelKappa: { readonly first: Figure; readonly second: Figure; readonly merged: Figure };
  readonly sensitivity: LabelSensitivity;
  /** Null where the texts are not known. */
  readonly length: LengthBias | null;
}

/** Agreement of two groups of raters on the same comparisons. */
export interface VoteAgreement {
  readonly between: "judge–human" | "human–human" | "author–human" | "judge–author";
  readonly turn: number | "all";
  /** S1: ties are a choice of their own. S2: only where neither side says tie. */
  readonly setup: "S1" | "S2";
  readonly agreed: number;
  readonly n: number;
  readonly percent: Figure;
  /** Clustered by question. */
  readonly interval: Interval | null;
  readonly kappa: Figure;
}

/** What calls took, per 1000 pairs judged in both orders. */
export interface BenchCost {
  readonly usdPer1000: Figure;
  /** Time of the calls one after the other. */
  readonly secondsPer1000: Figure;
  readonly costUsd: Figure;
  readonly verdicts: number;
}

/** What is known of a judge on one set. */
export interface SetResult
  extends SetScore,
    Partial<PairFigures>,
    Pick<JudgedSet, "set" | "rule" | "judge" | "judgeName" | "strategy" | "protocol"> {
  /** Who wrote the answers, joined by commas; null where it is not known. */
  readonly answersBy: string | null;
  readonly groups: Readonly<Record<string, GroupScore>>;
  /** `llmbar`: κ as its `statistics.json` has it, where an unreadable winner counts as "2". */
  readonly publishedKappa?: Figure;
  /** `llmbar`: whether that is Cohen's κ, which it is where every winner could be read. */
  readonly isPublishedKappaDefined?: boolean;
  /** `votes` alone. */
  readonly agreement?: readonly VoteAgreement[];
  readonly cost?: BenchCost;
  /** Why a figure is null, by its name. */
  readonly reasons: Readonly<Record<string, string>>;
}

/** One pair that two judges do not both get right. */
export interface Flip {
  readonly id: string;
  readonly group?: string;
  readonly right: "first" | "second";
}

/** Two judges on the same pairs. */
export interface JudgeComparison {
  readonly set: string;
  readonly first: string;
  readonly second: string;
  /** Pairs that both judged. */
  readonly n: number;
  readonly bothRight: number;
  readonly neitherRight: number;
  readonly onlyFirst: number;
  readonly onlySecond: number;
  /** McNemar's exact test, two-sided. */
  readonly pValue: number;
  /** Share right of the first minus that of the second, in percentage points, with its interval over prompts. */
  readonly difference: AgreementFigure;
  readonly flips: readonly Flip[];
}

/** What `assay judge-bench --json` prints. */
export interface JudgeBench {
  readonly schema: "assay.judge-bench/1";
  readonly sets: readonly SetResult[];
  /** With `--against`. */
  readonly comparisons?: readonly JudgeComparison[];
  readonly warnings: readonly Warning[];
}
