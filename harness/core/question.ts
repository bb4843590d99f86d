import type { Json } from "./json.js";
import type { LikelihoodAsk } from "./likelihood.js";
import type { ChatMessage } from "./model.js";
import type { RequestFacts } from "./refusal.js";
import type { Rubric } from "./rubric.js";

/**
 * What an answer is compared with, where the right answer is known and no judge model is needed.
 * `choice`: `right` are the letters of the right choices (A for the first); with `several` more than one may be right and
 * only the whole set is. `text`: any of `accepted` is right, as it is written or in its normal form.
 */
export type RightAnswer =
  | {
      readonly kind: "choice";
      readonly choices: readonly string[];
      readonly right: readonly string[];
      readonly several?: true;
    }
  | { readonly kind: "text"; readonly accepted: readonly string[] };

/** One question of a suite: one or more user turns, asked in one conversation. */
export interface Question {
  /** Unique in its suite. FastChat's integers appear as their decimal text. */
  readonly id: string;
  readonly category: string;
  /** Messages that stand before the first turn, such as a conversation to be gone on with; never a system message. */
  readonly context?: readonly ChatMessage[];
  /** The user's messages, turn 1 first; at least one. */
  readonly turns: readonly string[];
  /** Reference answer (gold text) per turn, where there is one. */
  readonly reference?: readonly string[];
  /** The right answer to the last turn, where it is known. */
  readonly key?: RightAnswer;
  /** Set where the log-probabilities of the choices are asked for, and no answer is: `turns` then only shows the context. */
  readonly likelihood?: LikelihoodAsk;
  /** Whether the request should be answered or refused, for the judge `refusal`. */
  readonly request?: RequestFacts;
  /** Sampling temperature for this question: it overrides the suite's, and a model's own `parameters` override it. */
  readonly requiredTemperature?: number;
  /** System message for this question. */
  readonly system?: string;
  /** What the answer to the last turn is held against, for judges by rubric. */
  readonly rubric?: Rubric;
  /** Further facts of the source file that belong to the question (such as AlpacaEval's `dataset`). */
  readonly metadata?: Readonly<Record<string, Json>>;
}

/** A file that decided something, with the hash of the bytes that were used. */
export interface AssetUse {
  /** Asset id as `assay data list` names it, or the file's base name for a user's own file. */
  readonly id: string;
  /** SHA-256 of the bytes used, lower-case hex. */
  readonly sha256: string;
  /** Whether that is the hash that assay pins; null for files that assay does not know. */
  readonly pinned: boolean | null;
}

/** An asset on this machine, as suites and judges read it. */
export interface AssetFile {
  readonly path: string;
  readonly sha256: string;
  /** Whether that is the hash that assay pins. */
  readonly pinned: boolean;
}
