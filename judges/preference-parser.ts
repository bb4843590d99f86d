/**
 * How a pairwise judge's reply becomes a preference. `first` and `second` are the names under which the prompt
 * presents the answers in its two slots.
 */
export type PreferenceParser =
  /** A list of records with `model` and `rank`, written as Python or JSON; ranks are 1 and 2. */
  | { readonly kind: "ranking"; readonly first: string; readonly second: string }
  /** The same list in a field of the arguments of a tool call (or of a JSON reply). */
  | {
      readonly kind: "tool-ranking";
      readonly field: string;
      readonly first: string;
      readonly second: string;
    }
  /** Log-probabilities of two tokens at one position of the reply (0 = first, −1 = last). */
  | {
      readonly kind: "logprobs";
      readonly first: string;
      readonly second: string;
      readonly position: number;
      /** Only which token is likelier, not by how much. */
      readonly binary: boolean;
    }
  /** Two scores on the first line, of the answer in the first slot first; the higher one wins (alpaca_eval's `lmsys_parser`). */
  | { readonly kind: "score-pair" }
  /** The same with bounds (JudgeLM); lines behind the first one give the reason and may be cut off. */
  | { readonly kind: "first-line-scores"; readonly low: number; readonly high: number }
  /** The reply is one of two tokens; for estimates from several samples. */
  | { readonly kind: "token"; readonly first: string; readonly second: string }
  /** `[[A]]`, `[[B]]`, `[[C]]`: exactly one of them must occur. */
  | { readonly kind: "brackets"; readonly first: string; readonly second: string; readonly tie?: string }
  /** Regular expressions by the weight on the second answer (0, ½ or 1); exactly one match. */
  | {
      readonly kind: "patterns";
      readonly patterns: readonly { readonly weightB: number; readonly pattern: string }[];
    }
  | LabelParser
  /** An object with a field that names one of the slots; text around the object is passed over. */
  | { readonly kind: "choice"; readonly field: string; readonly first: string; readonly second: string }
  /** An object with `scores` of both slots and a ranking `best-to-worst`, which decides and must not contradict them. */
  | {
      readonly kind: "ranked-scores";
      readonly first: string;
      readonly second: string;
      readonly low: number;
      readonly high: number;
    };

/** Where a judge of a fixed form writes its verdict. */
export type MarkPlace =
  /** The reply is the verdict. */
  | "whole"
  /** Nothing follows it. */
  | "end"
  | "anywhere"
  /** The first line is the verdict; what follows is its reason. */
  | "first-line";

/** Text that marks a verdict: one of the leads, then the verdict, then the tail. */
export interface VerdictMark {
  readonly at: MarkPlace;
  readonly leads: readonly string[];
  /** Left out: the verdict ends where its word does. */
  readonly tails?: readonly string[];
  /** Case does not count. */
  readonly caseless?: true;
}

/** A verdict in words behind a mark; every further mark in the reply must say the same. */
export interface LabelParser extends VerdictMark {
  readonly kind: "labels";
  readonly labels: readonly { readonly weightB: number; readonly text: string }[];
  /** More than one of these anywhere in the reply makes it unreadable. */
  readonly rivals?: readonly string[];
}

/** How a judge's reply becomes a rating: a number behind a mark, on a scale of its own. */
export interface RatingParser extends VerdictMark {
  readonly kind: "rating-mark";
  readonly low: number;
  readonly high: number;
  /** Only whole numbers are ratings. */
  readonly isWhole: boolean;
}
