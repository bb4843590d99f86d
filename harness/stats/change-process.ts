import type { Random } from "../core/random.js";
import { normalQuantile } from "./distributions.js";

/** Values of one round, by item; items that were lost are absent. */
export type Round = ReadonlyMap<string, number>;

/** Where the newest round stands among all rounds, as p-values that are uniform while nothing changes. */
export interface RoundRanks {
  /** Of the sum of the items' deviations: near 0 when values fell, near 1 when they rose. */
  readonly shift: number;
  /** Of the sum of their squares: near 1 when values lie farther from the others than those from each other. */
  readonly spread: number;
  /** Items that the newest round shares with an earlier one. */
  readonly items: number;
}

/** Draws by which a round is ranked; the smallest p-value is about one over it. */
export const RANK_DRAWS = 1999;

/** Sums of the same values in another order differ by less. */
const SAME = 1e-9;

/** A rank that has a normal quantile: random numbers may be 0. */
function withinUnit(rank: number): number {
  return Math.min(1 - 2 ** -53, Math.max(2 ** -53, rank));
}

/** Every value that an item has had, the newest last, as deviations from their mean. */
function deviationsOf(newest: Round, earlier: readonly Round[]): Float64Array[] {
  return [...newest].flatMap(([item, value]) => {
    const values = [...earlier.flatMap((round) => round.get(item) ?? []), value];
    if (values.length < 2) return [];
    const mean = values.reduce((sum, one) => sum + one, 0) / values.length;
    return [Float64Array.from(values, (one) => one - mean)];
  });
}

/**
 * Ranks the newest round among what it might have been: if nothing changed, the verdicts that an item has had are
 * exchangeable, so each of them was equally likely to be the newest, independently from item to item. The round's sum is
 * ranked among sums of such picks, ties broken at random (a smoothed conformal p-value by Monte Carlo). These p-values
 * are uniform and independent from round to round (Vovk, Gammerman and Shafer 2022, Algorithmic Learning in a Random
 * World, theorem 11.1; the argument runs backwards in time, item by item).
 *
 * @returns undefined where no item has been judged before.
 */
export function rankRound(
  newest: Round,
  earlier: readonly Round[],
  random: Random,
  draws: number = RANK_DRAWS,
): RoundRanks | undefined {
  const items = deviationsOf(newest, earlier);
  if (items.length === 0) return undefined;
  let [sum, squares] = [0, 0];
  for (const values of items) {
    const own = values[values.length - 1] as number;
    sum += own;
    squares += own * own;
  }
  const below = { shift: 0, spread: 0 };
  const equal = { shift: 0, spread: 0 };
  const count = (kind: "shift" | "spread", drawn: number, own: number) => {
    if (Math.abs(drawn - own) <= SAME) equal[kind]++;
    else if (drawn < own) below[kind]++;
  };
  for (let draw = 0; draw < draws; draw++) {
    let [drawnSum, drawnSquares] = [0, 0];
    for (const values of items) {
      const picked = values[Math.floor((random.bits32() / 2 ** 32) * values.length)] as number;
      drawnSum += picked;
      drawnSquares += picked * picked;
    }
    count("shift", drawnSum, sum);
    count("spread", drawnSquares, squares);
  }
  const rankOf = (kind: "shift" | "spread") =>
    withinUnit((below[kind] + random.next() * (equal[kind] + 1)) / (draws + 1));
  return { shift: rankOf("shift"), spread: rankOf("spread"), items: items.length };
}

/** Sizes of a change, in standard deviations of a round's sum, that are bet on. */
const SIZES = [1, 2, 3] as const;
/** Share of the stake on changes of the mean; the rest is on verdicts that merely scatter more. */
const SHIFT_STAKE = 2 / 3;

interface Bet {
  readonly of: "shift" | "spread";
  readonly size: number;
  readonly stake: number;
  /** Capital of the bets begun so far. */
  capital: number;
}

/**
 * An e-process against "nothing changed": a stake on each start of a change (1/(c(c + 1)) on the c-th round) and on each
 * size, both ways, every one of which multiplies by exp(δz − δ²/2), z the normal quantile of a round's rank. It starts at
 * 1 and is a martingale while nothing changes, so that the chance that it ever reaches 1/α is at most α, however long the
 * history (Ville 1939). A stake on later starts keeps it from running dry in a long quiet history.
 */
export class ChangeProcess {
  private rounds = 0;
  private readonly bets: readonly Bet[] = [
    ...SIZES.flatMap((size) => [size, -size]).map((size) => ({
      of: "shift" as const,
      size,
      stake: SHIFT_STAKE / (2 * SIZES.length),
      capital: 0,
    })),
    ...SIZES.map((size) => ({
      of: "spread" as const,
      size,
      stake: (1 - SHIFT_STAKE) / SIZES.length,
      capital: 0,
    })),
  ];

  /** Takes in a round's ranks. @returns the e-value after it. */
  add(ranks: Pick<RoundRanks, "shift" | "spread">): number {
    this.rounds++;
    const begun = 1 / (this.rounds * (this.rounds + 1));
    for (const bet of this.bets) {
      const z = normalQuantile(ranks[bet.of]);
      bet.capital = (bet.capital + begun * bet.stake) * Math.exp(bet.size * z - bet.size ** 2 / 2);
    }
    return this.eValue;
  }

  /** The evidence so far that something changed; 1 before the first round. */
  get eValue(): number {
    return this.bets.reduce((sum, { capital }) => sum + capital, 1 / (this.rounds + 1));
  }
}
