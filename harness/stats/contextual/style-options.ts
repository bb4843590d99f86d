import type { StyleCounts } from "../../core/answer-style.js";
import type { StyleFeature, StyleForm } from "../../core/style-control.js";
import type { Battle } from "../battles.js";
import type { StyleResamples } from "./mean-chances.js";
import type { NormalisationOptions, StyleNormalisation } from "./style-features.js";

/** A battle with the marks of style of both answers. */
export interface StyledBattle extends Battle {
  readonly styleA: StyleCounts;
  readonly styleB: StyleCounts;
}

/** Normalisation and coefficients that are kept fixed, so that a further model moves nobody. */
export interface FrozenStyle extends StyleNormalisation {
  readonly form: StyleForm;
  readonly features: readonly StyleFeature[];
  readonly coefficients: readonly number[];
}

/** How style is controlled for. */
export interface StyleControlOptions {
  /** Default: all four. */
  readonly features?: readonly StyleFeature[];
  /** Default `densities`. */
  readonly form?: StyleForm;
  /**
   * How, or by what, features are normalised. Default: n − 1 and not centred, so that 0 is equal style. Centred, it is the
   * mean difference of these battles, and what all models have in common over their opponents stays in their scores.
   */
  readonly normalisation?: NormalisationOptions | StyleNormalisation;
  /** Pulls strengths and coefficients to 0; default none. */
  readonly ridge?: { readonly models: number; readonly features: number };
  /** How often every battle counts in the loss beside its own weight; default 1. Matters only beside a penalty. */
  readonly copies?: number;
  /** The model that all battles are against; left out: models meet each other. */
  readonly baseline?: string;
  /** Left out: fitted jointly with the strengths. */
  readonly frozen?: FrozenStyle;
  /**
   * Battles of the baseline against itself, seen from the side that models stand on, for v0.1 as written: there they are part
   * of the regression, as rows that hold the baseline's column alone, as if it had beaten nobody. Left out: none.
   */
  readonly selfBattles?: readonly Pick<Battle, "shareA" | "weight" | "cluster">[];
  /** Intervals by resampling the questions; left out: by the sandwich, clustered by question. */
  readonly resamples?: StyleResamples;
  /** Percent; default 95. */
  readonly level?: number;
}

/** Arena-Hard v2's form: densities, n − 1, centred. */
export const STYLE_CONTROL_V2: Required<Pick<StyleControlOptions, "form" | "normalisation">> = {
  form: "densities",
  normalisation: { lost: 1, centred: true },
};

/**
 * Arena-Hard v0.1's form: differences of counts, n, every row twice, and the penalty that its solver has by default (½ of
 * the squared weights, a strength being ln 10 of its weight). Its scores depend on that penalty.
 */
export const STYLE_CONTROL_V01: Required<
  Pick<StyleControlOptions, "form" | "normalisation" | "copies" | "ridge">
> = {
  form: "counts",
  normalisation: { lost: 0, centred: true },
  copies: 2,
  ridge: { models: 1 / Math.LN10 ** 2, features: 1 },
};
