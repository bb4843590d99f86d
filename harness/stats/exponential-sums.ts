/** Steps of the trapezoid rule in u, where y = A·sinh u; its error falls as exp(−π²/2h). */
const STEP = 0.1;
/** Where the integrand has fallen to this share of its first value, the rest adds nothing to a double. */
const NEGLIGIBLE = 1e-17;
const MOST_NODES = 400;
/** Nodes whose products are made at once. */
const LANES = 4;
/** Of each node, with those behind the last that are made along with it. */
const [SINH, COSH] = [Math.sinh, Math.cosh].map((curve) =>
  Float64Array.from({ length: MOST_NODES + LANES }, (_, node) => curve(STEP * node)),
) as [Float64Array, Float64Array];
const NEWTON_STEPS = 60;
/** Products beyond this give their size to their logarithm. */
const LARGE = 1e100;

/** A sum Σ aⱼ·(E₁ + … + E_kⱼ) of independent standard exponential variables E. */
export interface ExponentialSum {
  /** a, of either sign. */
  readonly coefficients: Float64Array;
  /** k, how many variables share a coefficient. */
  readonly counts: Float64Array;
}

/**
 * P(Σ aⱼEⱼ > 0) for independent standard exponential variables, to about nine digits. From the moment generating
 * function e^{K(s)} = Π (1 − aⱼs)^{−kⱼ} by the inversion integral (1/2πi) ∫ e^{K(s)} ds/s along the vertical through the
 * saddle point (Daniels 1954, "Saddlepoint approximations in statistics"), evaluated by the trapezoid rule instead of
 * approximated. 805 different coefficients take a fraction of a millisecond.
 */
export function positiveShare(sum: ExponentialSum): number {
  const { coefficients } = sum;
  let [least, most] = [0, 0];
  for (const coefficient of coefficients) {
    if (coefficient < least) least = coefficient;
    if (coefficient > most) most = coefficient;
  }
  if (most <= 0) return 0;
  if (least >= 0) return 1;
  const saddle = saddlePoint(sum, 1 / least, 1 / most);
  if (saddle >= 0) return tailBeyondSaddle(sum, saddle, 1 / most);
  const mirrored = { ...sum, coefficients: coefficients.map((coefficient) => -coefficient) };
  return 1 - tailBeyondSaddle(mirrored, -saddle, -1 / least);
}

/** K′(s) = Σ k·a/(1 − as) and K″(s) = Σ k·(a/(1 − as))². */
function slopes({ coefficients, counts }: ExponentialSum, s: number): { first: number; second: number } {
  let [first, second] = [0, 0];
  for (let j = 0; j < coefficients.length; j++) {
    const a = coefficients[j] as number;
    const ratio = a / (1 - a * s);
    first += (counts[j] as number) * ratio;
    second += (counts[j] as number) * ratio * ratio;
  }
  return { first, second };
}

/** The s between the poles where K′ is 0, by Newton's method kept inside a shrinking bracket; three digits are plenty. */
function saddlePoint(sum: ExponentialSum, lowPole: number, highPole: number): number {
  let [low, high, s] = [lowPole, highPole, 0];
  for (let step = 0; step < NEWTON_STEPS; step++) {
    const { first, second } = slopes(sum, s);
    if (first === 0) return s;
    if (first > 0) high = s;
    else low = s;
    const next = s - first / second;
    const moved = next > low && next < high ? next : (low + high) / 2;
    if (Math.abs(moved - s) < 1e-3 / Math.sqrt(second)) return moved;
    s = moved;
  }
  return s;
}

/** P(Σ > 0) where it is the smaller tail: the saddle point lies at or above 0. */
function tailBeyondSaddle(sum: ExponentialSum, saddle: number, pole: number): number {
  // The integrand has a pole at 0 as well, so that the line keeps one standard deviation away from it.
  const spread = 1 / Math.sqrt(slopes(sum, saddle).second);
  const c = Math.min(Math.max(saddle, spread), (saddle + pole) / 2);
  const { coefficients, counts } = sum;
  let exponent = 0;
  const rates = new Float64Array(coefficients.length);
  for (let j = 0; j < rates.length; j++) {
    const factor = 1 - (coefficients[j] as number) * c;
    exponent -= (counts[j] as number) * Math.log(factor);
    rates[j] = (coefficients[j] as number) / factor;
  }
  const width = Math.min(c, pole - c);
  let total = width / c / 2;
  const share = () => (Math.exp(exponent) * STEP * total) / Math.PI;
  const shared = sharedOf(counts);
  for (let first = 1; first < MOST_NODES; first += LANES) {
    inverseProducts(rates, counts, shared, width, first);
    for (let node = first; node < first + LANES && node < MOST_NODES; node++) {
      const y = width * (SINH[node] as number);
      const { real, imaginary } = products[node - first] as Product;
      const jacobian = width * (COSH[node] as number);
      // Re[(r + i·m)/(c + iy)] = (r·c + m·y)/(c² + y²)
      total += (jacobian * (real * c + imaginary * y)) / (c * c + y * y);
      if (Math.hypot(real, imaginary) * jacobian < NEGLIGIBLE * Math.hypot(c, y)) return share();
    }
  }
  return share();
}

