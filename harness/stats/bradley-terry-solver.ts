import { solvePositiveDefinite } from "./regression/cholesky.js";

/**
 * Largest Newton step, in log-strength, after which a fit counts as converged. The step itself is the measure, not the
 * gradient: a gradient that is small beside a million battles can be large for a model that fought ten.
 */
const LARGEST_LAST_STEP = 1e-10;
const MOST_STEPS = 500;

/**
 * Maximum-likelihood log-strengths of a strongly connected group, with the first one held at its start.
 *
 * Newton's method on the concave log-likelihood Σ wᵢⱼ ln σ(θᵢ − θⱼ), whose negative Hessian is the weighted Laplacian
 * of the comparison graph. Steps are damped by ln(1 + d)/d, with d the largest change of any difference, which makes
 * every step an ascent without a line search and tends to full steps near the maximum (Sun & Tran-Dinh 2019,
 * generalised self-concordant functions, case ν = 2).
 *
 * @param wins weighted wins, [i·models + j] of i over j.
 * @param group positions of the group's members.
 * @param start log-strengths to begin from, one per member; changed in place and returned.
 * @returns null where the battles are so lopsided (weights many orders of magnitude apart) that doubles cannot tell.
 */
export function solveBradleyTerry(
  wins: Float64Array,
  models: number,
  group: readonly number[],
  start: Float64Array,
): Float64Array | null {
  const size = group.length;
  if (size < 2) return start;
  const won = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      won[i * size + j] = wins[(group[i] as number) * models + (group[j] as number)] as number;
    }
  }
  const gradient = new Float64Array(size - 1);
  const laplacian = new Float64Array((size - 1) ** 2);
  for (let step = 0; step < MOST_STEPS; step++) {
    fillDerivatives(won, start, gradient, laplacian);
    const change = solvePositiveDefinite(laplacian, gradient);
    if (change === undefined) return null;
    // Steps converge quadratically, so that after a small one only rounding is left.
    if (applyDamped(start, change) <= LARGEST_LAST_STEP) return start;
  }
  return null;
}

/** Gradient and negative Hessian (lower triangle) without the first member, whose strength is held. */
function fillDerivatives(
  won: Float64Array,
  strengths: Float64Array,
  gradient: Float64Array,
  laplacian: Float64Array,
): void {
  const size = strengths.length;
  const free = size - 1;
  gradient.fill(0);
  laplacian.fill(0);
  for (let i = 1; i < size; i++) {
    const row = i - 1;
    for (let j = 0; j < i; j++) {
      const winsI = won[i * size + j] as number;
      const winsJ = won[j * size + i] as number;
      if (winsI === 0 && winsJ === 0) continue;
      const lead = (strengths[i] as number) - (strengths[j] as number);
      const small = Math.exp(-Math.abs(lead));
      // Both chances from the small side, so that neither is 1 minus something near 1.
      const chanceI = (lead >= 0 ? 1 : small) / (1 + small);
      const chanceJ = (lead >= 0 ? small : 1) / (1 + small);
      const surprise = winsI * chanceJ - winsJ * chanceI;
      const weight = (winsI + winsJ) * chanceI * chanceJ;
      gradient[row] = (gradient[row] as number) + surprise;
      laplacian[row * free + row] = (laplacian[row * free + row] as number) + weight;
      if (j === 0) continue;
      const column = j - 1;
      gradient[column] = (gradient[column] as number) - surprise;
      laplacian[column * free + column] = (laplacian[column * free + column] as number) + weight;
      laplacian[row * free + column] = -weight;
    }
  }
}

/**
 * Adds a step of the free members; the first member's is 0.
 * @returns the largest change of any difference between two members, before damping.
 */
function applyDamped(strengths: Float64Array, step: Float64Array): number {
  let lowest = 0;
  let highest = 0;
  for (const change of step) {
    lowest = Math.min(lowest, change);
    highest = Math.max(highest, change);
  }
  const largest = highest - lowest;
  const damping = largest < 1e-8 ? 1 : Math.log1p(largest) / largest;
  for (let i = 1; i < strengths.length; i++) {
    strengths[i] = (strengths[i] as number) + damping * (step[i - 1] as number);
  }
  return largest;
}
