import { countOf } from "../../core/count-of.js";
import type { Interval } from "../../core/interval.js";
import type { StyleCoefficient, StyleForm } from "../../core/style-control.js";
import { FEWEST_RESAMPLED } from "../bootstrap.js";
import { percentileBounds } from "../bootstrap-bounds.js";
import { studentTQuantile } from "../distributions.js";
import { meanOf, squaresAround } from "../estimate.js";
import { DEFAULT_LEVEL, describeClusters, upperShare } from "../intervals.js";
import { BattleDesign } from "./battle-design.js";
import { type ContextualFit, fitContextual } from "./contextual-fit.js";
import { MeanChances, resampledScores } from "./mean-chances.js";
import { clusterInfluences, standardErrorOf } from "./sandwich.js";
import type { StyleControlOptions, StyledBattle } from "./style-options.js";
import { type ControlledRows, controlledRows } from "./styled-rows.js";

/** A model's win rate against those it met, in percent, were all answers alike in style. */
export interface ControlledScore {
  readonly model: string;
  readonly score: number | null;
  readonly standardError: number | null;
  readonly interval: Interval | null;
  /** Win rate of the same battles as the judge gave it. */
  readonly raw: number | null;
  /** Battles with the styles of both answers. */
  readonly battles: number;
  /** Log-odds that each feature gained it on average, in the order of the board's features; empty without a fit. */
  readonly gains: readonly number[];
  /** Why the first of score and interval that is null is so. */
  readonly reason: string | null;
}

/** Style control over one board. */
export interface StyleControl {
  readonly models: readonly ControlledScore[];
  readonly features: readonly StyleCoefficient[];
  readonly form: StyleForm;
  readonly isFrozen: boolean;
  /** Rows, a battle that counts three times being three. */
  readonly rows: number;
  readonly clusters: number;
  /** Largest entry of the summed loss's gradient at the fit; null without one. */
  readonly kktResidual: number | null;
  /** The fit, for resampling; null without one. */
  readonly fit: ContextualFit | null;
  /** Why there is none. */
  readonly reason: string | null;
}

const NOT_FITTED =
  "the battles do not determine what style is worth: a feature goes along with every win, or with another one";

/**
 * Win rates as if all answers were alike in style: Bradley–Terry with the features as terms, fitted to convergence, and
 * each model's mean chance against those it met without these terms. Against one baseline that is 100·σ(θ − θ_baseline), as
 * in Arena-Hard; without terms it is the plain win rate. A model that won or lost everything has no finite strength, and no
 * score, unless a penalty gives it one.
 */
export function controlStyle(
  battles: readonly StyledBattle[],
  options: StyleControlOptions = {},
): StyleControl {
  const rows = controlledRows(battles, options);
  const { baseline, ridge } = options;
  const held =
    ridge !== undefined && ridge.models > 0 ? undefined : Math.max(0, rows.rated.indexOf(baseline ?? ""));
  const design = new BattleDesign(rows.design, {
    ...(held === undefined ? {} : { held }),
    ...(ridge === undefined ? {} : { ridge }),
  });
  const fit = rows.design.share.length === 0 ? null : fitContextual(design);
  const scores = new Map(fit === null ? [] : scoresOf(rows, fit, options));
  const features = fit === null ? [] : coefficientsOf(rows, fit, options);
  const gains = gainsOf(rows, features);
  const reason = fit !== null ? null : rows.design.share.length === 0 ? NOTHING_TO_FIT : NOT_FITTED;
  return {
    models: rows.models.map(({ model, raw, battles: count, reason: left }) => ({
      model,
      raw,
      battles: count,
      gains: gains.get(model) ?? [],
      ...(scores.get(model) ?? { ...NO_SCORE, reason: left ?? reason }),
    })),
    features,
    form: rows.form,
    isFrozen: options.frozen !== undefined,
    rows: rows.design.weight.reduce((sum, weight) => sum + weight, 0),
    clusters: rows.design.clusters,
    kktResidual: fit?.kktResidual ?? null,
    fit,
    reason,
  };
}

const NOTHING_TO_FIT = "no two models are connected by wins and losses with the styles of both answers known";
const NO_SCORE = { score: null, standardError: null, interval: null };

type Scored = Pick<ControlledScore, "score" | "standardError" | "interval" | "reason">;

