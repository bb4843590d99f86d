import type { Scores } from "../../harness/core/board.js";
import type { Comparison } from "../../harness/core/comparison.js";
import { countOf } from "../../harness/core/count-of.js";
import type { Suite } from "../../harness/core/records.js";
import { guardLine } from "../../harness/core/text.js";
import { boardViews } from "../view/boards.js";
import { comparisonView } from "../view/comparisons.js";
import { phraseText } from "../view/format.js";
import { needsPublishedTag, rowsWithParts } from "../view/parts.js";
import type { BoardRow, BoardView, PartView, ShownFigure } from "../view/records.js";
import { statedViews } from "../view/stated.js";
import { renderComparisonLines } from "./console-comparison.js";
import { peopleLines } from "./console-people.js";
import { rankingLines } from "./console-rankings.js";
import { statedLines } from "./console-stated.js";
import { styleLines } from "./console-style.js";
import type { ConsoleCell, ConsoleColumn } from "./console-table.js";
import { consoleTable } from "./console-table.js";
import { intervalTrack } from "./console-track.js";
import type { Paint } from "./terminal-text.js";
import { fitName, fitText, plainPaint, wrapLines } from "./terminal-text.js";

/** How scores are shown on a terminal. */
export interface ConsoleOptions {
  /** Columns of the terminal; at least 40 are used. Default 100. */
  readonly width?: number;
  /** Default: no colour. */
  readonly colors?: Paint;
  readonly comparisons?: readonly Comparison[];
  /** For titles and the order of categories. */
  readonly suites?: readonly Suite[];
  /** Boards alone, one line per model, comparisons as one sentence each. Default false. */
  readonly compact?: boolean;
}

const LEAST_WIDTH = 40;
/** Below this, labels are cut as well. */
const NARROW = 60;
/** Names are cut to this before columns go, and further when none is left. */
const MODEL_WIDTH = 28;
const TRACK_WIDTH = 25;

function figureCell(figure: ShownFigure | null | undefined): ConsoleCell {
  return { text: figure?.text ?? "–" };
}

function modelCell(row: BoardRow, width: number): ConsoleCell {
  return { text: `${fitName(row.model, width)}${needsPublishedTag(row) ? " (published)" : ""}` };
}

function trackColumn(board: BoardView, paint: Paint): ConsoleColumn {
  const { scale } = board;
  const ends = [scale.axisLow, scale.axisHigh].map(
    (value) => `${Math.round(10 * value) / 10}${scale.unit === "percent" ? "%" : ""}`,
  );
  const label = `${ends[0]}${" ".repeat(Math.max(1, TRACK_WIDTH - (ends[0]?.length ?? 0) - (ends[1]?.length ?? 0)))}${ends[1]}`;
  const cells = board.rows.map((row) => ({
    text: intervalTrack(scale, row.headline, row.interval, TRACK_WIDTH),
    paint: paint.green,
  }));
  return { label, align: "left", expendable: 1, cells };
}

/** What is doubtful about rows, below the table: a column could be dropped. */
function doubtLines(board: BoardView, width: number, paint: Paint): readonly string[] {
  const told = board.rows.flatMap((row) =>
    row.doubts.length === 0 ? [] : [`${fitName(row.model, 40)}: ${row.doubts.map(phraseText).join(", ")}`],
  );
  return told.length === 0
    ? []
    : wrapLines(`! ${told.join("; ")}`, width, "  ").map((line) => paint.yellow(line));
}

function markedLines(board: BoardView, width: number, paint: Paint): readonly string[] {
  const { level = "good", text = [] } = board.marked ?? {};
  if (level === "good") return [];
  const [sign, color] = level === "doubt" ? ["!", paint.yellow] : ["  Note:", paint.dim];
  return wrapLines(`${sign} ${phraseText(text)}`, width, "  ").map((line) => color(line));
}

function restColumns(board: BoardView): readonly ConsoleColumn[] {
  const shown = board.columns.filter((column) => column.key !== "invalid" && column.key !== "missing");
  return shown.map((column, index) => ({
    label: column.label,
    align: "right",
    expendable: 3 + index,
    cells: board.rows.map((row) => figureCell(row.figures[column.key])),
  }));
}

function boardColumns(
  board: BoardView,
  width: number,
  paint: Paint,
  compact: boolean,
): readonly ConsoleColumn[] {
  const level = board.rows.find((row) => row.interval !== null)?.interval?.level;
  const nameWidth = Math.max(20, Math.floor(width / 2));
  return [
    {
      label: "Model",
      align: "left",
      expendable: 0,
      shrinkTo: MODEL_WIDTH,
      cut: fitName,
      cells: board.rows.map((row) => modelCell(row, nameWidth)),
    },
    {
      label: fitText(board.headlineLabel.replace("Length-controlled", "LC"), width < NARROW ? 12 : 30),
      align: "right",
      expendable: 0,
      cells: board.rows.map((row) => ({ ...figureCell(row.headline), paint: paint.bold })),
    },
    {
      label: level === undefined ? "interval" : `${level}% interval`,
      align: "left",
      expendable: 0,
      cells: board.rows.map((row) => ({ text: row.interval?.text ?? "none" })),
    },
    trackColumn(board, paint),
    ...(board.secondLabel === null
      ? []
      : [
          {
            label: board.secondLabel,
            align: "right" as const,
            expendable: 2,
            cells: board.rows.map((row) => figureCell(row.second?.figure)),
          },
        ]),
    ...(compact ? [] : restColumns(board)),
  ];
}

