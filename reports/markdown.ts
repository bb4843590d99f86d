import type { GateResult } from "../harness/core/gate.js";
import { gateFigures, tallyGates, worstFirst } from "./gate-figures.js";
import { codeSpan, escapeMarkdown, markdownTable } from "./markdown-text.js";
import { formatMoment, phraseText } from "./view-format.js";
import type {
  BoardRow,
  BoardView,
  ComparisonPart,
  ComparisonView,
  MoverView,
  PartFigure,
  Phrase,
  ReportView,
  ShownFigure,
} from "./view-records.js";

/** First line of a pull-request comment, by which a later run finds and replaces it. */
export const COMMENT_MARKER = "<!-- assay report -->";

/** What a short comment can be given besides the view. */
export interface CommentOptions {
  /** Where the full report can be read; only `https:` addresses are linked. */
  readonly reportUrl?: string;
}

const MARKS = { pass: "✅ pass", fail: "❌ fail", inconclusive: "⚠️ inconclusive" } as const;

/** A comparison without a margin was no gate: it neither passes nor fails. */
function markOf(view: ComparisonView): string {
  const { outcome } = view;
  if (outcome === "pass" || outcome === "fail") return MARKS[outcome];
  return outcome === "inconclusive" && isGated(view) ? MARKS.inconclusive : outcome === "inconclusive" ? "not settled" : outcome;
}

function isGated(view: ComparisonView): boolean {
  return view.margin.value !== null && view.margin.value > 0;
}

/** A job summary may have 1 MiB and a comment 65,536 characters; tables stop long before. */
const MOST_ROWS = 100;
const MOST_COMMENT_ROWS = 10;
const MOST_MOVERS = 10;
const MOST_COLUMN_MODELS = 4;

function phrase(parts: Phrase): string {
  return escapeMarkdown(phraseText(parts));
}

function shown(figure: ShownFigure | null | undefined): string {
  return escapeMarkdown(figure?.text ?? "–");
}

function capped(lines: readonly string[], all: number, limit: number): readonly string[] {
  return all > limit ? [...lines, "", `${all - limit} more rows are in the full report.`] : lines;
}

function details(summary: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [`<details><summary>${summary}</summary>`, "", ...lines, "", "</details>", ""];
}

function intervalLabel(board: BoardView): string {
  const levels = new Set(board.rows.flatMap((row) => (row.interval === null ? [] : [row.interval.level])));
  return levels.size === 1 ? `${[...levels][0]}% interval` : "Interval";
}

function doubts(row: BoardRow): string {
  return row.doubts.map(phrase).join(", ");
}

