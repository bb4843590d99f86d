import type { Comparison } from "../../harness/core/comparison.js";
import type { CriterionDifferenceView } from "./criteria-records.js";
import { showFigure, showInterval } from "./format.js";

/** Criteria that a report lists for a comparison; the JSON has all. */
const MOST_CRITERIA = 10;

/** The criteria that separate the two models of a comparison most; empty where no rubric judged them. */
export function criterionViews(
  { criteria = [] }: Comparison,
  from: string,
): readonly CriterionDifferenceView[] {
  return criteria.slice(0, MOST_CRITERIA).map((one, index) => {
    const at = `${from}/criteria/${index}`;
    return {
      name: one.name,
      base: showFigure(one.base, "percent", `${at}/base`),
      candidate: showFigure(one.candidate, "percent", `${at}/candidate`),
      delta: showFigure(one.delta, "delta-percent", `${at}/delta`),
      interval: showInterval(one.interval, "delta-percent", `${at}/interval`),
      adjustedPValue: showFigure(one.adjustedPValue, "probability", `${at}/adjustedPValue`),
      questions: showFigure(one.questions, "count", `${at}/questions`),
    };
  });
}
