import type { BoardView } from "../view/records.js";
import { phrase } from "./markdown-tables.js";
import { escapeMarkdown, markdownTable } from "./markdown-text.js";

/** Most rows of a table. */
const MOST_ROWS = 50;

/** What a board of rankings says beside its comparisons; nothing for every other board. */
export function rankingSection({ rankings }: BoardView): readonly string[] {
  if (rankings === null) return [];
  const rows = rankings.rows
    .slice(0, MOST_ROWS)
    .map((row) =>
      [
        row.model,
        row.meanRank.text,
        row.interval?.text ?? "–",
        row.rating.text,
        row.ratingInterval?.text ?? "–",
        row.rank.text,
        row.pairLines.text,
      ].map(escapeMarkdown),
    );
  const slots = rankings.slots.map(({ slot, meanRank, expected, z }) =>
    [String(slot), meanRank.text, expected.text, z.text].map(escapeMarkdown),
  );
  return [
    "### Ranks",
    "",
    phrase(rankings.text),
    "",
    ...markdownTable(
      ["Model", "Mean rank", "Interval", "Plackett–Luce", "Interval", "Rank", "Pair by pair"],
      rows,
      (column) => column > 0,
    ),
    "",
    ...(slots.length === 0
      ? []
      : [
          "<details><summary>Mean rank by slot</summary>",
          "",
          ...markdownTable(["Slot", "Mean rank", "Expected", "z"], slots, () => true),
          "",
          "</details>",
          "",
        ]),
  ];
}
