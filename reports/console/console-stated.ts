import { countOf } from "../../harness/core/count-of.js";
import { metricNote, uncertaintyText } from "../view/stated.js";
import type { StatedView } from "../view/stated-records.js";
import { consoleTable } from "./console-table.js";
import type { Paint } from "./terminal-text.js";
import { fitName, fitText } from "./terminal-text.js";

/** Figures that are listed; `--json` and the report have all. */
const MOST_FIGURES = 40;

/** The value with what is stated of its uncertainty. */
function valueText(view: StatedView): string {
  const { figure, interval, standardError } = view;
  return interval === null && standardError === null
    ? figure.text
    : `${figure.text} ${uncertaintyText(view)}`;
}

/** Figures that other tools or publications state, as a block of its own; none without any. */
export function statedLines(
  views: readonly StatedView[],
  width: number,
  paint: Paint,
): readonly (readonly string[])[] {
  if (views.length === 0) return [];
  const listed = views.slice(0, MOST_FIGURES);
  const texts = (text: (view: StatedView) => string, most: number, cut = fitText) =>
    listed.map((view) => ({ text: cut(text(view), most) }));
  const { lines } = consoleTable(
    [
      {
        label: "suite",
        align: "left",
        expendable: 0,
        shrinkTo: 24,
        // Variants stand at the end.
        cut: fitName,
        cells: texts((one) => one.suite, 40, fitName),
      },
      { label: "metric", align: "left", expendable: 0, cells: texts((one) => one.metric, 24) },
      {
        label: "model",
        align: "left",
        expendable: 0,
        cut: fitName,
        cells: texts((one) => one.model, 28, fitName),
      },
      { label: "value", align: "left", expendable: 0, cells: texts(valueText, 40) },
      { label: "n", align: "right", expendable: 3, cells: texts((one) => one.n?.text ?? "–", 12) },
      { label: "stated by", align: "left", expendable: 4, cells: texts((one) => one.tool, 32) },
      { label: "note", align: "left", expendable: 1, cells: texts(metricNote, 40) },
    ],
    width,
    paint,
  );
  const more = views.length - listed.length;
  return [
    [
      paint.bold("Figures stated elsewhere"),
      paint.dim("  as others state them; assay measured none of these"),
      ...lines,
      ...(more > 0 ? [paint.dim(`  and ${countOf(more, "more figure")}`)] : []),
    ],
  ];
}
