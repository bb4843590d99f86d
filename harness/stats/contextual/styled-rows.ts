import { STYLE_FEATURES, type StyleFeature, type StyleForm } from "../../core/style-control.js";
import { countBattles, countWins, type IndexedBattles, indexBattles } from "../battles.js";
import { findRatedGroup, STANDING_REASONS, type Standing } from "../win-graph.js";
import type { ContextualRows } from "./battle-design.js";
import { mergeRows, taken } from "./merged-rows.js";
import { normalisationOf, normalised, type StyleNormalisation, styleDifference } from "./style-features.js";
import type { StyleControlOptions, StyledBattle } from "./style-options.js";

/** A model of the battles, rated or not. */
export interface BattlingModel {
  readonly model: string;
  /** Win rate in percent as the judge gave it. */
  readonly raw: number | null;
  readonly battles: number;
  /** Why it cannot be rated. */
  readonly reason: string | null;
}

/** Battles as a contextual fit sees them. */
export interface ControlledRows {
  readonly models: readonly BattlingModel[];
  /** Models of {@link design}, by its positions. */
  readonly rated: readonly string[];
  readonly form: StyleForm;
  readonly features: readonly StyleFeature[];
  /** The features that the design has columns for: those that vary, where coefficients are not frozen. */
  readonly fitted: readonly StyleFeature[];
  readonly normalisation: StyleNormalisation;
  readonly design: ContextualRows;
  /** Normalised features of the design's rows, frozen or not. */
  readonly columns: readonly Float64Array[];
  /** Clusters that each rated model has battles in. */
  readonly clustersOf: Int32Array;
}

/** Columns of features over all battles, normalised as asked for. */
function styleColumns(battles: readonly StyledBattle[], options: StyleControlOptions) {
  const { frozen, selfBattles = [] } = options;
  const form = frozen?.form ?? options.form ?? "densities";
  const features = frozen?.features ?? options.features ?? STYLE_FEATURES;
  const rows = battles.length + selfBattles.length;
  const weights = new Float64Array(rows);
  for (let row = 0; row < rows; row++)
    weights[row] = (battles[row] ?? selfBattles[row - battles.length])?.weight ?? 1;
  const raw = features.map((feature) => {
    // The same answer on both sides differs in nothing: battles of one against itself stay 0.
    const column = new Float64Array(rows);
    for (let row = 0; row < battles.length; row++) {
      const { styleA, styleB } = battles[row] as StyledBattle;
      column[row] = styleDifference(styleA, styleB, feature, form);
    }
    return column;
  });
  const how = options.normalisation ?? { lost: 1, centred: false };
  const normalisation = frozen ?? ("means" in how ? how : normalisationOf(raw, weights, how));
  const { means, deviations } = normalisation;
  const columns = raw.map((column, index) => normalised(column, means[index] ?? 0, deviations[index] ?? 0));
  return { form, features, normalisation, columns };
}

function frozenOffset(columns: readonly Float64Array[], coefficients: readonly number[]): Float64Array {
  return Float64Array.from(columns[0] ?? [], (_, row) =>
    columns.reduce((sum, column, index) => sum + (coefficients[index] ?? 0) * (column[row] ?? 0), 0),
  );
}

function rawRates(battles: IndexedBattles): (number | null)[] {
  const won = new Float64Array(battles.models.length);
  const met = new Float64Array(battles.models.length);
  battles.share.forEach((share, row) => {
    const weight = battles.weight[row] ?? 0;
    const [first, second] = [battles.first[row] ?? 0, battles.second[row] ?? 0];
    won[first] = (won[first] ?? 0) + weight * share;
    won[second] = (won[second] ?? 0) + weight * (1 - share);
    for (const model of [first, second]) met[model] = (met[model] ?? 0) + weight;
  });
  return Array.from(won, (wins, model) => (met[model] ? (100 * wins) / met[model] : null));
}

/** The positions of clusters, renumbered over the rows that are kept. */
function clusterNumbers(
  battles: IndexedBattles,
  kept: Int32Array,
): { cluster: Int32Array; clusters: number } {
  const numbers = new Map<number, number>();
  const cluster = kept.map((row) => {
    const found = battles.cluster[row] ?? 0;
    const number = numbers.get(found) ?? numbers.size;
    numbers.set(found, number);
    return number;
  });
  return { cluster, clusters: numbers.size };
}

