import { countOf } from "../../core/count-of.js";
import type { LabelledPair } from "../../core/labelled-pair.js";
import { presentFields } from "../../core/present-fields.js";
import { type BenchRow, badBenchRow, benchTexts, labelOf, optionalText, promptCluster } from "./fields.js";

/** Whether a record is a pair in assay's own layout. */
export function isPlainPair(value: object): boolean {
  return "prompt" in value && "a" in value && "b" in value && "label" in value;
}

function answersBy({ fields }: BenchRow): readonly string[] | undefined {
  const { answersBy, answers_by } = fields;
  const given: readonly unknown[] = [answersBy ?? answers_by ?? []].flat();
  const names = given.filter((one): one is string => typeof one === "string" && one !== "");
  return names.length === 0 ? undefined : names;
}

/**
 * Reads a pair: `prompt`, `a`, `b` (a text, or a list with one for each turn), `label` (`a`, `b`, `tie`, `A>B` …), and where
 * they are there `id`, `group`, `cluster` and `answersBy`.
 */
export function plainPair(row: BenchRow): LabelledPair {
  const [prompt, a, b] = [benchTexts(row, "prompt"), benchTexts(row, "a"), benchTexts(row, "b")];
  if (a.length !== prompt.length || b.length !== prompt.length) {
    throw badBenchRow(
      row,
      `${countOf(prompt.length, "turn is", "turns are")} asked, and ${a.length} and ${b.length} answered`,
    );
  }
  return {
    id: optionalText(row, "id") ?? String(row.line),
    prompt,
    a,
    b,
    label: labelOf(row),
    cluster: optionalText(row, "cluster") ?? promptCluster(prompt),
    ...presentFields({ group: optionalText(row, "group"), answersBy: answersBy(row) }),
  };
}
