/** How a criterion is decided: met or not, a whole number between two ends, or one of named levels. */
export type CriterionKind =
  | { readonly kind: "binary" }
  | { readonly kind: "scale"; readonly min: number; readonly max: number }
  /** Worth of each level between 0 and 1, in the order in which they are shown. */
  | { readonly kind: "levels"; readonly levels: Readonly<Record<string, number>> };

/** What an answer is held against. */
export interface Criterion {
  readonly text: string;
  /** What it is worth where it is met in full; below 0 it is a fault that takes points away. Never 0. */
  readonly points: number;
  /** How a leaf is decided; left out: met or not. */
  readonly decided?: CriterionKind;
  /** Where a criterion asks for what should not be: it counts where it is not met. */
  readonly wanted?: false;
  /** What figures over questions are gathered by. */
  readonly tags?: readonly string[];
  /** Parts whose weighted mean it is; only the leaves are decided. */
  readonly criteria?: readonly Criterion[];
}

/** A rubric: criteria, and whether an item's score ends at 0 and 1. */
export interface Rubric {
  readonly criteria: readonly Criterion[];
  /** Item scores below 0 (faults alone) and above 1 are cut; left out: they stay. */
  readonly clip?: true;
}

/** How the scores of a suite's questions become a model's. */
export interface SuiteScoring {
  /** The mean over questions (default), or that of the categories' means, each alike. */
  readonly mean?: "categories";
  /** The model's figure ends at 0 and 100. */
  readonly clip?: true;
}

const BINARY: CriterionKind = { kind: "binary" };

/** How a leaf is decided. */
export function kindOf({ decided = BINARY }: Criterion): CriterionKind {
  return decided;
}

/** The criteria that are decided, in the order in which they are shown. */
export function leavesOf(criteria: readonly Criterion[]): Criterion[] {
  return criteria.flatMap((criterion) =>
    criterion.criteria === undefined ? [criterion] : leavesOf(criterion.criteria),
  );
}

/** Σ points · worth / Σ positive points; null where no points are positive. Faults count where they are there. */
function weighted(parts: readonly { readonly points: number; readonly worth: number }[]): number | null {
  let [sum, best] = [0, 0];
  for (const { points, worth } of parts) {
    sum += points * worth;
    best += Math.max(0, points);
  }
  return best === 0 ? null : sum / best;
}

/** Takes the worth of the leaves off the front of a list. */
function scoreOf(criteria: readonly Criterion[], worths: number[]): number | null {
  const parts: { points: number; worth: number }[] = [];
  for (const { points, criteria: inner } of criteria) {
    const worth = inner === undefined ? (worths.shift() ?? 0) : scoreOf(inner, worths);
    if (worth === null) return null;
    parts.push({ points, worth });
  }
  return weighted(parts);
}

/**
 * An item's score, 1 at best: Σ points·worth / Σ positive points, with the worth of nested criteria their own such mean
 * (HealthBench, simple-evals `healthbench_eval.py`; below 0 where faults outweigh).
 * @param worths of the leaves, 0 to 1, in the order of {@link leavesOf}
 * @returns null where no criterion has positive points
 */
export function rubricScore({ criteria, clip }: Rubric, worths: readonly number[]): number | null {
  const score = scoreOf(criteria, [...worths]);
  return score === null || clip !== true ? score : Math.min(1, Math.max(0, score));
}

/** The best or the worst that criteria can come to. */
function extremeOf(criteria: readonly Criterion[], best: boolean): number {
  const parts = criteria.map(({ points, criteria: inner }) => {
    const high = best === points > 0;
    return { points, worth: inner === undefined ? Number(high) : extremeOf(inner, high) };
  });
  return weighted(parts) ?? 0;
}

/** Ends of the scale of a suite's item scores, in percent of the positive points. */
export function rubricScale(rubrics: readonly Rubric[]): { readonly low: number; readonly high: number } {
  const ends = (best: boolean) =>
    rubrics.map(({ criteria, clip }) => (clip === true ? Number(best) : extremeOf(criteria, best)));
  return { low: 100 * Math.min(0, ...ends(false)), high: 100 * Math.max(1, ...ends(true)) };
}
