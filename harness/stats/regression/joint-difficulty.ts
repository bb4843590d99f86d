import { countOf } from "../../core/count-of.js";
import { requireSameLength } from "../estimate.js";
import { solvePositiveDefinite } from "./cholesky.js";

const MAX_STEPS = 100;
/** Keeps a model that wins or loses everything at a finite strength. */
const MODEL_PENALTY = 0.01;

/** One model's verdicts on the common questions. */
export interface DifficultyModelRows {
  /** Preference for the model per question, 0 to 1; null or NaN where there is no verdict. */
  readonly preferences: ArrayLike<number | null>;
  /** The length feature per question, such as tanh(Δ/sd(Δ)); read only where there is a verdict. */
  readonly lengths: ArrayLike<number>;
}

/** Difficulties estimated from several models at once, to be kept and used for every later model. */
export interface FittedDifficulties {
  /** γ per question; positive where models do better against the baseline. 0 for a question without a verdict. */
  readonly difficulties: Float64Array;
  /** Models they were estimated from. */
  readonly models: number;
  /** Verdicts they were estimated from. */
  readonly verdicts: number;
  /** Largest entry of the objective's gradient at the end. */
  readonly residual: number;
}

/** Settings of {@link fitDifficulties}. */
export interface DifficultyOptions {
  /** Penalty λ of ½λΣγ²: a normal prior of variance 1/λ on each γ. Default 1. */
  readonly penalty?: number;
}

/**
 * Estimates how hard each question is from all models at once: logit P(model m preferred on question i) =
 * θ_m + φ_m·length + γ_i, the joint first stage of Dubois et al. 2024 (arXiv 2404.04475, section 3.2), in which every
 * model's weight ψ on γ is fixed at 1. Penalised maximum likelihood: a standard normal prior on γ stands in for the many
 * models of the published fit, so that a few models and unanimous questions give finite figures. Newton's method on
 * everything at once, the questions eliminated first.
 *
 * Fit once, keep the figures, and pass them to every later length-controlled fit: a new model then moves nobody
 * else's. With fewer than some five models the difficulties mostly repeat those models' own verdicts.
 *
 * @throws RangeError for fewer than two models or arrays of different length
 */
export function fitDifficulties(
  models: readonly DifficultyModelRows[],
  options: DifficultyOptions = {},
): FittedDifficulties {
  if (models.length < 2)
    throw new RangeError(`difficulties: ${countOf(models.length, "model")} cannot be compared; give two`);
  const data = new JointRows(models, options.penalty ?? 1);
  let state = data.start();
  let value = data.objective(state);
  let residual = Number.POSITIVE_INFINITY;
  for (let step = 0; step < MAX_STEPS; step++) {
    const newton = data.newtonStep(state);
    residual = newton.residual;
    if (residual <= 1e-9) break;
    // Near the optimum the objective moves by less than its rounding; full steps are right there.
    const allowed = value + 1e-13 * Math.abs(value);
    let share = 1;
    let next = data.move(state, newton, share);
    let nextValue = data.objective(next);
    while (nextValue > allowed && share > 1e-8) {
      share /= 2;
      next = data.move(state, newton, share);
      nextValue = data.objective(next);
    }
    if (nextValue > allowed) break;
    state = next;
    value = nextValue;
  }
  return {
    difficulties: state.difficulties,
    models: models.length,
    verdicts: data.verdicts,
    residual,
  };
}

/** θ and φ of each model side by side, and γ of each question. */
interface State {
  readonly strengths: Float64Array;
  readonly difficulties: Float64Array;
}

interface Step extends State {
  readonly residual: number;
}

class JointRows {
  readonly verdicts: number;
  private readonly modelCount: number;
  private readonly questionCount: number;
  private readonly penalty: number;
  /** Verdicts by question: row bounds, then model, preference and length of each. */
  private readonly starts: Int32Array;
  private readonly models: Int32Array;
  private readonly preferences: Float64Array;
  private readonly lengths: Float64Array;

  constructor(models: readonly DifficultyModelRows[], penalty: number) {
    this.modelCount = models.length;
    this.questionCount = models[0]?.preferences.length ?? 0;
    this.penalty = penalty;
    const entries: Array<{ model: number; preference: number; length: number }> = [];
    this.starts = new Int32Array(this.questionCount + 1);
    for (const rows of models) {
      requireSameLength("difficulties: preferences of two models", rows.preferences, {
        length: this.questionCount,
      });
      requireSameLength("difficulties: lengths and preferences", rows.lengths, rows.preferences);
    }
    for (let question = 0; question < this.questionCount; question++) {
      for (const [model, rows] of models.entries()) {
        const preference = rows.preferences[question] ?? Number.NaN;
        if (!Number.isNaN(preference))
          entries.push({ model, preference, length: rows.lengths[question] ?? 0 });
      }
      this.starts[question + 1] = entries.length;
    }
    this.verdicts = entries.length;
    this.models = Int32Array.from(entries, (entry) => entry.model);
    this.preferences = Float64Array.from(entries, (entry) => entry.preference);
    this.lengths = Float64Array.from(entries, (entry) => entry.length);
  }

