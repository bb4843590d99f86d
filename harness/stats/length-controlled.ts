import type { Interval } from "../core/board.js";
import { countOf } from "../core/count-of.js";
import type { Warning } from "../core/records.js";
import type { BootstrapOptions } from "./bootstrap.js";
import { meanOf, requireSameLength } from "./estimate.js";
import {
  buildRows,
  type DifficultyJoin,
  joinDifficulties,
  type LengthControlledRows,
  standardDeviation,
} from "./length-controlled-rows.js";
import { bootstrapControlledWinRate } from "./regression/preference-bootstrap.js";
import {
  fitPreferenceModel,
  type PreferenceModel,
  type PreferenceModelOptions,
  type PreferenceRows,
  rowsWithVerdict,
} from "./regression/preference-model.js";

export type {
  DifficultyJoin,
  GamedRows,
  LengthControlledRows,
} from "./length-controlled-rows.js";
export type { FoldOrder } from "./regression/group-folds.js";
export { fitDifficulties } from "./regression/joint-difficulty.js";

/** How to fit. Everything has the published default. */
export interface LengthControlledOptions {
  /** With liblinear stopped at its tolerance, as `alpaca_eval` fits. Default false: converged. */
  readonly compat?: boolean;
  /** How rows find their questions' difficulties. Default: `position` with `compat`, else `question`. */
  readonly join?: DifficultyJoin;
  /** Interval over questions (500 resamples, percentile, unless said otherwise); left out, none is computed. */
  readonly bootstrap?: BootstrapOptions;
  /** Fixes C, or another path, folds or fold order. */
  readonly regression?: Omit<PreferenceModelOptions, "solver">;
}

/** φ, ψ and θ of the published formula. */
export interface LengthControlledCoefficients {
  /** φ, of tanh(Δ/sd(Δ)): negative where longer answers win more. */
  readonly length: number;
  /** ψ, of the question's difficulty; null when fitted without. */
  readonly difficulty: number | null;
  /** θ, the model against the baseline. */
  readonly model: number;
}

/** A length-controlled win rate in percent, or the reason why there is none. */
export interface LengthControlledWinRate {
  readonly lengthControlledWinRate: number | null;
  /** Standard error of the mean of the fitted probabilities, as published: not a sampling error. */
  readonly lengthControlledStandardError: number | null;
  /** Bootstrap interval over questions. */
  readonly lengthControlledInterval: Interval | null;
  /** Standard deviation of the bootstrap replicates: a sampling error. */
  readonly bootstrapStandardError: number | null;
  readonly coefficients: LengthControlledCoefficients | null;
  readonly c: number | null;
  /** Fitted P(model preferred) at equal length, per row (alpaca_eval's `glm_preference`); NaN for a row left out. */
  readonly chances: Float64Array;
  /** The fit, for whoever wants its cross-validation scores or its proof of convergence. */
  readonly model: PreferenceModel | null;
  readonly warnings: readonly Warning[];
  /** Why the win rate is null; null when it is not. */
  readonly reason: string | null;
}

/**
 * AlpacaEval's length-controlled win rate, `length_controlled_v1` (Dubois et al. 2024, arXiv 2404.04475; alpaca_eval,
 * `metrics/glm_winrate.py`): logit P(model preferred) = φ·tanh(Δ/sd(Δ)) + ψ·γ + θ over the model's rows, steadied by
 * the gamed rows at weight 0.1 without θ; the win rate is 100 · mean σ(ψγ + θ) over all rows, with or without a verdict.
 * Δ = baseline's length − model's, sd with n − 1.
 *
 * Folds are dealt in the order of the suite's questions (joined by position: of the rows), as scikit-learn deals so
 * many rows.
 *
 * @throws RangeError for arrays of different length or lengths that are not finite
 */
export function lengthControlledWinRate(
  rows: LengthControlledRows,
  options: LengthControlledOptions = {},
): LengthControlledWinRate {
  requireSameLength(
    "length control: baseline lengths and preferences",
    rows.baselineLengths,
    rows.preferences,
  );
  requireSameLength("length control: model lengths and preferences", rows.modelLengths, rows.preferences);
  if (rows.isBaseline) return selfComparison(rows);
  const joined = joinDifficulties(rows, options.join ?? (options.compat ? "position" : "question"));
  const { used, warnings } = joined;
  const input = buildRows(rows, joined);
  const folds = options.regression?.folds ?? 5;
  const verdicts = rowsWithVerdict(input.preferences).length;
  const fitted = verdicts + (input.anchors?.preferences.length ?? 0);
  if (verdicts === 0) return withoutLengthControl(rows.preferences.length, warnings, "no row has a verdict");
  if (options.regression?.c === undefined && fitted < folds) {
    return withoutLengthControl(
      rows.preferences.length,
      warnings,
      `${countOf(fitted, "row is", "rows are")} too few for a ${folds}-fold cross-validation`,
    );
  }
  const solver = options.compat ? "liblinear" : "converged";
  const model = fitPreferenceModel(input, { ...options.regression, solver });
  return describe({ rows, used, input, model, warnings, options });
}

