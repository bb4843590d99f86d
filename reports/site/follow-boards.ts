import { compositeKey } from "../../harness/core/composite-key.js";
import { titleEntry } from "../view/boards.js";
import type { FigureFormat } from "../view/format.js";
import { axisTicks, formatFigure, NO_FIGURE } from "../view/format.js";
import { distinctTitles } from "../view/titles.js";
import type { SiteBoard, SiteFigure, SiteRow, SiteRun } from "./site-records.js";

/** A model's newest row on a board, with the run it comes from. */
export interface Standing {
  readonly run: SiteRun;
  readonly row: SiteRow;
}

/** A model, or a series of checkpoints, over the runs of a board. */
export interface FollowedLine {
  readonly name: string;
  /** One for each run of the board, oldest first; null where the run lacks it. */
  readonly points: readonly (SiteRow | null)[];
}

/** Ends and ticks of a board's axis. */
export interface BoardAxis {
  readonly low: number;
  readonly high: number;
  readonly ticks: readonly number[];
  /** 50 for rates: as good as the opponent. */
  readonly even: number | null;
}

/** One suite × mode × protocol over all runs that have it. */
export interface FollowedBoard {
  /** As the newest run shows it. */
  readonly board: SiteBoard;
  /** Runs that have the board, oldest first. */
  readonly runs: readonly SiteRun[];
  /** Best first; each model once. */
  readonly standings: readonly Standing[];
  /** Lines with two figures or more, the longest and best first. */
  readonly lines: readonly FollowedLine[];
  readonly categories: readonly string[];
  readonly format: FigureFormat;
  readonly axis: BoardAxis;
}

const CHECKPOINT = /^(.*?(?:ckpt|checkpoint|step|iter|iteration|epoch)[-_.]?)\d+k?$/i;

function keyOf(board: SiteBoard): string {
  return compositeKey(board.suite, board.mode, board.metric, board.protocol, board.baseline ?? undefined);
}

/** Text of a figure in its board's format. */
export function siteFigureText(figure: SiteFigure, format: FigureFormat): string {
  return figure.value === null ? NO_FIGURE : formatFigure(figure.value, format);
}

/** Text of an interval, empty where there is none. */
export function siteIntervalText(figure: SiteFigure, format: FigureFormat): string {
  return figure.low === null || figure.high === null
    ? ""
    : `${formatFigure(figure.low, format)} to ${formatFigure(figure.high, format)}`;
}

/** The figure of a row, overall or in a category. */
export function figureIn(row: SiteRow, category: string | null): SiteFigure | null {
  if (category === null) return row.figure;
  return row.categories.find((part) => part.name === category)?.figure ?? null;
}

/** Whether a board's figures are points of a rating, and not shares. */
export function isInPoints({ metric, figure }: Pick<SiteBoard, "metric" | "figure">): boolean {
  return metric === "rating" && figure === undefined;
}

function axisOf(board: SiteBoard, figures: readonly SiteFigure[]): BoardAxis {
  const [least, most] = isInPoints(board) ? [1, 10] : [0, 100];
  const even = board.metric === "rating" ? null : 50;
  const values = figures.flatMap((one) => [one.value, one.low, one.high]).filter((value) => value !== null);
  const known = even === null ? values : [...values, even];
  if (known.length === 0) return { low: least, high: most, ticks: [least, most], even };
  const ticks = axisTicks(Math.max(least, Math.min(...known)), Math.min(most, Math.max(...known)), 5);
  return { low: ticks[0] ?? least, high: ticks.at(-1) ?? most, ticks, even };
}

/** Models in two runs or more keep their name; others join by the stem of a checkpoint's name, as in a report's trends. */
function lineName(model: string, boards: readonly SiteBoard[]): string {
  const runs = boards.filter((board) => board.rows.some((row) => row.model === model)).length;
  if (runs >= 2) return model;
  return CHECKPOINT.exec(model)?.[1]?.replace(/[-_.]$/, "") ?? model;
}

function linesOf(boards: readonly SiteBoard[]): readonly FollowedLine[] {
  const names = new Set(boards.flatMap((board) => board.rows.map((row) => lineName(row.model, boards))));
  const lines = [...names].map((name) => ({
    name,
    points: boards.map((board) => board.rows.find((row) => lineName(row.model, boards) === name) ?? null),
  }));
  const count = (line: FollowedLine) =>
    line.points.filter((row) => row !== null && row.figure.value !== null).length;
  const newest = (line: FollowedLine) =>
    line.points.findLast((row) => row !== null)?.figure.value ?? Number.NEGATIVE_INFINITY;
  return lines
    .filter((line) => count(line) >= 2)
    .sort((x, y) => count(y) - count(x) || newest(y) - newest(x));
}

function standingsOf(runs: readonly SiteRun[], boards: readonly SiteBoard[]): readonly Standing[] {
  const newest = new Map<string, Standing>();
  runs.forEach((run, index) => {
    for (const row of boards[index]?.rows ?? []) newest.set(row.model, { run, row });
  });
  const key = ({ row }: Standing) => row.figure.value ?? Number.NEGATIVE_INFINITY;
  return [...newest.values()].sort((x, y) => key(y) - key(x) || 0);
}

function followBoard(key: string, all: readonly SiteRun[]): FollowedBoard[] {
  const present = all.flatMap((run) => {
    const board = run.boards.find((one) => keyOf(one) === key);
    return board === undefined ? [] : [{ run, board }];
  });
  const boards = present.map(({ board }) => board);
  const runs = present.map(({ run }) => run);
  const newest = boards.at(-1);
  if (newest === undefined) return [];
  const rows = boards.flatMap((board) => board.rows);
  return [
    {
      board: newest,
      runs,
      standings: standingsOf(runs, boards),
      lines: linesOf(boards),
      categories: [
        ...new Set(
          boards
            .toReversed()
            .flatMap((board) => board.rows.flatMap((row) => row.categories.map((part) => part.name))),
        ),
      ],
      format: isInPoints(newest) ? "points" : "percent",
      axis: axisOf(
        newest,
        rows.map((row) => row.figure),
      ),
    },
  ];
}

/** Boards over all runs, those of the newest run first; boards of different protocols are never merged. */
export function followBoards(runs: readonly SiteRun[]): readonly FollowedBoard[] {
  const keys = new Set(runs.toReversed().flatMap((run) => run.boards.map(keyOf)));
  const followed = [...keys].flatMap((key) => followBoard(key, runs));
  // Runs know their own boards' titles only; here boards of several runs stand together.
  const titles = distinctTitles(followed.map(({ board }) => titleEntry(board)));
  return followed.map((one, index) => ({
    ...one,
    board: { ...one.board, title: titles[index] ?? one.board.title },
  }));
}
