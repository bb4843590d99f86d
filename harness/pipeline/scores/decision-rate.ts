import type { CriterionRate } from "../../core/board.js";
import type { ValueScale } from "../../stats/bounded-mean.js";
import { clusteredMean } from "../../stats/clustered-mean.js";
import { percentScale } from "./scale.js";

/** Something that was decided on one answer. */
export interface Decision {
  readonly questionId: string;
  /** 0 to 1; of differences −1 to 1. */
  readonly worth: number;
}

/**
 * Mean worth of decisions in percent, clustered by question.
 * @param scale ends of what the percentages can be: 0 to 100, unless worths are differences
 */
export function decisionRate(
  decisions: readonly Decision[],
  scale: ValueScale = percentScale,
): CriterionRate {
  // In an order of their own: sums must not depend on the order in which records were appended or merged.
  const placed = [...decisions].sort((x, y) =>
    x.questionId === y.questionId ? x.worth - y.worth : x.questionId < y.questionId ? -1 : 1,
  );
  const { mean, standardError, interval } = clusteredMean(
    placed.map(({ worth }) => 100 * worth),
    placed.map(({ questionId }) => questionId),
    { scale },
  );
  return { n: decisions.length, rate: mean ?? 0, standardError, interval };
}