/** What is known after the fit. */
interface FittedParts {
  readonly rows: LengthControlledRows;
  readonly used: Int32Array;
  readonly input: PreferenceRows;
  readonly model: PreferenceModel;
  readonly warnings: readonly Warning[];
  readonly options: LengthControlledOptions;
}

function describe(parts: FittedParts): LengthControlledWinRate {
  const { rows, used, input, model, options } = parts;
  const { mean, standardError } = meanAndError(model.controlledChances);
  const warnings = [...parts.warnings];
  const plain = 100 * meanAndError(verdictsOf(input.preferences)).mean;
  if (isExtremeChange(plain, 100 * mean)) warnings.push(extremeChange(plain, 100 * mean));
  const bootstrap =
    options.bootstrap === undefined ? null : bootstrapControlledWinRate(input, model, options.bootstrap);
  if (bootstrap !== null && bootstrap.reason !== null) {
    warnings.push({ code: "no-bootstrap-interval", message: `No bootstrap interval: ${bootstrap.reason}.` });
  }
  const chances = new Float64Array(rows.preferences.length).fill(Number.NaN);
  for (const [index, row] of used.entries()) chances[row] = model.controlledChances[index] ?? Number.NaN;
  const coefficient = (name: string) => model.coefficients[model.featureNames.indexOf(name)];
  return {
    lengthControlledWinRate: 100 * mean,
    lengthControlledStandardError: standardError === null ? null : 100 * standardError,
    lengthControlledInterval: bootstrap?.interval ?? null,
    bootstrapStandardError: bootstrap?.standardError ?? null,
    coefficients: {
      length: coefficient("length") ?? 0,
      difficulty: coefficient("difficulty") ?? null,
      model: coefficient("model") ?? 0,
    },
    c: model.c,
    chances,
    model,
    warnings,
    reason: null,
  };
}

/**
 * The win rate of one model against another baseline, predicted from both models' published weights against a common
 * one: 100 · mean σ((θₘ − θ_b) + (ψₘ − ψ_b)·γ) (alpaca_eval, `predict_winrate`). A model against itself gives 50.
 *
 * @param difficulties γ of each question
 * @returns percent, or null without questions
 */
export function predictWinRate(
  model: LengthControlledCoefficients,
  baseline: LengthControlledCoefficients,
  difficulties: Float64Array,
): number | null {
  if (difficulties.length === 0) return null;
  const strength = model.model - baseline.model;
  const slope = (model.difficulty ?? 0) - (baseline.difficulty ?? 0);
  return (
    100 * meanAndError(difficulties.map((gamma) => 1 / (1 + Math.exp(-(strength + slope * gamma))))).mean
  );
}

/**
 * Whether length control moves a win rate suspiciously far: out of winRate ± the larger of 10 points and a quarter of
 * the distance to 0 or 100 (alpaca_eval, `get_is_extreme_changes`). Both in percent.
 */
export function isExtremeChange(winRate: number, lengthControlled: number): boolean {
  const down = Math.max(10, winRate / 4);
  const up = Math.max(10, (100 - winRate) / 4);
  return lengthControlled < winRate - down || lengthControlled > winRate + up;
}

function extremeChange(winRate: number, lengthControlled: number): Warning {
  const [from, to] = [winRate.toFixed(1), lengthControlled.toFixed(1)];
  return {
    code: "length-control-extreme",
    message:
      `Length control moves the win rate from ${from} to ${to}: the regression may not describe this model's answers. ` +
      "Look at the answers' lengths and at repeated answers before trusting either figure.",
  };
}

function selfComparison(rows: LengthControlledRows): LengthControlledWinRate {
  return {
    ...withoutLengthControl(rows.preferences.length, [], ""),
    lengthControlledWinRate: 50,
    lengthControlledStandardError: 0,
    coefficients: { length: 0, difficulty: rows.difficulties === undefined ? null : 0, model: 0 },
    chances: new Float64Array(rows.preferences.length).fill(0.5),
    reason: null,
  };
}

/** No length-controlled win rate over so many rows, and why. */
export function withoutLengthControl(
  rows: number,
  warnings: readonly Warning[],
  reason: string,
): LengthControlledWinRate {
  return {
    lengthControlledWinRate: null,
    lengthControlledStandardError: null,
    lengthControlledInterval: null,
    bootstrapStandardError: null,
    coefficients: null,
    c: null,
    chances: new Float64Array(rows).fill(Number.NaN),
    model: null,
    warnings,
    reason,
  };
}

function verdictsOf(preferences: ArrayLike<number | null>): Float64Array {
  return Float64Array.from(rowsWithVerdict(preferences), (row) => preferences[row] ?? 0);
}

function meanAndError(values: Float64Array): {
  readonly mean: number;
  readonly standardError: number | null;
} {
  const mean = meanOf(values);
  const standardError = values.length < 2 ? null : standardDeviation(values) / Math.sqrt(values.length);
  return { mean, standardError };
}
