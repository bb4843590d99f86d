import type { RankingAgreement } from "../core/arena-ranking.js";
import type { Separability } from "../core/separability.js";
import { spearman } from "./bridge/logit-line.js";

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
  let [pairs, separated] = [0, 0];
  models.forEach((one, at) => {
    for (let next = at + 1; next < models.length; next++) {
      pairs++;
      if (orderOf(one, models[next] as PlacedInterval) !== 0) separated++;
    }
  });
  return { pairs, separated, share: pairs === 0 ? null : (100 * separated) / pairs };
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
