import { requireSameLength } from "../estimate.js";
import { assignGroupFolds, type FoldOrder } from "./group-folds.js";
import { type CertifiedFit, fitL1Logistic, fitL1LogisticPath } from "./l1-logistic.js";
import { fitLiblinear, fitLiblinearPath, liblinearSeeds } from "./liblinear.js";
import { choosePenalty, DEFAULT_CS, type PenaltyChoice } from "./penalty-path.js";
import type { PathSolver, RegressionProblem } from "./regression-problem.js";

/** alpaca_eval's `random_state`. */
const RANDOM_STATE = 123;

/** One explanatory variable of a preference. */
export interface PreferenceFeature {
  readonly name: string;
  /** One value per row, finite. */
  readonly values: Float64Array;
  /** One value per anchor row; zeros where left out. */
  readonly anchorValues?: Float64Array;
  /** One value per row to predict with, where that is not what the fit is to see. */
  readonly predictionValues?: Float64Array;
  /** Whether the win rate is asked for as if this were 0 in every row: a length or style difference, say. */
  readonly controlled: boolean;
}

/** Rows of other models that steady the fit and are never predicted. */
export interface PreferenceAnchors {
  /** Preference for that other model, 0 to 1. */
  readonly preferences: Float64Array;
  /** How much each anchor row counts, where a row of the model counts 1. */
  readonly weight: number;
}

/** What a preference model is fitted to. */
export interface PreferenceRows {
  readonly features: readonly PreferenceFeature[];
  /** Preference for the model in each row, 0 to 1; null or NaN where there is no verdict. */
  readonly preferences: ArrayLike<number | null>;
  readonly anchors?: PreferenceAnchors;
}

/** How a preference model is fitted. */
export interface PreferenceModelOptions {
  /** `converged` (default) goes to the optimum; `liblinear` stops where scikit-learn's solver stops. */
  readonly solver?: "converged" | "liblinear";
  /** Fixes C instead of choosing it by cross-validation. */
  readonly c?: number;
  /** The path to choose C from, increasing. Default {@link DEFAULT_CS}. */
  readonly cs?: readonly number[];
  /** Default 5. */
  readonly folds?: number;
  /** Default `introsort`, as most published figures were made. */
  readonly foldOrder?: FoldOrder;
}

/** A fitted preference model: logit P(model preferred) = Σ coefficient · feature. */
export interface PreferenceModel {
  readonly featureNames: readonly string[];
  /** In the order of the features. */
  readonly coefficients: Float64Array;
  readonly c: number;
  /** Null where C was fixed. */
  readonly crossValidation: PenaltyChoice | null;
  /** Proof of convergence; null for `liblinear`, which gives none. */
  readonly certificate: Pick<CertifiedFit, "objective" | "dualityGap" | "kktResidual"> | null;
  /** P(model preferred) in each row, verdict or not, with the controlled features at 0. */
  readonly controlledChances: Float64Array;
}

/** Positions of the rows with a verdict. */
export function rowsWithVerdict(preferences: ArrayLike<number | null>): Int32Array {
  const rows: number[] = [];
  for (let row = 0; row < preferences.length; row++) {
    const preference = preferences[row];
    if (preference !== null && preference !== undefined && !Number.isNaN(preference)) rows.push(row);
  }
  return Int32Array.from(rows);
}

/**
 * The regression behind a preference model: the anchor rows first, then the rows with a verdict.
 *
 * @throws RangeError for arrays of different length
 */
export function preferenceProblem(rows: PreferenceRows): RegressionProblem {
  const used = rowsWithVerdict(rows.preferences);
  const anchorCount = rows.anchors?.preferences.length ?? 0;
  const columns = rows.features.map((feature) => {
    requireSameLength(`feature "${feature.name}" and preferences`, feature.values, rows.preferences);
    const column = new Float64Array(anchorCount + used.length);
    if (feature.anchorValues !== undefined) {
      requireSameLength(`feature "${feature.name}" and anchors`, feature.anchorValues, {
        length: anchorCount,
      });
      column.set(feature.anchorValues);
    }
    for (let index = 0; index < used.length; index++) {
      column[anchorCount + index] = feature.values[used[index] ?? 0] ?? 0;
    }
    return column;
  });
  const targets = new Float64Array(anchorCount + used.length);
  const weights = new Float64Array(anchorCount + used.length).fill(1);
  if (rows.anchors !== undefined) {
    targets.set(rows.anchors.preferences);
    weights.fill(rows.anchors.weight, 0, anchorCount);
  }
  for (let index = 0; index < used.length; index++) {
    targets[anchorCount + index] = rows.preferences[used[index] ?? 0] ?? 0;
  }
  return { featureNames: rows.features.map((feature) => feature.name), columns, targets, weights };
}

/**
 * Fits preferences to features by L1-regularised logistic regression without intercept, C chosen by cross-validation
 * with each row a group of its own: alpaca_eval's `fit_LogisticRegressionCV`. Which features there are, which of them
 * are controlled for and how the fit is regularised are data: length control is one instance, style control another.
 *
 * @throws RangeError when no row has a verdict, when there are fewer rows than folds, or for values that cannot be
 * fitted
 */
export function fitPreferenceModel(
  rows: PreferenceRows,
  options: PreferenceModelOptions = {},
): PreferenceModel {
  const problem = preferenceProblem(rows);
  const compat = options.solver === "liblinear";
  let crossValidation: PenaltyChoice | null = null;
  if (options.c === undefined) {
    const folds = assignGroupFolds(problem.targets.length, options.folds ?? 5, options.foldOrder);
    const solvePath: PathSolver = compat
      ? (part, cs) => fitLiblinearPath(part, cs, RANDOM_STATE)
      : fitL1LogisticPath;
    crossValidation = choosePenalty(problem, options.cs ?? DEFAULT_CS, folds, solvePath);
  }
  const c = options.c ?? crossValidation?.c ?? 1;
  const certified = compat ? null : fitL1Logistic(problem, c);
  const fit = certified ?? fitLiblinear(problem, c, liblinearSeeds(RANDOM_STATE)());
  return {
    featureNames: problem.featureNames,
    coefficients: fit.coefficients,
    c,
    crossValidation,
    certificate: certified && {
      objective: certified.objective,
      dualityGap: certified.dualityGap,
      kktResidual: certified.kktResidual,
    },
    controlledChances: controlledChances(rows.features, fit.coefficients),
  };
}

/** P(model preferred) in each row as if every controlled feature were 0. */
function controlledChances(features: readonly PreferenceFeature[], coefficients: Float64Array): Float64Array {
  const chances = new Float64Array(features[0]?.values.length ?? 0);
  for (const [index, feature] of features.entries()) {
    if (feature.controlled) continue;
    const coefficient = coefficients[index] ?? 0;
    const values = feature.predictionValues ?? feature.values;
    for (let row = 0; row < chances.length; row++) {
      chances[row] = (chances[row] ?? 0) + coefficient * (values[row] ?? 0);
    }
  }
  for (let row = 0; row < chances.length; row++) chances[row] = 1 / (1 + Math.exp(-(chances[row] ?? 0)));
  return chances;
}
