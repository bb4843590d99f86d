/** One judged thing with what the judge and, where they voted, people said of it; both on one scale. */
export interface JudgedThing {
  /** Things of one cluster (a question) depend on each other. */
  readonly cluster: string;
  readonly judged: number;
  /** Mean of the people's votes; left out where nobody voted. */
  readonly voted?: number;
  /** Chance with which the thing was drawn for a vote, where not all had the same. */
  readonly probability?: number;
}

/** Weighted sums over the things of one cluster. */
export interface ClusterSums {
  readonly cluster: string;
  /** Of the votes, of the verdicts on the same things, and of their weights. */
  readonly votes: number;
  readonly judgedVoted: number;
  readonly votedWeight: number;
  /** Of the verdicts that stand for all, and how many they are. */
  readonly judged: number;
  readonly things: number;
}

/** Which verdicts stand for all that was judged: those without a vote, or all of them. */
export type Population = "rest" | "all";

/**
 * Sums by cluster, in order of first appearance. A vote weighs 1/probability, so that what was drawn more often than the
 * rest counts for no more of the whole.
 * @throws RangeError for values that are not finite or a probability outside 0–1.
 */
export function sumClusters(things: readonly JudgedThing[], population: Population): ClusterSums[] {
  const sums = new Map<string, { -readonly [Key in keyof ClusterSums]: ClusterSums[Key] }>();
  for (const { cluster, judged, voted, probability = 1 } of things) {
    if (!Number.isFinite(judged) || (voted !== undefined && !Number.isFinite(voted)))
      throw new RangeError(`${cluster}: a verdict or vote is not a finite number`);
    if (!(probability > 0 && probability <= 1))
      throw new RangeError(`${cluster}: the chance of being drawn must lie in 0–1, not ${probability}`);
    let sum = sums.get(cluster);
    if (sum === undefined) {
      sum = { cluster, votes: 0, judgedVoted: 0, votedWeight: 0, judged: 0, things: 0 };
      sums.set(cluster, sum);
    }
    if (voted !== undefined) {
      sum.votes += voted / probability;
      sum.judgedVoted += judged / probability;
      sum.votedWeight += 1 / probability;
    }
    if (voted === undefined || population === "all") {
      sum.judged += judged;
      sum.things++;
    }
  }
  return [...sums.values()];
}

/** Sums and sums of products over clusters: all that weights and means come from. */
export class Moments {
  private static readonly keys = ["votes", "judgedVoted", "votedWeight", "judged", "things"] as const;
  private readonly sums = new Float64Array(5);
  private readonly products = new Float64Array(25);

  constructor(clusters: readonly ClusterSums[]) {
    for (const cluster of clusters) this.count(cluster, 1);
  }

  private count(cluster: ClusterSums, times: 1 | -1): void {
    // Plain loops: each cluster is left out once, and this is most of what that takes.
    const { sums, products } = this;
    const { votes, judgedVoted, votedWeight, judged, things } = cluster;
    const entries = [votes, judgedVoted, votedWeight, judged, things];
    for (let i = 0; i < 5; i++) {
      const left = times * (entries[i] as number);
      sums[i] = (sums[i] as number) + left;
      for (let j = 0; j < 5; j++)
        products[5 * i + j] = (products[5 * i + j] as number) + left * (entries[j] as number);
    }
  }

  /** The moments of all clusters but this one. */
  without(cluster: ClusterSums): Moments {
    const rest = new Moments([]);
    rest.sums.set(this.sums);
    rest.products.set(this.products);
    rest.count(cluster, -1);
    return rest;
  }

  private sum(key: (typeof Moments.keys)[number]): number {
    return this.sums[Moments.keys.indexOf(key)] as number;
  }

  /** Mean of the votes, of the verdicts on the same things, and of the verdicts that stand for all. */
  get means(): { readonly people: number; readonly judgeOfVoted: number; readonly judge: number } {
    const weight = this.sum("votedWeight");
    return {
      people: this.sum("votes") / weight,
      judgeOfVoted: this.sum("judgedVoted") / weight,
      judge: this.sum("judged") / this.sum("things"),
    };
  }

  get votedWeight(): number {
    return this.sum("votedWeight");
  }

  get things(): number {
    return this.sum("things");
  }

  /**
   * The weight of the verdicts that makes the variance between clusters smallest: with v the clusters' parts of the votes'
   * mean and f those of (mean verdict of the voted − mean verdict of all), Σvf/Σf². Null where the verdicts do not vary.
   */
  bestWeight(): number | null {
    const weight = this.votedWeight;
    if (!(weight > 0 && this.things > 0)) return null;
    const { people, judgeOfVoted, judge } = this.means;
    const ofVotes = [1 / weight, 0, -people / weight, 0, 0];
    const ofJudge = [0, 1 / weight, -judgeOfVoted / weight, -1 / this.things, judge / this.things];
    const spread = this.quadratic(ofJudge, ofJudge);
    // Rounding leaves a trace where every verdict is the same.
    const trace = 1e-12 * (this.quadratic([0, 1 / weight, 0, 0, 0], [0, 1 / weight, 0, 0, 0]) + 1e-300);
    return spread > trace ? this.quadratic(ofVotes, ofJudge) / spread : null;
  }

  private quadratic(left: readonly number[], right: readonly number[]): number {
    let total = 0;
    for (let i = 0; i < 5; i++)
      for (let j = 0; j < 5; j++)
        total += (left[i] as number) * (right[j] as number) * (this.products[5 * i + j] as number);
    return total;
  }
}
