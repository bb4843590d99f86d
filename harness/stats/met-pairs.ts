/** Wins of the pairs that met: one entry per pair, where a table over all models would hold n². */
export interface MetPairs {
  readonly models: number;
  /** Positions of the pair's two models. */
  readonly first: Int32Array;
  readonly second: Int32Array;
  /** Weighted wins of the first over the second, and the other way round. */
  readonly wins: Float64Array;
  readonly losses: Float64Array;
  /** Pairs of model i: entries starts[i] to starts[i + 1] of `incident`. */
  readonly starts: Int32Array;
  readonly incident: Int32Array;
}
