import type { RankedPair, Verdict } from "./judge.js";

/** Fewest and most answers of one ranking. */
export const RANKED_TOGETHER = { least: 2, most: 9 } as const;

/** Rank of each label, 1 for the best; equal ones share the mean of their ranks. */
export function ranksOf(groups: readonly (readonly string[])[]): ReadonlyMap<string, number> {
  const ranks = new Map<string, number>();
  let before = 0;
  for (const group of groups) {
    for (const label of group) ranks.set(label, before + (group.length + 1) / 2);
    before += group.length;
  }
  return ranks;
}

/** The groups of a ranking, best first; equal labels together. */
export function rankingGroups(verdict: {
  readonly ranking: readonly string[];
  readonly groups?: readonly (readonly string[])[];
}): readonly (readonly string[])[] {
  return verdict.groups ?? verdict.ranking.map((label) => [label]);
}

/** A choice between two of the answers that a ranking holds, by their labels: the better rank wins. */
export function impliedPreference(
  ranks: ReadonlyMap<string, number>,
  first: string,
  second: string,
): Extract<Verdict, { readonly kind: "preference" }> {
  const difference = (ranks.get(first) ?? 0) - (ranks.get(second) ?? 0);
  if (difference === 0) return { kind: "preference", winner: "tie", weightB: 0.5 };
  return difference < 0
    ? { kind: "preference", winner: "a", weightB: 0 }
    : { kind: "preference", winner: "b", weightB: 1 };
}

/** How far the pair lines of a reply contradict its ranking. */
export interface PairDisagreement {
  /** Pairs of which both say something. */
  readonly pairs: number;
  /** Of these, pairs where they do not say the same. */
  readonly differ: number;
}

/** Holds pair lines against the ranking of the same reply. */
export function pairDisagreement(
  groups: readonly (readonly string[])[],
  lines: readonly RankedPair[],
): PairDisagreement {
  const ranks = ranksOf(groups);
  const differ = lines.filter(({ pair: [one, other], better }) => {
    const difference = (ranks.get(one) ?? 0) - (ranks.get(other) ?? 0);
    const ranked = difference === 0 ? null : difference < 0 ? one : other;
    return ranked !== better;
  });
  return { pairs: lines.length, differ: differ.length };
}
