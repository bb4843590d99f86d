import { countOf } from "../../harness/core/count-of.js";
import type { GateResult } from "../../harness/core/gate.js";
import { gateFigures, worstFirst } from "../gate-figures.js";
import { phraseText } from "../view/format.js";
import { needsPublishedTag, rowsWithParts } from "../view/parts.js";
import type {
  BoardRow,
  BoardView,
  ComparisonPart,
  ComparisonView,
  MoverView,
  PartFigure,
  PartView,
  Phrase,
  ShownFigure,
} from "../view/records.js";
import { escapeMarkdown, markdownTable } from "./markdown-text.js";

/** How an outcome is marked. */
export const MARKS = { pass: "✅ pass", fail: "❌ fail", inconclusive: "⚠️ inconclusive" } as const;

/** Most rows of a table: a job summary may have 1 MiB. */
export const MOST_ROWS = 100;
const MOST_MOVERS = 10;
const MOST_COLUMN_MODELS = 4;

/** A phrase as Markdown. */
export function phrase(parts: Phrase): string {
  return escapeMarkdown(phraseText(parts));
}

function shown(figure: ShownFigure | null | undefined): string {
  return escapeMarkdown(figure?.text ?? "–");
}

function capped(lines: readonly string[], all: number, limit: number): readonly string[] {
  return all > limit
    ? [...lines, "", `${countOf(all - limit, "more row is", "more rows are")} in the full report.`]
    : lines;
}

function intervalLabel(board: BoardView): string {
  const levels = new Set(board.rows.flatMap((row) => (row.interval === null ? [] : [row.interval.level])));
  return levels.size === 1 ? `${[...levels][0]}% interval` : "Interval";
}

function doubts(row: BoardRow): string {
  return row.doubts.map(phrase).join(", ");
}

/** A board's table; `full` has every column, otherwise headline, interval and doubts. */
export function boardRows(board: BoardView, limit: number, full: boolean): readonly string[] {
  const doubtful = board.rows.some((row) => row.doubts.length > 0);
  const columns = full
    ? board.columns.filter((column) => column.key !== "invalid" && column.key !== "missing")
    : [];
  const head = [
    "Model",
    escapeMarkdown(board.headlineLabel),
    intervalLabel(board),
    ...(board.secondLabel === null ? [] : [escapeMarkdown(board.secondLabel)]),
    ...columns.map((column) => escapeMarkdown(column.label)),
    ...(doubtful ? ["Doubts"] : []),
  ];
  const rows = board.rows
    .slice(0, limit)
    .map((row) => [
      `${escapeMarkdown(row.model)}${needsPublishedTag(row) ? " (published)" : ""}`,
      `**${shown(row.headline)}**`,
      escapeMarkdown(row.interval?.text ?? "none"),
      ...(board.secondLabel === null ? [] : [shown(row.second?.figure)]),
      ...columns.map((column) => shown(row.figures[column.key])),
      ...(doubtful ? [doubts(row)] : []),
    ]);
  const lastColumn = head.length - 1;
  return capped(
    markdownTable(head, rows, (column) => column > 0 && !(doubtful && column === lastColumn)),
    board.rows.length,
    limit,
  );
}

function partCell(entry: PartFigure | null | undefined, withInterval: boolean): string {
  if (!entry) return "–";
  return (
    shown(entry.figure) +
    (withInterval && entry.interval !== null ? ` (${escapeMarkdown(entry.interval.text)})` : "")
  );
}

/** Few models stand side by side with their intervals; many stand below each other without. */
export function partRows(board: BoardView, parts: readonly PartView[], kind: string): readonly string[] {
  const rows = rowsWithParts(board, parts);
  if (rows.length === 0) return [];
  if (rows.length <= MOST_COLUMN_MODELS) {
    return markdownTable(
      [kind, ...rows.map(({ row }) => escapeMarkdown(row.model))],
      parts.map((part, index) => [
        escapeMarkdown(part.name),
        ...rows.map(({ figures }) => partCell(figures[index], true)),
      ]),
      (column) => column > 0,
    );
  }
  return capped(
    markdownTable(
      ["Model", ...parts.map((part) => escapeMarkdown(part.name))],
      rows
        .slice(0, MOST_ROWS)
        .map(({ row, figures }) => [
          escapeMarkdown(row.model),
          ...figures.map((entry) => partCell(entry, false)),
        ]),
      (column) => column > 0,
    ),
    rows.length,
    MOST_ROWS,
  );
}

/** The gates' table, failures first. */
export function gateRows(gates: readonly GateResult[]): readonly string[] {
  const rows = worstFirst(gates)
    .slice(0, MOST_ROWS)
    .map((gate) => {
      const figures = gateFigures(gate);
      const whole = gate.category === undefined ? "" : `, ${escapeMarkdown(gate.category)}`;
      return [
        MARKS[gate.outcome],
        escapeMarkdown(gate.name),
        escapeMarkdown(gate.model) + whole,
        escapeMarkdown(figures.value),
        escapeMarkdown(figures.limit),
        escapeMarkdown(figures.interval === "" ? "none" : figures.interval),
        escapeMarkdown(gate.message),
      ];
    });
  const columns = ["Outcome", "Gate", "Model", "Figure", "Limit", "Interval", "Why"];
  return capped(
    markdownTable(columns, rows, (column) => column >= 3 && column <= 5),
    gates.length,
    MOST_ROWS,
  );
}

/** A comparison's table of turns and categories. */
export function comparisonParts(view: ComparisonView): readonly string[] {
  const row = (label: string, part: ComparisonPart) => [
    escapeMarkdown(label),
    shown(part.delta),
    escapeMarkdown(part.interval?.text ?? "none"),
    shown(part.pValue),
    shown(part.adjustedPValue),
    shown(part.questions),
  ];
  const rows = [
    ...view.turns.map((part) => row(`turn ${part.name}`, part)),
    ...view.categories.map((part) => row(part.name, part)),
  ];
  if (rows.length === 0) return [];
  return markdownTable(
    ["Part", "Difference", "Interval", "p", "p adjusted", "Questions"],
    rows,
    (column) => column > 0,
  );
}

/** A comparison's table of criteria that separate its models most. */
export function criterionRows(view: ComparisonView): readonly string[] {
  if (view.criteria.length === 0) return [];
  return markdownTable(
    [
      "Criterion",
      escapeMarkdown(view.base),
      escapeMarkdown(view.candidate),
      "Difference",
      "Interval",
      "p adjusted",
      "Questions",
    ],
    view.criteria.map((row) => [
      escapeMarkdown(row.name),
      shown(row.base),
      shown(row.candidate),
      shown(row.delta),
      escapeMarkdown(row.interval?.text ?? "none"),
      shown(row.adjustedPValue),
      shown(row.questions),
    ]),
    (column) => column > 0,
  );
}

/** A comparison's table of questions that moved most. */
export function moverRows(view: ComparisonView): readonly string[] {
  const row = (mover: MoverView) => [
    escapeMarkdown(mover.questionId),
    escapeMarkdown(mover.category),
    shown(mover.base),
    shown(mover.candidate),
    shown(mover.delta),
    escapeMarkdown(mover.text),
  ];
  const movers = [...view.moversUp.slice(0, MOST_MOVERS), ...view.moversDown.slice(0, MOST_MOVERS)];
  if (movers.length === 0) return [];
  return markdownTable(
    ["Question", "Category", escapeMarkdown(view.base), escapeMarkdown(view.candidate), "Difference", "Text"],
    movers.map(row),
    (column) => column >= 2 && column <= 4,
  );
}
