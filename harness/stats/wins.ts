import { countWins, type IndexedBattles } from "./battles.js";
import { solveBradleyTerry } from "./bradley-terry-solver.js";
import { SparseWins } from "./sparse-wins.js";
import { findRatedGroup, type WinGraph } from "./win-graph.js";

/** Models up to which wins stand in a table of every model against every other. */
const MOST_IN_TABLE = 100;
/** Largest last step, in log-strength, of a fit, and of a resample's: their errors are about its square. */
const LAST_STEP = { fit: 1e-10, resample: 1e-4 } as const;

/** Weighted wins as a Bradley–Terry fit reads them: of the battles, or of a resample of their clusters. */
export interface Wins {
  /** Counts the battles, each as often as its cluster; once each without counts. */
  readonly count: (clusterCounts?: Float64Array) => void;
  /** Which models the counted battles can rate together; `anchor` is the position of one whose group is wanted. */
  readonly standings: (anchor: number | undefined) => WinGraph;
  /**
   * Log-strengths of a group by the counted battles, from `start`, which is changed; null where they cannot be computed.
   * Where resamples take longest they are solved to 1e-8.
   */
  readonly solve: (group: readonly number[], start: Float64Array, isResample: boolean) => Float64Array | null;
}

/**
 * The wins of battles: in a table for up to 100 models or with imaginary ties, which every pair has; beyond, one entry
 * for each pair that met, with the same optimum.
 * @param imaginaryTies weight of an imaginary tie between every pair; default 0.
 * @throws RangeError for an impossible weight.
 */
export function winsOf(battles: IndexedBattles, imaginaryTies = 0): Wins {
  if (!(imaginaryTies >= 0 && Number.isFinite(imaginaryTies))) {
    throw new RangeError(`Bradley–Terry: the weight of imaginary ties must be ≥ 0, not ${imaginaryTies}`);
  }
  if (imaginaryTies > 0 || battles.models.length <= MOST_IN_TABLE) return tableOf(battles, imaginaryTies);
  const sparse = new SparseWins(battles);
  return {
    count: (counts) => sparse.count(counts),
    standings: (anchor) => sparse.standings(anchor),
    solve: (group, start, isResample) =>
      sparse.solve(group, start, isResample ? LAST_STEP.resample : LAST_STEP.fit),
  };
}

function tableOf(battles: IndexedBattles, imaginaryTies: number): Wins {
  const models = battles.models.length;
  const table = new Float64Array(models ** 2);
  return {
    count: (counts) => {
      countWins(battles, counts, table);
      if (imaginaryTies > 0) addToPairs(table, models, imaginaryTies / 2);
    },
    standings: (anchor) => findRatedGroup(table, models, anchor),
    solve: (group, start) => solveBradleyTerry(table, models, group, start),
  };
}

function addToPairs(table: Float64Array, models: number, added: number): void {
  for (let i = 0; i < models; i++) {
    for (let j = 0; j < models; j++) {
      if (i !== j) table[i * models + j] = (table[i * models + j] as number) + added;
    }
  }
}
