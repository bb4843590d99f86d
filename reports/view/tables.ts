import type {
  BoardView,
  ComparisonPart,
  ComparisonView,
  MoverView,
  PartView,
  ReportView,
  ShownFigure,
  ShownInterval,
  TrendLine,
  TrendView,
} from "./records.js";
import { metricNote } from "./stated.js";
import { displayName } from "./text.js";

/** A cell: text that came from outside, or a figure. */
export type TableCell = string | ShownFigure | null;

/** The data behind one table or chart, for downloads and for formats that print tables. */
export interface DataTable {
  /** File name without ending, such as `board-1-categories`. */
  readonly name: string;
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly TableCell[])[];
}

function ends(interval: ShownInterval | null): readonly [ShownFigure | null, ShownFigure | null] {
  return interval === null ? [null, null] : [interval.low, interval.high];
}

/** The board itself: one row per model. */
function boardTable(board: BoardView): DataTable {
  const second = board.secondLabel;
  return {
    name: board.id,
    title: `${board.title}, judge ${board.judge}`,
    columns: [
      "Model",
      board.headlineLabel,
      "Interval low",
      "Interval high",
      ...(second === null ? [] : [second, `${second} low`, `${second} high`]),
      ...board.columns.map((column) => column.label),
      "Lower bound",
      "Upper bound",
    ],
    rows: board.rows.map((row) => [
      row.model,
      row.headline,
      ...ends(row.interval),
      ...(second === null ? [] : [row.second?.figure ?? null, ...ends(row.second?.interval ?? null)]),
      ...board.columns.map((column) => row.figures[column.key] ?? null),
      row.bounds.low,
      row.bounds.high,
    ]),
  };
}

/** How a table of parts is named and headed. */
interface PartTable {
  readonly plural: string;
  readonly column: string;
  /** The board's own name of its parts' figures by default. */
  readonly figure?: string;
}

const PART_TABLES = {
  category: { plural: "categories", column: "Category" },
  turn: { plural: "turns", column: "Turn" },
  check: { plural: "checks", column: "Check", figure: "Passed" },
  criterion: { plural: "criteria", column: "Criterion", figure: "Met" },
  refusals: { plural: "refusals", column: "Refusals", figure: "Share or change" },
} as const satisfies Readonly<Record<string, PartTable>>;

function partsTable(
  board: BoardView,
  parts: readonly PartView[],
  kind: keyof typeof PART_TABLES,
): DataTable[] {
  if (parts.length === 0) return [];
  const { plural, column, figure = board.partLabel }: PartTable = PART_TABLES[kind];
  return [
    {
      name: `${board.id}-${plural}`,
      title: `${board.title}, by ${kind}`,
      columns: ["Model", column, figure, "Interval low", "Interval high", "SE", "n"],
      rows: parts.flatMap((part) =>
        part.models.flatMap((entry) =>
          entry === null
            ? []
            : [[entry.model, part.name, entry.figure, ...ends(entry.interval), entry.standardError, entry.n]],
        ),
      ),
    },
  ];
}

function pairTables(board: BoardView): DataTable[] {
  const tables: DataTable[] = [];
  if (board.pairs.length > 0) {
    tables.push({
      name: `${board.id}-pairs`,
      title: `${board.title}, every pair`,
      columns: [
        "Model",
        "Opponent",
        "Adjusted win rate",
        "Wins",
        "Ties",
        "Losses",
        "Unreadable",
        "Missing",
        "Consistent",
      ],
      rows: board.pairs.map((pair) => [
        pair.model,
        pair.opponent,
        pair.winRate,
        pair.wins,
        pair.ties,
        pair.losses,
        pair.errors,
        pair.missing,
        pair.positionConsistency,
      ]),
    });
  }
  if (board.outcomes.length > 0) {
    tables.push({
      name: `${board.id}-outcomes`,
      title: `${board.title}, wins, ties and losses`,
      columns: ["Model", "Wins", "Ties", "Losses", "Unreadable"],
      rows: board.outcomes.map((row) => [row.model, row.wins, row.ties, row.losses, row.errors]),
    });
  }
  if (board.ratings.length > 0) {
    tables.push({
      name: `${board.id}-ratings`,
      title: `${board.title}, Bradley–Terry ratings`,
      columns: ["Model", "Rank", "Rating", "Interval low", "Interval high"],
      rows: board.ratings.map((row) => [row.model, row.rank, row.value, ...ends(row.interval)]),
    });
  }
  if (board.slots.length > 0) {
    tables.push({
      name: `${board.id}-slots`,
      title: `${board.title}, win rate by slot`,
      columns: ["Model", "Shown first", "n first", "Shown second", "n second", "z"],
      rows: board.slots.map((row) => [row.model, row.first, row.firstN, row.second, row.secondN, row.z]),
    });
  }
  return tables;
}

function comparisonTable(view: ComparisonView): DataTable {
  const row = (
    label: string,
    part: ComparisonPart | ComparisonView,
    adjusted: ShownFigure | null,
  ): TableCell[] => [label, part.delta, ...ends(part.interval), part.pValue, adjusted, part.questions];
  return {
    name: view.id,
    title: `${displayName(view.candidate)} against ${displayName(view.base)}`,
    columns: ["Part", "Difference", "Interval low", "Interval high", "p", "p adjusted", "Questions"],
    rows: [
      row("all", view, null),
      ...view.turns.map((part) => row(`turn ${part.name}`, part, part.adjustedPValue)),
      ...view.categories.map((part) => row(part.name, part, part.adjustedPValue)),
    ],
  };
}

