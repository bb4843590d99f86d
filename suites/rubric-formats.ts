import type { SuiteScoring } from "../harness/core/rubric.js";

/** Published forms of suites with rubrics. */
export type RubricFormat = "healthbench" | "multi-challenge" | "wildbench";

/** How each of them makes a model's figure of its questions'. */
export const RUBRIC_SCORING: Readonly<Record<RubricFormat, SuiteScoring | undefined>> = {
  // The mean over questions, cut at 0 and 1 (simple-evals, healthbench_eval.py).
  healthbench: { clip: true },
  // The mean of the axes' rates (MultiChallenge, src/result_parser.py).
  "multi-challenge": { mean: "categories" },
  wildbench: undefined,
};

/** Tells a form by the keys of a record; undefined where it is none of them. */
export function rubricFormatOf(row: object): RubricFormat | undefined {
  if ("prompt_id" in row && "rubrics" in row) return "healthbench";
  if ("TARGET_QUESTION" in row && "PASS_CRITERIA" in row) return "multi-challenge";
  return "conversation_input" in row && "checklist" in row ? "wildbench" : undefined;
}

/** Whether a form of questions is one of these. */
export function isRubricFormat(format: string): format is RubricFormat {
  return Object.hasOwn(RUBRIC_SCORING, format);
}