/** Turns battles into rows of a fit; what cannot be rated without a penalty is left out, with the reason. */
export function controlledRows(
  battles: readonly StyledBattle[],
  options: StyleControlOptions,
): ControlledRows {
  const indexed = indexBattles(battles);
  const { form, features, normalisation, columns } = styleColumns(battles, options);
  const standings = standingsOf(indexed, options);
  const positions = new Map<number, number>();
  standings.forEach((standing, model) => {
    if (standing === "rated") positions.set(model, positions.size);
  });
  const { first, second } = indexed;
  const kept = first
    .map((_, row) => row)
    .filter((row) => positions.has(first[row] ?? -1) && positions.has(second[row] ?? -1));
  const take = (values: Float64Array) => taken(Float64Array, values, kept);
  const place = (models: Int32Array) =>
    taken(Int32Array, models, kept).map((model) => positions.get(model) ?? -1);
  const { frozen, copies = 1 } = options;
  const used = features.flatMap((feature, index) =>
    frozen === undefined && (normalisation.deviations[index] ?? 0) > 0 ? [{ feature, index }] : [],
  );
  const met: ContextualRows = {
    models: positions.size,
    first: place(first),
    second: place(second),
    share: take(indexed.share),
    weight: take(indexed.weight.map((weight) => copies * weight)),
    features: used.map(({ index }) => take(columns[index] ?? new Float64Array())),
    ...(frozen === undefined ? {} : { offset: take(frozenOffset(columns, frozen.coefficients)) }),
    ...clusterNumbers(indexed, kept),
  };
  const baseline = positions.get(indexed.models.indexOf(options.baseline ?? "")) ?? -1;
  const { rows: merged, starts } = mergeRows(met);
  const tails = used.map(({ index }) => columns[index]?.at(-1) ?? 0);
  const design = withSelfBattles(merged, options, baseline, tails);
  const rates = rawRates(indexed);
  const counts = countBattles(indexed);
  return {
    models: indexed.models.map((model, position) => ({
      model,
      raw: rates[position] ?? null,
      battles: counts[position] ?? 0,
      reason: STANDING_REASONS[standings[position] ?? "unconnected"],
    })),
    rated: [...positions.keys()].map((model) => indexed.models[model] ?? ""),
    form,
    features,
    fitted: used.map(({ feature }) => feature),
    normalisation: { means: normalisation.means, deviations: normalisation.deviations },
    design,
    columns: columns.map((column) => taken(Float64Array, take(column), starts)),
    clustersOf: clustersOf(design),
  };
}

/** With a penalty on strengths every model has a finite one. */
function standingsOf(indexed: IndexedBattles, { baseline, ridge }: StyleControlOptions): readonly Standing[] {
  const { models } = indexed;
  if (ridge !== undefined && ridge.models > 0) return models.map(() => "rated");
  const anchor = baseline === undefined ? -1 : models.indexOf(baseline);
  return findRatedGroup(countWins(indexed), models.length, anchor < 0 ? undefined : anchor).standings;
}

function clustersOf({ models, first, second, cluster, clusters }: ContextualRows): Int32Array {
  const seen = new Uint8Array(models * clusters);
  for (const side of [first, second])
    side.forEach((model, row) => {
      if (model >= 0) seen[model * clusters + (cluster[row] ?? 0)] = 1;
    });
  return Int32Array.from({ length: models }, (_, model) =>
    seen.subarray(model * clusters, (model + 1) * clusters).reduce((sum, one) => sum + one, 0),
  );
}

/**
 * Appends the baseline's battles against itself, each as a cluster of its own.
 * @param features the features of such a row.
 */
function withSelfBattles(
  rows: ContextualRows,
  { selfBattles = [], copies = 1 }: StyleControlOptions,
  baseline: number,
  features: readonly number[],
): ContextualRows {
  if (selfBattles.length === 0 || baseline < 0) return rows;
  const same = (value: number) => selfBattles.map(() => value);
  return {
    ...rows,
    first: Int32Array.from([...rows.first, ...same(baseline)]),
    second: Int32Array.from([...rows.second, ...same(-1)]),
    share: Float64Array.from([...rows.share, ...selfBattles.map(({ shareA }) => shareA)]),
    weight: Float64Array.from([...rows.weight, ...selfBattles.map(({ weight = 1 }) => copies * weight)]),
    features: rows.features.map((column, index) =>
      Float64Array.from([...column, ...same(features[index] ?? 0)]),
    ),
    cluster: Int32Array.from([...rows.cluster, ...selfBattles.map((_, index) => rows.clusters + index)]),
    clusters: rows.clusters + selfBattles.length,
  };
}
