import { phraseText } from "../view/format.js";
import type { RankingsView } from "../view/rankings-records.js";
import { consoleTable } from "./console-table.js";
import { fitName, type Paint, wrapLines } from "./terminal-text.js";

/** What a board of rankings says beside its comparisons: ranks, ratings, what was said pair by pair, slots. */
export function rankingLines(rankings: RankingsView | null, width: number, paint: Paint): readonly string[] {
  if (rankings === null) return [];
  const { rows, slots } = rankings;
  const column = (label: string, expendable: number, texts: readonly string[]) => ({
    label,
    align: "right" as const,
    expendable,
    cells: texts.map((text) => ({ text })),
  });
  const table = consoleTable(
    [
      {
        label: "Model",
        align: "left",
        expendable: 0,
        shrinkTo: 12,
        cells: rows.map((row) => ({ text: fitName(row.model, 40) })),
      },
      column(
        "Mean rank",
        0,
        rows.map((row) => row.meanRank.text),
      ),
      column(
        "Interval",
        2,
        rows.map((row) => row.interval?.text ?? "–"),
      ),
      column(
        "Plackett–Luce",
        1,
        rows.map((row) => row.rating.text),
      ),
      column(
        "Interval",
        3,
        rows.map((row) => row.ratingInterval?.text ?? "–"),
      ),
      column(
        "Pair by pair",
        4,
        rows.map((row) => row.pairLines.text),
      ),
    ],
    width,
    paint,
  );
  const bySlot = slots.map(({ slot, meanRank, z }) => `${slot}: ${meanRank.text} (z ${z.text})`).join("; ");
  const text = wrapLines(phraseText(rankings.text), width, "  ");
  return [
    "",
    paint.dim("  ranks"),
    ...(rankings.isAlarm ? text.map((line) => paint.yellow(line)) : text),
    ...table.lines,
    ...(slots.length === 0 ? [] : wrapLines(`Mean rank by slot: ${bySlot}`, width, "  ")),
  ];
}
