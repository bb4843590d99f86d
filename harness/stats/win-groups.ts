import type { MetPairs } from "./met-pairs.js";

/**
 * A member of the largest group of models that all beat each other through some chain of battles, of equally large ones
 * that with more battles; null where no group of two or more stands out. Tarjan's algorithm (1972, "Depth-first search and
 * linear graph algorithms"), so that the time grows with the pairs that met.
 */
export function memberOfLargestGroup(met: MetPairs): number | null {
  const { groupOf, sizes } = stronglyConnected(met);
  const most = sizes.reduce((largest, size) => Math.max(largest, size), 0);
  if (most < 2) return null;
  const battles = battlesWithin(met, groupOf, sizes.length);
  let [best, isTied] = [-1, false];
  sizes.forEach((size, group) => {
    if (size < most) return;
    const order = best === -1 ? 1 : (battles[group] as number) - (battles[best] as number);
    if (order > 0) best = group;
    isTied = order === 0 || (isTied && order < 0);
  });
  return isTied ? null : groupOf.indexOf(best);
}

function battlesWithin(met: MetPairs, groupOf: Int32Array, groups: number): Float64Array {
  const sums = new Float64Array(groups);
  for (let pair = 0; pair < met.first.length; pair++) {
    const group = groupOf[met.first[pair] as number] as number;
    if (group !== groupOf[met.second[pair] as number]) continue;
    sums[group] = (sums[group] as number) + (met.wins[pair] as number) + (met.losses[pair] as number);
  }
  return sums;
}

/** Groups in which everyone has beaten everyone, directly or through others. */
function stronglyConnected(met: MetPairs): {
  readonly groupOf: Int32Array;
  readonly sizes: readonly number[];
} {
  const { models, first, second, wins, losses, starts, incident } = met;
  const groupOf = new Int32Array(models).fill(-1);
  const visited = new Int32Array(models).fill(-1);
  const lowest = new Int32Array(models);
  const next = starts.slice(0, models);
  const sizes: number[] = [];
  const path: number[] = [];
  const pending: number[] = [];
  let visits = 0;
  const enter = (model: number) => {
    visited[model] = visits;
    lowest[model] = visits++;
    path.push(model);
    pending.push(model);
  };
  const lower = (model: number, to: number) => {
    if (to < (lowest[model] as number)) lowest[model] = to;
  };
  /** Takes the next win of a model; true where it leads to a model that was not entered yet. */
  const advance = (model: number): boolean => {
    const pair = incident[next[model] as number] as number;
    next[model] = (next[model] as number) + 1;
    const isFirst = first[pair] === model;
    if (((isFirst ? wins[pair] : losses[pair]) as number) <= 0) return false;
    const to = (isFirst ? second[pair] : first[pair]) as number;
    if (visited[to] === -1) {
      enter(to);
      return true;
    }
    if (groupOf[to] === -1) lower(model, visited[to] as number);
    return false;
  };
  const close = (model: number) => {
    path.pop();
    const parent = path.at(-1);
    if (parent !== undefined) lower(parent, lowest[model] as number);
    if (lowest[model] !== visited[model]) return;
    const from = pending.lastIndexOf(model);
    for (const member of pending.splice(from)) {
      groupOf[member] = sizes.length;
    }
    sizes.push(0);
  };
  for (let start = 0; start < models; start++) {
    if (visited[start] !== -1) continue;
    enter(start);
    for (let model = path.at(-1); model !== undefined; model = path.at(-1)) {
      const end = starts[model + 1] as number;
      while ((next[model] as number) < end && !advance(model));
      if (path.at(-1) === model) close(model);
    }
  }
  for (const group of groupOf) sizes[group] = (sizes[group] as number) + 1;
  return { groupOf, sizes };
}
