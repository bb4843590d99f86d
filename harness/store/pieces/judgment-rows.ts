import type { Verdict } from "../../core/judge.js";

/** Numbers of a row, by their places. Texts are numbers of {@link JudgmentRows.texts}. */
export const JUDGMENT = {
  start: 0,
  end: 1,
  protocol: 2,
  suite: 3,
  question: 4,
  category: 5,
  a: 6,
  /** 0: there is none. */
  b: 7,
  turn: 8,
  trial: 9,
  /** 0: there is none. */
  order: 10,
  /** 0: there is none. */
  repeat: 11,
  /** 1 more than its place among the verdicts; 0 for a line that is to be parsed as a whole. */
  verdict: 12,
} as const;

/** Numbers of a row of judgments. */
export const JUDGMENT_WIDTH = 13;

/** The judgments of a piece, one row for each line; of a line that is to be parsed as a whole only where it stands. */
export interface JudgmentRows {
  readonly rows: number;
  /** {@link JUDGMENT_WIDTH} for each row; where lines stand is told from the piece's first byte. */
  readonly numbers: Int32Array;
  /** Two for each row: fingerprints of the answers that were shown; NaN for one that is not told. */
  readonly answers: Float64Array;
  readonly texts: readonly string[];
  readonly verdicts: readonly Verdict[];
  /** Whether the last line lacks its line feed. */
  readonly isTorn: boolean;
}
