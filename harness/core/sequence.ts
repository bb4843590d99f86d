import type { Interval } from "./interval.js";

/** How the questions of a run are looked at: after every one, or a few times with errors spent by a rule. */
export type SequenceDesign = "anytime" | "obrien-fleming" | "pocock";

/** What one sequence of questions is to decide; fixed before the first. */
export interface SequenceAim {
  /** As it is shown, such as a gate's name. */
  readonly name: string;
  readonly metric: "score" | "winRate";
  readonly model: string;
  /** What it is compared with; absent for a figure of its own. */
  readonly against?: string;
  readonly suite: string;
  readonly protocol: string;
  readonly category?: string;
  /** The figure (or the difference) is held to it. */
  readonly limit?: number;
  /** Half-width that is narrow enough. */
  readonly halfWidth?: number;
  /** Percent. */
  readonly level: number;
  /** Questions that there are for it. */
  readonly horizon: number;
  /** Where a policy asks for it, not a gate. */
  readonly source?: "policy";
}

/** How an aim stands after some questions. */
export interface SequenceStanding extends SequenceAim {
  /** A decision; `futile`: going on would hardly have decided; `precise`: narrow enough; absent: none yet. */
  readonly outcome?: "pass" | "fail" | "futile" | "precise";
  readonly estimate: number | null;
  /** Holds at all looks at once. */
  readonly interval: Interval | null;
  /** Questions with a value for it. */
  readonly questions: number;
}

/** The plan of a sequence: the first line of `sequence.jsonl`. */
export interface SequencePlanLine {
  readonly kind: "plan";
  readonly schema: "assay.sequence/1";
  /** Hash of everything that decides the sequence. */
  readonly plan: string;
  readonly at: string;
  readonly design: SequenceDesign;
  readonly population: "questions" | "suite";
  readonly seed: number;
  readonly questions: number;
  readonly stratified: boolean;
  readonly aims: readonly SequenceAim[];
}

/** One look at one aim: a line of `sequence.jsonl`. The last line of a position and aim counts. */
export interface SequenceLookLine {
  readonly kind: "look";
  readonly plan: string;
  /** Index of the aim in the plan. */
  readonly aim: number;
  /** Questions of the planned order up to here. */
  readonly position: number;
  /** Questions with a value. */
  readonly n: number;
  readonly estimate: number;
  readonly low: number | null;
  readonly high: number | null;
  readonly outcome?: SequenceStanding["outcome"];
}

/** A line of `sequence.jsonl`. */
export type SequenceLine = SequencePlanLine | SequenceLookLine;

/** What `run.json` says of a run that may end before its last question. */
export interface SequenceRecord {
  readonly plan: string;
  readonly design: SequenceDesign;
  readonly population: "questions" | "suite";
  readonly stratified: boolean;
  /** `stopped`: decided (or futile, or precise) before the last question; `exhausted`: all were asked; `open`: it goes on. */
  readonly state: "stopped" | "exhausted" | "open";
  /** Questions of the planned order that the figures rest on. */
  readonly used: number;
  /** Questions that a full run asks. */
  readonly of: number;
  /** Questions that were under way when the decision fell: recorded, and no part of it. */
  readonly beyond: number;
  readonly aims: readonly SequenceStanding[];
  /** Set where a later run went on to the end: figures are those of a full run again, the decision stands beside them. */
  readonly continued?: true;
}

/** What such a run took, and what all its questions would have taken. */
export interface SequenceCost {
  /** Calls that were answered. */
  readonly calls: number;
  readonly fullCalls: number;
  /** Dollars; null where a price is not known. */
  readonly costUsd: number | null;
  readonly fullCostUsd: number | null;
}

/** One look, for a picture of the sequence. */
export interface ShownLook {
  /** Index of the aim. */
  readonly aim: number;
  /** Questions with a value. */
  readonly n: number;
  readonly estimate: number;
  readonly interval: Interval | null;
}

/** What scores say of such a run. */
export interface ShownSequence extends SequenceRecord {
  /** Some of the looks at each aim, evenly over the questions, the last one included. */
  readonly looks: readonly ShownLook[];
  /** One for each aim. */
  readonly sentences: readonly string[];
  readonly cost: SequenceCost | null;
}

/** What a board of such a run says of itself. */
export interface BoardSequence {
  readonly state: SequenceRecord["state"];
  readonly used: number;
  readonly of: number;
  /** Why fixed intervals are null. */
  readonly reason: string;
}

/** Why figures of such a run have no interval of a fixed number of questions. */
export const NO_FIXED_INTERVAL =
  "the run was looked at as it went (--stop-when): an interval for a fixed number of questions would be too narrow";
