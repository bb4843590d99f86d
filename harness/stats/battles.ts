/** One comparison of two models, for ratings. */
export interface Battle {
  readonly a: string;
  readonly b: string;
  /** Share of the win that goes to `a`: 1 a win, ½ a tie, 0 a loss; anything between is a weighted preference. */
  readonly shareA: number;
  /** Default 1; Arena-Hard counts a double arrow three times. */
  readonly weight?: number;
  /** Battles of one cluster (a question) are resampled together; without it a battle stands for itself. */
  readonly cluster?: string | number;
}

/** Battles as typed arrays, models and clusters by position. */
export interface IndexedBattles {
  /** In order of first appearance. */
  readonly models: readonly string[];
  readonly first: Int32Array;
  readonly second: Int32Array;
  readonly share: Float64Array;
  readonly weight: Float64Array;
  /** Battles of each cluster, by position, in the given order. */
  readonly clusters: readonly Int32Array[];
  /** What a bootstrap resamples: `cluster` where any battle names one, else `battle`. */
  readonly unit: "battle" | "cluster";
}

/**
 * Checks battles and turns them into arrays.
 * @throws RangeError for a share outside 0–1, a weight that is not positive, or a model against itself.
 */
export function indexBattles(battles: readonly Battle[]): IndexedBattles {
  const positions = new Map<string, number>();
  const positionOf = (model: string): number => {
    const known = positions.get(model);
    if (known !== undefined) return known;
    positions.set(model, positions.size);
    return positions.size - 1;
  };
  const indexed = {
    first: new Int32Array(battles.length),
    second: new Int32Array(battles.length),
    share: new Float64Array(battles.length),
    weight: new Float64Array(battles.length),
  };
  battles.forEach((battle, i) => {
    checkBattle(battle, i);
    indexed.first[i] = positionOf(battle.a);
    indexed.second[i] = positionOf(battle.b);
    indexed.share[i] = battle.shareA;
    indexed.weight[i] = battle.weight ?? 1;
  });
  return { models: [...positions.keys()], ...indexed, ...clusterBattles(battles) };
}

/**
 * Weighted wins of each model over each: entry [i·models + j] is the share that i won of its battles with j.
 * @param clusterCounts how often each cluster counts; default once each.
 * @param target written into when given, so that a bootstrap allocates nothing.
 */
export function countWins(
  battles: IndexedBattles,
  clusterCounts?: Float64Array,
  target: Float64Array = new Float64Array(battles.models.length ** 2),
): Float64Array {
  const models = battles.models.length;
  target.fill(0);
  for (let cluster = 0; cluster < battles.clusters.length; cluster++) {
    const times = clusterCounts === undefined ? 1 : (clusterCounts[cluster] as number);
    if (times === 0) continue;
    for (const battle of battles.clusters[cluster] as Int32Array) {
      const i = battles.first[battle] as number;
      const j = battles.second[battle] as number;
      const weight = times * (battles.weight[battle] as number);
      const share = battles.share[battle] as number;
      target[i * models + j] = (target[i * models + j] as number) + weight * share;
      target[j * models + i] = (target[j * models + i] as number) + weight * (1 - share);
    }
  }
  return target;
}

/** In how many battles each model took part. */
export function countBattles(battles: IndexedBattles): Int32Array {
  const counts = new Int32Array(battles.models.length);
  for (const side of [battles.first, battles.second]) {
    for (const model of side) counts[model] = (counts[model] as number) + 1;
  }
  return counts;
}

function checkBattle(battle: Battle, position: number): void {
  const weight = battle.weight ?? 1;
  const where = `battle ${position}`;
  if (!(battle.shareA >= 0 && battle.shareA <= 1)) {
    throw new RangeError(`${where}: the share of the win must lie in 0–1, not ${battle.shareA}`);
  }
  if (!(weight > 0 && Number.isFinite(weight))) {
    throw new RangeError(`${where}: the weight must be positive, not ${weight}`);
  }
  if (battle.a === battle.b) throw new RangeError(`${where}: a model cannot meet itself`);
}

function clusterBattles(battles: readonly Battle[]): Pick<IndexedBattles, "clusters" | "unit"> {
  const members = new Map<string | number, number[]>();
  const clusters: number[][] = [];
  battles.forEach((battle, i) => {
    const known = battle.cluster === undefined ? undefined : members.get(battle.cluster);
    if (known !== undefined) {
      known.push(i);
      return;
    }
    const started = [i];
    clusters.push(started);
    if (battle.cluster !== undefined) members.set(battle.cluster, started);
  });
  return {
    clusters: clusters.map((cluster) => Int32Array.from(cluster)),
    unit: members.size > 0 ? "cluster" : "battle",
  };
}
