import type { BoardView } from "../view/records.js";
import { phrase } from "./markdown-tables.js";
import { escapeMarkdown, markdownTable } from "./markdown-text.js";

/** Most rows of a table. */
const MOST_ROWS = 50;

/** A board with and without style control; nothing where the styles of its answers are not known. */
export function styleSection({ style }: BoardView): readonly string[] {
  if (style === null) return [];
  const rows = style.rows
    .slice(0, MOST_ROWS)
    .map(({ model, raw, controlled, interval, moved }) =>
      [model, raw.text, controlled.text, interval?.text ?? "–", moved.text].map(escapeMarkdown),
    );
  const features = style.features.map(({ label, coefficient, interval, reading }) =>
    [label, coefficient.text, interval?.text ?? "–", reading].map(escapeMarkdown),
  );
  return [
    "### At equal style",
    "",
    phrase(style.summary),
    "",
    ...markdownTable(["Model", "As judged", "Equal style", "Interval", "Moved"], rows, (column) =>
      [1, 2, 4].includes(column),
    ),
    "",
    ...(features.length === 0
      ? []
      : [
          ...markdownTable(
            ["Feature", "Log-odds per sd", "Interval", "Reading"],
            features,
            (column) => column === 1,
          ),
          "",
        ]),
  ];
}
