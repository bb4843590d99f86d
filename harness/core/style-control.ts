import type { Interval } from "./interval.js";

/** What style is controlled for, in the order of every published table. */
export const STYLE_FEATURES = ["length", "headers", "lists", "bold"] as const;

/** A feature of style: a difference between the two answers of a battle. */
export type StyleFeature = (typeof STYLE_FEATURES)[number];

/**
 * How features are made of counts. `densities` (Arena-Hard v2): length (a − b)/(a + b) of tokens; the others, with the
 * density d = count/(tokens + 1), (dₐ − d_b)/(dₐ + d_b + 1). `counts` (v0.1, Chatbot Arena): (a − b)/(a + b + 1) of every
 * count.
 */
export type StyleForm = "densities" | "counts";

/** What a board paid for a feature, in log-odds per standard deviation of it. */
export interface StyleCoefficient {
  readonly feature: StyleFeature;
  /** Positive: the judge prefers more of it. */
  readonly coefficient: number;
  /** Clustered by question; null where the coefficient is frozen, or questions are too few. */
  readonly interval: Interval | null;
  readonly mean: number;
  readonly deviation: number;
}

/** A model's figure as if all answers were alike in style, in percent. */
export interface StyleControlled {
  readonly score: number | null;
  readonly standardError: number | null;
  readonly interval: Interval | null;
  /** Win rate over the same comparisons as the judge gave it. */
  readonly raw: number | null;
  /** Points by which style control moves it: score − raw. */
  readonly moved: number | null;
  /** Comparisons in which the styles of both answers are known. */
  readonly n: number;
  /** Log-odds that each feature of its answers gained it on average; null where nothing was fitted. */
  readonly features: Readonly<Record<StyleFeature, number | null>>;
  /** Why the first of score and interval that is null is so. */
  readonly reason?: string;
}

/** How a board's style was controlled for. */
export interface BoardStyle {
  readonly form: StyleForm;
  /**
   * Whether figures are those at the mean difference of style over all battles, as Arena-Hard v2 has it, instead of at equal
   * style: what all models have in common over the baseline then stays in their figures.
   */
  readonly centred: boolean;
  /** How tokens were counted. */
  readonly tokens: string;
  /** The frozen reference that normalisation and coefficients come from; null: fitted to this board's models together. */
  readonly reference: { readonly id: string; readonly source: string } | null;
  /**
   * Protocol of the controlled figures: the judge's own with the reference's id behind it, or with `joint`. Controlled
   * figures of one such protocol may be compared; those of a joint fit depend on the models of their board.
   */
  readonly protocol: string;
  readonly features: readonly StyleCoefficient[];
  /** Comparisons, weighted ones as often as they count. */
  readonly n: number;
  readonly questions: number;
  /** Largest entry of the summed loss's gradient at the fit: 0 but for rounding; null without a fit. */
  readonly kktResidual: number | null;
  /** Why there is no fit. */
  readonly reason?: string;
}
