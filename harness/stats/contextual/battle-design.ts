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
  }

  /** Parameter of a model's strength; −1 for the one that is held, and for none. */
  column(model: number): number {
    return model < 0 ? -1 : (this.columnOf[model] ?? -1);
  }

  /** How a row's log-odds change with the parameters: xᵀv. */
  along(row: number, direction: Float64Array): number {
    const { first, second, features } = this.rows;
    const [a, b] = [this.column(first[row] ?? -1), this.column(second[row] ?? -1)];
    let sum = (a < 0 ? 0 : (direction[a] ?? 0)) - (b < 0 ? 0 : (direction[b] ?? 0));
    for (let index = 0; index < features.length; index++)
      sum += (direction[this.firstFeature + index] ?? 0) * (features[index]?.[row] ?? 0);
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
      this.eachProduct(row, (i, j, product) => {
        const at = i * order + j;
        hessian[at] = (hessian[at] ?? 0) + times * chance * (1 - chance) * product;
      });
    }
    for (let index = 0; index < order; index++) {
      const factor = this.ridgeAt(index);
      gradient[index] = (gradient[index] ?? 0) - factor * (parameters[index] ?? 0);
      hessian[index * order + index] = (hessian[index * order + index] ?? 0) + factor;
    }
  }

  /** Adds factor·x of a row to an array of parameters that begins at `start`. */
  addGradient(row: number, factor: number, target: Float64Array, start: number): void {
    const { first, second, features } = this.rows;
    const [a, b] = [this.column(first[row] ?? -1), this.column(second[row] ?? -1)];
    if (a >= 0) target[start + a] = (target[start + a] ?? 0) + factor;
    if (b >= 0) target[start + b] = (target[start + b] ?? 0) - factor;
    for (let index = 0; index < features.length; index++) {
      const at = start + this.firstFeature + index;
      target[at] = (target[at] ?? 0) + factor * (features[index]?.[row] ?? 0);
    }
  }

  /** Calls back with each entry of the lower triangle of a row's x·xᵀ that is not 0 by its place. */
  eachProduct(row: number, add: (i: number, j: number, product: number) => void): void {
    const { first, second, features } = this.rows;
    const [a, b] = [this.column(first[row] ?? -1), this.column(second[row] ?? -1)];
    if (a >= 0) add(a, a, 1);
    if (b >= 0) add(b, b, 1);
    if (a >= 0 && b >= 0) add(Math.max(a, b), Math.min(a, b), -1);
    for (let index = 0; index < features.length; index++) {
      const value = features[index]?.[row] ?? 0;
      const at = this.firstFeature + index;
      if (a >= 0) add(at, a, value);
      if (b >= 0) add(at, b, -value);
      for (let other = 0; other <= index; other++)
        add(at, this.firstFeature + other, value * (features[other]?.[row] ?? 0));
    }
  }
}
