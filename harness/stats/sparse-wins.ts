import type { IndexedBattles } from "./battles.js";
import type { MetPairs } from "./met-pairs.js";
import { solveSparseBradleyTerry } from "./sparse-solver.js";
import { placeAround, type WinGraph } from "./win-graph.js";
import { memberOfLargestGroup } from "./win-groups.js";

/** Weighted wins of battles, counted again for each resample of their clusters. */
export class SparseWins {
  private readonly pairOf: Int32Array;
  private readonly isTurned: Uint8Array;
  private readonly met: MetPairs;

  constructor(private readonly battles: IndexedBattles) {
    const models = battles.models.length;
    const count = battles.share.length;
    const known = new Map<number, number>();
    this.pairOf = new Int32Array(count);
    this.isTurned = new Uint8Array(count);
    for (let battle = 0; battle < count; battle++) {
      const [i, j] = [battles.first[battle] as number, battles.second[battle] as number];
      const key = Math.min(i, j) * models + Math.max(i, j);
      const pair = known.get(key) ?? known.size;
      known.set(key, pair);
      this.pairOf[battle] = pair;
      this.isTurned[battle] = Number(i > j);
    }
    const first = Int32Array.from(known.keys(), (key) => Math.floor(key / models));
    const second = Int32Array.from(known.keys(), (key) => key % models);
    const sums = { wins: new Float64Array(known.size), losses: new Float64Array(known.size) };
    this.met = { models, first, second, ...sums, ...incidenceOf(models, first, second) };
  }

  /** Counts the battles, each as often as its cluster; once each without counts. */
  count(clusterCounts?: Float64Array): void {
    const { share, weight, cluster } = this.battles;
    const { wins, losses } = this.met;
    wins.fill(0);
    losses.fill(0);
    for (let battle = 0; battle < share.length; battle++) {
      const times = clusterCounts === undefined ? 1 : (clusterCounts[cluster[battle] as number] as number);
      if (times === 0) continue;
      const pair = this.pairOf[battle] as number;
      const weighted = times * (weight[battle] as number);
      const won = weighted * (share[battle] as number);
      const isTurned = this.isTurned[battle] === 1;
      wins[pair] = (wins[pair] as number) + (isTurned ? weighted - won : won);
      losses[pair] = (losses[pair] as number) + (isTurned ? won : weighted - won);
    }
  }

  /** The standing of every model by what was counted last; see {@link WinGraph}. */
  standings(anchor: number | undefined): WinGraph {
    const { models } = this.met;
    const representative = anchor ?? memberOfLargestGroup(this.met);
    return placeAround(representative, models, (start, backwards) => this.reach(start, backwards));
  }

  /** Log-strengths of a group by what was counted last; see {@link solveSparseBradleyTerry}. */
  solve(group: readonly number[], start: Float64Array, largestLastStep: number): Float64Array | null {
    return solveSparseBradleyTerry(this.met, group, start, largestLastStep);
  }

  private reach(start: number, backwards: boolean): Uint8Array {
    const { models, first, second, wins, losses, starts, incident } = this.met;
    const reached = new Uint8Array(models);
    reached[start] = 1;
    const open = [start];
    for (let from = open.pop(); from !== undefined; from = open.pop()) {
      for (let at = starts[from] as number; at < (starts[from + 1] as number); at++) {
        const pair = incident[at] as number;
        const isFirst = first[pair] === from;
        const to = (isFirst ? second[pair] : first[pair]) as number;
        const won = (isFirst !== backwards ? wins[pair] : losses[pair]) as number;
        if (reached[to] === 1 || won <= 0) continue;
        reached[to] = 1;
        open.push(to);
      }
    }
    return reached;
  }
}

function incidenceOf(
  models: number,
  first: Int32Array,
  second: Int32Array,
): Pick<MetPairs, "starts" | "incident"> {
  const starts = new Int32Array(models + 1);
  for (const side of [first, second])
    for (const model of side) starts[model + 1] = (starts[model + 1] as number) + 1;
  for (let model = 0; model < models; model++)
    starts[model + 1] = (starts[model + 1] as number) + (starts[model] as number);
  const incident = new Int32Array(2 * first.length);
  const next = starts.slice();
  for (const side of [first, second])
    side.forEach((model, pair) => {
      const place = next[model] as number;
      incident[place] = pair;
      next[model] = place + 1;
    });
  return { starts, incident };
}
