import type { Warning } from "../core/records.js";
import { meanOf, requireSameLength, squaresAround } from "./estimate.js";
import type { PreferenceFeature, PreferenceRows } from "./regression/preference-model.js";

/** λ = 0.2 of alpaca_eval's `length_controlled_v1`, shared by its two gamed baselines. */
const GAMED_WEIGHT = 0.1;

/** Judged answers of deliberately long and short variants of the baseline (`df_gamed.csv`), one entry per row. */
export interface GamedRows {
  /** Preference for the gamed answer, 0 to 1. */
  readonly preferences: Float64Array;
  /** (length of baseline − length of gamed answer) / standard deviation, before tanh. */
  readonly standardizedLengths: Float64Array;
  readonly difficulties: Float64Array;
}

/** Difficulties by question, and which question each row is about. */
export interface RowDifficulties {
  /** γ of each question of the suite, in the suite's order. */
  readonly byQuestion: Float64Array;
  /** Position in the suite of each row's question, from 0; −1 where the suite does not have it. */
  readonly questionOf: ArrayLike<number>;
}

/** One model's judged answers against one baseline, one entry per row. */
export interface LengthControlledRows {
  /** Preference for the model, 0 to 1; null or NaN where there is no verdict. */
  readonly preferences: ArrayLike<number | null>;
  /** Code points of the baseline's answer. */
  readonly baselineLengths: ArrayLike<number>;
  /** Code points of the model's answer. */
  readonly modelLengths: ArrayLike<number>;
  /** Left out: fitted without difficulties. */
  readonly difficulties?: RowDifficulties;
  /** Left out: fitted without gamed rows. */
  readonly gamed?: GamedRows;
  /** The model is the baseline itself: 50 by construction. */
  readonly isBaseline?: boolean;
}

/**
 * The rows that can be used, in the order of their folds, with their difficulties (null: fitted without).
 *
 * @param compat joins by position instead of by question, as alpaca_eval does
 */
export function joinDifficulties(
  rows: LengthControlledRows,
  compat: boolean,
): { readonly used: Int32Array; readonly difficulties: Float64Array | null; readonly warnings: Warning[] } {
  const count = rows.preferences.length;
  const warnings: Warning[] = [];
  if (rows.gamed === undefined) {
    warnings.push({
      code: "no-gamed-rows",
      message: "Length control was fitted without the gamed baselines' rows.",
    });
  }
  const table = rows.difficulties;
  if (table === undefined) {
    warnings.push({
      code: "no-difficulties",
      message: "Length control was fitted without question difficulties.",
    });
    return { used: Int32Array.from({ length: count }, (_, row) => row), difficulties: null, warnings };
  }
  requireSameLength("length control: questions and preferences", table.questionOf, rows.preferences);
  const questionOf = (row: number) => (compat ? row : (table.questionOf[row] ?? -1));
  const known = Array.from({ length: count }, (_, row) => row).filter((row) => {
    const question = questionOf(row);
    return Number.isInteger(question) && question >= 0 && question < table.byQuestion.length;
  });
  known.sort((first, second) => questionOf(first) - questionOf(second));
  if (known.length < count) {
    warnings.push({
      code: "rows-without-difficulty",
      message: "Rows whose question has no known difficulty were left out of the length-controlled win rate.",
      count: count - known.length,
    });
  }
  const shifted = compat ? 0 : known.filter((row) => questionOf(row) !== row).length;
  if (shifted > 0) {
    warnings.push({
      code: "difficulties-joined-by-question",
      message:
        "Rows stand at another position than their question in the suite (rows are missing or reordered). Difficulties " +
        "are joined by question; alpaca_eval joins them by position, and its published figure may differ by more than " +
        "rounding.",
      count: shifted,
    });
  }
  const difficulties = Float64Array.from(known, (row) => table.byQuestion[questionOf(row)] ?? 0);
  return { used: Int32Array.from(known), difficulties, warnings };
}

/** The three features of `length_controlled_v1` over the used rows, with the gamed rows as anchors. */
export function buildRows(
  rows: LengthControlledRows,
  used: Int32Array,
  difficulties: Float64Array | null,
): PreferenceRows {
  const delta = Float64Array.from(
    used,
    (row) => (rows.baselineLengths[row] ?? Number.NaN) - (rows.modelLengths[row] ?? Number.NaN),
  );
  const spread = standardDeviation(delta);
  const { gamed } = rows;
  const features: PreferenceFeature[] = [
    {
      name: "length",
      values: delta.map((difference) => (spread > 0 ? Math.tanh(difference / spread) : 0)),
      ...(gamed && { anchorValues: gamed.standardizedLengths.map(Math.tanh) }),
      controlled: true,
    },
  ];
  if (difficulties !== null) {
    features.push({
      name: "difficulty",
      values: difficulties,
      ...(gamed && { anchorValues: gamed.difficulties }),
      controlled: false,
    });
  }
  features.push({ name: "model", values: new Float64Array(used.length).fill(1), controlled: false });
  return {
    features,
    preferences: Array.from(used, (row) => rows.preferences[row] ?? null),
    ...(gamed && { anchors: { preferences: gamed.preferences, weight: GAMED_WEIGHT } }),
  };
}

/** Standard deviation with n − 1; 0 below two values. */
export function standardDeviation(values: Float64Array): number {
  if (values.length < 2) return 0;
  return Math.sqrt(squaresAround(values, meanOf(values)) / (values.length - 1));
}
