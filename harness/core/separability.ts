/** How well intervals tell models apart: the share of pairs whose intervals are disjoint. */
export interface Separability {
  /** Pairs of models with an interval each. */
  readonly pairs: number;
  readonly separated: number;
  /** Percent; null without a pair. */
  readonly share: number | null;
}

/** Neighbours in a ranking whose intervals meet that of the best of them, so that their order is not known. */
export interface RankCluster {
  /** The best of its models. */
  readonly leader: string;
  /** Places in the ranking of the models that have an interval, from 1; both are of the cluster. */
  readonly from: number;
  readonly to: number;
}
