import { presentFields } from "../../../core/present-fields.js";
import type { Judgment, Verdict } from "../../../core/records.js";

/** What scoring needs of one judgment, and no more, so that a million of them fit into memory. */
export interface VerdictRow {
  readonly questionId: string;
  readonly category: string;
  readonly turn: number;
  readonly trial: number;
  /** Judged model, or the model shown first. */
  readonly a: string;
  /** Model shown second. */
  readonly b?: string;
  readonly order?: 1 | 2;
  /** Undefined when the judge could not be asked or there was nothing to judge. */
  readonly verdict: Verdict | undefined;
}

/** The scoring view of a judgment. */
export function verdictRow(judgment: Judgment): VerdictRow {
  const { questionId, category, turn, trial, a, b, order } = judgment;
  return {
    questionId,
    category,
    turn,
    trial,
    a,
    ...presentFields({ b, order }),
    verdict: judgment.status === "judged" ? judgment.verdict : undefined,
  };
}

/** One place where a verdict is expected of every model or pair, in every trial. */
export interface ExpectedSlot {
  readonly questionId: string;
  readonly category: string;
  readonly turn: number;
}

/** What every board computation is given besides its rows. */
export interface BoardFrame {
  /** Expected of every model or pair, in the order of the suite. */
  readonly slots: readonly ExpectedSlot[];
  readonly trials: number;
  /** In the order in which they are shown. */
  readonly categories: readonly string[];
}
