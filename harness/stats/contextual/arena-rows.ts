import type { IndexedBattles } from "../battles.js";
import { requireFinite } from "../estimate.js";
import type { ArenaBattle, ArenaOptions } from "./arena-options.js";
import type { ContextualRows } from "./battle-design.js";
import { mergeRows, taken } from "./merged-rows.js";
import { normalisationOf, normalised } from "./style-features.js";

/** arena-rank's `min_pair_count`. */
const LEAST_PAIR_COUNT = 50;

/** What the fit and the sandwich see of the battles among rated models. */
export interface RatedRows {
  /** Neighbouring battles that differ in their outcome alone are one row. */
  readonly rows: ContextualRows;
  readonly battles: number;
  /** Where battles stand for themselves: the sums of w², w²·share and w²·share² over each row's battles. */
  readonly squares: readonly [Float64Array, Float64Array, Float64Array] | null;
}

/** The battles among rated models, reweighted and with their features normalised as arena-rank does. */
export function arenaRows(
  battles: readonly ArenaBattle[],
  indexed: IndexedBattles,
  positions: ReadonlyMap<number, number>,
  options: ArenaOptions,
): RatedRows {
  const features = featureColumns(battles);
  const weights = weightsOf(indexed, options, features.length > 0);
  const ones = new Float64Array(weights.length).fill(1);
  const { means, deviations } = normalisationOf(features, ones, { lost: 0, centred: true });
  const columns = features.map((column, index) =>
    normalised(column, means[index] ?? 0, deviations[index] ?? 0),
  );
  const placeOf = Int32Array.from(indexed.models, (_, model) => positions.get(model) ?? -1);
  const first = indexed.first.map((model) => placeOf[model] as number);
  const second = indexed.second.map((model) => placeOf[model] as number);
  const kept = first
    .map((_, row) => row)
    .filter((row) => (first[row] ?? -1) >= 0 && (second[row] ?? -1) >= 0);
  const take = (values: Float64Array) => taken(Float64Array, values, kept);
  const place = (values: Int32Array) => taken(Int32Array, values, kept);
  const clustered = options.clustered === true;
  const met: ContextualRows = {
    models: positions.size,
    first: place(first),
    second: place(second),
    share: take(indexed.share),
    weight: take(weights),
    features: columns.map(take),
    cluster: clustered ? place(indexed.cluster) : new Int32Array(kept.length),
    clusters: clustered ? indexed.clusters : kept.length,
  };
  const { rows, rowOf } = mergeRows(met);
  const squares = clustered ? null : squaresOf(met, rowOf, rows.share.length);
  return { rows, battles: kept.length, squares };
}

function featureColumns(battles: readonly ArenaBattle[]): Float64Array[] {
  const count = battles[0]?.features?.length ?? 0;
  const columns = Array.from({ length: count }, () => new Float64Array(battles.length));
  for (let row = 0; row < battles.length; row++) {
    const features = battles[row]?.features;
    for (let index = 0; index < count; index++)
      (columns[index] as Float64Array)[row] = features?.[index] ?? Number.NaN;
  }
  columns.forEach((column, index) => {
    requireFinite(column, `arena ratings: feature ${index}`);
  });
  return columns;
}

/** Weight of each battle: its own, or one that makes all pairs count alike. */
function weightsOf(indexed: IndexedBattles, options: ArenaOptions, isContextual: boolean): Float64Array {
  if (options.reweighted !== true) return indexed.weight;
  const pairOf = (row: number) => {
    const [a, b] = [indexed.first[row] ?? 0, indexed.second[row] ?? 0];
    return Math.min(a, b) * indexed.models.length + Math.max(a, b);
  };
  const counts = new Map<number, number>();
  indexed.weight.forEach((_, row) => {
    counts.set(pairOf(row), (counts.get(pairOf(row)) ?? 0) + 1);
  });
  const weights = indexed.weight.map(
    (_, row) => 1 / Math.max(counts.get(pairOf(row)) ?? 0, LEAST_PAIR_COUNT),
  );
  if (!isContextual) return weights;
  const mean = weights.reduce((sum, weight) => sum + weight, 0) / weights.length;
  return weights.map((weight) => weight / mean);
}

function squaresOf({ share, weight }: ContextualRows, rowOf: Int32Array, rows: number): RatedRows["squares"] {
  const sums = [new Float64Array(rows), new Float64Array(rows), new Float64Array(rows)] as const;
  for (let battle = 0; battle < rowOf.length; battle++) {
    const row = rowOf[battle] as number;
    const won = share[battle] as number;
    const square = (weight[battle] as number) ** 2;
    (sums[0][row] as number) += square;
    (sums[1][row] as number) += square * won;
    (sums[2][row] as number) += square * won * won;
  }
  return sums;
}
