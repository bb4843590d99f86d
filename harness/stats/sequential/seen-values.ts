/** What is known of the values seen so far; all that a bet on the next one may depend on. */
export interface SeenValues {
  readonly count: number;
  readonly mean: number;
  readonly variance: number;
  /** Of the standardised values. */
  readonly skewness: number;
  readonly kurtosis: number;
}

/** What is believed before the first value, and how many values that belief weighs. */
export interface PriorBelief {
  readonly mean: number;
  readonly variance: number;
  /** Values that the belief counts as; above 0. */
  readonly weight: number;
  /** Of the standardised values; default 3, as of a normal distribution. */
  readonly kurtosis?: number;
}

/**
 * Moments of values between 0 and 1, drawn towards a prior belief. Each deviation is taken from the mean that holds the
 * value itself, as in the regularised variance of Waudby-Smith & Ramdas (2024, eq. 14): it never has to be revised.
 */
export class SeenMoments implements SeenValues {
  count = 0;
  private sum = 0;
  private squares = 0;
  private cubes = 0;
  private fourths = 0;

  constructor(private readonly prior: PriorBelief) {}

  add(value: number): void {
    this.sum += value;
    this.count++;
    const deviation = value - this.mean;
    const square = deviation * deviation;
    this.squares += square;
    this.cubes += square * deviation;
    this.fourths += square * square;
  }

  /** Sum of the values, without the belief. */
  get total(): number {
    return this.sum;
  }

  get mean(): number {
    const { mean, weight } = this.prior;
    return Math.min(1, (weight * mean + this.sum) / (this.count + weight));
  }

  get variance(): number {
    const { variance, weight } = this.prior;
    return (weight * variance + this.squares) / (this.count + weight);
  }

  get skewness(): number {
    return this.cubes / (this.count + this.prior.weight) / this.variance ** 1.5;
  }

  get kurtosis(): number {
    const { variance, weight, kurtosis = 3 } = this.prior;
    return (kurtosis * weight * variance ** 2 + this.fourths) / (this.count + weight) / this.variance ** 2;
  }
}
