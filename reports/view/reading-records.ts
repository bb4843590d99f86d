import type { ComparedAnswer, VerdictPlace } from "../../harness/core/records.js";

/** What the reader says of a text whose beginning alone is there. */
export interface ReadingCut {
  /** Code points of the whole. */
  readonly characters: number;
  /** Where the whole stands, within the run folder. */
  readonly file: string;
}

/** A check of a turn as the reader shows it. */
export interface ReadingCheck {
  readonly wanted: string;
  /** Left out when redacted. */
  readonly found?: string;
  readonly passed: boolean;
}

/** One turn of an answer as the reader shows it. */
export interface ReadingTurn {
  /** Null when redacted. */
  readonly text: string | null;
  /** Set where `text` is a beginning. */
  readonly textCut?: ReadingCut;
  readonly reasoning?: string;
  /** Set where `reasoning` is a beginning. */
  readonly reasoningCut?: ReadingCut;
  /** Code points of the text as it was recorded. */
  readonly length: number;
  readonly finish: string;
  readonly latencyMs?: number;
  readonly outputTokens?: number;
  readonly source?: "cache" | "recording";
  /** What was counted in it. */
  readonly checks?: readonly ReadingCheck[];
}

/** A model's answer as the reader shows it. */
export interface ReadingAnswer {
  readonly model: string;
  readonly trial: number;
  readonly turns: readonly ReadingTurn[];
  /** Why it failed, where it did. */
  readonly error?: string;
}

/** What became of a verdict. */
export type ReadingOutcome =
  | {
      readonly kind: "rating";
      readonly rating: number;
      /** The best rating there is, where that is not 10. */
      readonly highest?: number;
      readonly compared?: ComparedAnswer;
    }
  | {
      readonly kind: "preference";
      readonly winner: "a" | "b" | "tie";
      readonly weightB: number;
      /** Of the answer shown first and of the second, where a reward model chose. */
      readonly rewards?: readonly [number, number];
    }
  | {
      readonly kind: "ranking";
      /** Models from best to worst, equal ones together. */
      readonly groups: readonly (readonly string[])[];
    }
  | { readonly kind: "unreadable"; readonly reason: string }
  | { readonly kind: "abstained"; readonly reason: string }
  | { readonly kind: "failed"; readonly reason: string }
  | { readonly kind: "skipped"; readonly reason: string };

/** What a judge wrote. */
interface ReadingReplies {
  /** The last one gave the verdict; empty when redacted. */
  readonly replies: readonly string[];
  /** By number of the reply, where one of them is a beginning. */
  readonly replyCuts?: readonly (ReadingCut | null)[];
}

/** A verdict as the reader shows it. */
export interface ReadingVerdict extends ReadingReplies, Omit<VerdictPlace, "questionId" | "category"> {
  readonly protocol: string;
  /** Rankings: models in the order shown. */
  readonly ranked?: readonly string[];
  readonly outcome: ReadingOutcome;
  readonly reasoning?: string;
  /** Set where `reasoning` is a beginning. */
  readonly reasoningCut?: ReadingCut;
  /** Where the judge failed: what the one said that stands in for it. */
  readonly replacement?: ReadingReplies & { readonly judge: string; readonly outcome: ReadingOutcome };
}

/** Everything about one question that the reader shows. */
export interface ReadingQuestion {
  readonly suite: string;
  readonly id: string;
  readonly category: string;
  readonly turns: readonly string[];
  readonly system?: string;
  readonly reference?: readonly string[];
  readonly answers: readonly ReadingAnswer[];
  readonly verdicts: readonly ReadingVerdict[];
}
