import { basename, dirname, resolve } from "node:path";
import type { Board, PreferenceRow } from "../../core/board.js";
import { rowWithTerms } from "../../core/board-terms.js";
import { csvLine, readCsvTable } from "../../core/csv-table.js";
import { ConfigError } from "../../core/errors.js";
import type { PreferenceSummary } from "../../stats/preference-summary.js";

/** One row of a leaderboard as alpaca_eval keeps it. Rates in percent. */
export interface LeaderboardRow
  extends Pick<
    PreferenceSummary,
    "winRate" | "standardError" | "wins" | "losses" | "draws" | "n" | "discreteWinRate"
  > {
  readonly model: string;
  /** `minimal`, `verified`, `community` or `dev`: how far alpaca_eval's authors vouch for it. */
  readonly mode: string;
  readonly averageLength: number | null;
  readonly lengthControlledWinRate: number | null;
  /** Not a sampling error. */
  readonly lengthControlledStandardError: number | null;
}

/** A leaderboard as its authors published it. */
export interface PublishedLeaderboard {
  readonly file: string;
  /** Annotator whose verdicts it is made of; figures of others do not belong beside it. */
  readonly annotator: string;
  readonly rows: readonly LeaderboardRow[];
}

const COLUMNS = [
  "win_rate",
  "standard_error",
  "n_wins",
  "n_wins_base",
  "n_draws",
  "n_total",
  "discrete_win_rate",
  "mode",
  "avg_length",
  "length_controlled_winrate",
  "lc_standard_error",
] as const;

/** Annotator that a leaderboard's path tells: `ANNOTATOR_leaderboard.csv`, or the folder of `leaderboard.csv`. */
function annotatorOfLeaderboard(file: string): string {
  const path = resolve(file);
  return /^(.+)_leaderboard\.csv$/.exec(basename(path))?.[1] ?? basename(dirname(path));
}

/**
 * Reads a leaderboard of alpaca_eval.
 * @param file its path, which names errors and the annotator
 * @throws DataError `broken-leaderboard` naming the line
 */
export function parseLeaderboard(text: string, file: string): PublishedLeaderboard {
  const table = readCsvTable(text, file, ["index", "win_rate", "n_total"], {
    code: "broken-leaderboard",
    remedy: "Use a leaderboard as alpaca_eval publishes it (`assay data` fetches them).",
  });
  const columns = Object.fromEntries(
    COLUMNS.filter((column) => column !== "mode").map((column) => [column, table.optionalNumbers(column)]),
  );
  const modes = table.texts("mode");
  const rows = table.texts("index").map((model, row): LeaderboardRow => {
    const figure = (column: (typeof COLUMNS)[number]) => columns[column]?.[row] ?? null;
    return {
      model,
      winRate: figure("win_rate"),
      standardError: figure("standard_error"),
      wins: figure("n_wins") ?? 0,
      losses: figure("n_wins_base") ?? 0,
      draws: figure("n_draws") ?? 0,
      n: figure("n_total") ?? 0,
      discreteWinRate: figure("discrete_win_rate"),
      mode: modes[row] ?? "",
      averageLength: figure("avg_length"),
      lengthControlledWinRate: figure("length_controlled_winrate"),
      lengthControlledStandardError: figure("lc_standard_error"),
    };
  });
  return { file, annotator: annotatorOfLeaderboard(file), rows };
}

function cell(figure: number | null): string {
  return figure === null ? "" : String(figure);
}

/** A leaderboard as alpaca_eval keeps it; the column of names has none, as pandas writes it. */
export function leaderboardCsv(rows: readonly LeaderboardRow[]): string {
  const lines = rows.map((row) =>
    csvLine([
      row.model,
      cell(row.winRate),
      cell(row.standardError),
      cell(row.wins),
      cell(row.losses),
      cell(row.draws),
      cell(row.n),
      cell(row.discreteWinRate),
      row.mode,
      cell(row.averageLength),
      cell(row.lengthControlledWinRate),
      cell(row.lengthControlledStandardError),
    ]),
  );
  return [csvLine(["", ...COLUMNS]), ...lines].join("");
}

