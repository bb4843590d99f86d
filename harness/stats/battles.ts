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
  /** Cluster of each battle, from 0 in order of first appearance. */
  readonly cluster: Int32Array;
  readonly clusters: number;
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
  for (let battle = 0; battle < battles.share.length; battle++) {
    const times =
      clusterCounts === undefined ? 1 : (clusterCounts[battles.cluster[battle] as number] as number);
    if (times === 0) continue;
    const i = battles.first[battle] as number;
    const j = battles.second[battle] as number;
    const weight = times * (battles.weight[battle] as number);
    const share = battles.share[battle] as number;
    target[i * models + j] = (target[i * models + j] as number) + weight * share;
    target[j * models + i] = (target[j * models + i] as number) + weight * (1 - share);
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

function clusterBattles(battles: readonly Battle[]): Pick<IndexedBattles, "cluster" | "clusters" | "unit"> {
  const numbers = new Map<string | number, number>();
  const cluster = new Int32Array(battles.length);
  let clusters = 0;
  battles.forEach(({ cluster: name }, i) => {
    const known = name === undefined ? undefined : numbers.get(name);
    const number = known ?? clusters++;
    if (name !== undefined && known === undefined) numbers.set(name, number);
    cluster[i] = number;
  });
  return { cluster, clusters, unit: numbers.size > 0 ? "cluster" : "battle" };
}
