import type { ComparedAnswer } from "../harness/core/records.js";
import { printable } from "../harness/core/text.js";
import type { ReportFile } from "./report-file.js";
import type { ReadingAnswer, ReadingQuestion, ReadingVerdict } from "./view/reading-records.js";
import type { ReportView } from "./view/records.js";
import type { DataTable, TableCell } from "./view/tables.js";
import { reportTables } from "./view/tables.js";

/** A field of a CSV file: text, a number in full precision, or nothing. */
export type Field = string | number | null;

interface CsvTable {
  readonly name: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Field[])[];
}

function fieldOf(cell: TableCell): Field {
  return cell === null || typeof cell === "string" ? cell : cell.value;
}

function figuresTable(table: DataTable): CsvTable {
  return { name: table.name, columns: table.columns, rows: table.rows.map((row) => row.map(fieldOf)) };
}

const ANSWER_COLUMNS = [
  "Suite",
  "Question",
  "Category",
  "Model",
  "Trial",
  "Turn",
  "Length",
  "Finish",
  "Output tokens",
  "Latency ms",
  "Error",
];

function answerRows(question: ReadingQuestion, answer: ReadingAnswer): readonly (readonly Field[])[] {
  const head = [question.suite, question.id, question.category, answer.model, answer.trial];
  const turns = answer.turns.map((turn, index) => [
    ...head,
    index + 1,
    turn.length,
    turn.finish,
    turn.outputTokens ?? null,
    turn.latencyMs ?? null,
    null,
  ]);
  if (answer.error === undefined) return turns;
  return [...turns, [...head, answer.turns.length + 1, null, null, null, null, answer.error]];
}

const VERDICT_COLUMNS = [
  "Suite",
  "Question",
  "Category",
  "Protocol",
  "Turn",
  "Trial",
  "A",
  "B",
  "Order",
  "Outcome",
  "Rating",
  "Winner",
  "Weight on B",
  "Ranking",
  "Reason",
  "Reward A",
  "Reward B",
];

/** `right: B`, `wrong: C`, or why nothing could be read. */
function comparedText(compared: ComparedAnswer | undefined): string | null {
  if (compared === undefined) return null;
  return compared.outcome === "unreadable"
    ? `unreadable: ${compared.reason}`
    : `${compared.outcome}: ${compared.read}`;
}

function outcomeFields(outcome: ReadingVerdict["outcome"]): readonly Field[] {
  switch (outcome.kind) {
    case "rating":
      return [outcome.kind, outcome.rating, null, null, null, comparedText(outcome.compared), null, null];
    case "preference":
      return [
        outcome.kind,
        null,
        outcome.winner,
        outcome.weightB,
        null,
        null,
        ...(outcome.rewards ?? [null, null]),
      ];
    case "ranking":
      return [
        outcome.kind,
        null,
        null,
        null,
        outcome.groups.map((group) => group.join(" = ")).join(" > "),
        null,
        null,
        null,
      ];
    default:
      return [outcome.kind, null, null, null, null, outcome.reason, null, null];
  }
}

function verdictRow(question: ReadingQuestion, verdict: ReadingVerdict): readonly Field[] {
  return [
    question.suite,
    question.id,
    question.category,
    verdict.protocol,
    verdict.turn,
    verdict.trial,
    verdict.a,
    verdict.b ?? null,
    verdict.order ?? null,
    ...outcomeFields(verdict.outcome),
  ];
}

/** Answers and verdicts without their texts; files that would be empty are left out. */
function recordTables(view: ReportView): readonly CsvTable[] {
  const answers = view.reading.flatMap((question) =>
    question.answers.flatMap((answer) => answerRows(question, answer)),
  );
  const verdicts = view.reading.flatMap((question) =>
    question.verdicts.map((verdict) => verdictRow(question, verdict)),
  );
  const tables = [
    { name: "answers", columns: ANSWER_COLUMNS, rows: answers },
    { name: "verdicts", columns: VERDICT_COLUMNS, rows: verdicts },
  ];
  return tables.filter((table) => table.rows.length > 0);
}

/** Text that a spreadsheet would run after trimming it; `escape_formulas` looks at the first character alone. */
function defuse(text: string): string {
  const safe = printable(text, { oneLine: true });
  return /^\s+[=+\-@\uff1d\uff0b\uff0d\uff20]/.test(safe) ? `'${safe}` : safe;
}

/**
 * A table as CSV: RFC 4180, UTF-8 without a byte order mark. Text that a spreadsheet would take for a formula starts with
 * an apostrophe, and control characters are spelt out.
 */
export async function csvText(
  columns: readonly string[],
  rows: readonly (readonly Field[])[],
): Promise<string> {
  const { stringify } = await import("csv-stringify/sync");
  return stringify([[...columns], ...rows.map((row) => [...row])], {
    escape_formulas: true,
    record_delimiter: "windows",
    cast: { string: defuse },
  });
}

/**
 * Every table behind a report as CSV, one file each: boards, categories, turns, pairs, outcomes, ratings, slots,
 * comparisons, movers, trends, and lists of all answers (lengths in code points) and verdicts without their texts. Figures
 * stand in full precision, empty where there is none; text is as {@link csvText} makes it safe.
 */
export async function renderCsv(view: ReportView): Promise<readonly ReportFile[]> {
  const tables = [...reportTables(view).map(figuresTable), ...recordTables(view)];
  return Promise.all(
    tables.map(async ({ name, columns, rows }) => ({
      name: `${name}.csv`,
      content: await csvText(columns, rows),
    })),
  );
}
