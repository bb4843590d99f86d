import { solvePositiveDefinite } from "../regression/cholesky.js";
import type { BattleDesign } from "./battle-design.js";

/** What a sandwich is made from: a design at parameters that need not be its own optimum. */
export interface SandwichInput {
  readonly design: BattleDesign;
  readonly parameters: Float64Array;
  /** Lower triangle of the Hessian, row by row. */
  readonly hessian: Float64Array;
  /** {@link surprisesOf} these, where several figures need them. */
  readonly surprises?: Float64Array;
}

/** Weight · (share − chance) of every row: what a score multiplies its x with. */
export function surprisesOf({
  design,
  parameters,
}: Pick<SandwichInput, "design" | "parameters">): Float64Array {
  const { share, weight } = design.rows;
  const surprises = new Float64Array(share.length);
  for (let row = 0; row < share.length; row++)
    surprises[row] = (weight[row] as number) * ((share[row] as number) - design.chance(row, parameters));
  return surprises;
}

/** How far each cluster moves a figure, and H⁻¹ times the figure's gradient. */
export interface ClusterInfluences {
  readonly influences: Float64Array;
  readonly direction: Float64Array;
}

/**
 * How far each cluster moves a figure of the fit: the cluster's score times H⁻¹ times the figure's gradient (Huber 1967;
 * White 1982; clustered: Liang & Zeger 1986). The sum of squares is the figure's variance.
 *
 * @param figure derivative of the figure by each parameter.
 * @returns null where H cannot be inverted.
 */
export function clusterInfluences(
  { design, parameters, hessian, surprises = surprisesOf({ design, parameters }) }: SandwichInput,
  figure: Float64Array,
): ClusterInfluences | null {
  const direction = solvePositiveDefinite(hessian, figure);
  if (direction === undefined) return null;
  const { cluster, clusters } = design.rows;
  const influences = new Float64Array(clusters);
  for (let row = 0; row < surprises.length; row++)
    (influences[cluster[row] as number] as number) +=
      (surprises[row] as number) * design.along(row, direction);
  return { influences, direction };
}

/**
 * Standard error of a figure from its clusters' influences, with the factor C/(C − 1) for few clusters.
 * @returns null without influences, and below two clusters.
 */
export function standardErrorOf(found: ClusterInfluences | null): number | null {
  if (found === null) return null;
  const { influences } = found;
  const clusters = influences.length;
  if (clusters < 2) return null;
  const squares = influences.reduce((sum, value) => sum + value * value, 0);
  return Math.sqrt((clusters / (clusters - 1)) * squares);
}