function moversTable(view: ComparisonView): DataTable[] {
  if (view.moversUp.length + view.moversDown.length === 0) return [];
  const row = (mover: MoverView): TableCell[] => [
    mover.questionId,
    mover.category,
    mover.text,
    mover.base,
    mover.candidate,
    mover.delta,
  ];
  return [
    {
      name: `${view.id}-movers`,
      title: `Questions that moved most, ${displayName(view.candidate)} against ${displayName(view.base)}`,
      columns: ["Question", "Category", "Text", view.base, view.candidate, "Difference"],
      rows: [...view.moversUp, ...view.moversDown].map(row),
    },
  ];
}

function trendTable(trend: TrendView): DataTable {
  const rows = (lines: readonly TrendLine[], category: string) =>
    lines.flatMap((line) =>
      line.points.flatMap((point, index): TableCell[][] =>
        point === null
          ? []
          : [
              [
                trend.points[index]?.label ?? "",
                category,
                line.name,
                point.model,
                point.figure,
                ...ends(point.interval),
              ],
            ],
      ),
    );
  return {
    name: trend.id,
    title: trend.course === undefined ? `${trend.title}, over time` : trend.title,
    columns: [
      trend.course === undefined ? "Run" : "Questions",
      "Category",
      "Line",
      "Model",
      trend.headlineLabel,
      "Interval low",
      "Interval high",
    ],
    rows: [...rows(trend.overall, "all"), ...trend.categories.flatMap((part) => rows(part.lines, part.name))],
  };
}

/** Figures that others state. */
function statedTable(views: ReportView["stated"]): DataTable {
  return {
    name: "figures-stated-elsewhere",
    title: "Figures stated elsewhere",
    columns: [
      "Suite",
      "Metric",
      "Model",
      "Value",
      "Interval low",
      "Interval high",
      "SE",
      "n",
      "Tool",
      "Note",
    ],
    rows: views.map((view) => [
      view.suite,
      view.metric,
      view.model,
      view.figure,
      view.interval?.low ?? null,
      view.interval?.high ?? null,
      view.standardError,
      view.n,
      view.tool,
      metricNote(view),
    ]),
  };
}

/** All tables of one board: the board, its categories, turns, pairs, outcomes, ratings and slots. */
function tablesOfBoard(board: BoardView): readonly DataTable[] {
  return [
    boardTable(board),
    ...partsTable(board, board.categories, "category"),
    ...partsTable(board, board.turns, "turn"),
    ...partsTable(board, board.checks, "check"),
    ...partsTable(board, board.criteria, "criterion"),
    ...partsTable(board, board.refusals, "refusals"),
    ...pairTables(board),
  ];
}

/** Every table behind a report, each under a name of its own. */
export function reportTables(
  view: Pick<ReportView, "boards" | "comparisons" | "trends" | "stated">,
): readonly DataTable[] {
  return [
    ...view.boards.flatMap(tablesOfBoard),
    ...view.comparisons.flatMap((comparison) => [comparisonTable(comparison), ...moversTable(comparison)]),
    ...view.trends.map(trendTable),
    ...(view.stated.length === 0 ? [] : [statedTable(view.stated)]),
  ];
}

function markdownCell(cell: TableCell): string {
  if (cell === null) return "";
  if (typeof cell !== "string") return cell.text;
  return displayName(cell).replace(/[\\`*_[\]<>|#~!&]/g, "\\$&");
}

/** A table as GitHub-flavoured Markdown, figures as the report shows them, foreign text escaped. */
export function tableMarkdown(table: DataTable): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const numeric = (index: number) =>
    table.rows.some((row) => row[index] !== null && typeof row[index] === "object");
  return [
    line(table.columns.map(markdownCell)),
    line(table.columns.map((_, index) => (numeric(index) ? "---:" : "---"))),
    ...table.rows.map((row) => line(row.map(markdownCell))),
    "",
  ].join("\n");
}

function csvField(cell: TableCell): string {
  if (cell === null) return "";
  if (typeof cell !== "string") return cell.value === null ? "" : String(cell.value);
  // A spreadsheet runs text that starts like a formula; an apostrophe keeps it text (OWASP, CSV injection).
  const safe = /^[\s\u0000-\u001f]*[=+\-@\uff1d\uff0b\uff0d\uff20]|^[\t\r\n]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n\u2028\u2029']/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** A table as CSV (RFC 4180), figures in full precision, text that looks like a formula defused by an apostrophe. */
export function tableCsv(table: DataTable): string {
  return [table.columns, ...table.rows].map((row) => `${row.map(csvField).join(",")}\r\n`).join("");
}

/** A table as JSON: one object per row, figures as numbers or null. */
export function tableJson(table: DataTable): string {
  const plain = (cell: TableCell | undefined) =>
    cell === null || cell === undefined ? null : typeof cell === "string" ? cell : cell.value;
  const rows = table.rows.map((row) =>
    Object.fromEntries(table.columns.map((column, index) => [column, plain(row[index])])),
  );
  return `${JSON.stringify({ title: table.title, rows }, null, 2)}\n`;
}
