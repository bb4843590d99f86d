import { countOf } from "../../harness/core/count-of.js";
import type { ComparisonView } from "./records.js";

/** What the test of a difference says; empty where none was made, as of a difference that a second judge corrects. */
export function testWords({ pValue, test }: Pick<ComparisonView, "pValue" | "test">): string {
  return pValue.value === null ? "" : `, p ${pValue.text} by ${test}`;
}

/** On how many questions the candidate is better and worse, and by whom where another judge's difference decides. */
export function movedWords({ wins, losses, ties, questions, countedBy }: ComparisonView): string {
  const counted = countOf(questions.value ?? 0, "question", "questions", questions.text);
  const by = countedBy === undefined ? "" : ` by ${countedBy} alone`;
  return `${wins.text} better, ${losses.text} worse, ${ties.text} alike on ${counted}${by}`;
}
