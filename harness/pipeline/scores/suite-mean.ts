import type { PartialScore } from "../../core/board.js";
import type { Interval } from "../../core/interval.js";
import type { SuiteScoring } from "../../core/rubric.js";
import { meanOfSeparate, reachOf } from "../../stats/separate-mean.js";

/** A model's headline figure, on the scale of its ratings. */
export interface HeadlineMean {
  readonly mean: number | null;
  readonly standardError: number | null;
  readonly interval: Interval | null;
  /** Why the first of them that is null is so. */
  readonly reason: string | null;
}

/**
 * The mean of the categories' means, each alike (as MultiChallenge's overall figure): the categories hold different
 * questions, so the variance is Σ SE²/k², and the interval follows from those of the categories.
 * @param verdictsPerQuestion on average, which tells on how many questions a category rests
 */
export function meanOfCategories(
  categories: Readonly<Record<string, PartialScore>>,
  verdictsPerQuestion: number,
): HeadlineMean {
  const parts = Object.values(categories);
  const empty = Object.entries(categories).find(([, { score }]) => score === null);
  if (parts.length === 0 || empty !== undefined) {
    const reason = `no verdict in category ${empty?.[0] ?? ""}`;
    return { mean: null, standardError: null, interval: null, reason };
  }
  const reaches = parts.flatMap(({ score, interval, n }) =>
    score === null || !interval ? [] : [reachOf(score, interval, (n ?? 0) / verdictsPerQuestion)],
  );
  const mean = parts.reduce((sum, { score }) => sum + (score ?? 0), 0) / parts.length;
  const errors = parts.flatMap(({ standardError }) => standardError ?? []);
  const standardError = errors.length < parts.length ? null : Math.hypot(...errors) / parts.length;
  if (reaches.length < parts.length)
    return { mean, standardError, interval: null, reason: "a category has no interval of its own" };
  const reason = standardError === null ? "a category has fewer than two questions" : null;
  return { mean, standardError, interval: meanOfSeparate(reaches).interval, reason };
}

/** A figure (and its interval) cut at 0 and 100, as a suite may declare (HealthBench). */
export function clipped(figure: HeadlineMean, { clip }: SuiteScoring): HeadlineMean {
  if (clip !== true) return figure;
  const cut = (value: number) => Math.min(100, Math.max(0, value));
  const { mean, interval } = figure;
  return {
    ...figure,
    mean: mean === null ? null : cut(mean),
    interval: interval === null ? null : { ...interval, low: cut(interval.low), high: cut(interval.high) },
  };
}
