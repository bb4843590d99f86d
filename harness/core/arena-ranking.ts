import type { Interval } from "./interval.js";
import type { Warning } from "./records.js";
import type { Separability } from "./separability.js";
import type { StyleFeature } from "./style-control.js";

/** A model's place among others by battles. */
export interface RankedModel {
  readonly model: string;
  /** Points; null with a reason. */
  readonly rating: number | null;
  /** Points squared, of the sandwich. */
  readonly variance: number | null;
  readonly interval: Interval | null;
  /** 1 + the number of models whose interval lies above this one's; null without an interval. */
  readonly rank: number | null;
  readonly battles: number;
  /** None of its battles was a tie. */
  readonly withoutTies: boolean;
  readonly reason?: string;
}

/** How far a second ranking agrees, over the models of both. */
export interface RankingAgreement {
  /** Path as it was given. */
  readonly with: string;
  readonly models: number;
  /** Pairs that both tell apart, in the same order and in opposite ones. */
  readonly alike: number;
  readonly reversed: number;
  readonly pairs: number;
  /** Percent of pairs: those alike less those reversed; null without a pair. */
  readonly agreement: number | null;
  /** Of the ratings; null for fewer than three models. */
  readonly spearman: number | null;
  readonly separability: Separability;
}

/** Models on the scale of people's battles, by those and by a judge's. */
export interface AnchoredRanking {
  readonly votes: number;
  readonly verdicts: number;
  /** How extreme the judge is beside people: 1 as people, above 1 it spreads models further apart. */
  readonly kappa: number;
  readonly kappaInterval: Interval;
  readonly models: readonly (Pick<RankedModel, "model" | "rating" | "interval" | "rank"> & {
    /** People's battles of the model; 0 for one that the judge alone has placed. */
    readonly votes: number;
  })[];
}

/** The document of `assay rank --json`. */
export interface ArenaRanking {
  readonly schema: "assay.rank/1";
  readonly sources: readonly { readonly path: string; readonly battles: number }[];
  readonly battles: number;
  readonly cluster: "question" | "none";
  readonly reweighted: boolean;
  /** Rating that is held: the mean of the rated models, or a model's. */
  readonly anchor: { readonly model: string | null; readonly rating: number };
  readonly models: readonly RankedModel[];
  /** With `--style`: log-odds per standard deviation of each difference of style. */
  readonly style: readonly { readonly feature: StyleFeature; readonly coefficient: number }[] | null;
  /** With `--style`: ½ · it · the coefficients' squares was added to the mean loss. */
  readonly styleRidge: number | null;
  readonly kktResidual: number | null;
  readonly separability: Separability;
  readonly agreement: RankingAgreement | null;
  readonly anchored: AnchoredRanking | { readonly reason: string } | null;
  readonly warnings: readonly Warning[];
}
