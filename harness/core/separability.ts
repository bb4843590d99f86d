/** How well intervals tell models apart: the share of pairs whose intervals are disjoint. */
export interface Separability {
  /** Pairs of models with an interval each. */
  readonly pairs: number;
  readonly separated: number;
  /** Percent; null without a pair. */
  readonly share: number | null;
}
