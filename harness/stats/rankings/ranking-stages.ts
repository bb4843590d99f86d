/** One ranking of some models, best first; models in one group are equal. */
export interface RankedModels {
  readonly groups: readonly (readonly string[])[];
  /** Rankings of one cluster depend on each other; default: each ranking is its own. */
  readonly cluster?: string | number;
}

/** One choice of the best among several. */
interface Stage {
  readonly members: readonly number[];
  readonly weight: number;
}

/** A ranking as Plackett–Luce sees it: Σ θ over `chosen` − Σ weight · ln Σ e^θ over the members of each stage. */
export interface RankingStages {
  readonly chosen: readonly number[];
  readonly stages: readonly Stage[];
  readonly cluster: number;
}

/** The subsets of a list by size; at most 2⁹. */
function subsetsOf(items: readonly number[]): readonly (readonly number[])[] {
  return Array.from({ length: 2 ** items.length }, (_, mask) =>
    items.filter((_item, bit) => (mask >> bit) % 2 === 1),
  );
}

/** n over k. */
function choose(n: number, k: number): number {
  let result = 1;
  for (let step = 1; step <= k; step++) result = (result * (n - k + step)) / step;
  return result;
}

/**
 * The stages of one group: its members are chosen one after the other, each time among those that are left and all that
 * are ranked below. Equal ones are chosen in any order; the mean over all orders is a mean over the subsets that can be
 * left. Two equal models of two are half a win each way, as in Bradley–Terry.
 */
function stagesOf(group: readonly number[], below: readonly number[]): readonly Stage[] {
  const left = group.length === 1 ? [group] : subsetsOf(group).filter((subset) => subset.length > 0);
  return left
    .map((subset) => ({
      members: [...subset, ...below],
      weight: 1 / choose(group.length, subset.length),
    }))
    .filter(({ members }) => members.length > 1);
}

/** A ranking of model positions as stages; whoever is left alone at the end was not chosen among others. */
export function rankingStages(groups: readonly (readonly number[])[], cluster: number): RankingStages {
  const stages = groups.flatMap((group, index) => stagesOf(group, groups.slice(index + 1).flat()));
  // The stage of one model alone, with all orders of a last group of equals, cancels its θ.
  const last = groups.at(-1) ?? [];
  const alone = last.map((model): Stage => ({ members: [model], weight: 1 / last.length }));
  return { chosen: groups.flat(), stages: [...stages, ...alone], cluster };
}
