import { presentFields } from "../../core/present-fields.js";
import type { Warning } from "../../core/records.js";
import {
  type DifficultyJoin,
  type FoldOrder,
  type GamedRows,
  type LengthControlledOptions,
  type LengthControlledRows,
  type LengthControlledWinRate,
  lengthControlledWinRate,
  withoutLengthControl,
} from "../../stats/length-controlled.js";
import type { PreferenceEntries, PreferenceEntry } from "./preference-entries.js";

/** Difficulties and gamed rows of an instruction set. */
export interface PreferenceCalibration {
  /** γ by position of the question in the suite. */
  readonly difficulties?: Float64Array;
  readonly gamed?: GamedRows;
  /** Position of a question in the whole suite, from 0; −1 where the suite does not have it. */
  readonly positionOf: (questionId: string) => number;
  /** Estimated by assay from the user's own models: no published figure follows these, so all is joined by question. */
  readonly isFitted?: boolean;
}

/** One model's rows as a published file lists them, in the file's order; parallel arrays. */
export interface PublishedRows {
  readonly questionIds: readonly string[];
  /** For the model, 0 to 1; NaN where there is no verdict. */
  readonly preferences: readonly number[];
  /** Code points. */
  readonly baselineLengths: readonly number[];
  /** Code points. */
  readonly modelLengths: readonly number[];
}

/** Resamples of a length-controlled interval, of files and of runs alike. */
export const CONTROLLED_REPLICATES = 500;

/** What the length-controlled win rate is computed with. */
export interface LengthControl {
  /** Code points of a model's answer (all turns); undefined where it is not known. */
  readonly lengthOf: (model: string, questionId: string, trial: number) => number | undefined;
  readonly calibration?: PreferenceCalibration;
  /**
   * Rows of a model that come from a published file. Their own lengths and order count then, so that the figure is the
   * published one; where there are none (assay's own runs), everything is joined by question.
   */
  readonly publishedRows?: (model: string) => PublishedRows | undefined;
  /** As `alpaca_eval` computes it, defects included. */
  readonly compat: boolean;
  /** How the fit's folds are dealt; left out: as for most published figures. */
  readonly foldOrder?: FoldOrder;
  readonly seed: number;
  /** Resamples of the length-controlled interval; 0 leaves it out. */
  readonly bootstrapReplicates: number;
}

/** A length-controlled win rate with the aligned one beside it where the two differ in kind. */
export interface ControlledFigures extends LengthControlledWinRate {
  /** With every difficulty joined to its own question, where the published fit does not do so. */
  readonly aligned: number | null;
}

/** Rows of the regression with what they belong to. */
export interface SizedRows {
  readonly questionIds: readonly string[];
  readonly rows: LengthControlledRows;
}

/** A model's rows of the regression: as its file lists them, or those of its places whose two lengths are known. */
export function rowsOfModel(
  model: string,
  { entries }: { readonly entries: readonly PreferenceEntry[] },
  control: LengthControl,
): SizedRows {
  const published = control.publishedRows?.(model);
  if (published !== undefined) return { questionIds: published.questionIds, rows: published };
  const questionIds: string[] = [];
  const preferences: (number | null)[] = [];
  const baselineLengths: number[] = [];
  const modelLengths: number[] = [];
  for (const { questionId, trial, opponent, preference } of entries) {
    const own = control.lengthOf(model, questionId, trial);
    const other = control.lengthOf(opponent, questionId, trial);
    if (own === undefined || other === undefined) continue;
    questionIds.push(questionId);
    preferences.push(preference);
    baselineLengths.push(other);
    modelLengths.push(own);
  }
  return { questionIds, rows: { preferences, baselineLengths, modelLengths } };
}

function withCalibration(
  { questionIds, rows }: SizedRows,
  calibration: PreferenceCalibration | undefined,
): LengthControlledRows {
  if (calibration === undefined) return rows;
  const { gamed, difficulties, positionOf } = calibration;
  return {
    ...rows,
    ...presentFields({ gamed }),
    ...(difficulties === undefined
      ? {}
      : { difficulties: { byQuestion: difficulties, questionOf: questionIds.map(positionOf) } }),
  };
}

function joinOf(model: string, { publishedRows, calibration, compat }: LengthControl): DifficultyJoin {
  if (publishedRows?.(model) === undefined || calibration?.isFitted === true) return "question";
  return compat ? "position" : "published";
}

const alignedWarning: Warning = {
  code: "difficulties-joined-by-position",
  message:
    "Rows are missing or reordered in this file, and alpaca_eval joined difficulties to rows by position: the published fit " +
    "gave most questions the difficulty of another. lengthControlledWinRate follows that fit; lengthControlledAligned has " +
    "every difficulty at its own question.",
};

/** The length-controlled win rate of one model. */
export function controlledWinRate(
  model: string,
  { opponent, entries }: PreferenceEntries,
  control: LengthControl,
): ControlledFigures {
  if (opponent === null) {
    const reason = "the length-controlled win rate needs one common baseline";
    return { ...withoutLengthControl(entries.length, [], reason), aligned: null };
  }
  const rows = {
    ...withCalibration(rowsOfModel(model, { entries }, control), control.calibration),
    isBaseline: model === opponent,
  };
  const { compat, foldOrder, seed, bootstrapReplicates: replicates } = control;
  const regression = foldOrder && { foldOrder };
  const join = joinOf(model, control);
  const options: LengthControlledOptions = {
    compat,
    join,
    ...presentFields({ regression }),
    ...(replicates === 0 ? {} : { bootstrap: { seed, replicates, method: "percentile" } }),
  };
  const figures = lengthControlledWinRate(rows, options);
  const shifted = Array.from(rows.difficulties?.questionOf ?? []).some((question, row) => question !== row);
  if (join !== "published" || !shifted || figures.lengthControlledWinRate === null || rows.isBaseline)
    return { ...figures, aligned: null };
  const aligned = lengthControlledWinRate(rows, {
    join: "question",
    ...presentFields({ regression }),
  }).lengthControlledWinRate;
  return { ...figures, aligned, warnings: [...figures.warnings, alignedWarning] };
}
