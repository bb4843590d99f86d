import { phraseText } from "../view/format.js";
import type { StyleView } from "../view/style-records.js";
import { consoleTable } from "./console-table.js";
import type { Paint } from "./terminal-text.js";
import { fitName, wrapLines } from "./terminal-text.js";

const MODEL_WIDTH = 12;

/** A board with and without style control: who moves how far, and what the judge paid for. */
export function styleLines(style: StyleView | null, width: number, paint: Paint): readonly string[] {
  if (style === null) return [];
  const right = (label: string, texts: readonly string[], expendable: number) => ({
    label,
    align: "right" as const,
    expendable,
    cells: texts.map((text) => ({ text })),
  });
  const { rows } = style;
  const table = consoleTable(
    [
      {
        label: "Model",
        align: "left",
        expendable: 0,
        shrinkTo: MODEL_WIDTH,
        cut: fitName,
        cells: rows.map(({ model }) => ({ text: fitName(model, Math.max(20, Math.floor(width / 2))) })),
      },
      right(
        "As judged",
        rows.map(({ raw }) => raw.text),
        2,
      ),
      right(
        "Equal style",
        rows.map(({ controlled }) => controlled.text),
        0,
      ),
      right(
        "Interval",
        rows.map(({ interval }) => interval?.text ?? "none"),
        1,
      ),
      right(
        "Moved",
        rows.map(({ moved }) => moved.text),
        0,
      ),
    ],
    width,
    paint,
  );
  const features = style.features.map(
    ({ label, coefficient, interval, reading }) =>
      `${label.toLowerCase()} ${coefficient.text}${interval === null ? "" : ` [${interval.text}]`} (${reading})`,
  );
  return [
    "",
    paint.dim("  at equal style"),
    ...wrapLines(phraseText(style.summary), width, "  "),
    ...table.lines,
    ...(features.length === 0 ? [] : wrapLines(`Log-odds per sd: ${features.join("; ")}`, width, "  ")),
  ];
}
