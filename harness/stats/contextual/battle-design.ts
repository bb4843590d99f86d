/** Battles with features of the two sides, as typed arrays: what a contextual Bradley–Terry fit sees. */
export interface ContextualRows {
  readonly models: number;
  /** Position of the model that a row's outcome and features are seen from; −1 for none. */
  readonly first: Int32Array;
  /** Position of its opponent; −1 for none. */
  readonly second: Int32Array;
  /** Share of the win that went to the first model, 0 to 1. */
  readonly share: Float64Array;
  /** How often a row counts. */
  readonly weight: Float64Array;
  /** Columns of features, one entry per row, seen from the first model. */
  readonly features: readonly Float64Array[];
  /** What is known to stand in a row's log-odds besides: style under a frozen reference. */
  readonly offset?: Float64Array;
  /** Cluster of each row, from 0. */
  readonly cluster: Int32Array;
  readonly clusters: number;
}

/** Which terms of a design are free, and what pulls them to 0. */
export interface DesignOptions {
  /** Position of the model whose strength is held at 0; left out: none, as with a penalty on all of them. */
  readonly held?: number;
  /** ½·models·‖strengths‖² + ½·features·‖coefficients‖² is added to the loss; default none. */
  readonly ridge?: { readonly models: number; readonly features: number };
}

/**
 * The design of a contextual Bradley–Terry model, logit P(first wins) = θ_first − θ_second + γ·x + offset, with its loss
 * Σ w·H(share, P) + ridge. Parameters are the free strengths, then the coefficients.
 */
export class BattleDesign {
  /** Free parameters. */
  readonly order: number;
  /** Parameter of each model's strength; −1 for the one that is held. */
  readonly columnOf: Int32Array;
  /** Parameter of the first coefficient. */
  readonly firstFeature: number;
  /** Parameters of a row's two strengths, and its features one after the other: what every pass reads. */
  private readonly ahead: Int32Array;
  private readonly behind: Int32Array;
  private readonly cells: Float64Array;

  constructor(
    readonly rows: ContextualRows,
    readonly options: DesignOptions = {},
  ) {
    const { held = -1 } = options;
    this.columnOf = Int32Array.from({ length: rows.models }, (_, model) =>
      model === held ? -1 : held >= 0 && model > held ? model - 1 : model,
    );
    this.firstFeature = held >= 0 ? rows.models - 1 : rows.models;
    this.order = this.firstFeature + rows.features.length;
    this.ahead = rows.first.map((model) => this.column(model));
    this.behind = rows.second.map((model) => this.column(model));
    const width = rows.features.length;
    this.cells = new Float64Array(rows.share.length * width);
    rows.features.forEach((values, index) => {
      for (let row = 0; row < values.length; row++) this.cells[row * width + index] = values[row] as number;
    });
  }

  /** Parameter of a model's strength; −1 for the one that is held, and for none. */
  column(model: number): number {
    return model < 0 ? -1 : (this.columnOf[model] ?? -1);
  }

  /** How a row's log-odds change with the parameters: xᵀv. */
  along(row: number, direction: Float64Array): number {
    const a = this.ahead[row] as number;
    const b = this.behind[row] as number;
    let sum = 0;
    if (a >= 0) sum += direction[a] as number;
    if (b >= 0) sum -= direction[b] as number;
    const width = this.order - this.firstFeature;
    const start = row * width;
    for (let index = 0; index < width; index++)
      sum += (direction[this.firstFeature + index] as number) * (this.cells[start + index] as number);
    return sum;
  }

  /** P(first wins) of a row. */
  chance(row: number, parameters: Float64Array): number {
    return 1 / (1 + Math.exp(-this.along(row, parameters) - (this.rows.offset?.[row] ?? 0)));
  }

  /** P(first wins) of every row. */
  chances(parameters: Float64Array): Float64Array {
    return this.rows.share.map((_, row) => this.chance(row, parameters));
  }

  /** The ridge's factor at a parameter. */
  ridgeAt(parameter: number): number {
    const { ridge } = this.options;
    return (parameter < this.firstFeature ? ridge?.models : ridge?.features) ?? 0;
  }

  /** The negative gradient of the loss and the lower triangle of its Hessian, written into the arrays given. */
  derivatives(parameters: Float64Array, gradient: Float64Array, hessian: Float64Array): void {
    const { share, weight } = this.rows;
    const { order } = this;
    gradient.fill(0);
    hessian.fill(0);
    for (let row = 0; row < weight.length; row++) {
      const times = weight[row] ?? 0;
      if (times === 0) continue;
      const chance = this.chance(row, parameters);
      this.addGradient(row, times * ((share[row] ?? 0) - chance), gradient, 0);
      this.addProducts(row, times * chance * (1 - chance), hessian);
    }
    for (let index = 0; index < order; index++) {
      const factor = this.ridgeAt(index);
      gradient[index] = (gradient[index] ?? 0) - factor * (parameters[index] ?? 0);
      hessian[index * order + index] = (hessian[index * order + index] ?? 0) + factor;
    }
  }

  /** Adds factor·x of a row to an array of parameters that begins at `start`. */
  addGradient(row: number, factor: number, target: Float64Array, start: number): void {
    const a = this.ahead[row] as number;
    const b = this.behind[row] as number;
    if (a >= 0) (target[start + a] as number) += factor;
    if (b >= 0) (target[start + b] as number) -= factor;
    const width = this.order - this.firstFeature;
    const from = row * width;
    const at = start + this.firstFeature;
    for (let index = 0; index < width; index++)
      (target[at + index] as number) += factor * (this.cells[from + index] as number);
  }

  /** Adds factor·x·xᵀ of a row to the lower triangle of a matrix, row by row. */
  private addProducts(row: number, factor: number, target: Float64Array): void {
    const { order, firstFeature, cells } = this;
    const a = this.ahead[row] as number;
    const b = this.behind[row] as number;
    if (a >= 0) (target[a * order + a] as number) += factor;
    if (b >= 0) (target[b * order + b] as number) += factor;
    if (a >= 0 && b >= 0) (target[a > b ? a * order + b : b * order + a] as number) -= factor;
    const width = order - firstFeature;
    const from = row * width;
    for (let index = 0; index < width; index++) {
      const value = factor * (cells[from + index] as number);
      const at = (firstFeature + index) * order;
      if (a >= 0) (target[at + a] as number) += value;
      if (b >= 0) (target[at + b] as number) -= value;
      for (let other = 0; other <= index; other++)
        (target[at + firstFeature + other] as number) += value * (cells[from + other] as number);
    }
  }

  /** Calls back with each entry of the lower triangle of a row's x·xᵀ that is not 0 by its place. */
  eachProduct(row: number, add: (i: number, j: number, product: number) => void): void {
    const a = this.ahead[row] as number;
    const b = this.behind[row] as number;
    if (a >= 0) add(a, a, 1);
    if (b >= 0) add(b, b, 1);
    if (a >= 0 && b >= 0) add(Math.max(a, b), Math.min(a, b), -1);
    const width = this.order - this.firstFeature;
    for (let index = 0; index < width; index++) {
      const value = this.cells[row * width + index] as number;
      const at = this.firstFeature + index;
      if (a >= 0) add(at, a, value);
      if (b >= 0) add(at, b, -value);
      for (let other = 0; other <= index; other++)
        add(at, this.firstFeature + other, value * (this.cells[row * width + other] as number));
    }
  }
}