  start(): State {
    return {
      strengths: new Float64Array(2 * this.modelCount),
      difficulties: new Float64Array(this.questionCount),
    };
  }

  move(state: State, step: State, share: number): State {
    const shift = (from: Float64Array, by: Float64Array) =>
      from.map((value, i) => value + share * (by[i] ?? 0));
    return {
      strengths: shift(state.strengths, step.strengths),
      difficulties: shift(state.difficulties, step.difficulties),
    };
  }

  objective(state: State): number {
    let sum = 0;
    for (let question = 0; question < this.questionCount; question++) {
      for (let row = this.starts[question] ?? 0; row < (this.starts[question + 1] ?? 0); row++) {
        const score = this.score(state, question, row);
        sum +=
          Math.max(score, 0) + Math.log1p(Math.exp(-Math.abs(score))) - (this.preferences[row] ?? 0) * score;
      }
    }
    const squares = (values: Float64Array) => values.reduce((total, value) => total + value * value, 0);
    return sum + (this.penalty * squares(state.difficulties) + MODEL_PENALTY * squares(state.strengths)) / 2;
  }

  /** The Newton step; `residual` is the largest entry of the gradient where it starts. */
  newtonStep(state: State): Step {
    const order = state.strengths.length;
    const gradient = state.strengths.map((value) => MODEL_PENALTY * value);
    const matrix = new Float64Array(order * order);
    for (let index = 0; index < order; index++) matrix[index * order + index] = MODEL_PENALTY;
    const right = new Float64Array(order);
    const slopes = new Float64Array(this.questionCount);
    const links = new Float64Array(this.questionCount * order);
    const diagonals = new Float64Array(this.questionCount);
    for (let question = 0; question < this.questionCount; question++) {
      const link = links.subarray(question * order, (question + 1) * order);
      const own = this.accumulate(state, question, { gradient, matrix, link });
      slopes[question] = own.slope;
      diagonals[question] = own.diagonal;
      eliminate(matrix, right, link, own);
    }
    for (let index = 0; index < order; index++) right[index] = (right[index] ?? 0) - (gradient[index] ?? 0);
    const strengths = solvePositiveDefinite(matrix, right) ?? gradient.map((value) => -value);
    const difficulties = slopes.map((slope, question) => {
      let sum = -slope;
      for (let index = 0; index < order; index++)
        sum -= (links[question * order + index] ?? 0) * (strengths[index] ?? 0);
      return sum / (diagonals[question] ?? 1);
    });
    const largest = (values: Float64Array) =>
      values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    return { strengths, difficulties, residual: Math.max(largest(gradient), largest(slopes)) };
  }

  private score(state: State, question: number, row: number): number {
    const at = 2 * (this.models[row] ?? 0);
    const { strengths, difficulties } = state;
    return (
      (strengths[at] ?? 0) +
      (strengths[at + 1] ?? 0) * (this.lengths[row] ?? 0) +
      (difficulties[question] ?? 0)
    );
  }

  /** Adds one question's verdicts to the models' block; returns its own slope and curvature. */
  private accumulate(
    state: State,
    question: number,
    sums: { readonly gradient: Float64Array; readonly matrix: Float64Array; readonly link: Float64Array },
  ): { readonly slope: number; readonly diagonal: number } {
    const order = sums.gradient.length;
    let slope = this.penalty * (state.difficulties[question] ?? 0);
    let diagonal = this.penalty;
    for (let row = this.starts[question] ?? 0; row < (this.starts[question + 1] ?? 0); row++) {
      const chance = 1 / (1 + Math.exp(-this.score(state, question, row)));
      const pull = chance - (this.preferences[row] ?? 0);
      const weight = chance * (1 - chance);
      const length = this.lengths[row] ?? 0;
      const at = 2 * (this.models[row] ?? 0);
      slope += pull;
      diagonal += weight;
      add(sums.gradient, at, pull);
      add(sums.gradient, at + 1, pull * length);
      add(sums.link, at, weight);
      add(sums.link, at + 1, weight * length);
      add(sums.matrix, at * order + at, weight);
      add(sums.matrix, (at + 1) * order + at, weight * length);
      add(sums.matrix, (at + 1) * order + at + 1, weight * length * length);
    }
    return { slope, diagonal };
  }
}

/** Takes a question out of the system: the Schur complement, lower triangle only. */
function eliminate(
  matrix: Float64Array,
  right: Float64Array,
  link: Float64Array,
  own: { readonly slope: number; readonly diagonal: number },
): void {
  const order = right.length;
  for (let index = 0; index < order; index++) {
    const factor = (link[index] ?? 0) / own.diagonal;
    if (factor === 0) continue;
    add(right, index, factor * own.slope);
    for (let other = 0; other <= index; other++)
      add(matrix, index * order + other, -factor * (link[other] ?? 0));
  }
}

function add(values: Float64Array, index: number, amount: number): void {
  values[index] = (values[index] ?? 0) + amount;
}
