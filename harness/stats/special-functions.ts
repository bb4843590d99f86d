/**
 * Incomplete gamma and beta functions, to about 1e-14 relative, from which the distributions are made.
 *
 * Both put their leading factor into Loader's saddle-point form (C. Loader 2000, "Fast and Accurate Computation of
 * Binomial Probabilities"): differences of log-gamma functions would lose a digit for every decade of the argument.
 */

/** Coefficients of Stirling's series B₂ₖ / (2k(2k−1)) for ln Γ, k = 1, 2, … */
const STIRLING_SERIES = [
  1 / 12,
  -1 / 360,
  1 / 1260,
  -1 / 1680,
  1 / 1188,
  -691 / 360360,
  1 / 156,
  -3617 / 122400,
] as const;
const SMALLEST_FOR_SERIES = 10;
const CONVERGED = 3e-16;
const TINY = 1e-300;
const MOST_STEPS = 1_000_000;

/** A probability and its complement; each accurate in relative terms where it is the smaller one. */
export interface Tails {
  /** Mass below the argument. */
  readonly lower: number;
  /** Mass above the argument. */
  readonly upper: number;
}

/**
 * Error of Stirling's formula, ln Γ(x+1) − (½ ln 2πx + x ln x − x), for x > 0 (Loader's δ). Below 10 the recurrence
 * δ(x) = δ(x+1) + (x+½) ln(1+1/x) − 1 moves the argument up to where the series is exact.
 */
export function stirlingError(x: number): number {
  let shifted = x;
  let sum = 0;
  for (; shifted < SMALLEST_FOR_SERIES; shifted++) sum += (shifted + 0.5) * Math.log1p(1 / shifted) - 1;
  const inverseSquare = 1 / (shifted * shifted);
  let series = 0;
  for (let k = STIRLING_SERIES.length - 1; k >= 0; k--) {
    series = series * inverseSquare + (STIRLING_SERIES[k] as number);
  }
  return sum + series / shifted;
}

/** Half the deviance x ln(x/m) + m − x, for x, m > 0, without cancellation where x is near m (Loader's bd0). */
function devianceTerm(x: number, mean: number): number {
  const gap = x - mean;
  if (Math.abs(gap) >= 0.1 * (x + mean)) return x * Math.log(x / mean) - gap;
  const ratio = gap / (x + mean);
  let sum = gap * ratio;
  let power = 2 * x * ratio;
  for (let k = 3; ; k += 2) {
    power *= ratio * ratio;
    const next = sum + power / k;
    if (next === sum) return next;
    sum = next;
  }
}

/** x^a e^−x / Γ(a+1) for a, x > 0. */
function gammaFront(a: number, x: number): number {
  return Math.exp(-stirlingError(a) - devianceTerm(a, x)) / Math.sqrt(2 * Math.PI * a);
}

/**
 * Regularised incomplete gamma functions P(a, x) = lower and Q(a, x) = upper, for a > 0 and x ≥ 0 (series below
 * a + 1, Lentz's continued fraction above; Press et al., Numerical Recipes, section 6.2).
 */
export function incompleteGamma(a: number, x: number): Tails {
  if (x === 0) return { lower: 0, upper: 1 };
  if (x === Number.POSITIVE_INFINITY) return { lower: 1, upper: 0 };
  if (x < a + 1) {
    let term = 1;
    let sum = 1;
    for (let n = 1; term > sum * 1e-17 && n < MOST_STEPS; n++) {
      term *= x / (a + n);
      sum += term;
    }
    const lower = Math.min(1, gammaFront(a, x) * sum);
    return { lower, upper: 1 - lower };
  }
  let b = x + 1 - a;
  let c = 1 / TINY;
  let d = 1 / b;
  let fraction = d;
  for (let n = 1; n < MOST_STEPS; n++) {
    const numerator = -n * (n - a);
    b += 2;
    d = 1 / keepFromZero(numerator * d + b);
    c = keepFromZero(b + numerator / c);
    const factor = c * d;
    fraction *= factor;
    if (Math.abs(factor - 1) < CONVERGED) break;
  }
  const upper = gammaFront(a, x) * a * fraction;
  return { lower: 1 - upper, upper };
}

/** x^a y^b / B(a, b) for a, b, x, y > 0 and x + y = 1: both the front of I_x(a, b) and x·y times its derivative. */
export function betaFront(a: number, b: number, x: number, y: number): number {
  const n = a + b;
  const exponent =
    stirlingError(n) - stirlingError(a) - stirlingError(b) - devianceTerm(a, n * x) - devianceTerm(b, n * y);
  return Math.sqrt((a * b) / (2 * Math.PI * n)) * Math.exp(exponent);
}

/**
 * Regularised incomplete beta function I_x(a, b) = lower and 1 − I_x(a, b) = upper, for a, b > 0 and x in [0, 1].
 * Pass y = 1 − x where it is known better than by subtraction. The continued fraction is taken on the side where
 * it converges fast.
 */
export function incompleteBeta(a: number, b: number, x: number, y = 1 - x): Tails {
  if (x <= 0) return { lower: 0, upper: 1 };
  if (y <= 0) return { lower: 1, upper: 0 };
  const front = betaFront(a, b, x, y);
  if (x < (a + 1) / (a + b + 2)) {
    const lower = Math.min(1, front * betaFraction(a, b, x, y));
    return { lower, upper: 1 - lower };
  }
  const upper = Math.min(1, front * betaFraction(b, a, y, x));
  return { lower: 1 - upper, upper };
}

/**
 * The continued fraction of DiDonato and Morris 1992 (ACM TOMS algorithm 708): its terms hold a·y − b·x instead of
 * 1 − (a+b)x/(a+1), which for a = 5e5 would cancel five digits.
 */
function betaFraction(a: number, b: number, x: number, y: number): number {
  const skew = a * y - b * x + 1;
  let fraction = keepFromZero((a * skew) / (a + 1));
  let c = fraction;
  let d = 0;
  for (let m = 1; m < MOST_STEPS; m++) {
    const ahead = a + 2 * m - 1;
    const numerator = ((a + m - 1) / ahead) * ((a + b + m - 1) / ahead) * m * (b - m) * x * x;
    const denominator = m + (m * (b - m) * x) / ahead + ((a + m) * (skew + m * (1 + y))) / (ahead + 2);
    d = 1 / keepFromZero(denominator + numerator * d);
    c = keepFromZero(denominator + numerator / c);
    const factor = c * d;
    fraction *= factor;
    if (Math.abs(factor - 1) < CONVERGED) break;
  }
  return 1 / fraction;
}

function keepFromZero(value: number): number {
  return Math.abs(value) < TINY ? TINY : value;
}