function scoresOf(
  rows: ControlledRows,
  fit: ContextualFit,
  options: StyleControlOptions,
): (readonly [string, Scored])[] {
  const chances = new MeanChances(fit.design);
  const drawn = options.resamples === undefined ? null : resampledScores(fit, chances, options.resamples);
  return rows.rated.map((model, position) => {
    if (model === options.baseline) return [model, { ...NO_SCORE, score: 50, reason: BASELINE }];
    const { mean, slope } = chances.of(position, fit.strengths);
    const score = 100 * mean;
    const clusters = rows.clustersOf[position] ?? 0;
    const few = tooFew(clusters);
    if (few !== null) return [model, { ...NO_SCORE, score, reason: few }];
    if (drawn !== null) return [model, { score, ...percentileInterval(drawn[position], clusters, options) }];
    const curve = mean * (1 - mean);
    const error = standardErrorOf(
      clusterInfluences(
        fit,
        slope.map((value) => value / curve),
      ),
    );
    if (error === null) return [model, { ...NO_SCORE, score, reason: "the fit has no standard error" }];
    const half = error * studentTQuantile(upperShare(options.level ?? DEFAULT_LEVEL), clusters - 1);
    const at = (logit: number) => 100 / (1 + Math.exp(-logit));
    const logit = Math.log(mean / (1 - mean));
    const interval = {
      low: at(logit - half),
      high: at(logit + half),
      level: options.level ?? DEFAULT_LEVEL,
      method: `t interval on log-odds, ${sandwichOver(clusters, options)}`,
    };
    return [model, { score, standardError: 100 * curve * error, interval, reason: null }];
  });
}

/** Mean of each feature times its coefficient over a model's battles, seen from its side. */
function gainsOf(rows: ControlledRows, features: readonly StyleCoefficient[]): Map<string, number[]> {
  const { first, second, weight, models } = rows.design;
  const total = new Float64Array(models);
  const sums = features.map(() => new Float64Array(models));
  rows.columns[0]?.forEach((_, row) => {
    const times = weight[row] ?? 0;
    for (const [model, side] of [
      [first[row] ?? -1, times],
      [second[row] ?? -1, -times],
    ] as const) {
      if (model < 0) continue;
      total[model] = (total[model] ?? 0) + times;
      sums.forEach((sum, index) => {
        sum[model] = (sum[model] ?? 0) + side * (rows.columns[index]?.[row] ?? 0);
      });
    }
  });
  return new Map(
    rows.rated.map((name, model) => [
      name,
      features.map(
        ({ coefficient }, index) => (coefficient * (sums[index]?.[model] ?? 0)) / (total[model] || 1),
      ),
    ]),
  );
}

const BASELINE = "the baseline is what the others are compared with: 50 by definition";

function tooFew(clusters: number): string | null {
  if (clusters >= FEWEST_RESAMPLED) return null;
  const few = `${countOf(clusters, "question is", "questions are")} too few`;
  return `${few}: below ${FEWEST_RESAMPLED} the interval under style control misses more often than it says`;
}

function heldFixed({ frozen }: StyleControlOptions): string {
  return frozen === undefined ? "" : ", the coefficients of style held fixed";
}

function sandwichOver(clusters: number, options: StyleControlOptions): string {
  return `sandwich over ${describeClusters(clusters, "question")}${heldFixed(options)}`;
}

function percentileInterval(
  scores: Float64Array | undefined,
  clusters: number,
  options: StyleControlOptions,
): Omit<Scored, "score"> {
  const level = options.level ?? DEFAULT_LEVEL;
  const known = scores?.filter((score) => !Number.isNaN(score)) ?? new Float64Array();
  // What some resamples leave open is not told by the others.
  if (scores === undefined || known.length < 2 || known.length < scores.length)
    return { standardError: null, interval: null, reason: "some resamples do not determine the fit" };
  const { low, high } = percentileBounds(known.sort(), level);
  const method = `percentile bootstrap, ${scores.length} resamples of ${describeClusters(clusters, "question")}${heldFixed(options)}`;
  const spread = Math.sqrt(squaresAround(known, meanOf(known)) / (known.length - 1));
  return { standardError: spread, interval: { low, high, level, method }, reason: null };
}

function coefficientsOf(
  rows: ControlledRows,
  fit: ContextualFit,
  options: StyleControlOptions,
): StyleCoefficient[] {
  const { frozen } = options;
  return rows.features.map((feature, index) => {
    const { means, deviations } = rows.normalisation;
    const common = { feature, mean: means[index] ?? 0, deviation: deviations[index] ?? 0 };
    if (frozen !== undefined)
      return { ...common, coefficient: frozen.coefficients[index] ?? 0, interval: null };
    const column = rows.fitted.indexOf(feature);
    if (column < 0) return { ...common, coefficient: 0, interval: null };
    const coefficient = fit.coefficients[column] ?? 0;
    const figure = new Float64Array(fit.design.order);
    figure[fit.design.firstFeature + column] = 1;
    const influences = clusterInfluences(fit, figure);
    const error = standardErrorOf(influences);
    const { clusters } = rows.design;
    if (error === null || tooFew(clusters) !== null) return { ...common, coefficient, interval: null };
    const level = options.level ?? DEFAULT_LEVEL;
    const half = error * studentTQuantile(upperShare(level), clusters - 1);
    const method = `t interval, ${sandwichOver(clusters, options)}`;
    const interval = { low: coefficient - half, high: coefficient + half, level, method };
    return { ...common, coefficient, interval };
  });
}
