import type { PriorBelief, SeenValues } from "./seen-values.js";

/** 1 bets that the mean lies above the candidate, −1 that it lies below. */
export type Side = 1 | -1;

/** How much is staked on the next value between 0 and 1. */
export interface Bets {
  /** Where the moments start from that the bets see. */
  readonly prior: PriorBelief;
  /** Largest share of the capital that a bet may lose on one value, 0–1. */
  readonly largestLoss: number;
  /** Stake per unit of deviation, at least 0, before it is cut to {@link largestLoss}. */
  stake(seen: SeenValues, side: Side, capital: number): number;
}

/**
 * The predictable plug-in bets of Waudby-Smith & Ramdas (2024, "Estimating means of bounded random variables by betting",
 * eq. 26): √(2·ln(1/α) / (σ̂²·t·ln(t + 1))), with their defaults. What the public package confseq bets; for whoever has
 * neither a horizon nor a limit.
 * @param alpha Error that one side may make.
 */
export function plugInBets(alpha: number): Bets {
  return {
    prior: { mean: 0.5, variance: 0.25, weight: 1 },
    largestLoss: 0.5,
    stake({ count, variance }) {
      const next = count + 1;
      return Math.sqrt((2 * Math.log(1 / alpha)) / (next * Math.log(next + 1) * variance));
    },
  };
}