/** Models below each other where all parts fit, else parts below each other with as many models as fit. */
function partLines(
  board: BoardView,
  { parts, label }: { readonly parts: readonly PartView[]; readonly label: string },
  width: number,
  paint: Paint,
): readonly string[] {
  const rows = rowsWithParts(board, parts);
  const short = parts.map((part) => fitText(part.name, 12));
  // Names that are cut to the same would not be told apart.
  const labels = new Set(short).size === parts.length ? short : parts.map((part) => fitName(part.name, 28));
  const across: readonly ConsoleColumn[] = [
    {
      label,
      align: "left",
      expendable: 0,
      shrinkTo: 16,
      cut: fitName,
      cells: rows.map(({ row }) => modelCell(row, MODEL_WIDTH)),
    },
    ...parts.map((_, index) => ({
      label: labels[index] ?? "",
      align: "right" as const,
      expendable: 1,
      cells: rows.map(({ figures }) => figureCell(figures[index]?.figure)),
    })),
  ];
  const whole = consoleTable(across, width, paint);
  if (whole.left.length === 0) return whole.lines;
  const down: readonly ConsoleColumn[] = [
    {
      label,
      align: "left",
      expendable: 0,
      shrinkTo: 12,
      cells: parts.map((part) => ({ text: fitName(part.name, 28) })),
    },
    ...rows.map(({ row, figures }, index) => ({
      label: fitName(row.model, 18),
      align: "right" as const,
      expendable: index,
      cells: figures.map((entry) => figureCell(entry?.figure)),
    })),
  ];
  const { lines, left } = consoleTable(down, width, paint);
  const more = countOf(left.length, "more model");
  return left.length === 0 ? lines : [...lines, paint.dim(`  (${more} in a wider terminal)`)];
}

/** What is known of the judge; that nothing is known takes the room of one dim line. */
function qualityLines(board: BoardView, width: number, paint: Paint, compact: boolean): readonly string[] {
  if (board.judgeQuality === null || compact) return [];
  return wrapLines(board.judgeQuality, width, "  ").map((line) => paint.dim(line));
}

function boardLines(board: BoardView, width: number, paint: Paint, compact: boolean): readonly string[] {
  const against = board.baseline === null ? "" : ` against ${fitText(board.baseline, 40)}`;
  const judge = `judge ${fitText(board.judge, 40)}${against}, ${fitText(board.protocol, 80)}`;
  const notice =
    board.notice === null ? [] : wrapLines(board.notice, width, "  ").map((line) => paint.yellow(line));
  const unchecked =
    board.unchecked === null ? [] : wrapLines(board.unchecked, width, "  ").map((line) => paint.dim(line));
  const table =
    board.rows.length === 0
      ? ["  no model has a figure yet"]
      : consoleTable(boardColumns(board, width, paint, compact), width, paint).lines;
  const tables = [
    { parts: board.categories.length < 2 ? [] : board.categories, label: "by category" },
    { parts: board.jury?.leftOut ?? [], label: "the jury" },
    { parts: board.refusals, label: "refusals" },
    { parts: board.criteria, label: "criteria met" },
    { parts: board.checks, label: "checks passed" },
  ].filter(({ parts }) => parts.length > 0 && !compact);
  return [
    paint.bold(fitText(board.title, width)),
    paint.dim(`  ${fitText(judge, width - 2)}`),
    ...qualityLines(board, width, paint, compact),
    ...notice,
    ...unchecked,
    ...table,
    ...doubtLines(board, width, paint),
    ...markedLines(board, width, paint),
    ...(board.jury === null ? [] : wrapLines(phraseText(board.jury.text), width, "  ")),
    ...(compact ? [] : rankingLines(board.rankings, width, paint)),
    ...tables.flatMap((one) => ["", ...partLines(board, one, width, paint)]),
    ...(compact ? [] : styleLines(board.style, width, paint)),
    ...(compact ? [] : board.sentences.flatMap((sentence) => wrapLines(sentence, width, "  "))),
    ...(compact ? [] : peopleLines(board.people, width, paint)),
  ];
}

/**
 * Boards and comparisons as text for a terminal, without a final line feed: intervals drawn on one axis per board,
 * columns dropped where the terminal is narrow, foreign text made printable. Figures are those of the HTML report.
 */
export function renderConsole(scores: Scores, options: ConsoleOptions = {}): string {
  const width = Math.max(LEAST_WIDTH, options.width ?? 100);
  const paint = options.colors ?? plainPaint;
  const compact = options.compact === true;
  const boards = boardViews(scores, "/scores", options.suites ?? []).map((board, index, all) => {
    // Checks do not depend on the judge, so they are said once for each suite.
    const isFirst = all.findIndex(({ suite }) => suite === board.suite) === index;
    return isFirst ? board : { ...board, checks: [] };
  });
  const comparisons = (options.comparisons ?? []).map((one, index) =>
    comparisonView(one, index, `/comparisons/${index}`),
  );
  const blocks = [
    ...boards.map((board) => boardLines(board, width, paint, compact)),
    ...renderComparisonLines(comparisons, width, paint, compact),
    ...statedLines(statedViews(scores, "/scores"), width, paint),
  ];
  return blocks.map((lines) => lines.map(guardLine).join("\n")).join("\n\n");
}

/** One comparison in full, for `assay compare`. */
export function renderComparison(
  comparison: Comparison,
  options: Omit<ConsoleOptions, "comparisons"> = {},
): string {
  const width = Math.max(LEAST_WIDTH, options.width ?? 100);
  const blocks = renderComparisonLines(
    [comparisonView(comparison, 0, "")],
    width,
    options.colors ?? plainPaint,
    options.compact === true,
  );
  return blocks.map((lines) => lines.map(guardLine).join("\n")).join("\n\n");
}
