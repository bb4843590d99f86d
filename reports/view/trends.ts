import { compositeKey } from "../../harness/core/composite-key.js";
import { boardViews, titleEntry } from "./boards.js";
import type { BoardScale, BoardView, ReportInput, TrendLine, TrendPoint, TrendView } from "./records.js";
import { distinctTitles } from "./titles.js";

/** A board of one run, or of one checkpoint within a run, at a place on the time axis. */
interface Moment {
  readonly label: string;
  readonly at: string | null;
  readonly board: BoardView;
  /** Where the board has the model of each line, by the line's name; in the order of its rows. */
  readonly rows: ReadonlyMap<string, number>;
}

const CHECKPOINT = /^(.*?(?:ckpt|checkpoint|step|iter|iteration|epoch)[-_.]?)(\d+)(k?)$/i;

function stemOf(model: string): { readonly stem: string; readonly step: number } | null {
  const match = CHECKPOINT.exec(model);
  if (match === null) return null;
  return {
    stem: (match[1] ?? "").replace(/[-_.]$/, ""),
    step: Number(match[2]) * (match[3] === "" ? 1 : 1000),
  };
}

function boardKey(board: BoardView): string {
  return compositeKey(board.suite, board.mode, board.protocol);
}

function pointOf({ board }: Moment, index: number | undefined, category: string | null): TrendPoint | null {
  const row = index === undefined ? undefined : board.rows[index];
  if (index === undefined || row === undefined) return null;
  if (category === null) return { model: row.model, figure: row.headline, interval: row.interval };
  const part = board.categories.find((entry) => entry.name === category)?.models[index];
  return part ? { model: row.model, figure: part.figure, interval: part.interval } : null;
}

/** Lines with two figures or more. Of a thousand models few may make a line, so they are counted first. */
function linesOf(moments: readonly Moment[], category: string | null): readonly TrendLine[] {
  const figures = new Map<string, number>();
  for (const moment of moments)
    for (const [name, index] of moment.rows) {
      const isThere = pointOf(moment, index, category)?.figure.value != null;
      figures.set(name, (figures.get(name) ?? 0) + (isThere ? 1 : 0));
    }
  return [...figures]
    .filter(([, count]) => count >= 2)
    .map(([name]) => ({
      name,
      points: moments.map((moment) => pointOf(moment, moment.rows.get(name), category)),
    }));
}

function mergedScale(scales: readonly BoardScale[]): BoardScale | undefined {
  const [first] = scales;
  if (first === undefined) return undefined;
  const axisLow = Math.min(...scales.map((scale) => scale.axisLow));
  const axisHigh = Math.max(...scales.map((scale) => scale.axisHigh));
  return { ...first, axisLow, axisHigh };
}

function trendOf(moments: readonly Moment[], index: number): TrendView[] {
  const last = moments.at(-1);
  const scale = mergedScale(moments.map((moment) => moment.board.scale));
  if (last === undefined || scale === undefined || moments.length < 2) return [];
  const overall = linesOf(moments, null);
  if (overall.length === 0) return [];
  const categories = last.board.categories.map(({ name }) => ({
    name,
    lines: linesOf(moments, name),
  }));
  return [
    {
      id: `trend-${index + 1}`,
      title: last.board.title,
      scale,
      headlineLabel: last.board.headlineLabel,
      points: moments.map(({ label, at }) => ({ label, at })),
      overall,
      categories: categories.filter((category) => category.lines.length > 0),
    },
  ];
}

function addFirst(rows: Map<string, number>, name: string, index: number): void {
  if (!rows.has(name)) rows.set(name, index);
}

/** Models in two runs or more keep their name; others join by the stem of a checkpoint's name (`ckpt-400`, `ckpt-800`). */
function lineNames(boards: readonly BoardView[]): (model: string) => string {
  const runs = new Map<string, number>();
  for (const board of boards)
    for (const row of board.rows) runs.set(row.model, (runs.get(row.model) ?? 0) + 1);
  return (model) => ((runs.get(model) ?? 0) >= 2 ? model : (stemOf(model)?.stem ?? model));
}

function trendsOverRuns(input: ReportInput): readonly (readonly Moment[])[] {
  const order = (input.runs ?? [])
    .map((run, index) => ({ run, boards: boardViews(run.scores, `/runs/${index}/scores`, input.suites) }))
    .sort((x, y) => (x.run.at < y.run.at ? -1 : x.run.at > y.run.at ? 1 : 0));
  const keys = new Set(order.flatMap(({ boards }) => boards.map(boardKey)));
  return [...keys].map((key) => {
    const present = order.flatMap(({ run, boards }) => {
      const board = boards.find((entry) => boardKey(entry) === key);
      return board === undefined ? [] : [{ run, board }];
    });
    const lineOf = lineNames(present.map(({ board }) => board));
    return present.map(({ run, board }) => {
      const rows = new Map<string, number>();
      for (const [index, { model }] of board.rows.entries()) addFirst(rows, lineOf(model), index);
      return { label: run.label, at: run.at, board, rows };
    });
  });
}

function trendWithinBoard(board: BoardView): readonly Moment[] {
  const steps = new Map<number, Map<string, number>>();
  board.rows.forEach(({ model }, index) => {
    const place = stemOf(model);
    if (place === null) return;
    const rows = steps.get(place.step) ?? new Map<string, number>();
    steps.set(place.step, rows);
    addFirst(rows, place.stem, index);
  });
  if (steps.size < 3) return [];
  return [...steps]
    .sort(([x], [y]) => x - y)
    .map(([step, rows]) => ({ label: String(step), at: null, board, rows }));
}

/**
 * Boards of the same suite, mode and protocol followed over runs; without several runs, over three or more models
 * whose names say that they are checkpoints (`ckpt-400`, `step_1200`).
 */
export function trendViews(input: ReportInput, boards: readonly BoardView[]): readonly TrendView[] {
  const groups = (input.runs?.length ?? 0) >= 2 ? trendsOverRuns(input) : boards.map(trendWithinBoard);
  const trends = groups.flatMap((moments, index) => {
    const board = moments.at(-1)?.board;
    return trendOf(moments, index).map((trend) => ({ trend, board }));
  });
  const titles = distinctTitles(
    trends.map(({ trend, board }) => ({
      title: trend.title,
      details: board === undefined ? [] : titleEntry(board).details,
    })),
  );
  return trends.map(({ trend }, index) => ({ ...trend, title: titles[index] ?? trend.title }));
}
