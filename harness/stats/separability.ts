import type { RankingAgreement } from "../core/arena-ranking.js";
import type { RankCluster, Separability } from "../core/separability.js";
import { spearman } from "./bridge/logit-line.js";
import { countAbove } from "./count-above.js";

/** Ends of a model's interval on any scale on which more is better. */
export interface PlacedInterval {
  readonly model: string;
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** 1 where the first lies above the second, −1 below, 0 where their intervals meet. */
function orderOf(one: PlacedInterval, other: PlacedInterval): -1 | 0 | 1 {
  if (one.low > other.high) return 1;
  return one.high < other.low ? -1 : 0;
}

/** Share of pairs of models whose intervals are disjoint (Li et al. 2024, arXiv 2406.11939, "separability with confidence"). */
export function separability(models: readonly PlacedInterval[]): Separability {
  const pairs = (models.length * (models.length - 1)) / 2;
  const lows = Float64Array.from(models, ({ low }) => low).sort();
  // Of two that are apart, one lies above the other's upper end.
  const separated = models.reduce((sum, { high }) => sum + countAbove(lows, high), 0);
  return { pairs, separated, share: pairs === 0 ? null : (100 * separated) / pairs };
}

/**
 * A ranking in clusters: from the best model down, each belongs to the cluster of the model before it while its interval
 * meets that of the cluster's best; the first that does not is the best of the next cluster. One pass instead of all pairs.
 * @param ranked best first.
 */
export function rankClusters(ranked: readonly PlacedInterval[]): RankCluster[] {
  const leaders: { readonly at: number; readonly leader: PlacedInterval }[] = [];
  ranked.forEach((one, at) => {
    const current = leaders.at(-1);
    if (current === undefined || orderOf(current.leader, one) === 1) leaders.push({ at, leader: one });
  });
  return leaders.map(({ at, leader }, cluster) => ({
    leader: leader.model,
    from: at + 1,
    to: leaders[cluster + 1]?.at ?? ranked.length,
  }));
}

/**
 * How far two rankings agree over the models of both: a pair counts 1 where both tell it apart in the same order, −1 in
 * opposite ones, 0 where one of them does not (the same paper, "agreement with confidence"), beside Spearman's correlation.
 */
export function rankingAgreement(
  own: readonly PlacedInterval[],
  second: readonly PlacedInterval[],
): Omit<RankingAgreement, "with" | "separability"> {
  const others = new Map(second.map((one) => [one.model, one]));
  const both = own.flatMap((one) => {
    const other = others.get(one.model);
    return other === undefined ? [] : [{ one, other }];
  });
  let [pairs, alike, reversed] = [0, 0, 0];
  for (const [at, left] of both.entries())
    for (const right of both.slice(at + 1)) {
      pairs++;
      const product = orderOf(left.one, right.one) * orderOf(left.other, right.other);
      if (product > 0) alike++;
      if (product < 0) reversed++;
    }
  const values = (side: "one" | "other") => both.map((place) => place[side].value);
  return {
    models: both.length,
    pairs,
    alike,
    reversed,
    agreement: pairs === 0 ? null : (100 * (alike - reversed)) / pairs,
    spearman: both.length < 3 ? null : spearman(values("one"), values("other")),
  };
}
