import type { Bets, Side } from "./bets.js";
import { crossingChance, crossingSlope } from "./crossing-chance.js";
import type { PriorBelief, SeenValues } from "./seen-values.js";

/** Slope of the line that is bet on; 2·slope is the standardised difference that a bet of one size would be best for. */
const SLOPE = 2.2;
/** Knots of a step's table: distances to the line in units of √(time left), from 0 on. */
const KNOTS = 80;
const KNOT_STEP = 0.1;
/** Capital below this share of the goal is as good as lost. */
const LEAST_SHARE = 1e-9;
const NEWTON_STEPS = 12;
const MOST_STAKE = 20;
/**
 * Differences between 0 and 1 as they are believed to be before the first: a standard deviation of 0.11, and longer tails
 * than a normal distribution has, so that a start without a rare loss is not taken for safety. It weighs as much as a few
 * of the values that will come.
 */
function priorFor(horizon: number): PriorBelief {
  return { mean: 0.5, variance: 0.012, weight: Math.min(25, Math.max(5, horizon / 32)), kurtosis: 8 };
}
/** Share of the fourth-order term that counts: the orders after it have the other sign. */
const TAIL_SHARE = 0.65;
/**
 * Largest share of the capital that one value may cost. What is lost has to be won back before the end, which many small
 * stakes do less easily than few large ones: 0.91 with 80 values, 0.72 with 800.
 */
function largestLossFor(horizon: number): number {
  return Math.max(0.5, 1 - Math.sqrt(horizon) / 100);
}

/** Shares of the goal, falling from 1, and the standardised stake at each. */
interface StepTable {
  readonly logShares: Float64Array;
  readonly stakes: Float64Array;
}

/**
 * Bets for a sequence that ends after `horizon` values, so that little of the error is kept for later ones.
 *
 * A test that rejects when the standardised sum W crosses a line within the horizon is worth, at any moment, the chance
 * P of crossing it by chance alone, divided by alpha. To stake −P′/P of the capital is to hold that test's worth, as an
 * option is hedged: the capital reaches 1/alpha about where W reaches the line. The state is the capital itself and not W
 * (as in Browne 1999, "Reaching goals by a deadline"), so that misjudged spreads do not add up. Whatever is staked, the
 * capital is a supermartingale for bounded values: normality is used to bet well, never to be right.
 *
 * Values that are skewed or long-tailed bear less: the stake b is the one with b + s·κ·b³/n − γ·b²/√n = b₀, with s = 1 the
 * first-order condition of the expected logarithm to fourth order, with skewness γ and kurtosis κ as seen so far.
 *
 * @param horizon Values that there are at most.
 * @param alpha Error that one side may make; the goal of the capital is 1/alpha.
 */
export function horizonBets(horizon: number, alpha: number): Bets {
  const tables = tablesOf(horizon);
  const rootHorizon = Math.sqrt(horizon);
  const tableOf = (seen: number): StepTable => {
    const known = tables.get(seen);
    if (known !== undefined) return known;
    const made = stepTable(1 - seen / horizon);
    tables.set(seen, made);
    return made;
  };
  return {
    prior: priorFor(horizon),
    largestLoss: largestLossFor(horizon),
    stake(seen: SeenValues, side: Side, capital: number) {
      const share = capital * alpha;
      if (share < LEAST_SHARE) return 0;
      const aim =
        share >= 1 || seen.count >= horizon ? 2 * SLOPE : stakeAt(tableOf(seen.count), Math.log(share));
      const stake = bearable(
        Math.min(aim, MOST_STAKE),
        (side * seen.skewness) / rootHorizon,
        (TAIL_SHARE * seen.kurtosis) / horizon,
      );
      return stake / (Math.sqrt(seen.variance) * rootHorizon);
    },
  };
}

/** Tables by horizon and values seen; they depend on nothing else, and take most of the time. */
const known = new Map<number, Map<number, StepTable>>();
const MOST_HORIZONS = 8;

function tablesOf(horizon: number): Map<number, StepTable> {
  const found = known.get(horizon);
  if (found !== undefined) return found;
  if (known.size >= MOST_HORIZONS) known.clear();
  const made = new Map<number, StepTable>();
  known.set(horizon, made);
  return made;
}

function stepTable(timeLeft: number): StepTable {
  const logShares = new Float64Array(KNOTS);
  const stakes = new Float64Array(KNOTS);
  const root = Math.sqrt(timeLeft);
  for (let knot = 0; knot < KNOTS; knot++) {
    const distance = knot * KNOT_STEP * root;
    const chance = crossingChance(distance, SLOPE, timeLeft);
    logShares[knot] = Math.log(chance);
    stakes[knot] = crossingSlope(distance, SLOPE, timeLeft) / chance;
  }
  return { logShares, stakes };
}

/** Linear between the knots around a share; the shares fall from knot to knot. */
function stakeAt({ logShares, stakes }: StepTable, logShare: number): number {
  let [near, far] = [0, KNOTS - 1];
  if (logShare <= (logShares[far] as number)) return stakes[far] as number;
  while (far - near > 1) {
    const middle = (near + far) >> 1;
    if ((logShares[middle] as number) > logShare) near = middle;
    else far = middle;
  }
  const [from, to] = [logShares[near] as number, logShares[far] as number];
  const part = (from - logShare) / (from - to);
  return (stakes[near] as number) * (1 - part) + (stakes[far] as number) * part;
}

/** The root of b + cubic·b³ − square·b² = aim, which rises where kurtosis ≥ skewness² as it must. */
function bearable(aim: number, square: number, cubic: number): number {
  let stake = aim;
  for (let step = 0; step < NEWTON_STEPS; step++) {
    const rise = 1 + 3 * cubic * stake * stake - 2 * square * stake;
    const move = (stake + cubic * stake ** 3 - square * stake * stake - aim) / rise;
    stake -= move;
    if (Math.abs(move) < 1e-9) break;
  }
  return Math.max(0, stake);
}
