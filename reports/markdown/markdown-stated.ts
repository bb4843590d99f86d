import { countOf } from "../../harness/core/count-of.js";
import type { ReportView } from "../view/records.js";
import { metricNote, uncertaintyText } from "../view/stated.js";
import { escapeMarkdown, markdownTable } from "./markdown-text.js";

/** Most rows of the table. */
const MOST_ROWS = 100;

/** Figures that other tools or publications state; nothing without any. */
export function statedSection({ stated }: Pick<ReportView, "stated">): readonly string[] {
  if (stated.length === 0) return [];
  const rows = stated
    .slice(0, MOST_ROWS)
    .map((one) =>
      [
        one.suite,
        one.metric,
        one.model,
        one.figure.text,
        uncertaintyText(one),
        one.n?.text ?? "–",
        one.tool,
        metricNote(one),
      ].map((text) => (text === "" ? "" : escapeMarkdown(text))),
    );
  const more = stated.length - rows.length;
  return [
    "## Figures stated elsewhere",
    "",
    "As others state them; assay measured none of these.",
    "",
    ...markdownTable(
      ["Suite", "Metric", "Model", "Value", "Interval or SE", "n", "Stated by", "Note"],
      rows,
      (column) => column === 3 || column === 5,
    ),
    "",
    ...(more > 0 ? [`And ${countOf(more, "more figure")} in the full report.`, ""] : []),
  ];
}
