import type { Answer, AnswerTurn, JudgeReply, Judgment, Replacement } from "./records.js";

/** What is left out of a turn or a reply whose texts are kept by their beginnings. */
export interface CutTexts {
  /** Code points of the whole text; left out where it is there whole. */
  readonly text?: number;
  /** Code points of the whole reasoning; left out where it is there whole. */
  readonly reasoning?: number;
  /** Where the whole stands, within the run folder. */
  readonly file: string;
}

/** A turn as reports show it. */
export type ShownTurn = AnswerTurn & { readonly cut?: CutTexts };

/** A reply of a judge as reports show it. */
export type ShownReply = JudgeReply & { readonly cut?: CutTexts };

/** An answer as reports show it. */
export type ShownAnswer = Answer & { readonly turns: readonly ShownTurn[] };

/** A judgment of one status, as {@link ShownJudgment} has it, or what a replacement said in its place. */
export type WithShownReplies<Kind> = Kind extends { readonly replies: unknown }
  ? Omit<Kind, "request" | "replies" | "replacement"> & {
      readonly replies: readonly ShownReply[];
    } & ("replacement" extends keyof Kind
        ? { readonly replacement?: WithShownReplies<Replacement> }
        : unknown)
  : Kind;

/** A judgment as reports show it: without the prompt, which is most of its text and repeats question and answer. */
export type ShownJudgment = WithShownReplies<Judgment>;

/** What reports show of a judgment. */
export function shownJudgment(judgment: Judgment): ShownJudgment {
  if (judgment.status === "skipped") return judgment;
  const { request: _, ...shown } = judgment;
  return shown;
}
