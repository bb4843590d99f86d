import type { Bets, Side } from "./bets.js";
import type { SeenMoments } from "./seen-values.js";

/** What a block of values did to the capital. */
export interface Capital {
  /** Of bets that the mean lies above the candidate. */
  above: number;
  /** Of bets that it lies below. */
  below: number;
}

/** A candidate for the mean of values between 0 and 1, and who they are drawn from. */
export interface Candidate {
  readonly mean: number;
  /** Size of the population that is drawn from without replacement; undefined for one without end. */
  readonly population: number | undefined;
}

/** Capital before the first bet. */
export function startingCapital(): Capital {
  return { above: 1, below: 1 };
}

/**
 * Bets against a candidate mean on one block of values (Waudby-Smith & Ramdas 2024, sections 4 and 5): capital ×
 * (1 ± stake·(x − m)), with stakes that are fixed before the block. While the true mean is at most m the capital `above`
 * is a supermartingale, so that it ever reaches 1/α with a chance of at most α (Ville); likewise `below`. In a block that
 * holds every category in proportion the values' own means differ around m; with a fixed stake the product is one still
 * (arithmetic and geometric mean), but at its end only.
 *
 * Without replacement m is the mean of the whole population and the next value is compared with the mean of what is left
 * of it. What was drawn can rule a candidate out: then the capital of the side that it proves right is infinite.
 *
 * @param seen Moments before the block.
 */
export function betOnBlock(
  capital: Capital,
  { mean, population }: Candidate,
  block: readonly number[],
  seen: SeenMoments,
  bets: Bets,
): void {
  let total = seen.total;
  let drawn = seen.count;
  const stakes = { above: bets.stake(seen, 1, capital.above), below: bets.stake(seen, -1, capital.below) };
  for (const value of block) {
    const left = population === undefined ? mean : (population * mean - total) / (population - drawn);
    if (left < 0) capital.above = Number.POSITIVE_INFINITY;
    if (left > 1) capital.below = Number.POSITIVE_INFINITY;
    if (left < 0 || left > 1) return;
    capital.above = after(capital.above, stakes.above, value - left, left, 1, bets.largestLoss);
    capital.below = after(capital.below, stakes.below, value - left, 1 - left, -1, bets.largestLoss);
    total += value;
    drawn++;
  }
}

/** @param room The furthest that the value can lie on the losing side. */
function after(
  capital: number,
  stake: number,
  deviation: number,
  room: number,
  side: Side,
  largestLoss: number,
): number {
  if (deviation === 0) return capital;
  return capital * (1 + side * Math.min(stake, largestLoss / room) * deviation);
}