/** Why a published row lacks what a computed one has. */
const NOT_PUBLISHED = "not published";
const ALPACA_EVAL_QUESTIONS = 805;

/** A row of a published leaderboard as a row of a board. */
function publishedRow(row: LeaderboardRow): PreferenceRow {
  const { mode: _, ...figures } = row;
  const lacking = [
    "interval",
    "bounds",
    "lengthControlled",
    ...(
      [
        "winRate",
        "standardError",
        "discreteWinRate",
        "lengthControlledWinRate",
        "lengthControlledStandardError",
      ] as const
    ).filter((name) => row[name] === null),
  ];
  return rowWithTerms({
    ...figures,
    origin: "published",
    invalid: 0,
    missing: Math.max(0, ALPACA_EVAL_QUESTIONS - row.n),
    questions: row.n,
    interval: null,
    lengthControlled: null,
    bounds: { low: null, high: null },
    categories: {},
    reasons: Object.fromEntries(lacking.map((name) => [name, NOT_PUBLISHED])),
  });
}

/** Judge models of the published leaderboards, by annotator. */
const PUBLISHED_JUDGES: ReadonlyMap<string, string> = new Map([
  ["alpaca_eval_gpt4", "gpt-4"],
  ["weighted_alpaca_eval_gpt4_turbo", "gpt-4-1106-preview"],
]);

/** Annotators whose leaderboards alpaca_eval's authors published. */
export const publishedAnnotators: readonly string[] = [...PUBLISHED_JUDGES.keys()];

/** Whether a board's figures were made as published ones: the same suite, annotator and judge model. */
export function isPublishedProtocol(
  board: Board,
  published: { readonly annotator: string; readonly suite: string },
): boolean {
  const [annotator, judged = ""] = board.protocol.split("@");
  return (
    board.metric === "preference" &&
    board.suite === published.suite &&
    annotator === published.annotator &&
    (judged.startsWith("published") || board.judge === PUBLISHED_JUDGES.get(published.annotator))
  );
}

/**
 * Whether the rows of a leaderboard may stand on a board: AlpacaEval's instructions, the leaderboard's annotator, and
 * its judge model: verdicts that were published themselves, or a run that the same model judged.
 */
export function belongsOnBoard(board: Board, { annotator }: PublishedLeaderboard): boolean {
  return ["alpaca-eval", "alpaca-eval-2"].some((suite) => isPublishedProtocol(board, { annotator, suite }));
}

/**
 * The board with the published rows among its own, best first; they are marked `origin: "published"`. A published row of
 * a model that the board has itself is called `MODEL (published)`.
 *
 * @throws ConfigError `other-protocol` when the leaderboard's figures were made in another way than the board's
 */
export function mergePublishedRows(board: Board, leaderboard: PublishedLeaderboard): Board {
  if (board.metric !== "preference" || !belongsOnBoard(board, leaderboard)) {
    throw new ConfigError(
      `the published figures of ${leaderboard.annotator} do not belong beside those of ${board.protocol} on ${board.suite}`,
      {
        code: "other-protocol",
        remedy: "Name the leaderboard of the same annotator, or leave --leaderboard out.",
      },
    );
  }
  const own = new Set(board.models.map((row) => row.model));
  const published = leaderboard.rows.map((row) =>
    publishedRow(own.has(row.model) ? { ...row, model: `${row.model} (published)` } : row),
  );
  const headline = (row: PreferenceRow) =>
    row.lengthControlledWinRate ?? row.winRate ?? Number.NEGATIVE_INFINITY;
  const models = [...board.models, ...published].sort((one, other) => headline(other) - headline(one));
  return { ...board, models };
}
