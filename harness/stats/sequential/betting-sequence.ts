import type { ValueScale } from "../bounded-mean.js";
import type { Bets } from "./bets.js";
import { betOnBlock, type Candidate, type Capital, startingCapital } from "./capital.js";
import { SeenMoments } from "./seen-values.js";

/** What a betting confidence sequence is made for. */
export interface BettingOptions {
  /** Ends of the values; they are brought to 0–1 for the bets. */
  readonly scale: ValueScale;
  /** Error that both sides together may make, 0–1, such as 0.05. */
  readonly alpha: number;
  readonly bets: Bets;
  /** Size of the population that is drawn from without replacement; left out for one without end. */
  readonly population?: number | undefined;
  /** Steps of the grid of candidate means; default 400. 0 for the limit alone. */
  readonly steps?: number;
  /** A candidate of interest, which is tested exactly and not on the grid. */
  readonly limit?: number | undefined;
}

const DEFAULT_STEPS = 400;
/** Beyond the scale by rounding. */
const SLACK = 1e-9;

/** A candidate mean, the capital against it, and which of the two ever reached the goal: that stays, whatever follows. */
interface GridPoint {
  readonly candidate: Candidate;
  readonly capital: Capital;
  isBelowMean: boolean;
  isAboveMean: boolean;
}

/**
 * A confidence sequence for the mean of bounded values by betting (Waudby-Smith & Ramdas 2024): at every moment the means
 * that no bet has made rich against. The true mean lies in all of its intervals at once with a chance of 1 − alpha,
 * whoever looks whenever and stops for whatever reason.
 */
export class BettingSequence {
  private readonly seen: SeenMoments;
  private readonly grid: GridPoint[];
  private readonly atLimit: GridPoint | undefined;
  private lowIndex = 0;
  private highIndex: number;

  constructor(private readonly options: BettingOptions) {
    const steps = options.steps ?? DEFAULT_STEPS;
    const { population, limit } = options;
    const point = (mean: number): GridPoint => ({
      candidate: { mean, population },
      capital: startingCapital(),
      isBelowMean: false,
      isAboveMean: false,
    });
    this.seen = new SeenMoments(options.bets.prior);
    this.grid = steps === 0 ? [] : Array.from({ length: steps + 1 }, (_, index) => point(index / steps));
    this.highIndex = steps;
    const unit = limit === undefined ? undefined : this.toUnit(limit);
    this.atLimit = unit === undefined || unit < 0 || unit > 1 ? undefined : point(unit);
  }

  /** Values seen. */
  get count(): number {
    return this.seen.count;
  }

  /** Mean of the values seen; null before the first. */
  get estimate(): number | null {
    return this.seen.count === 0 ? null : this.fromUnit(this.seen.total / this.seen.count);
  }

  /** The capital against the limit; undefined without one on the scale. */
  get capital(): Readonly<Capital> | undefined {
    return this.atLimit?.capital;
  }

  /** What the capital of one side has to reach: 2/alpha, as each side starts with half of the stake. */
  get goal(): number {
    return 2 / this.options.alpha;
  }

  /**
   * Takes a block of values in: one value, or a block that holds every category in proportion.
   * @throws RangeError for a value outside the scale.
   */
  add(block: readonly number[]): void {
    const values = block.map((value) => this.checked(value));
    const { seen, options } = this;
    for (const one of this.openPoints()) {
      betOnBlock(one.capital, one.candidate, values, seen, options.bets);
      one.isBelowMean ||= one.capital.above >= this.goal;
      one.isAboveMean ||= one.capital.below >= this.goal;
    }
    for (const value of values) this.seen.add(value);
    this.closeIn();
  }

  /** The interval now: never wider than before, never empty. */
  interval(): ValueScale {
    const steps = this.grid.length - 1;
    const { population } = this.options;
    const { atLimit } = this;
    let low = steps < 0 ? 0 : Math.max(0, (this.lowIndex - 1) / steps);
    let high = steps < 0 ? 1 : Math.min(1, (this.highIndex + 1) / steps);
    if (atLimit !== undefined && steps > 0) {
      // The limit is tested exactly: between two candidates of the grid a bound lies on the side that it says.
      const { mean } = atLimit.candidate;
      if (atLimit.isBelowMean && this.lowIndex / steps >= mean) low = Math.max(low, mean);
      if (atLimit.isAboveMean && this.highIndex / steps <= mean) high = Math.min(high, mean);
    }
    if (population !== undefined) {
      // What was drawn is known; only the rest can lie anywhere.
      low = Math.max(low, this.seen.total / population);
      high = Math.min(high, (this.seen.total + population - this.seen.count) / population);
    }
    return { low: this.fromUnit(low), high: this.fromUnit(high) };
  }

  private openPoints(): GridPoint[] {
    const open = this.grid.slice(this.lowIndex, this.highIndex + 1);
    return this.atLimit === undefined ? open : [...open, this.atLimit];
  }

  /** Moves both ends over what is excluded; the last candidate stays, since something has to be the mean. */
  private closeIn(): void {
    while (this.lowIndex < this.highIndex && this.grid[this.lowIndex]?.isBelowMean === true) this.lowIndex++;
    while (this.lowIndex < this.highIndex && this.grid[this.highIndex]?.isAboveMean === true)
      this.highIndex--;
  }

  private checked(value: number): number {
    const unit = this.toUnit(value);
    if (!(unit >= -SLACK && unit <= 1 + SLACK)) {
      const { low, high } = this.options.scale;
      throw new RangeError(`the value ${value} lies outside its scale from ${low} to ${high}`);
    }
    return Math.min(1, Math.max(0, unit));
  }

  private toUnit(value: number): number {
    const { low, high } = this.options.scale;
    return (value - low) / (high - low);
  }

  private fromUnit(value: number): number {
    const { low, high } = this.options.scale;
    return low + value * (high - low);
  }
}
