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
 * How rows find their questions' difficulties.
 *
 * - `question`: fit and prediction by question. What is right, whatever is missing or reordered.
 * - `position`: fit and prediction by the row's position, as alpaca_eval does; a missing row gives every later row the
 *   difficulty of another question.
 * - `published`: the fit by position, so that it is the published one, and its prediction by question.
 */
export type DifficultyJoin = "question" | "position" | "published";

/** Rows that can be used, in the order of their folds. */
export interface JoinedRows {
  /** Positions of the rows among those given. */
  readonly used: Int32Array;
  /** γ of each used row as the fit sees it; null: fitted without. */
  readonly difficulties: Float64Array | null;
  /** γ of each used row as the prediction sees it, where that is another. */
  readonly predictionDifficulties: Float64Array | null;
  readonly warnings: Warning[];
}

/** Joins difficulties to rows. @throws RangeError for arrays of different length */
export function joinDifficulties(rows: LengthControlledRows, join: DifficultyJoin): JoinedRows {
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
    const used = Int32Array.from({ length: count }, (_, row) => row);
    return { used, difficulties: null, predictionDifficulties: null, warnings };
  }
  requireSameLength("length control: questions and preferences", table.questionOf, rows.preferences);
  const isKnown = (question: number) =>
    Number.isInteger(question) && question >= 0 && question < table.byQuestion.length;
  const questionOf = (row: number) => table.questionOf[row] ?? -1;
  const joinedTo = (row: number) => (join === "question" ? questionOf(row) : row);
  const used = Array.from({ length: count }, (_, row) => row).filter((row) => isKnown(joinedTo(row)));
  used.sort((first, second) => joinedTo(first) - joinedTo(second));
  if (used.length < count) {
    warnings.push({
      code: "rows-without-difficulty",
      message: "Rows whose question has no known difficulty were left out of the length-controlled win rate.",
      count: count - used.length,
    });
  }
  const gammas = (questionOfRow: (row: number) => number) =>
    Float64Array.from(used, (row) => table.byQuestion[questionOfRow(row)] ?? 0);
  const shifted = used.some((row) => questionOf(row) !== row);
  return {
    used: Int32Array.from(used),
    difficulties: gammas(joinedTo),
    predictionDifficulties:
      join === "published" && shifted
        ? gammas((row) => (isKnown(questionOf(row)) ? questionOf(row) : row))
        : null,
    warnings,
  };
}

/** The three features of `length_controlled_v1` over the used rows, with the gamed rows as anchors. */
export function buildRows(rows: LengthControlledRows, joined: JoinedRows): PreferenceRows {
  const { used, difficulties, predictionDifficulties } = joined;
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
      ...(predictionDifficulties && { predictionValues: predictionDifficulties }),
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
