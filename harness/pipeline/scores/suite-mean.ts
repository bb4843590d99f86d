import type { PartialScore } from "../../core/board.js";
import type { Interval } from "../../core/interval.js";
import type { SuiteScoring } from "../../core/rubric.js";
import { tInterval } from "../../stats/intervals.js";

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
 * questions, so the variance is Σ SE²/k².
 */
export function meanOfCategories(
  categories: Readonly<Record<string, PartialScore>>,
  questions: number,
): HeadlineMean {
  const parts = Object.values(categories);
  const empty = Object.entries(categories).find(([, { score }]) => score === null);
  if (parts.length === 0 || empty !== undefined) {
    const reason = `no verdict in category ${empty?.[0] ?? ""}`;
    return { mean: null, standardError: null, interval: null, reason };
  }
  const mean = parts.reduce((sum, { score }) => sum + (score ?? 0), 0) / parts.length;
  if (parts.some(({ standardError }) => standardError === null || standardError === undefined)) {
    const reason = "a category has fewer than two questions";
    return { mean, standardError: null, interval: null, reason };
  }
  const variance = parts.reduce((sum, { standardError }) => sum + (standardError ?? 0) ** 2, 0);
  const standardError = Math.sqrt(variance) / parts.length;
  if (standardError === 0) {
    const reason = "all answers of each category came to the same";
    return { mean, standardError, interval: null, reason };
  }
  const clusters = Math.max(2, questions - parts.length + 1);
  const interval = tInterval({ estimate: mean, standardError, clusters });
  return { mean, standardError, interval, reason: null };
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
