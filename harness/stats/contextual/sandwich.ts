import { solvePositiveDefinite } from "../regression/cholesky.js";
import type { BattleDesign } from "./battle-design.js";

/** What a sandwich is made from: a design at parameters that need not be its own optimum. */
export interface SandwichInput {
  readonly design: BattleDesign;
  readonly parameters: Float64Array;
  /** Lower triangle of the Hessian, row by row. */
  readonly hessian: Float64Array;
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
  { design, parameters, hessian }: SandwichInput,
  figure: Float64Array,
): ClusterInfluences | null {
  const direction = solvePositiveDefinite(hessian, figure);
  if (direction === undefined) return null;
  const { share, weight, cluster, clusters } = design.rows;
  const influences = new Float64Array(clusters);
  const chances = design.chances(parameters);
  for (let row = 0; row < chances.length; row++) {
    const at = cluster[row] ?? 0;
    const surprise = (weight[row] ?? 0) * ((share[row] ?? 0) - (chances[row] ?? 0));
    influences[at] = (influences[at] ?? 0) + surprise * design.along(row, direction);
  }
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
