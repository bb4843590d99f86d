/**
 * Which models a Bradley–Terry fit can place. The maximum-likelihood ratings are finite exactly within a group in
 * which everyone has beaten everyone, directly or through others: a strongly connected part of the graph with an edge
 * from each winner to each loser (Ford 1957; Zermelo 1929). A tie counts as half a win each way, so it connects.
 */

/** Where a model stands relative to the group that is rated. */
export type Standing = "rated" | "unbounded-above" | "unbounded-below" | "unconnected";

/** Why a model of each standing has no finite rating; null for those that have one. */
export const STANDING_REASONS: Record<Standing, string | null> = {
  rated: null,
  "unbounded-above":
    "it never lost to the rated models, directly or through others: its most likely rating has no upper bound",
  "unbounded-below":
    "it never won against the rated models, directly or through others: its most likely rating has no lower bound",
  unconnected: "no chain of wins and losses connects it with a single group of rated models",
};

/** The standing of every model; `group` holds the positions that can be rated together, ascending. */
export interface WinGraph {
  readonly group: readonly number[];
  readonly standings: readonly Standing[];
}

/**
 * Finds the group that can be rated: the anchor's, or the largest one (of equally large ones that with more battles;
 * none when that is equal too, because the choice would be arbitrary).
 *
 * @param wins weighted wins, [i·models + j] of i over j.
 * @param anchor position of the model whose group is wanted.
 */
export function findRatedGroup(wins: Float64Array, models: number, anchor?: number): WinGraph {
  return placeAround(anchor ?? largestGroup(wins, models), models, (start, backwards) =>
    reach(wins, models, start, backwards),
  );
}

/**
 * Standings relative to the group of one model.
 * @param representative null: no group can be rated.
 * @param reachFrom models that a chain of wins leads to from the first, or (backwards) from which one leads to it.
 */
export function placeAround(
  representative: number | null,
  models: number,
  reachFrom: (start: number, backwards: boolean) => Uint8Array,
): WinGraph {
  if (representative === null) return { group: [], standings: new Array(models).fill("unconnected") };
  const below = reachFrom(representative, false);
  const above = reachFrom(representative, true);
  const group: number[] = [];
  const standings: Standing[] = [];
  for (let model = 0; model < models; model++) {
    const isBelow = below[model] === 1;
    const isAbove = above[model] === 1;
    if (isBelow && isAbove) group.push(model);
    if (isBelow) standings.push(isAbove ? "rated" : "unbounded-below");
    else standings.push(isAbove ? "unbounded-above" : "unconnected");
  }
  return { group, standings };
}

/** Models that a chain of wins leads to from `start`, or (backwards) from which one leads to it; `start` included. */
function reach(wins: Float64Array, models: number, start: number, backwards: boolean): Uint8Array {
  const reached = new Uint8Array(models);
  reached[start] = 1;
  const open = [start];
  for (let from = open.pop(); from !== undefined; from = open.pop()) {
    for (let to = 0; to < models; to++) {
      const edge = backwards ? wins[to * models + from] : wins[from * models + to];
      if (reached[to] === 1 || edge === undefined || edge <= 0) continue;
      reached[to] = 1;
      open.push(to);
    }
  }
  return reached;
}

/** A member of the group to be rated, or null where no group of two or more stands out. */
function largestGroup(wins: Float64Array, models: number): number | null {
  const seen = new Uint8Array(models);
  let best: { member: number; size: number; battles: number } | null = null;
  let isTied = false;
  for (let member = 0; member < models; member++) {
    if (seen[member] === 1) continue;
    const forwards = reach(wins, models, member, false);
    const backwards = reach(wins, models, member, true);
    const group: number[] = [];
    for (let other = 0; other < models; other++) {
      if (forwards[other] === 1 && backwards[other] === 1) group.push(other);
    }
    for (const other of group) seen[other] = 1;
    const found = { member, size: group.length, battles: battlesWithin(wins, models, group) };
    const order = best === null ? 1 : found.size - best.size || found.battles - best.battles;
    if (order > 0) best = found;
    isTied = order === 0 || (isTied && order < 0);
  }
  return best === null || best.size < 2 || isTied ? null : best.member;
}

function battlesWithin(wins: Float64Array, models: number, group: readonly number[]): number {
  let sum = 0;
  for (const i of group) for (const j of group) sum += wins[i * models + j] as number;
  return sum;
}