/** Where the coefficients stand that several variables share, and how many there are. */
function sharedOf(counts: Float64Array): Int32Array {
  let found = 0;
  const shared = new Int32Array(counts.length + 1);
  for (let j = 0; j < counts.length; j++) if (counts[j] !== 1) shared[found++] = j;
  // The end closes the last stretch of coefficients of one variable each.
  shared[found] = counts.length;
  return shared.subarray(0, found + 1);
}

/** A product of complex numbers: what is not in its logarithm yet. */
class Product {
  real = 1;
  imaginary = 0;
  logModulus = 0;
  angle = 0;

  reset(): void {
    this.real = 1;
    this.imaginary = 0;
    this.logModulus = 0;
    this.angle = 0;
  }

  /** Times (1 − i·part)^count. */
  multiply(part: number, count: number): void {
    this.logModulus += (count / 2) * Math.log1p(part * part);
    this.angle -= count * Math.atan(part);
  }

  /** Times 1 − i·y·b for a stretch of b; where it gets large its size goes into its logarithm. */
  multiplyEach(y: number, rates: Float64Array, start: number, end: number): void {
    for (let j = start; j < end; j++) {
      const part = y * (rates[j] as number);
      const kept = this.real;
      this.real += this.imaginary * part;
      this.imaginary -= kept * part;
      if (this.size > LARGE) this.shrink();
    }
  }

  get size(): number {
    return Math.abs(this.real) + Math.abs(this.imaginary);
  }

  /** Moves the size of the product into its logarithm. */
  private shrink(): void {
    const { size } = this;
    this.real /= size;
    this.imaginary /= size;
    this.logModulus += Math.log(size);
  }

  /** Its inverse in place of itself. */
  invert(): void {
    const logModulus = this.logModulus + Math.log(Math.hypot(this.real, this.imaginary));
    const angle = this.angle + Math.atan2(this.imaginary, this.real);
    const modulus = Math.exp(-logModulus);
    this.real = modulus * Math.cos(angle);
    this.imaginary = -modulus * Math.sin(angle);
  }
}

/** The products at {@link LANES} nodes, good until the next call of {@link inverseProducts}. */
const products = Array.from({ length: LANES }, () => new Product());

/** Π (1 − i·y·b)^{−k} at {@link LANES} nodes from the first on. */
function inverseProducts(
  rates: Float64Array,
  counts: Float64Array,
  shared: Int32Array,
  width: number,
  first: number,
): void {
  for (const product of products) product.reset();
  let start = 0;
  for (let place = 0; place < shared.length; place++) {
    const end = shared[place] as number;
    multiplyStretch(rates, start, end, width, first);
    if (end < rates.length) {
      for (let lane = 0; lane < LANES; lane++) {
        const y = width * (SINH[first + lane] as number);
        (products[lane] as Product).multiply(y * (rates[end] as number), counts[end] as number);
      }
    }
    start = end + 1;
  }
  for (const product of products) product.invert();
}

/**
 * Multiplies all products by a stretch of factors at once: each factor of a product waits for the one before, and the
 * other products fill the wait.
 */
function multiplyStretch(
  rates: Float64Array,
  start: number,
  end: number,
  width: number,
  first: number,
): void {
  if (start >= end) return;
  const [one, two, three, four] = products as [Product, Product, Product, Product];
  const y1 = width * (SINH[first] as number);
  const y2 = width * (SINH[first + 1] as number);
  const y3 = width * (SINH[first + 2] as number);
  const y4 = width * (SINH[first + 3] as number);
  let { real: real1, imaginary: imaginary1 } = one;
  let { real: real2, imaginary: imaginary2 } = two;
  let { real: real3, imaginary: imaginary3 } = three;
  let { real: real4, imaginary: imaginary4 } = four;
  for (let j = start; j < end; j++) {
    const rate = rates[j] as number;
    const part1 = y1 * rate;
    const kept1 = real1;
    real1 += imaginary1 * part1;
    imaginary1 -= kept1 * part1;
    const part2 = y2 * rate;
    const kept2 = real2;
    real2 += imaginary2 * part2;
    imaginary2 -= kept2 * part2;
    const part3 = y3 * rate;
    const kept3 = real3;
    real3 += imaginary3 * part3;
    imaginary3 -= kept3 * part3;
    const part4 = y4 * rate;
    const kept4 = real4;
    real4 += imaginary4 * part4;
    imaginary4 -= kept4 * part4;
  }
  // A factor never makes a product smaller, so that none was large on the way where all are well below at the end.
  const largest = Math.max(
    Math.abs(real1) + Math.abs(imaginary1),
    Math.abs(real2) + Math.abs(imaginary2),
    Math.abs(real3) + Math.abs(imaginary3),
    Math.abs(real4) + Math.abs(imaginary4),
  );
  if (!(largest <= LARGE / 2)) {
    one.multiplyEach(y1, rates, start, end);
    two.multiplyEach(y2, rates, start, end);
    three.multiplyEach(y3, rates, start, end);
    four.multiplyEach(y4, rates, start, end);
    return;
  }
  one.real = real1;
  one.imaginary = imaginary1;
  two.real = real2;
  two.imaginary = imaginary2;
  three.real = real3;
  three.imaginary = imaginary3;
  four.real = real4;
  four.imaginary = imaginary4;
}
