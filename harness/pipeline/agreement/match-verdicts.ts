/** Verdicts of two sets on the same thing. */
export interface MatchedVerdict<Verdict> {
  readonly first: Verdict;
  readonly second: Verdict;
}

/** What two sets have in common. */
export interface Matching<Verdict> {
  readonly pairs: readonly MatchedVerdict<Verdict>[];
  /** Verdicts of each set without a counterpart. */
  readonly unmatched: { readonly first: number; readonly second: number };
}

function groupBy<Verdict>(
  verdicts: readonly Verdict[],
  keyOf: (one: Verdict) => string,
): Map<string, Verdict[]> {
  const groups = new Map<string, Verdict[]>();
  for (const one of verdicts) {
    const key = keyOf(one);
    const there = groups.get(key);
    if (there === undefined) groups.set(key, [one]);
    else there.push(one);
  }
  return groups;
}

/**
 * Pairs every verdict of one set with every verdict of the other on the same thing: a judge's one verdict with each
 * person's vote, as FastChat's `compute_agreement.py` counts.
 */
export function matchSets<Verdict>(
  first: readonly Verdict[],
  second: readonly Verdict[],
  keyOf: (one: Verdict) => string,
): Matching<Verdict> {
  const [left, right] = [groupBy(first, keyOf), groupBy(second, keyOf)];
  const pairs: MatchedVerdict<Verdict>[] = [];
  let alone = 0;
  for (const [key, verdicts] of left) {
    const others = right.get(key);
    if (others === undefined) alone += verdicts.length;
    else for (const one of verdicts) for (const other of others) pairs.push({ first: one, second: other });
  }
  let otherAlone = 0;
  for (const [key, verdicts] of right) if (!left.has(key)) otherAlone += verdicts.length;
  return { pairs, unmatched: { first: alone, second: otherAlone } };
}

/** Pairs the verdicts of one set on the same thing with each other, each pair once: people among themselves. */
export function matchWithin<Verdict>(
  verdicts: readonly Verdict[],
  keyOf: (one: Verdict) => string,
): Matching<Verdict> {
  const pairs: MatchedVerdict<Verdict>[] = [];
  let alone = 0;
  for (const there of groupBy(verdicts, keyOf).values()) {
    if (there.length === 1) alone++;
    for (const [index, one] of there.entries())
      for (const other of there.slice(index + 1)) pairs.push({ first: one, second: other });
  }
  return { pairs, unmatched: { first: alone, second: alone } };
}
