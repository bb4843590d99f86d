import type { ContaminationScan } from "../../harness/core/contamination.js";
import { csvText } from "../csv.js";

const COLUMNS = [
  "Suite",
  "Question",
  "Category",
  "Contaminated",
  "Found",
  "Methods",
  "13-grams",
  "13-grams found",
  "8-grams",
  "8-grams found",
  "Longest match",
  "Jaccard",
  "Rows",
  "File",
  "Row",
  "Field",
  "Offset",
  "Passage",
];

/** Every question of a scan as a row of CSV, with its best passage. */
export function contaminationCsv({ items }: Pick<ContaminationScan, "items">): Promise<string> {
  const rows = items.map(({ suite, id, category, contaminated, found, methods, parts, passages: [best] }) => {
    const sum = (pick: (part: (typeof parts)[number]) => number) =>
      parts.reduce((total, part) => total + pick(part), 0);
    const most = (pick: (part: (typeof parts)[number]) => number) => Math.max(0, ...parts.map(pick));
    return [
      ...[suite, id, category, contaminated ? "yes" : "no", found, methods.join(" ")],
      ...[sum(({ ngram13 }) => ngram13.of), sum(({ ngram13 }) => ngram13.found)],
      ...[sum(({ ngram8 }) => ngram8.of), sum(({ ngram8 }) => ngram8.found)],
      most(({ longest }) => longest),
      most(({ jaccard }) => jaccard ?? 0) || null,
      sum((part) => part.rows),
      ...[
        best?.file ?? null,
        best?.row ?? null,
        best?.field ?? null,
        best?.offset ?? null,
        best?.text ?? null,
      ],
    ];
  });
  return csvText(COLUMNS, rows);
}