function boardRows(board: BoardView, limit: number, full: boolean): readonly string[] {
  const doubtful = board.rows.some((row) => row.doubts.length > 0);
  const columns = full ? board.columns.filter((column) => column.key !== "invalid" && column.key !== "missing") : [];
  const head = [
    "Model",
    escapeMarkdown(board.headlineLabel),
    intervalLabel(board),
    ...(board.secondLabel === null ? [] : [escapeMarkdown(board.secondLabel)]),
    ...columns.map((column) => escapeMarkdown(column.label)),
    ...(doubtful ? ["Doubts"] : []),
  ];
  const rows = board.rows.slice(0, limit).map((row) => [
    `${escapeMarkdown(row.model)}${row.published ? " (published)" : ""}`,
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
  return shown(entry.figure) + (withInterval && entry.interval !== null ? ` (${escapeMarkdown(entry.interval.text)})` : "");
}

/** Few models stand side by side with their intervals; many stand below each other without. */
function categoryRows(board: BoardView): readonly string[] {
  const { categories, rows } = board;
  if (categories.length === 0) return [];
  if (rows.length <= MOST_COLUMN_MODELS) {
    return markdownTable(
      ["Category", ...rows.map((row) => escapeMarkdown(row.model))],
      categories.map((part) => [escapeMarkdown(part.name), ...rows.map((_, index) => partCell(part.models[index], true))]),
      (column) => column > 0,
    );
  }
  return capped(
    markdownTable(
      ["Model", ...categories.map((part) => escapeMarkdown(part.name))],
      rows
        .slice(0, MOST_ROWS)
        .map((row, index) => [escapeMarkdown(row.model), ...categories.map((part) => partCell(part.models[index], false))]),
      (column) => column > 0,
    ),
    rows.length,
    MOST_ROWS,
  );
}

function boardSection(board: BoardView): readonly string[] {
  const against = board.baseline === null ? "" : `, against ${escapeMarkdown(board.baseline)}`;
  return [
    `## ${escapeMarkdown(board.title)}`,
    "",
    `Judge ${escapeMarkdown(board.judge)}${against}, protocol ${codeSpan(board.protocol)}.`,
    ...(board.notice === null ? [] : ["", `> ${escapeMarkdown(board.notice)}`]),
    "",
    ...boardRows(board, MOST_ROWS, true),
    "",
    ...details(`${escapeMarkdown(board.partLabel)} by category`, categoryRows(board)),
  ];
}

function gateRows(gates: readonly GateResult[]): readonly string[] {
  const rows = worstFirst(gates).slice(0, MOST_ROWS).map((gate) => {
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
  return capped(markdownTable(columns, rows, (column) => column >= 3 && column <= 5), gates.length, MOST_ROWS);
}

function gateSection(gates: readonly GateResult[]): readonly string[] {
  return gates.length === 0 ? [] : ["## Gates", "", `${tallyGates(gates)}.`, "", ...gateRows(gates), ""];
}

function comparisonParts(view: ComparisonView): readonly string[] {
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
  return markdownTable(["Part", "Difference", "Interval", "p", "p adjusted", "Questions"], rows, (column) => column > 0);
}

function moverRows(view: ComparisonView): readonly string[] {
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

function comparisonFacts(view: ComparisonView): string {
  const interval = view.interval === null ? "no interval" : `${view.interval.level}% interval ${view.interval.text}`;
  const least = view.minimumDetectableEffect.value === null ? "" : `; smallest difference that would be seen ${view.minimumDetectableEffect.text}`;
  return escapeMarkdown(
    `Difference ${view.delta.text} (${interval}), p ${view.pValue.text} by ${view.test}; ${view.wins.text} better, ${view.losses.text} worse, ${view.ties.text} alike on ${view.questions.text} questions${isGated(view) ? `; margin ${view.margin.text}` : ""}${least}.`,
  );
}

function comparisonSection(view: ComparisonView): readonly string[] {
  return [
    `### ${escapeMarkdown(view.candidate)} against ${escapeMarkdown(view.base)}: ${markOf(view)}`,
    "",
    `**${escapeMarkdown(view.sentence)}**`,
    "",
    comparisonFacts(view),
    "",
    ...[...view.unmatched.map(phrase), ...view.warnings.map(escapeMarkdown)].flatMap((text) => [`- ${text}`]),
    ...(view.unmatched.length + view.warnings.length > 0 ? [""] : []),
    ...details("By turn and category", comparisonParts(view)),
    ...details("Questions that moved most", moverRows(view)),
  ];
}

function verdictLines(view: ReportView): readonly string[] {
  return view.verdicts.flatMap((verdict, index) => {
    const sentence = phrase(verdict.sentence);
    return [index === 0 ? `**${sentence}** ${phrase(verdict.meaning)}` : `- ${sentence}`];
  });
}

function healthLines(view: ReportView): readonly string[] {
  const sign = { doubt: "⚠️", good: "✅", note: "ℹ️" } as const;
  return view.health.map((item) => `- ${sign[item.level]} **${escapeMarkdown(item.label)}**: ${phrase(item.text)}`);
}

function footer(view: ReportView): string {
  return `Made by assay ${escapeMarkdown(view.version)}, ${escapeMarkdown(formatMoment(view.generatedAt))}.`;
}

function noticeLines(view: ReportView): readonly string[] {
  return view.notices.flatMap((notice) => [`> **${escapeMarkdown(notice)}**`, ""]);
}

/**
 * The whole report as GitHub-flavoured Markdown (`summary.md`), made for `$GITHUB_STEP_SUMMARY`: verdict, gates,
 * boards with intervals, categories, comparisons, health. Figures are formatted as in the HTML report.
 */
export function renderSummary(view: ReportView, gates: readonly GateResult[] = []): string {
  const [first = "", ...others] = verdictLines(view);
  return [
    `# ${escapeMarkdown(view.title)}`,
    "",
    ...noticeLines(view),
    first,
    "",
    ...(others.length === 0 ? [] : [...others, ""]),
    ...gateSection(gates),
    ...view.boards.flatMap(boardSection),
    ...(view.comparisons.length === 0 ? [] : ["## Comparisons", "", ...view.comparisons.flatMap(comparisonSection)]),
    "## Health of the run",
    "",
    ...healthLines(view),
    "",
    footer(view),
    "",
  ].join("\n");
}

function overallMark(view: ReportView, gates: readonly GateResult[]): string {
  const outcomes = gates.length > 0 ? gates.map((gate) => gate.outcome) : view.comparisons.filter(isGated).map((comparison) => comparison.outcome);
  if (outcomes.includes("fail")) return "❌ ";
  if (outcomes.includes("inconclusive")) return "⚠️ ";
  return outcomes.length > 0 ? "✅ " : "";
}

function reportLink(options: CommentOptions): string {
  const { reportUrl } = options;
  if (reportUrl === undefined || !URL.canParse(reportUrl)) return "";
  const url = new URL(reportUrl);
  if (url.protocol !== "https:") return "";
  const address = url.href.replace(/[()<>[\]\\`|*_~]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
  return ` [Full report](${address}).`;
}

/** A short version for a comment under a pull request; starts with {@link COMMENT_MARKER}. */
export function renderComment(
  view: ReportView,
  gates: readonly GateResult[] = [],
  options: CommentOptions = {},
): string {
  const [verdict] = view.verdicts;
  const open = worstFirst(gates).filter((gate) => gate.outcome !== "pass").slice(0, MOST_COMMENT_ROWS);
  const doubtful = view.health.filter((item) => item.level === "doubt");
  return [
    COMMENT_MARKER,
    `### ${overallMark(view, gates)}${escapeMarkdown(view.title)}`,
    "",
    ...noticeLines(view),
    ...(verdict === undefined ? [] : [`**${phrase(verdict.sentence)}** ${phrase(verdict.meaning)}`, ""]),
    ...(gates.length === 0 ? [] : [`${tallyGates(gates)}.`, ""]),
    ...open.map((gate) => `- ${MARKS[gate.outcome]}: ${escapeMarkdown(gate.name)}, ${escapeMarkdown(gate.model)}: ${escapeMarkdown(gate.message)}`),
    ...(open.length === 0 ? [] : [""]),
    ...view.boards.flatMap((board) => [`**${escapeMarkdown(board.title)}**`, "", ...boardRows(board, MOST_COMMENT_ROWS, false), ""]),
    ...details(
      doubtful.length === 1 ? "1 thing to doubt" : `${doubtful.length} things to doubt`,
      doubtful.map((item) => `- **${escapeMarkdown(item.label)}**: ${phrase(item.text)}`),
    ),
    footer(view) + reportLink(options),
    "",
  ].join("\n");
}
