import type { Battle } from "../battles.js";
import type { RatingScale } from "../rating-scale.js";

/** A battle with features of the two sides, seen from `a`; all battles of a ranking have as many, or none. */
export interface ArenaBattle extends Battle {
  readonly features?: readonly number[];
}

/** Settings of `arenaRatings`; all defaults are arena-rank's. */
export interface ArenaOptions extends RatingScale {
  /** Mean of the rated models, where no anchor is given; default 1000. */
  readonly mean?: number;
  /** A model whose rating is fixed (default 1000). */
  readonly anchor?: { readonly model: string; readonly rating?: number };
  /** Every pair of models counts alike, from 50 battles on: weight 1/max(battles of the pair, 50). */
  readonly reweighted?: boolean;
  /** ½·ridge·‖coefficients‖² is added to the mean loss where battles have features; default 1. */
  readonly ridge?: number;
  /** Battles of one cluster are taken together in the sandwich; default: every battle stands for itself. */
  readonly clustered?: boolean;
  /** Percent; default 95. */
  readonly level?: number;
}
