import { solvePositiveDefinite } from "../regression/cholesky.js";
import type { ArenaOptions } from "./arena-options.js";
import type { RatedRows } from "./arena-rows.js";
import { BattleDesign } from "./battle-design.js";
import { clusterInfluences, type SandwichInput, surprisesOf } from "./sandwich.js";

/** arena-rank's `hessian_reg`. */
const HESSIAN_RIDGE = 1e-5;

/**
 * Variances of the log-strengths, by the package's sandwich.
 * @returns null where the Hessian cannot be inverted.
 */
export function sandwichVariances(
  { rows, battles, squares }: RatedRows,
  strengths: Float64Array,
  coefficients: Float64Array,
  options: ArenaOptions,
): Float64Array | null {
  const isContextual = coefficients.length > 0;
  const ridge = HESSIAN_RIDGE * (options.reweighted === true && !isContextual ? 1 : battles);
  const design = new BattleDesign(rows, { ridge: { models: ridge, features: ridge } });
  const mean = strengths.reduce((sum, one) => sum + one, 0) / strengths.length;
  const parameters = Float64Array.from([...strengths.map((one) => one - mean), ...coefficients]);
  const hessian = new Float64Array(design.order ** 2);
  design.derivatives(parameters, new Float64Array(design.order), hessian);
  const input = { design, parameters, hessian };
  const spreadOf = squares === null ? overClusters(input) : overBattles(input, squares);
  // Where coefficients are penalised, the gradients' outer products are about the penalty's share of their sum.
  const share = isContextual ? (options.ridge ?? 1) : 0;
  const variances = new Float64Array(rows.models);
  for (let model = 0; model < rows.models; model++) {
    const figure = new Float64Array(design.order);
    figure[model] = 1;
    const spread = spreadOf(figure);
    if (spread === null) return null;
    const pulled = coefficients.reduce(
      (sum, value, index) => sum + value * (spread.direction[design.firstFeature + index] ?? 0),
      0,
    );
    variances[model] = spread.variance - (share * pulled) ** 2;
  }
  return variances;
}

/** The variance dᵀGd of a figure, d being H⁻¹ times its gradient. */
interface Spread {
  readonly variance: number;
  readonly direction: Float64Array;
}

function overClusters(input: SandwichInput): (figure: Float64Array) => Spread | null {
  const surprises = surprisesOf(input);
  return (figure) => {
    const found = clusterInfluences({ ...input, surprises }, figure);
    if (found === null) return null;
    const { influences, direction } = found;
    return { variance: influences.reduce((sum, value) => sum + value * value, 0), direction };
  };
}

/** Every battle stands for itself, so that rows of several battles count the sum of their squares. */
function overBattles(
  { design, parameters, hessian }: SandwichInput,
  [ones, won, wonSquared]: NonNullable<RatedRows["squares"]>,
): (figure: Float64Array) => Spread | null {
  const squares = new Float64Array(ones.length);
  for (let row = 0; row < squares.length; row++) {
    const chance = design.chance(row, parameters);
    squares[row] =
      (wonSquared[row] as number) - chance * (2 * (won[row] as number) - chance * (ones[row] as number));
  }
  return (figure) => {
    const direction = solvePositiveDefinite(hessian, figure);
    if (direction === undefined) return null;
    let variance = 0;
    for (let row = 0; row < squares.length; row++)
      variance += (squares[row] as number) * design.along(row, direction) ** 2;
    return { variance, direction };
  };
}
