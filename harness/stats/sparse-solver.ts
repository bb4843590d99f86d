import type { MetPairs } from "./met-pairs.js";

const MOST_STEPS = 100;
/** The linear system of a Newton step is solved to this share of its right-hand side. */
const RESIDUAL = 1e-6;

/** The pairs of a group, models by their place in the group, and the derivatives of their log-likelihood. */
interface GroupPairs {
  readonly first: Int32Array;
  readonly second: Int32Array;
  readonly wins: Float64Array;
  readonly losses: Float64Array;
  readonly weights: Float64Array;
  readonly gradient: Float64Array;
  readonly diagonal: Float64Array;
}

/**
 * The maximum that `solveBradleyTerry` finds, where few of the possible pairs met: the same damped Newton steps, each
 * solved by conjugate gradients (Hestenes & Stiefel 1952) scaled by the diagonal, so that a step costs time by the pairs
 * that met. The member that met most others is held at its start: against one baseline the system is then diagonal, and
 * one iteration solves it.
 *
 * @param start log-strengths to begin from, one per member; changed in place and returned.
 * @param largestLastStep in log-strength; what is left after such a step is about its square.
 * @returns null where the battles are so lopsided that doubles cannot tell.
 */
export function solveSparseBradleyTerry(
  met: MetPairs,
  group: readonly number[],
  start: Float64Array,
  largestLastStep: number,
): Float64Array | null {
  if (group.length < 2) return start;
  const pairs = pairsWithin(met, group);
  const held = mostMet(pairs, group.length);
  for (let step = 0; step < MOST_STEPS; step++) {
    fillDerivatives(pairs, start);
    const change = conjugateGradients(pairs, held);
    const largest = applyDamped(start, change);
    if (!Number.isFinite(largest)) return null;
    if (largest <= largestLastStep) return start;
  }
  return null;
}

function pairsWithin(met: MetPairs, group: readonly number[]): GroupPairs {
  const placeOf = new Int32Array(met.models).fill(-1);
  group.forEach((model, place) => {
    placeOf[model] = place;
  });
  const inside: number[] = [];
  for (let pair = 0; pair < met.first.length; pair++) {
    if ((placeOf[met.first[pair] as number] as number) < 0) continue;
    if ((placeOf[met.second[pair] as number] as number) < 0) continue;
    if ((met.wins[pair] as number) > 0 || (met.losses[pair] as number) > 0) inside.push(pair);
  }
  return {
    first: Int32Array.from(inside, (pair) => placeOf[met.first[pair] as number] as number),
    second: Int32Array.from(inside, (pair) => placeOf[met.second[pair] as number] as number),
    wins: Float64Array.from(inside, (pair) => met.wins[pair] as number),
    losses: Float64Array.from(inside, (pair) => met.losses[pair] as number),
    weights: new Float64Array(inside.length),
    gradient: new Float64Array(group.length),
    diagonal: new Float64Array(group.length),
  };
}

function mostMet({ first, second }: GroupPairs, size: number): number {
  const counts = new Int32Array(size);
  for (const side of [first, second])
    for (const member of side) counts[member] = (counts[member] as number) + 1;
  return counts.indexOf(counts.reduce((most, count) => Math.max(most, count), 0));
}

function fillDerivatives(pairs: GroupPairs, strengths: Float64Array): void {
  const { first, second, wins, losses, weights, gradient, diagonal } = pairs;
  gradient.fill(0);
  diagonal.fill(0);
  for (let pair = 0; pair < first.length; pair++) {
    const [i, j] = [first[pair] as number, second[pair] as number];
    const [won, lost] = [wins[pair] as number, losses[pair] as number];
    const lead = (strengths[i] as number) - (strengths[j] as number);
    const small = Math.exp(-Math.abs(lead));
    // Both chances from the small side, so that neither is 1 minus something near 1.
    const chance = (lead >= 0 ? 1 : small) / (1 + small);
    const against = (lead >= 0 ? small : 1) / (1 + small);
    const surprise = won * against - lost * chance;
    const weight = (won + lost) * chance * against;
    weights[pair] = weight;
    gradient[i] = (gradient[i] as number) + surprise;
    gradient[j] = (gradient[j] as number) - surprise;
    diagonal[i] = (diagonal[i] as number) + weight;
    diagonal[j] = (diagonal[j] as number) + weight;
  }
}

/** Laplacian times a vector whose held entry is 0; the held entry of the result is set to 0. */
function multiply(pairs: GroupPairs, vector: Float64Array, held: number, into: Float64Array): void {
  const { first, second, weights, diagonal } = pairs;
  for (let member = 0; member < vector.length; member++)
    into[member] = (diagonal[member] as number) * (vector[member] as number);
  for (let pair = 0; pair < first.length; pair++) {
    const [i, j, weight] = [first[pair] as number, second[pair] as number, weights[pair] as number];
    into[i] = (into[i] as number) - weight * (vector[j] as number);
    into[j] = (into[j] as number) - weight * (vector[i] as number);
  }
  into[held] = 0;
}

function dot(one: Float64Array, other: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < one.length; at++) sum += (one[at] as number) * (other[at] as number);
  return sum;
}

function addTimes(target: Float64Array, factor: number, added: Float64Array): void {
  for (let at = 0; at < target.length; at++)
    target[at] = (target[at] as number) + factor * (added[at] as number);
}

/** The Newton step; one that did not come as near as wanted still leads upwards. */
function conjugateGradients(pairs: GroupPairs, held: number): Float64Array {
  const { gradient, diagonal } = pairs;
  const size = gradient.length;
  const solution = new Float64Array(size);
  const residual = gradient.slice();
  residual[held] = 0;
  const scaled = new Float64Array(size);
  const rescale = () => {
    for (let at = 0; at < size; at++)
      scaled[at] = at === held ? 0 : (residual[at] as number) / (diagonal[at] as number);
  };
  rescale();
  const direction = scaled.slice();
  const product = new Float64Array(size);
  let norm = dot(residual, scaled);
  const target = RESIDUAL * RESIDUAL * norm;
  for (let iteration = 0; iteration < 2 * size + 50 && norm > target; iteration++) {
    multiply(pairs, direction, held, product);
    const curvature = dot(direction, product);
    if (!(curvature > 0)) break;
    addTimes(solution, norm / curvature, direction);
    addTimes(residual, -norm / curvature, product);
    rescale();
    const before = norm;
    norm = dot(residual, scaled);
    const factor = norm / before;
    for (let at = 0; at < size; at++)
      direction[at] = (scaled[at] as number) + factor * (direction[at] as number);
  }
  return solution;
}

/** @returns the largest change of any difference between two members, before damping, as `solveBradleyTerry` does. */
function applyDamped(strengths: Float64Array, change: Float64Array): number {
  let [lowest, highest] = [0, 0];
  for (const one of change) {
    lowest = Math.min(lowest, one);
    highest = Math.max(highest, one);
  }
  const largest = highest - lowest;
  const damping = largest < 1e-8 ? 1 : Math.log1p(largest) / largest;
  addTimes(strengths, damping, change);
  return largest;
}
