/** Ranks of the answers that stood in one slot. */
export interface SlotRank {
  /** From 1, in the order shown. */
  readonly slot: number;
  /** 1 is best. */
  readonly meanRank: number;
  /** What it would be if the slot did not matter. */
  readonly expected: number;
  /** Null where every ranking calls all answers equal. */
  readonly z: number | null;
  readonly n: number;
}

/**
 * Mean rank by slot with z, under the hypothesis that a judge pays no heed to slots and answers were put into them at
 * random: then an answer's rank is any of its ranking's with equal chance, so that z = Σ(rank − mean)/√Σ variance, sums
 * over rankings, mean and variance over the ranks of one (equal answers share the mean of their ranks).
 *
 * @param rankings one list per ranking: the rank of the answer in slot 1, slot 2, …
 */
export function slotRanks(rankings: readonly (readonly number[])[]): readonly SlotRank[] {
  const slots = rankings.reduce((most, ranks) => Math.max(most, ranks.length), 0);
  return Array.from({ length: slots }, (_, at): SlotRank => {
    let [n, sum, expected, squares] = [0, 0, 0, 0];
    for (const ranks of rankings) {
      const own = ranks[at];
      if (own === undefined) continue;
      const mean = ranks.reduce((total, rank) => total + rank, 0) / ranks.length;
      n++;
      sum += own;
      expected += mean;
      squares += ranks.reduce((total, rank) => total + (rank - mean) ** 2, 0) / ranks.length;
    }
    const z = squares === 0 ? null : (sum - expected) / Math.sqrt(squares);
    return { slot: at + 1, meanRank: sum / n, expected: expected / n, z, n };
  });
}
